/** Does the same with each of many things, no more than `limit` of them at once. */
export async function inParallel<T>(
  things: readonly T[],
  limit: number,
  work: (thing: T) => Promise<void>,
): Promise<void> {
  const left = things.values();
  const worker = async () => {
    // All workers draw from one iterator.
    for (const thing of left) await work(thing);
  };
  await Promise.all(Array.from({ length: Math.min(limit, things.length) }, worker));
}
