import { InvalidArgumentError, RateBudget, RateBudgetError, RateLimitedError } from "../../src/cronofy";
import type { RateBudgetOptions, RetryEvent, WaitEvent } from "../../src/cronofy";
import { withRetries } from "../../src/cronofy/with-retries";
import { SelfMovingClock } from "./self-moving-clock";
import { CALL, LimitedService, pseudoRandom } from "./limited-service";

const MINUTE = 60_000;

let clock: SelfMovingClock;
let waits: WaitEvent[];
let retries: RetryEvent[];

beforeEach(() => {
  clock = new SelfMovingClock();
  waits = [];
  retries = [];
});

function budgetOf(options: RateBudgetOptions = {}): RateBudget {
  return new RateBudget({ stopwatch: clock.stopwatch, random: pseudoRandom(7), ...options });
}

function call<T>(
  budget: RateBudget,
  work: () => Promise<T>,
  within = 10 * MINUTE,
  signal?: AbortSignal,
  rule: "once" | "mint" = "once",
): Promise<T> {
  return withRetries(
    work,
    {
      call: CALL,
      rule,
      maxRetries: 4,
      within,
      budget,
      random: () => 0.5,
      onWait: (event) => waits.push(event),
      onRetry: (event) => retries.push(event),
    },
    signal,
  );
}

/** Does so many things at once, each within the same time. */
function all<T>(count: number, work: (index: number) => Promise<T>): Promise<PromiseSettledResult<T>[]> {
  return Promise.allSettled(Array.from({ length: count }, (_, index) => work(index)));
}

