import { delay } from "./delay";
import type { Delay } from "./delay";

/**
 * A timer counts from when the event loop last looked at its clock, so that after much computing it fires early; the
 * next one does not.
 */
const ATTEMPTS = 3;

/** Parts of a millisecond in which it counts: a power of two, so that sums and differences of moments are exact. */
const PARTS = 1_024;

export interface StopwatchOptions {
  /**
   * Milliseconds since some moment; never goes back, as the time of day may.
   * @default performance.now
   */
  readonly now?: () => number;
  /** @default the system's timer */
  readonly delay?: Delay;
}

/**
 * Milliseconds that have passed. Whoever has waited until some moment has reached it: where a delay returns early the
 * rest is waited for too, and what is then still missing counts as passed, since a test's delay returns at once.
 */
export class Stopwatch {
  private readonly now: () => number;
  private readonly delay: Delay;
  private ahead = 0;

  constructor(options: StopwatchOptions = {}) {
    this.now = options.now ?? (() => performance.now());
    this.delay = options.delay ?? delay;
  }

  /** Milliseconds since some moment. */
  elapsed(): number {
    return Math.floor(this.now() * PARTS) / PARTS + this.ahead;
  }

  /** @throws the signal's reason once that is aborted. */
  async wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
    const end = this.elapsed() + milliseconds;
    for (let attempt = 0; attempt < ATTEMPTS && this.elapsed() < end; attempt++) {
      await this.delay(Math.ceil(end - this.elapsed()), signal);
    }
    this.ahead += Math.max(0, end - this.elapsed());
  }
}
