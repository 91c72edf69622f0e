import type { Delay } from "../cronofy";

/** The first wait in milliseconds, and the longest; each is twice as long as the one before. */
const FIRST_WAIT = 200;
const LONGEST_WAIT = 5_000;

/** How long a failure is waited out. */
export interface OutlastOptions {
  /** Whether to try again after a failure. */
  readonly mayPass: (error: unknown) => boolean;
  /** Milliseconds for all waits together; 0 waits for nothing. */
  readonly within: number;
  readonly now: () => Date;
  readonly delay: Delay;
  readonly signal?: AbortSignal;
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
