import { setTimeout as delay } from "node:timers/promises";
import { LINK, raiseStage } from "./stage";
import type { Stage } from "./stage";

jest.setTimeout(60_000);

const LINK_TOKENS = "/v1/organizational_unit_authorization_link_tokens";

/** Resolves once the request that the fault waits for has arrived. */
async function faultIsTaken(stage: Stage): Promise<void> {
  for (let look = 0; look < 1_000; look++) {
    if (((await stage.admin("GET", "/faults")) as unknown[]).length === 0) return;
    await delay(20);
  }
  throw new Error("No link token was asked for.");
}

describe("Ctrl-C while a link token is being minted", () => {
  it("ends the run at once, says so, and leaves a state that the next apply completes", async () => {
    const stage = await raiseStage({ provider: "executable" });
    try {
      await stage.admin("POST", "/faults", { path: LINK_TOKENS, delay_ms: 50_000, times: 1 });
      const interruption = new AbortController();
      const run = stage.terraform.apply({ signal: interruption.signal, expectError: /Interrupted/ });
      await faultIsTaken(stage);
      const interrupted = Date.now();
      interruption.abort();
      await run;
      expect(Date.now() - interrupted).toBeLessThan(15_000);
      expect((await stage.terraform.state()).addresses).toEqual([]);

      await stage.terraform.apply({ expectActions: { [LINK]: "create" } });
      expect((await stage.link())["status"]).toBe("pending");
    } finally {
      await stage.close();
    }
  });
});
