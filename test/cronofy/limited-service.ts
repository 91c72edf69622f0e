import { RateLimitedError } from "../../src/cronofy";
import type { CallFacts } from "../../src/cronofy";
import type { SelfMovingClock } from "./self-moving-clock";

export const CALL: CallFacts = { operation: "read the user info", host: "api.example.com" };

/** Another side, at some distance, that refuses what exceeds 50 requests in any second or 500 in any minute. */
export class LimitedService {
  /** When requests arrived that were taken. */
  readonly taken: number[] = [];
  /** When requests arrived that were refused. */
  readonly refused: number[] = [];
  /** Milliseconds that a refusal asks to wait. */
  retryAfter: number | null = null;
  /** Milliseconds until which everything is refused. */
  refusesUntil = -Infinity;

  /** @param distance milliseconds for one way. */
  constructor(
    private readonly clock: SelfMovingClock,
    private readonly distance: () => number = () => 0,
  ) {}

  async request(): Promise<void> {
    await this.clock.delay(this.distance());
    const { time } = this.clock;
    const isTaken = time >= this.refusesUntil && this.count(time, 1_000) < 50 && this.count(time, 60_000) < 500;
    (isTaken ? this.taken : this.refused).push(time);
    await this.clock.delay(this.distance());
    if (!isTaken) throw new RateLimitedError(CALL, this.retryAfter);
  }

  private count(time: number, span: number): number {
    let count = 0;
    for (let index = this.taken.length - 1; index >= 0 && (this.taken[index] ?? 0) > time - span; index--) count++;
    return count;
  }
}

/** Random numbers that are the same in each run. */
export function pseudoRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
