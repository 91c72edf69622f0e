import type { CronofyOperation } from "./cronofy-error";
import { CronofyError } from "./cronofy-error";
import type { Delay } from "./delay";
import { mayRepeat, retryDelay } from "./retry-timing";
import type { RepeatRule } from "./retry-timing";

/** A retry that is about to be waited for. */
export interface RetryEvent {
  readonly operation: CronofyOperation;
  /** 1 for the first retry. */
  readonly attempt: number;
  /** Milliseconds until it. */
  readonly delay: number;
  /** Why. */
  readonly error: CronofyError;
}

export interface RetryOptions {
  readonly rule: RepeatRule;
  readonly maxRetries: number;
  /** Milliseconds for all attempts and waits together. */
  readonly totalTimeout: number;
  readonly delay: Delay;
  readonly random: () => number;
  readonly now: () => Date;
  readonly onRetry: (event: RetryEvent) => void;
}

/**
 * Attempts something again as long as its rule, the number of retries and the total time allow.
 *
 * @param attempt is given the milliseconds that are left.
 * @throws the last failure; the signal's reason once that is aborted.
 */
export async function withRetries<T>(
  attempt: (remaining: number) => Promise<T>,
  { rule, maxRetries, totalTimeout, delay, random, now, onRetry }: RetryOptions,
  signal?: AbortSignal,
): Promise<T> {
  const end = now().getTime() + totalTimeout;
  const failures: CronofyError[] = [];
  for (;;) {
    signal?.throwIfAborted();
    try {
      return await attempt(end - now().getTime());
    } catch (error) {
      if (!(error instanceof CronofyError)) throw error;
      if (failures.length >= maxRetries || !mayRepeat(rule, error, failures)) throw error;
      failures.push(error);
      const wait = retryDelay(error, failures.length, random());
      if (now().getTime() + wait >= end) throw error;
      onRetry({ operation: error.operation, attempt: failures.length, delay: wait, error });
      await delay(wait, signal);
    }
  }
}
