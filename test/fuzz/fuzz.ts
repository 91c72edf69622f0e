/** `npm run fuzz`: a million inputs, good and damaged, for every parser of what comes from outside. */
import { fork } from "node:child_process";
import { once } from "node:events";
import os from "node:os";
import { parseArgs } from "node:util";
import { findingOf } from "./fuzz-target";
import type { FuzzTarget } from "./fuzz-target";
import { TARGETS } from "./targets";

/** Cases for which one seed stands: a finding is repeated with no more than these. */
const ROUND = 500;

/** Milliseconds after which a round is taken to have no end. */
const LONGEST_ROUND = 300_000;

/** Megabytes for one target: a small input that needs more is a finding, for it ends the process. */
const MEMORY = 512;

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 31)) },
    cases: { type: "string", default: "1050000" },
    only: { type: "string" },
    /** How the runs of single targets are told from the whole. */
    within: { type: "boolean", default: false },
  },
});

const run = { seed: number("seed", values.seed), cases: number("cases", values.cases) };

(values.within ? fuzzOne(targetNamed(values.only ?? "")) : fuzzAll()).catch((error: unknown) => {
  console.error(`fuzz: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
});

/** Runs one target in this process, round by round, and tells of each that ended. */
async function fuzzOne(target: FuzzTarget): Promise<void> {
  let finding: string | null = null;
  for (let done = 0; done < run.cases && finding === null; done += ROUND) {
    const round = { seed: run.seed + done / ROUND, cases: Math.min(ROUND, run.cases - done) };
    finding = await findingOf(target, round);
    const outcome = finding === null ? round.cases : { ...round, finding };
    await new Promise((sent) => process.send?.(outcome, sent));
  }
  await target.close?.();
  process.exit();
}

/** Runs the targets side by side, each in a process of its own: one may have no end, or fill the memory. */
async function fuzzAll(): Promise<void> {
  const targets = values.only === undefined ? [...TARGETS] : [targetNamed(values.only)];
  const shares = targets.reduce((sum, { share }) => sum + share, 0);
  console.log(`${run.cases} cases for ${targets.length} targets, seed ${run.seed}`);
  const began = Date.now();
  // What takes longest begins first.
  const waiting = targets.toSorted((a, b) => a.share - b.share);
  let [total, found] = [0, 0];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { cases, finding } = await inOwnProcess(next, Math.ceil((run.cases * next.share) / shares));
      total += cases;
      if (finding !== null) found++;
      console.log(
        finding === null ? `${next.name}: ${cases} cases` : `\n${next.name}: FOUND after ${cases} cases\n${finding}\n`,
      );
    }
  };
  await Promise.all(Array.from({ length: Math.max(2, os.availableParallelism()) }, work));
  const seconds = Math.round((Date.now() - began) / 1_000);
  console.log(
    `\n${total} cases in ${seconds} s, seed ${run.seed}: ${found} of ${targets.length} targets found something`,
  );
  process.exitCode = found > 0 ? 1 : 0;
}

interface Outcome {
  readonly cases: number;
  readonly finding: string | null;
}

async function inOwnProcess({ name }: FuzzTarget, cases: number): Promise<Outcome> {
  const args = ["--within", "--only", name, "--seed", String(run.seed), "--cases", String(cases)];
  const child = fork(__filename, args, { execArgv: [...process.execArgv, `--max-old-space-size=${MEMORY}`] });
  let done = 0;
  let found: { readonly seed: number; readonly cases: number; readonly finding: string } | undefined;
  let watchdog: NodeJS.Timeout | undefined;
  const watch = () => {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => child.kill("SIGKILL"), LONGEST_ROUND);
  };
  watch();
  child.on("message", (message) => {
    watch();
    if (typeof message === "number") done += message;
    else found = message as typeof found;
  });
  const [exitCode] = (await once(child, "close")) as [number | null];
  clearTimeout(watchdog);
  const again = (seed: number, count: number) => `npm run fuzz -- --only ${name} --seed ${seed} --cases ${count}`;
  if (found !== undefined)
    return { cases: done, finding: `${found.finding}\n\nAgain: ${again(found.seed, found.cases)}` };
  if (exitCode === 0 && done >= cases) return { cases: done, finding: null };
  const ended = exitCode === null ? "had no end" : `ended the process (${exitCode})`;
  return { cases: done, finding: `A case ${ended}.\n\nAgain: ${again(run.seed + done / ROUND, ROUND)}` };
}

function targetNamed(name: string): FuzzTarget {
  const found = TARGETS.find((each) => each.name === name);
  if (found === undefined)
    throw new Error(`there is no target ${name}, but ${TARGETS.map((each) => each.name).join(", ")}`);
  return found;
}

function number(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`--${option} takes a whole number`);
  return value;
}
