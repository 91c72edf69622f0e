import { open, rm, stat } from "node:fs/promises";

/**
 * Milliseconds after which a lock that its holder has not touched is one of a dead process. A live holder touches it at
 * half of that time.
 */
export const STALE_AFTER = 10_000;

/** Gives a lock back. One that somebody took over in the meantime is left to them. */
type Release = () => Promise<void>;

/**
 * Takes the lock of a file, which need not exist, if it is free or its holder is dead. The lock is a file beside it, which
 * exactly one process can make.
 *
 * Two processes that find a lock dead must not both remove it: the slower one would remove what the faster one has just
 * made. So it is removed by the holder of a second lock, who looks again.
 *
 * @returns what gives the lock back; null while another process holds it.
 * @throws the file system's error.
 */
export async function tryFileLock(file: string): Promise<Release | null> {
  const lock = `${file}.lock`;
  const taken = await take(lock);
  if (taken !== null || !(await isDead(lock))) return taken;

  const takeover = `${file}.takeover.lock`;
  // The second lock has no third: its holder is dead only where a process died within the few steps below.
  const releaseTakeover = (await take(takeover)) ?? (await takeIfDead(takeover));
  if (releaseTakeover === null) return null;
  try {
    return await takeIfDead(lock);
  } finally {
    await releaseTakeover().catch(() => {});
  }
}

async function take(lock: string): Promise<Release | null> {
  const handle = await open(lock, "wx", 0o600).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "EEXIST") return null;
    throw error;
  });
  if (handle === null) return null;
  // Through the handle, so that what is touched and looked at is our lock, not one that took its place.
  const touch = () => void handle.utimes(Date.now() / 1_000, Date.now() / 1_000).catch(() => {});
  const timer = setInterval(touch, STALE_AFTER / 2).unref();
  return async () => {
    clearInterval(timer);
    try {
      const { nlink } = await handle.stat();
      if (nlink > 0) await rm(lock, { force: true });
    } finally {
      await handle.close();
    }
  };
}

async function takeIfDead(lock: string): Promise<Release | null> {
  if (await isDead(lock)) await rm(lock, { force: true });
  return take(lock);
}

/**
 * Whether a lock is there and its holder has not touched it lately. A time far in the future is that of another clock, and
 * no sign of life either.
 */
async function isDead(lock: string): Promise<boolean> {
  try {
    return Math.abs(Date.now() - (await stat(lock)).mtimeMs) >= STALE_AFTER;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}
