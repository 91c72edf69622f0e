import type { CallFacts, WaitReason } from "./cronofy-error";
import { InvalidArgumentError, RateBudgetError } from "./cronofy-error";
import { backOff } from "./retry-timing";
import { SlidingWindow } from "./sliding-window";
import { Stopwatch } from "./stopwatch";

/** Cronofy's default limits of an application, from its page on rate limits (/developers/faqs/rate-limits). */
export const DEFAULT_RATE_LIMITS = { requestsPerSecond: 50, requestsPerMinute: 500 } as const;

export interface RateBudgetOptions {
  /** @default 50 */
  readonly requestsPerSecond?: number;
  /** @default 500 */
  readonly requestsPerMinute?: number;
  /**
   * The share of both limits that patient requests leave to the others, which go before them.
   * @default 0: all are alike
   */
  readonly reserve?: number;
  /** @default Math.random */
  readonly random?: () => number;
  /** @default the system's clock and timer */
  readonly stopwatch?: Stopwatch;
}

/** A request that wants its turn. */
interface TurnRequest {
  readonly call: CallFacts;
  /** Of {@link RateBudget.place}. */
  readonly place: number;
  /** Milliseconds that it can wait. */
  readonly within: number;
  /** Whether it leaves the budget's reserve to others. @default false */
  readonly isPatient?: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Called with the milliseconds that the wait takes at the least, where it is long enough to be told. */
  readonly onWait?: (milliseconds: number, reason: WaitReason) => void;
}

/** Leave to send one request. Exactly one of its methods is called, when the answer is there. */
export interface Turn {
  /** The request came to its end, well or not. */
  end(): void;
  /**
   * Cronofy refused the request with 429, so every request now waits: for as long as Cronofy asked, else for an
   * exponential back-off with full jitter, which grows with each pause until a request gets through.
   *
   * @param retryAfter milliseconds, where Cronofy said so.
   * @returns milliseconds of the pause.
   */
  refused(retryAfter: number | null): number;
}

interface Waiting extends TurnRequest {
  readonly end: number;
  readonly begin: (turn: Turn) => void;
  readonly fail: (error: Error) => void;
}

/**
 * How many requests an application may send: so many in any second and so many in any minute, first come, first served.
 * The limit is the application's, so all its clients in a process share one. After a 429 all of them pause, and then
 * one request goes ahead of the rest, because other processes may be using up the same limit.
 */
export class RateBudget {
  readonly stopwatch: Stopwatch;
  private readonly random: () => number;
  private readonly reserve: number;
  private readonly windows: readonly { readonly reason: WaitReason; readonly window: SlidingWindow }[];
  /** In the order of their places; where there is a reserve, patient requests come last. */
  private readonly queue: Waiting[] = [];
  private places = 0;
  private sleep: AbortController | undefined;
  private pausedUntil = -Infinity;
  /** Counts the pauses. A request that was sent before the last pause tells nothing new when it is refused. */
  private pauses = 0;
  private refusalsInARow = 0;
  /**
   * Whether the request that goes ahead after a pause waits for its turn, is under way, or got through, so that all may
   * go.
   */
  private probe: "waiting" | "under way" | "through" = "through";

  /** @throws InvalidArgumentError where a limit lets nothing through. */
  constructor(options: RateBudgetOptions = {}) {
    const { requestsPerSecond, requestsPerMinute } = { ...DEFAULT_RATE_LIMITS, ...options };
    for (const [name, limit] of Object.entries({ requestsPerSecond, requestsPerMinute })) {
      if (Number.isSafeInteger(limit) && limit > 0) continue;
      const advice = "Use a whole number of at least 1.";
      throw new InvalidArgumentError("set up the client", name, `${name} is not a number of requests`, advice);
    }
    this.windows = [
      { reason: "per_second", window: new SlidingWindow(requestsPerSecond, 1_000) },
      { reason: "per_minute", window: new SlidingWindow(requestsPerMinute, 60_000) },
    ];
    this.reserve = options.reserve ?? 0;
    this.random = options.random ?? Math.random;
    this.stopwatch = options.stopwatch ?? new Stopwatch();
  }

  /** A place at the end of the queue. A call keeps it when it is repeated. */
  place(): number {
    return this.places++;
  }

  /**
   * Waits until a request may be sent.
   *
   * @throws RateBudgetError as soon as it is certain that the turn comes too late; the signal's reason once that is
   *   aborted.
   */
  async turn(request: TurnRequest): Promise<Turn> {
    const { signal, within } = request;
    signal?.throwIfAborted();
    return new Promise<Turn>((resolve, reject) => {
      const aborted = () => {
        this.removeFromQueue(waiting);
        waiting.fail(signal?.reason as Error);
      };
      const settle = () => signal?.removeEventListener("abort", aborted);
      const waiting: Waiting = {
        ...request,
        end: this.stopwatch.elapsed() + within,
        begin: (turn) => (settle(), resolve(turn)),
        fail: (error) => (settle(), reject(error)),
      };
      signal?.addEventListener("abort", aborted, { once: true });
      const later = this.queue.findIndex((other) => this.goesBefore(waiting, other));
      const index = later < 0 ? this.queue.length : later;
      this.queue.splice(index, 0, waiting);
      const { milliseconds, reason } = this.leastWait(index, waiting);
      if (milliseconds > within) return this.rejectAsLate(waiting, milliseconds, reason);
      if (milliseconds >= ANNOUNCED) request.onWait?.(Math.ceil(milliseconds), reason);
      // The current sleep may be for a patient request, and longer.
      if (this.reserve > 0 && index === 0) this.sleep?.abort();
      return void this.serve();
    });
  }

