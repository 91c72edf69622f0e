import type { Delay } from "../cronofy";
import { LinkStoreError } from "./link-store-error";

/** Milliseconds between two looks at a lock that is held, at most. */
const LOCK_POLL = 100;

/** The first wait for a failure in milliseconds, and the longest; each is twice as long as the one before. */
const FIRST_WAIT = 200;
const LONGEST_WAIT = 5_000;

/** How a store waits for a lock. */
interface LockWait {
  /** Milliseconds. */
  readonly lockTimeout: number;
  readonly now: () => Date;
  readonly delay: Delay;
  readonly random: () => number;
}

/**
 * Tries to take a lock until it is free.
 *
 * @param tryLock null while another process holds the lock
 * @param what the record, as in "the record /var/lib/…"
 * @throws LinkStoreError `locked` after the lock time-out; the signal's reason once that is aborted
 */
export async function waitForLock<T>(
  tryLock: () => Promise<T | null>,
  { what, location }: { readonly what: string; readonly location: string },
  { lockTimeout, now, delay, random }: LockWait,
  signal?: AbortSignal,
): Promise<T> {
  const end = now().getTime() + lockTimeout;
  for (;;) {
    signal?.throwIfAborted();
    const taken = await tryLock();
    if (taken !== null) return taken;
    if (now().getTime() >= end) {
      throw new LinkStoreError(
        "locked",
        location,
        `Another process has held the lock of ${what} for ${Math.round(lockTimeout / 1_000)} s. Wait for it to end, then ` +
          "try again.",
      );
    }
    await delay(Math.ceil(LOCK_POLL * (0.5 + random() / 2)), signal);
  }
}

/** How long a failure is waited out. */
interface OutlastOptions {
  /** Whether to try again after a failure. */
  readonly mayPass: (error: unknown) => boolean;
  /** Milliseconds for all waits together; 0 waits for nothing. */
  readonly within: number;
  readonly now: () => Date;
  readonly delay: Delay;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Tries something again while its failure may pass.
 *
 * @throws the last failure; the signal's reason once that is aborted.
 */
export async function outlast<T>(attempt: () => Promise<T>, options: OutlastOptions): Promise<T> {
  const { mayPass, within, now, delay, signal } = options;
  const end = now().getTime() + within;
  let waited = 0;
  for (let wait = FIRST_WAIT; ; wait = Math.min(2 * wait, LONGEST_WAIT)) {
    try {
      return await attempt();
    } catch (error) {
      // The clock may stand still or be moved back.
      if (!mayPass(error) || waited >= within || now().getTime() >= end) throw error;
      waited += wait;
      await delay(wait, signal);
    }
  }
}
