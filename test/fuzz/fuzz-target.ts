import { performance } from "node:perf_hooks";
import fc from "fast-check";

/** A parser of bytes from outside, and what holds of it whatever comes. */
export interface FuzzTarget<Input = unknown> {
  readonly name: string;
  /** How many of a run's cases it gets, beside the others: the fewer, the longer one takes. */
  readonly share: number;
  readonly input: fc.Arbitrary<Input>;
  /** Throws where something does not hold. */
  readonly holds: (input: Input) => void | Promise<void>;
  /** Ends what it has opened. */
  readonly close?: () => Promise<void>;
}

/** Milliseconds for one case. What takes longer grows by the square or worse: no input here has 100 KB. */
const LONGEST_CASE = 1_000;

/** Milliseconds for a run, the search for the smallest input that shows a finding included. */
const LONGEST_RUN = 200_000;

/** A target of one kind of input among those of others. */
export function target<Input>(made: FuzzTarget<Input>): FuzzTarget {
  return made as unknown as FuzzTarget;
}

/**
 * Runs cases of a target, the same for the same seed.
 *
 * @returns what was found, in words, with the smallest input that shows it; null where all held.
 */
export async function findingOf(
  { input, holds }: FuzzTarget,
  { seed, cases }: { readonly seed: number; readonly cases: number },
): Promise<string | null> {
  const property = fc.asyncProperty(input, async (each) => {
    // A machine that is busy with something else takes long too, but not three times with the same case.
    for (let attempt = 1; ; attempt++) {
      const began = performance.now();
      const holding = holds(each);
      if (holding !== undefined) await holding;
      const took = performance.now() - began;
      if (took <= LONGEST_CASE) return;
      if (attempt === 3) throw new Error(`it takes ${Math.round(took)} ms`);
    }
  });
  const ending = { interruptAfterTimeLimit: LONGEST_RUN, markInterruptAsFailure: true };
  const details = await fc.check(property, { seed, numRuns: cases, ...ending });
  if (!details.failed) return null;
  const { errorInstance, counterexample } = details;
  if (counterexample === null) return `${cases} cases take more than ${LONGEST_RUN / 1_000} s`;
  const error = errorInstance instanceof Error ? (errorInstance.stack ?? errorInstance.message) : String(errorInstance);
  return `${error}\n\nwith ${fc.stringify(counterexample[0]).slice(0, 4_000)}`;
}

/** Throws where something does not hold. */
export function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

/** What is thrown has to be of a kind that is meant; anything else is a crash. Null where nothing is. */
export function refusal<Refusal extends Error>(
  run: () => unknown,
  kind: abstract new (...parts: never[]) => Refusal,
): Refusal | null {
  try {
    run();
    return null;
  } catch (error) {
    if (error instanceof kind) return error;
    throw error;
  }
}

/** The same of what takes its time. */
export async function laterRefusal<Refusal extends Error>(
  run: () => Promise<unknown>,
  kind: abstract new (...parts: never[]) => Refusal,
): Promise<Refusal | null> {
  try {
    await run();
    return null;
  } catch (error) {
    if (error instanceof kind) return error;
    throw error;
  }
}
