import { parseDuration } from "../schema/duration";

interface Sleeper {
  /** Milliseconds since the epoch. */
  readonly until: number;
  readonly wake: () => void;
}

/**
 * A clock that stands still until a test moves it. Its functions can be handed over by themselves:
 * `createApi({ now: clock.now, sleep: clock.sleep })`.
 *
 * @example
 * const waiting = waitUntilLinked({ now: clock.now, sleep: clock.sleep });
 * await clock.whenAsleep();
 * clock.advance("30s");
 * await waiting;
 */
export class FakeClock {
  private time: number;
  private readonly sleepers = new Set<Sleeper>();
  private readonly watchers = new Set<() => void>();

  /** @param start what it shows first; any will do where a test only cares for what has passed since */
  constructor(start: Date = new Date("2030-01-01T00:00:00Z")) {
    this.time = start.getTime();
  }

  /** What the clock shows. */
  readonly now = (): Date => new Date(this.time);

  /**
   * Resolves once the clock has been moved on by `milliseconds`, in place of a timer.
   *
   * @param signal ends it before; it then rejects with the signal's reason
   */
  readonly sleep = (milliseconds: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const until = this.time + milliseconds;
      if (until <= this.time) return resolve();
      const leave = () => {
        this.sleepers.delete(sleeper);
        signal?.removeEventListener("abort", interrupt);
      };
      const interrupt = () => {
        leave();
        reject(signal?.reason as Error);
      };
      const sleeper: Sleeper = {
        until,
        wake: () => {
          leave();
          resolve();
        },
      };
      this.sleepers.add(sleeper);
      signal?.addEventListener("abort", interrupt);
      for (const watcher of [...this.watchers]) watcher();
    });

  /**
   * Moves the clock on and wakes whoever's time has come.
   *
   * @param by milliseconds, or a duration such as `10m`
   * @throws RangeError when it is neither
   */
  advance(by: number | string): void {
    const milliseconds = typeof by === "number" ? by : parseDuration(by);
    if (milliseconds === undefined || !(milliseconds >= 0) || !Number.isFinite(milliseconds)) {
      throw new RangeError(
        `${JSON.stringify(by)} is no time to advance by: give milliseconds, or a text such as "10m".`,
      );
    }
    this.set(new Date(this.time + milliseconds));
  }

  /**
   * Sets the clock, forwards or back, and wakes whoever's time has come, earliest first.
   *
   * @throws RangeError when it is no valid date
   */
  set(time: Date): void {
    if (Number.isNaN(time.getTime())) throw new RangeError("The clock cannot be set to an invalid date.");
    this.time = time.getTime();
    const due = [...this.sleepers].filter(({ until }) => until <= this.time);
    for (const { wake } of due.sort((one, other) => one.until - other.until)) wake();
  }

  /** Resolves as soon as someone sleeps: then moving the clock on has someone to wake. At once if someone does now. */
  whenAsleep(): Promise<void> {
    if (this.sleepers.size > 0) return Promise.resolve();
    return new Promise((resolve) => {
      const watcher = () => {
        this.watchers.delete(watcher);
        resolve();
      };
      this.watchers.add(watcher);
    });
  }
}
