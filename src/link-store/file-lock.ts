import { rmdir, stat } from "node:fs/promises";

/**
 * Milliseconds after which a lock that its holder has not touched is one of a dead process. A live holder touches it at
 * half of that time.
 */
export const STALE_AFTER = 10_000;

/** So long that the library never judges a lock itself: see {@link tryFileLock}. */
const NEVER = Number.MAX_SAFE_INTEGER;

/**
 * Takes the lock of a file, which need not exist, if it is free or its holder is dead.
 *
 * The library removes a lock that went stale and then makes its own; of two processes that do so at the same time, one
 * may remove what the other has just made. So the library is told that no lock is ever stale, and a dead one is removed
 * here, by the holder of a second lock that is held for just that: it looks again, and removes only what is still stale.
 *
 * @returns what gives the lock back; null while another process holds it.
 * @throws the file system's error.
 */
export async function tryFileLock(file: string): Promise<(() => Promise<void>) | null> {
  const { lock } = await import("proper-lockfile");
  const take = () =>
    unlessHeld(
      lock(file, {
        // The record need not exist yet.
        realpath: false,
        stale: NEVER,
        update: STALE_AFTER / 2,
        // Before each write the store looks whether someone else was at work; by default this would end the process.
        onCompromised: () => {},
      }),
    );

  const taken = await take();
  if (taken !== null || !(await isDead(`${file}.lock`))) return taken;

  // Here the library's own judgement has to do: whoever held this one died within the few steps below. But it takes a time
  // in the future for a sign of life.
  const takeover = `${file}.takeover`;
  if (((await ageOf(`${takeover}.lock`)) ?? 0) < -STALE_AFTER) await rmdir(`${takeover}.lock`).catch(ignoreMissing);
  const releaseTakeover = await unlessHeld(
    lock(takeover, { realpath: false, stale: STALE_AFTER, onCompromised: () => {} }),
  );
  if (releaseTakeover === null) return null;
  try {
    if (await isDead(`${file}.lock`)) await rmdir(`${file}.lock`).catch(ignoreMissing);
    return await take();
  } finally {
    await releaseTakeover().catch(() => {});
  }
}

/**
 * Whether a lock is there and its holder has not touched it lately. A time far in the future is that of another clock, and
 * no sign of life either.
 */
async function isDead(lock: string): Promise<boolean> {
  const age = await ageOf(lock);
  return age !== null && Math.abs(age) >= STALE_AFTER;
}

/** Milliseconds since a lock was touched; null where there is none. */
async function ageOf(lock: string): Promise<number | null> {
  try {
    return Date.now() - (await stat(lock)).mtimeMs;
  } catch (error) {
    ignoreMissing(error as NodeJS.ErrnoException);
    return null;
  }
}

async function unlessHeld(attempt: Promise<() => Promise<void>>): Promise<(() => Promise<void>) | null> {
  try {
    return await attempt;
  } catch (error) {
    // ENOENT: the lock went while it was looked at.
    if (["ELOCKED", "ENOENT"].includes((error as NodeJS.ErrnoException).code ?? "")) return null;
    throw error;
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}
