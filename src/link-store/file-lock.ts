import { rmdir } from "node:fs/promises";

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
  const { check, lock } = await import("proper-lockfile");
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
  const isAlive = () => check(file, { realpath: false, stale: STALE_AFTER });
  if (taken !== null || (await isAlive())) return taken;

  // Here the library's own judgement has to do: whoever held this one died within the few steps below.
  const releaseTakeover = await unlessHeld(
    lock(`${file}.takeover`, { realpath: false, stale: STALE_AFTER, onCompromised: () => {} }),
  );
  if (releaseTakeover === null) return null;
  try {
    if (!(await isAlive())) await rmdir(`${file}.lock`).catch(ignoreMissing);
    return await take();
  } finally {
    await releaseTakeover().catch(() => {});
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