describe("a rate budget", () => {
  it("never exceeds either limit, however long requests travel, and wastes next to nothing", async () => {
    const random = pseudoRandom(1);
    const service = new LimitedService(clock, () => 5 + random() * 200);
    const budget = budgetOf();
    await clock.until(all(2_000, () => call(budget, () => service.request())));
    expect(service.taken).toHaveLength(2_000);
    expect(service.refused).toEqual([]);
    const imposed = 3 * MINUTE + 9_000;
    expect(clock.time).toBeGreaterThan(imposed);
    expect(clock.time).toBeLessThan(1.05 * imposed);
  });

  it("lets as many go at once as the limits allow, and takes other limits", async () => {
    const budget = budgetOf({ requestsPerSecond: 3, requestsPerMinute: 7 });
    const begun: number[] = [];
    const request = () => Promise.resolve(void begun.push(clock.time));
    await clock.until(all(10, () => call(budget, request)));
    expect(begun).toEqual([0, 0, 0, 1_000, 1_000, 1_000, 2_000, 60_000, 60_000, 60_000]);
  });

  it.each([0, -1, 2.5, NaN, Infinity])("does not take %p as a limit", (limit) => {
    expect(() => budgetOf({ requestsPerSecond: limit })).toThrow(InvalidArgumentError);
    expect(() => budgetOf({ requestsPerMinute: limit })).toThrow("Use a whole number of at least 1.");
  });

  it("is shared by all who were given it", async () => {
    const budget = budgetOf({ requestsPerSecond: 2 });
    const [one, other] = [new LimitedService(clock), new LimitedService(clock)];
    await clock.until(all(4, (index) => call(budget, () => (index % 2 === 0 ? one : other).request())));
    expect([one.taken, other.taken]).toEqual([
      [0, 1_000],
      [0, 1_000],
    ]);
  });

  it("serves in the order of arrival, and keeps the place of a request that has to come again", async () => {
    const budget = budgetOf({ requestsPerSecond: 1 });
    const order: number[] = [];
    let refusals = 2;
    await clock.until(
      all(4, (index) =>
        call(budget, () => {
          order.push(index);
          return index === 1 && refusals-- > 0 ? Promise.reject(new RateLimitedError(CALL, 0)) : Promise.resolve();
        }),
      ),
    );
    expect(order).toEqual([0, 1, 1, 1, 2, 3]);
  });

  it("keeps a reserve from requests for link tokens, so that a redemption goes at once however many there are", async () => {
    const service = new LimitedService(clock, () => 10);
    const budget = budgetOf({ reserve: 0.2 });
    const mints = all(1_500, () => call(budget, () => service.request(), 20_000, undefined, "mint"));
    await clock.until(Promise.race([mints, clock.delay(15_000)]));
    expect(service.taken).toHaveLength(400);
    const begun = clock.time;
    await clock.until(all(100, () => call(budget, () => service.request(), 20_000)));
    expect(clock.time - begun).toBeLessThan(2_500);
    const settled = await clock.until(mints);
    expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(400);
    expect(service.refused).toEqual([]);
  });

  it("lets redemptions go before link tokens that wait already, and link tokens in their order", async () => {
    const budget = budgetOf({ requestsPerSecond: 5, reserve: 0.2 });
    const order: string[] = [];
    const begin = (name: string, rule: "once" | "mint") =>
      call(budget, () => Promise.resolve(void order.push(name)), MINUTE, undefined, rule);
    const mints = Array.from({ length: 6 }, (_, index) => begin(`mint ${index}`, "mint"));
    await new Promise(setImmediate);
    const redemptions = [begin("redeem 0", "once"), begin("redeem 1", "once")];
    await clock.until(Promise.all([...mints, ...redemptions]));
    expect(order).toEqual([0, 1, 2, 3].map((n) => `mint ${n}`).concat("redeem 0", "redeem 1", "mint 4", "mint 5"));
  });

  it("says at once that a turn would come too late, and lets the others have theirs", async () => {
    const service = new LimitedService(clock);
    const budget = budgetOf();
    const results = all(700, () => call(budget, () => service.request(), MINUTE - 1));
    await clock.until(Promise.race([results, clock.delay(0)]));
    expect(clock.time).toBe(0);
    const settled = await clock.until(results);
    const failures = settled.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
    expect(failures).toHaveLength(200);
    expect(failures[0]).toBeInstanceOf(RateBudgetError);
    expect(failures[0]).toMatchObject({ code: "rate_limited", status: null, reason: "per_minute", limit: 500 });
    expect((failures[0] as Error).message).toBe(
      "Could not read the user info at api.example.com: its turn would come in 60 s at the earliest, later than it may " +
        "wait: the limit is 500 requests a minute. Do less at once, allow more time, or raise the limit if Cronofy " +
        "grants the application a higher one.",
    );
    expect(service.taken).toHaveLength(500);
    expect(clock.time).toBeLessThan(MINUTE);
  });

  it("tells who waits a second or more for how long and why", async () => {
    const budget = budgetOf({ requestsPerSecond: 2, requestsPerMinute: 3 });
    await clock.until(all(4, () => call(budget, () => clock.delay(10))));
    expect(waits).toEqual([
      { operation: "read the user info", delay: 1_000, reason: "per_second" },
      { operation: "read the user info", delay: 60_000, reason: "per_minute" },
    ]);
  });

  it("lets go at once of who is interrupted, and leaves no timer behind", async () => {
    const budget = budgetOf({ requestsPerSecond: 1 });
    const interrupted = new AbortController();
    await call(budget, () => Promise.resolve());
    const waiting = all(3, () => call(budget, () => Promise.resolve(), MINUTE, interrupted.signal));
    await new Promise(setImmediate);
    expect(clock.waiting).toBe(1);
    const reason = new Error("interrupted");
    interrupted.abort(reason);
    expect(await waiting).toEqual(Array(3).fill({ status: "rejected", reason }));
    expect(clock.waiting).toBe(0);
    await expect(call(budget, () => Promise.resolve(), MINUTE, AbortSignal.abort(reason))).rejects.toBe(reason);
    await clock.until(call(budget, () => Promise.resolve()));
    expect(clock.time).toBe(1_000);
  });
});