  private goesBefore(one: Waiting, other: Waiting): boolean {
    const [isPatient, isOtherPatient] = [this.isPatient(one), this.isPatient(other)];
    return isPatient === isOtherPatient ? one.place < other.place : isOtherPatient;
  }

  private isPatient(request: TurnRequest): boolean {
    return this.reserve > 0 && request.isPatient === true;
  }

  /**
   * Gives turns to the requests whose time has come, and waits for the next one. Called again by everything that frees
   * a place.
   */
  private async serve(): Promise<void> {
    for (let next = this.queue[0]; next !== undefined && !this.isBlocked(next); next = this.queue[0]) {
      if (this.sleep !== undefined) return;
      const { milliseconds } = this.leastWait(0, next);
      if (milliseconds <= 0) {
        this.queue.shift()?.begin(this.begin());
        continue;
      }
      this.sleep = new AbortController();
      try {
        await this.stopwatch.wait(Math.ceil(milliseconds), this.sleep.signal);
      } catch (error) {
        // An abort only means that nobody waits any longer, or that another request is the next.
        if (!this.sleep.signal.aborted) for (const waiting of this.queue.splice(0)) waiting.fail(error as Error);
      }
      this.sleep = undefined;
      this.rejectLate();
    }
  }

  /** Whether only the answer to another request lets the next one go. */
  private isBlocked(next: Waiting): boolean {
    const isFull = this.windows.some(({ window }) => window.isFull(this.placesLeft(next, window)));
    return this.probe === "under way" || isFull;
  }

  /** How many places of a window a request leaves to others. */
  private placesLeft(request: TurnRequest, { limit }: SlidingWindow): number {
    return this.isPatient(request) ? Math.floor(limit * this.reserve) : 0;
  }

  private begin(): Turn {
    const { pauses } = this;
    for (const { window } of this.windows) window.begin();
    if (this.probe === "waiting") this.probe = "under way";
    const over = (now: number) => {
      for (const { window } of this.windows) window.end(now);
      return pauses === this.pauses;
    };
    return {
      end: () => {
        if (over(this.stopwatch.elapsed())) [this.probe, this.refusalsInARow] = ["through", 0];
        void this.serve();
      },
      refused: (retryAfter) => {
        const now = this.stopwatch.elapsed();
        if (over(now)) this.pause(now + backOff(++this.refusalsInARow, retryAfter, this.random()));
        else if (retryAfter !== null) this.pause(now + backOff(1, retryAfter, 0));
        this.rejectLate();
        void this.serve();
        return Math.max(0, Math.ceil(this.pausedUntil - now));
      },
    };
  }

  private pause(until: number): void {
    this.pauses += 1;
    this.probe = "waiting";
    this.pausedUntil = Math.max(this.pausedUntil, until);
  }

  private leastWait(
    before: number,
    request: TurnRequest,
  ): { readonly milliseconds: number; readonly reason: WaitReason } {
    const now = this.stopwatch.elapsed();
    const waits = this.windows.map(({ reason, window }) => ({
      reason,
      milliseconds: window.leastWait(before, now, this.placesLeft(request, window)),
    }));
    const paused = { reason: "refused" as const, milliseconds: this.pausedUntil - now };
    return waits.reduce((longest, each) => (each.milliseconds > longest.milliseconds ? each : longest), paused);
  }

  /** Fails the requests whose turn would come too late. */
  private rejectLate(): void {
    const now = this.stopwatch.elapsed();
    let before = 0;
    for (const waiting of [...this.queue]) {
      const { milliseconds, reason } = this.leastWait(before, waiting);
      if (milliseconds <= waiting.end - now) {
        before += 1;
        continue;
      }
      this.rejectAsLate(waiting, milliseconds, reason);
    }
  }

  private rejectAsLate(waiting: Waiting, milliseconds: number, reason: WaitReason): void {
    this.removeFromQueue(waiting);
    const limit = this.windows.find((each) => each.reason === reason)?.window.limit ?? null;
    waiting.fail(new RateBudgetError(waiting.call, { reason, limit, wait: milliseconds }));
  }

  private removeFromQueue(waiting: Waiting): void {
    const index = this.queue.indexOf(waiting);
    if (index >= 0) this.queue.splice(index, 1);
    if (this.queue.length === 0) this.sleep?.abort();
  }
}

/** Milliseconds from which on a wait is worth a word. */
const ANNOUNCED = 1_000;
