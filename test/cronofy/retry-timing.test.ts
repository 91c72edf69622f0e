import { RateLimitedError, UnreachableError } from "../../src/cronofy";
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