describe("after a 429", () => {
  it("the pause is to the millisecond what Cronofy asks for, however long the process has run", async () => {
    for (const start of [12_768.0068, 12_768.1027, 12_768.1986]) {
      clock.time = start;
      const turn = await budgetOf().turn({ call: CALL, place: 0, within: MINUTE });
      expect(turn.refused(20_000)).toBe(20_000);
    }
  });

  it("everybody pauses for as long as Cronofy asks, then one goes ahead", async () => {
    const service = new LimitedService(clock, () => 100);
    [service.retryAfter, service.refusesUntil] = [10_000, 15_000];
    const budget = budgetOf();
    await clock.until(all(100, () => call(budget, () => service.request())));
    expect(service.taken).toHaveLength(100);
    // Fifty were under way when the first was refused; then one at 10.2 s, and at 20.4 s it gets through.
    expect(service.refused).toEqual([...Array<number>(50).fill(100), 10_300]);
    expect(service.taken.slice(0, 3)).toEqual([20_500, 20_700, 20_700]);
  });

  it("the refusals of one burst make one pause, which is the shorter the fewer there were before", async () => {
    const service = new LimitedService(clock, () => 100);
    service.refusesUntil = 1_500;
    const budget = budgetOf({ random: () => 0.5 });
    await clock.until(all(60, () => call(budget, () => service.request())));
    // Half a second's pause is over before the limit of 50 lets the next one go; then comes half of two seconds.
    expect(service.refused).toEqual([...Array<number>(50).fill(100), 1_300]);
    expect(service.taken[0]).toBe(1_400 + 1_000 + 100);
  });

  it("2,000 operations do not hammer", async () => {
    const service = new LimitedService(clock, () => 50);
    service.refusesUntil = 5 * MINUTE;
    const budget = budgetOf();
    const settled = await clock.until(all(2_000, () => call(budget, () => service.request(), 60 * MINUTE)));
    expect(settled.filter(({ status }) => status === "rejected")).toEqual([]);
    expect(service.refused.length).toBeLessThan(50 + 40);
    const gaps = service.refused.slice(50).map((time, index) => time - (service.refused[49 + index] ?? 0));
    expect(Math.max(...gaps)).toBeGreaterThan(5_000);
  });

  it("is repeated far more often than other failures, until the time is over", async () => {
    const service = new LimitedService(clock, () => 50);
    service.refusesUntil = Infinity;
    const failure = clock.until(call(budgetOf(), () => service.request(), 5 * MINUTE));
    await expect(failure).rejects.toMatchObject({ code: "rate_limited", status: 429 });
    expect(service.refused.length).toBeGreaterThan(10);
    expect(retries).toHaveLength(service.refused.length - 1);
    expect(clock.time).toBeLessThanOrEqual(5 * MINUTE);
  });

  it("those who cannot wait for the end of the pause are told so", async () => {
    const service = new LimitedService(clock);
    [service.retryAfter, service.refusesUntil] = [30_000, 30_000];
    const budget = budgetOf({ requestsPerSecond: 1 });
    const [first, second] = await clock.until(
      all(2, (index) => call(budget, () => service.request(), index === 0 ? MINUTE : 20_000)),
    );
    expect(first).toMatchObject({ status: "fulfilled" });
    expect(second).toMatchObject({ reason: { name: "RateBudgetError", reason: "refused", limit: null } });
    expect((second as PromiseRejectedResult).reason).toHaveProperty(
      "message",
      expect.stringContaining(
        "later than it may wait: Cronofy answered another request that the rate limit is used up",
      ),
    );
  });

  it("several processes that share one application all get done, and none fails", async () => {
    const random = pseudoRandom(3);
    const service = new LimitedService(clock, () => 20 + random() * 60);
    const processes = [1, 2, 3].map((seed) => budgetOf({ random: pseudoRandom(seed) }));
    // Ten at a time each, and two minutes for each operation.
    const work = processes.flatMap((budget) =>
      Array.from({ length: 10 }, async () => {
        for (let done = 0; done < 40; done++) await call(budget, () => service.request(), 2 * MINUTE);
      }),
    );
    const settled = await clock.until(Promise.allSettled(work));
    expect(settled.filter(({ status }) => status === "rejected")).toEqual([]);
    expect(service.taken).toHaveLength(1_200);
    expect(service.refused.length).toBeGreaterThan(0);
    expect(service.refused.length).toBeLessThan(300);
    expect(clock.time).toBeLessThan(4 * MINUTE);
  });
});
