import { DOCUMENTED_RATE_LIMIT } from "../../src/sandbox";
import { withSandbox } from "./support";
import type { TestSandbox } from "./support";

describe("rate limits", () => {
  it("are off unless asked for", () =>
    withSandbox({ now: () => 0 }, async (sandbox) => {
      expect(await statuses(sandbox, 60)).toEqual({ 401: 60 });
    }));

  it("admit the documented 50 requests in any second", () =>
    withSandbox({ now: () => 1e12, assumptions: { rateLimit: DOCUMENTED_RATE_LIMIT } }, async (sandbox) => {
      expect(await statuses(sandbox, 60)).toEqual({ 401: 50, 429: 10 });
      await sandbox.advance(0.999);
      expect(await statuses(sandbox, 1)).toEqual({ 429: 1 });
      await sandbox.advance(0.001);
      expect(await statuses(sandbox, 60)).toEqual({ 401: 50, 429: 10 });
    }));

  it("admit the documented 500 requests in any minute, whichever host they go to", () =>
    withSandbox({ now: () => 1e12, assumptions: { rateLimit: DOCUMENTED_RATE_LIMIT } }, async (sandbox) => {
      for (let second = 0; second < 10; second += 1) {
        expect(await statuses(sandbox, 50)).toEqual({ 401: 50 });
        await sandbox.advance(1);
      }
      expect(await statuses(sandbox, 1)).toEqual({ 429: 1 });
      expect((await sandbox.app("/oauth/token", { method: "POST" })).status).toBe(429);
      await sandbox.advance(50);
      expect(await statuses(sandbox, 51)).toEqual({ 401: 50, 429: 1 });
    }));

  it("may say when to come back", () =>
    withSandbox(
      { now: () => 1e12, assumptions: { rateLimit: { perSecond: 5, perMinute: 1, sendsRetryAfter: true } } },
      async (sandbox) => {
        await sandbox.userInfo("x");
        await sandbox.advance(20.5);
        expect((await sandbox.userInfo("x")).headers.get("retry-after")).toBe("40");
      },
    ));
});

/** How many of so many requests got which status. */
async function statuses(sandbox: TestSandbox, requests: number): Promise<Record<number, number>> {
  const counts: Record<number, number> = {};
  for (const { status } of await Promise.all(Array.from({ length: requests }, () => sandbox.userInfo("x")))) {
    counts[status] = (counts[status] ?? 0) + 1;
  }
  return counts;
}
