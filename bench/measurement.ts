/** One line of the table. */
export interface Measurement {
  readonly what: string;
  /** Median, in milliseconds. */
  readonly ours: number;
  /** The same without us, in milliseconds. */
  readonly baseline?: number;
  /** Absent where the comparison only explains another one. */
  readonly budget?: Budget;
}

export type Budget =
  | { readonly kind: "at-most"; readonly milliseconds: number }
  /** `ours` divided by `baseline`. */
  | { readonly kind: "ratio"; readonly atMost: number };

/** Whether the budget is kept, if there is one. */
export function withinBudget({ ours, baseline, budget }: Measurement): boolean {
  if (budget === undefined) return true;
  return budget.kind === "at-most" ? ours <= budget.milliseconds : ours <= budget.atMost * (baseline ?? 0);
}

/** How long something takes, in milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/**
 * Measures several things in turn, so that whatever else the machine does slows all of them.
 *
 * @param subjects each takes its own time, in milliseconds
 * @returns the median of each, in milliseconds
 */
export async function interleaved<Subject extends string>(
  rounds: number,
  subjects: Readonly<Record<Subject, () => Promise<number>>>,
): Promise<Record<Subject, number>> {
  const names = Object.keys(subjects) as Subject[];
  const times = new Map(names.map((name) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round++) {
    for (const name of names) times.get(name)?.push(await subjects[name]());
  }
  return Object.fromEntries([...times].map(([name, all]) => [name, median(all)])) as Record<Subject, number>;
}

/** The middle one of some numbers; the mean of the two in the middle where there are two. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((left, right) => left - right);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  if (low === undefined || high === undefined) throw new RangeError("No numbers, no median.");
  return (low + high) / 2;
}
