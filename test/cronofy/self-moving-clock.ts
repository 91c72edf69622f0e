import { Stopwatch } from "../../src/cronofy";

interface Timer {
  readonly at: number;
  readonly ring: () => void;
}

/** A clock that stands still while anything is being done, and then moves on to the next timer. */
export class SelfMovingClock {
  /** Milliseconds. */
  time = 0;
  readonly stopwatch = new Stopwatch({ now: () => this.time, delay: (ms, signal) => this.delay(ms, signal) });
  private readonly timers: Timer[] = [];

  /** How many wait for the clock. */
  get waiting(): number {
    return this.timers.length;
  }

  delay(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const timer = { at: this.time + milliseconds, ring: resolve };
      const later = this.timers.findIndex(({ at }) => at > timer.at);
      this.timers.splice(later < 0 ? this.timers.length : later, 0, timer);
      signal?.addEventListener("abort", () => {
        const index = this.timers.indexOf(timer);
        if (index >= 0) this.timers.splice(index, 1);
        reject(signal.reason as Error);
      });
    });
  }

  /** Lets time pass until something is settled, or there is nothing left to wait for. */
  async until<T>(work: Promise<T>): Promise<T> {
    let settled = false;
    const settle = () => (settled = true);
    work.then(settle, settle);
    for (;;) {
      // By then whatever needs no timer has been done.
      await new Promise(setImmediate);
      if (settled) return work;
      const next = this.timers.shift();
      if (next === undefined) throw new Error(`Nothing moves any more at ${this.time} ms.`);
      this.time = Math.max(this.time, next.at);
      next.ring();
    }
  }
}
