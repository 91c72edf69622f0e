/** A clock that can be moved forward: it runs as the given one does, ahead of it by what was added. */
export class SandboxClock {
  readonly #now: () => number;
  #aheadMs = 0;

  /** @param now milliseconds since the epoch, as `Date.now` gives them */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Milliseconds since the epoch. */
  now(): number {
    return this.#now() + this.#aheadMs;
  }

  /** How far this clock is ahead of the one it follows, in seconds. */
  get aheadSeconds(): number {
    return this.#aheadMs / 1000;
  }

  /** Moves the clock; it never goes back but through {@link reset}. */
  advance(seconds: number): void {
    this.#aheadMs += seconds * 1000;
  }

  /** @param aheadSeconds how far this clock is then ahead */
  reset(aheadSeconds = 0): void {
    this.#aheadMs = aheadSeconds * 1000;
  }
}
