import type { Assumptions, RateLimit } from "./assumptions";
import type { Gate } from "./host-environment";
import type { SandboxClock } from "./sandbox-clock";
import { undocumentedError } from "./undocumented-error";

/** Admits so many requests in any span of the given length, the strictest way to count them. */
class SlidingWindow {
  readonly #spanMs: number;
  /** When the latest requests were admitted, as a ring: the next place to write holds the oldest. */
  readonly #admitted: number[];
  #next = 0;

  constructor(limit: number, spanMs: number) {
    this.#spanMs = spanMs;
    this.#admitted = new Array<number>(limit).fill(-Infinity);
  }

  /** How long until the next request may be admitted, in milliseconds. */
  waitMs(now: number): number {
    const oldest = this.#admitted[this.#next] ?? Infinity;
    // What lies ahead was admitted before the clock was set back, and no longer counts.
    return oldest !== Infinity && oldest > now ? 0 : Math.max(0, oldest + this.#spanMs - now);
  }

  admit(now: number): void {
    this.#admitted[this.#next] = now;
    this.#next = (this.#next + 1) % this.#admitted.length;
  }
}

/** Answers 429 to what exceeds the limit. */
export function limitRate(limit: RateLimit, clock: SandboxClock, assumptions: Assumptions): Gate {
  const windows = [new SlidingWindow(limit.perSecond, 1000), new SlidingWindow(limit.perMinute, 60_000)];

  return async function limitRate(c, next) {
    const now = clock.now();
    const waitMs = Math.max(...windows.map((each) => each.waitMs(now)));
    if (waitMs > 0) {
      if (limit.sendsRetryAfter) c.header("Retry-After", String(Math.ceil(waitMs / 1000)));
      return undocumentedError(c, assumptions, 429, "The application has exceeded its rate limit.");
    }
    for (const each of windows) each.admit(now);
    return next();
  };
}
