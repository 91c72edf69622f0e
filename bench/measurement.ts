/** One line of the table. */
export interface Measurement {
  readonly what: string;
  /** Median, in milliseconds. */
  readonly ours: number;
  /** The same without us, in milliseconds. */
  readonly baseline?: number;
  readonly budget: Budget;
}

export type Budget =
  | { readonly kind: "at-most"; readonly milliseconds: number }
  /** `ours` divided by `baseline`. */
  | { readonly kind: "ratio"; readonly atMost: number };

/** Whether the budget is kept. */
export function withinBudget({ ours, baseline, budget }: Measurement): boolean {
  return budget.kind === "at-most" ? ours <= budget.milliseconds : ours <= budget.atMost * (baseline ?? 0);
}

/** How long something takes, in milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/**
 * Measures two things in turn, so that whatever else the machine does slows both. A first round warms up.
 *
 * @returns the median of each, in milliseconds
 */
export async function interleaved(
  rounds: number,
  ours: () => Promise<number>,
  baseline: () => Promise<number>,
): Promise<{ ours: number; baseline: number }> {
  await ours();
  await baseline();
  const times: { ours: number[]; baseline: number[] } = { ours: [], baseline: [] };
  for (let round = 0; round < rounds; round++) {
    times.ours.push(await ours());
    times.baseline.push(await baseline());
  }
  return { ours: median(times.ours), baseline: median(times.baseline) };
}

/** The middle one of some numbers; the mean of the two in the middle where there are two. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((left, right) => left - right);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  if (low === undefined || high === undefined) throw new RangeError("No numbers, no median.");
  return (low + high) / 2;
}
