import { setTimeout } from "node:timers/promises";

/** Waits for so many milliseconds, and throws the signal's reason as soon as that is aborted. */
export type Delay = (milliseconds: number, signal?: AbortSignal) => Promise<void>;

/** Waits on the system's timer. */
export const delay: Delay = async (milliseconds, signal) => {
  try {
    await setTimeout(milliseconds, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
};

/**
 * How often the rest of a wait is waited for. A timer counts from when the event loop last looked at its clock, so it
 * fires early after much computing; the next one does not.
 */
const ATTEMPTS = 3;

/** Parts of a millisecond in which it counts: a power of two, so that sums and differences of moments are exact. */
const PARTS = 1_024;

interface StopwatchOptions {
  /**
   * Milliseconds since some moment; never goes back, as the time of day may.
   * @default performance.now
   */
  readonly now?: () => number;
  /** @default the system's timer */
  readonly delay?: Delay;
}

/**
 * Counts milliseconds. After a wait its end has come: where a delay returns early, the rest is waited for too. What is
 * missing even then counts as passed, because a test's delay returns at once.
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
