import type { CronofyError } from "./cronofy-error";
import { RateLimitedError, ServerError, UnreachableError } from "./cronofy-error";

/**
 * What may be sent again. A request that never left may be, under any rule, unless the host is not trusted.
 *
 * - `idempotent`: doing it twice is doing it once, so after 429, any 5xx, and any broken connection or time-out.
 * - `mint`: after 429, and 503 with Retry-After; and once after a broken connection or a time-out, since a lost link
 *   token costs nothing and lapses by itself.
 * - `once`: after 429 only, where Cronofy says that it did nothing. A code is spent by its first use. And a lost answer
 *   to a refresh may hold the only successor of the refresh token: sending the old one again may then be refused, which
 *   looks like a revocation.
 */
export type RepeatRule = "idempotent" | "mint" | "once";

/** Milliseconds of the longest wait before the first retry; doubles with each. */
const FIRST_DELAY = 1_000;

/** Milliseconds that no wait of our own choice exceeds. */
const MAX_DELAY = 30_000;

/** Milliseconds that no wait exceeds, whatever Retry-After says. */
const MAX_RETRY_AFTER = 60_000;

/**
 * Whether a failed request may be sent again.
 *
 * @param earlier the failures before this one.
 */
export function mayRepeat(rule: RepeatRule, failure: CronofyError, earlier: readonly CronofyError[]): boolean {
  if (failure instanceof UnreachableError && !failure.sent) return !failure.untrusted;
  switch (rule) {
    case "idempotent":
      return (
        failure instanceof RateLimitedError || failure instanceof ServerError || failure instanceof UnreachableError
      );
    case "mint":
      if (failure instanceof ServerError) return failure.status === 503 && failure.retryAfter !== null;
      return failure instanceof RateLimitedError || (isWithoutAnswer(failure) && !earlier.some(isWithoutAnswer));
    case "once":
      return failure instanceof RateLimitedError;
  }
}

/**
 * How long to wait before a retry: as Cronofy asked, up to a minute; else, with full jitter, up to
 * `min(30, 2 ** (attempt - 1))` seconds.
 *
 * @param attempt 1 before the first retry.
 * @param retryAfter milliseconds, where Cronofy said so.
 * @param random in [0, 1).
 * @returns milliseconds.
 */
export function backOff(attempt: number, retryAfter: number | null, random: number): number {
  if (retryAfter !== null) return Math.min(retryAfter, MAX_RETRY_AFTER);
  return Math.round(random * Math.min(MAX_DELAY, FIRST_DELAY * 2 ** (attempt - 1)));
}

/**
 * Reads a Retry-After header: whole seconds, or an HTTP date (RFC 9110 10.2.3).
 *
 * @returns milliseconds from now, not negative; null where the header is missing or unreadable.
 */
export function parseRetryAfter(header: string | undefined, now: Date): number | null {
  if (header === undefined) return null;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1_000;
  // Date.parse takes much that is no HTTP date, such as a negative number; those all end in GMT.
  const date = /GMT\s*$/.test(header) ? Date.parse(header) : NaN;
  return Number.isNaN(date) ? null : Math.max(0, date - now.getTime());
}

function isWithoutAnswer(failure: CronofyError): boolean {
  return failure instanceof UnreachableError && failure.sent;
}
