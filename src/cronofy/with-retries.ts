import type { CallFacts, CronofyOperation, WaitReason } from "./cronofy-error";
import { CronofyError, RateLimitedError, ServerError, UnreachableError } from "./cronofy-error";
import type { RateBudget, Turn } from "./rate-budget";
import { backOff, mayRepeat } from "./retry-timing";
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

/** A request is about to wait for its turn. */
export interface WaitEvent {
  readonly operation: CronofyOperation;
  /** Milliseconds that it takes at the least. */
  readonly delay: number;
  /** Why. */
  readonly reason: WaitReason;
}

export interface RetryOptions {
  readonly call: CallFacts;
  readonly rule: RepeatRule;
  /** The most retries after failures other than 429, which is always waited out; 0 repeats nothing at all. */
  readonly maxRetries: number;
  /** Milliseconds for all attempts and waits together. */
  readonly within: number;
  readonly budget: RateBudget;
  readonly random: () => number;
  readonly onRetry: (event: RetryEvent) => void;
  readonly onWait: (event: WaitEvent) => void;
}

/**
 * Attempts something in its turn, and again as long as its rule, the number of retries and the time allow.
 *
 * @param attempt is given the milliseconds that are left.
 * @throws the last failure; RateBudgetError where the turn would come too late; the signal's reason once that is aborted.
 */
export async function withRetries<T>(
  attempt: (remaining: number) => Promise<T>,
  { call, rule, maxRetries, within, budget, random, onRetry, onWait }: RetryOptions,
  signal?: AbortSignal,
): Promise<T> {
  const { operation } = call;
  const { stopwatch } = budget;
  const end = stopwatch.elapsed() + within;
  const remaining = () => end - stopwatch.elapsed();
  const place = budget.place();
  const failures: CronofyError[] = [];
  for (;;) {
    signal?.throwIfAborted();
    if (remaining() <= 0) throw new UnreachableError(call, { sent: false, timedOut: true, reason: "ETIMEDOUT" });
    const turn = await budget.turn({
      call,
      place,
      within: remaining(),
      // Anybody with an invitation can ask for link tokens. Calls that finish what was begun do not wait behind them.
      isPatient: rule === "mint",
      signal,
      onWait: (delay, reason) => {
        // The retry itself was told already.
        if (failures.length === 0) onWait({ operation, delay, reason });
      },
    });
    const attempted = await attemptIn(turn, () => attempt(remaining()));
    if ("result" in attempted) return attempted.result;

    const { error, pause } = attempted;
    const isLimited = error instanceof RateLimitedError;
    const counted = failures.filter((failure) => !(failure instanceof RateLimitedError)).length;
    if (maxRetries === 0 || (!isLimited && counted >= maxRetries) || !mayRepeat(rule, error, failures)) throw error;
    failures.push(error);
    const retryAfter = error instanceof ServerError ? error.retryAfter : null;
    const delay = isLimited ? pause : backOff(counted + 1, retryAfter, random());
    if (delay >= remaining()) throw error;
    onRetry({ operation, attempt: failures.length, delay, error });
    // The pause after a 429 is the whole budget's, and so the wait for the next turn.
    if (!isLimited) await stopwatch.wait(delay, signal);
  }
}

type Attempted<T> =
  | { readonly result: T }
  /** `pause`: milliseconds for which a 429 makes everybody wait. */
  | { readonly error: CronofyError; readonly pause: number };

/** Attempts something in its turn, and ends the turn. */
async function attemptIn<T>(turn: Turn, attempt: () => Promise<T>): Promise<Attempted<T>> {
  try {
    const result = await attempt();
    turn.end();
    return { result };
  } catch (error) {
    const pause = error instanceof RateLimitedError ? turn.refused(error.retryAfter) : (turn.end(), 0);
    if (error instanceof CronofyError) return { error, pause };
    throw error;
  }
}
