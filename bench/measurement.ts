/** What several measurements of the same gave, by what was measured. */
export type Figures<Metric extends string = string> = Readonly<Record<Metric, readonly number[]>>;

/** How long something takes, in milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/**
 * Measures several subjects in turn, so that whatever else the machine does slows all of them.
 *
 * @param measure gives a number for each metric
 * @returns the figures of each subject, in the subjects' order
 */
export async function interleaved<Subject, Metric extends string>(
  rounds: number,
  subjects: readonly Subject[],
  measure: (subject: Subject) => Promise<Readonly<Record<Metric, number>>>,
): Promise<Figures<Metric>[]> {
  const all = subjects.map((subject) => ({ subject, figures: {} as Record<Metric, number[]> }));
  for (let round = 0; round < rounds; round++) {
    for (const { subject, figures } of all) {
      const taken = await measure(subject);
      for (const metric of Object.keys(taken) as Metric[]) (figures[metric] ??= []).push(taken[metric]);
    }
  }
  return all.map(({ figures }) => figures);
}

/** The middle one of some numbers; the mean of the two in the middle where there are two. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((left, right) => left - right);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  if (low === undefined || high === undefined) throw new RangeError("No numbers, no median.");
  return (low + high) / 2;
}

export function minimum(numbers: readonly number[]): number {
  return Math.min(...numbers);
}
