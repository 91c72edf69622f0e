import { RateLimitedError, UnreachableError, Stopwatch } from "../../src/cronofy";
import type { CallFacts } from "../../src/cronofy";
import { backOff, mayRepeat, parseRetryAfter } from "../../src/cronofy/retry-timing";

const call: CallFacts = { operation: "read the user info", host: "api.example.com" };
const NOW = new Date("2026-03-01T10:00:00Z");

describe("parseRetryAfter", () => {
  it.each<[string | undefined, number | null]>([
    [undefined, null],
    ["", null],
    ["0", 0],
    [" 12 ", 12_000],
    ["-1", null],
    ["1.5", null],
    ["soon", null],
    ["2026-03-01", null],
    ["Sun, 01 Mar 2026 10:00:30 GMT", 30_000],
    ["Sun, 01 Mar 2026 09:00:00 GMT", 0],
    ["nonsense GMT", null],
  ])("reads %j as %p", (header, expected) => {
    expect(parseRetryAfter(header, NOW)).toBe(expected);
  });
});

describe("backOff", () => {
  it.each([
    [1, 1_000],
    [2, 2_000],
    [4, 8_000],
    [6, 30_000],
    [60, 30_000],
  ])("waits before retry %i for anything up to %i ms", (attempt, most) => {
    expect(backOff(attempt, null, 0)).toBe(0);
    expect(backOff(attempt, null, 0.25)).toBe(most / 4);
    expect(backOff(attempt, null, 0.999_999)).toBe(most);
  });

  it("waits as long as Retry-After says, up to a minute", () => {
    expect(backOff(1, 5_000, 0.5)).toBe(5_000);
    expect(backOff(1, 0, 0.5)).toBe(0);
    expect(backOff(1, 86_400_000, 0.5)).toBe(60_000);
  });
});

describe("mayRepeat", () => {
  const timeout = new UnreachableError(call, { sent: true, timedOut: true, reason: "ETIMEDOUT" });

  it("repeats a mint after one time-out, not after two", () => {
    expect(mayRepeat("mint", timeout, [])).toBe(true);
    expect(mayRepeat("mint", timeout, [new RateLimitedError(call, null)])).toBe(true);
    expect(mayRepeat("mint", timeout, [timeout])).toBe(false);
  });

  it("repeats nothing towards a host that is not trusted", () => {
    const untrusted = new UnreachableError(call, { sent: false, timedOut: false, reason: "CERT_HAS_EXPIRED" });
    expect(untrusted.message).toContain("NODE_EXTRA_CA_CERTS");
    expect(mayRepeat("idempotent", untrusted, [])).toBe(false);
  });
});

describe("Stopwatch", () => {
  it("waits for the rest where a timer fires early", async () => {
    let time = 1_000;
    const delays: number[] = [];
    const delay = (milliseconds: number) => {
      delays.push(milliseconds);
      // As after 30 ms of computing: the timer counted from before it.
      time += delays.length === 1 ? milliseconds - 30.5 : milliseconds;
      return Promise.resolve();
    };
    const stopwatch = new Stopwatch({ now: () => time, delay });
    await stopwatch.wait(100);
    expect(delays).toEqual([100, 31]);
    expect(stopwatch.elapsed()).toBe(time);
    expect(time).toBeGreaterThanOrEqual(1_100);
  });

  it("counts a wait in full where the delay does not wait at all", async () => {
    const stopwatch = new Stopwatch({ now: () => 0, delay: () => Promise.resolve() });
    await Promise.all([stopwatch.wait(100), stopwatch.wait(60)]);
    expect(stopwatch.elapsed()).toBe(100);
  });
});
