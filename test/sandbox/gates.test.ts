import { createSandbox, DOCUMENTED_RATE_LIMIT, startSandbox } from "../../src/sandbox";
import { containing, TestSandbox, withSandbox } from "./support";

describe("injected faults", () => {
  let sandbox: TestSandbox;
  beforeEach(async () => (sandbox = new TestSandbox(await startSandbox())));
  afterEach(() => sandbox.running.close());

  it("answer the matching requests, as often as told", async () => {
    await sandbox.admin("POST", "/faults", {
      method: "post",
      path: "/v1/organizational_unit_authorization_link_tokens",
      status: 503,
      body: "<html>busy</html>",
      headers: { "Retry-After": "2", "Content-Type": "text/html" },
      times: 2,
    });
    expect((await sandbox.api("/v1/userinfo")).status).toBe(401);
    for (let round = 0; round < 2; round += 1) {
      const response = await sandbox.requestLinkToken({ service_account_id: sandbox.acme });
      expect(response.status).toBe(503);
      expect(response.headers.get("retry-after")).toBe("2");
      expect(await response.text()).toBe("<html>busy</html>");
    }
    await sandbox.mint();
  });

  it("answer with JSON, or without a body", async () => {
    await sandbox.admin("POST", "/faults", { path: "/v1/*", status: 423, body: { error: "locked" } });
    await sandbox.admin("POST", "/faults", { path: "/v1/*", status: 204, body: "ignored" });
    expect(await (await sandbox.userInfo("x")).json()).toEqual({ error: "locked" });
    expect((await sandbox.userInfo("x")).status).toBe(204);
  });

  it("cut the connection before the work is done, or after", async () => {
    const { refresh_token } = await sandbox.link();
    await sandbox.admin("POST", "/faults", { path: "/oauth/token", drop: "before" });
    await sandbox.admin("POST", "/faults", { path: "/oauth/token", drop: "after" });
    await expect(sandbox.refresh(refresh_token)).rejects.toThrow();
    await expect(sandbox.refresh(refresh_token)).rejects.toThrow();
    // The second one was rotated: the answer got lost, the work did not.
    expect((await sandbox.refresh(refresh_token)).status).toBe(400);
    const requests = (await (await sandbox.admin("GET", "/requests")).json()) as { status: number }[];
    expect(requests.slice(-3).map((each) => each.status)).toEqual([0, 0, 400]);
  });

  it("answer with an error after the work was done", async () => {
    const { refresh_token } = await sandbox.link();
    await sandbox.admin("POST", "/faults", { path: "/oauth/token", status: 500, body: "lost", after_work: true });
    const response = await sandbox.refresh(refresh_token);
    expect([response.status, response.headers.get("content-type"), await response.text()]).toEqual([
      500,
      "text/plain;charset=UTF-8",
      "lost",
    ]);
    expect((await sandbox.refresh(refresh_token)).status).toBe(400);
  });

  it("answer with an error after a revocation, which stays revoked", async () => {
    const { access_token, refresh_token } = await sandbox.link();
    await sandbox.admin("POST", "/faults", { path: "/oauth/token/revoke", status: 502, after_work: true });
    expect((await sandbox.token({ token: refresh_token }, "/oauth/token/revoke")).status).toBe(502);
    expect((await sandbox.userInfo(access_token)).status).toBe(401);
  });

  it("cut the answer short after the work was done", async () => {
    const { refresh_token } = await sandbox.link();
    await sandbox.admin("POST", "/faults", { path: "/oauth/token", truncate: true });
    const response = await sandbox.refresh(refresh_token);
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
    expect((await sandbox.refresh(refresh_token)).status).toBe(400);
  });

  it("cut an answer of their own short, with or without a body", async () => {
    await sandbox.admin("POST", "/faults", { path: "/v1/userinfo", status: 500, body: "half of this", truncate: true });
    await sandbox.admin("POST", "/faults", { path: "/v1/userinfo", status: 500, truncate: true });
    for (let round = 0; round < 2; round += 1) {
      const response = await sandbox.userInfo("x");
      expect(response.status).toBe(500);
      await expect(response.text()).rejects.toThrow();
    }
  });

  it("cut the answer short where nothing listens, too", async () => {
    const { api } = createSandbox({
      faults: [{ path: "/v1/userinfo", truncate: true, status: 500, body: "half of this" }],
    });
    const response = await api(new Request("http://localhost/v1/userinfo"));
    await expect(response.text()).rejects.toThrow("cut the body short");
  });

  it("answer with the HTML page of a gateway", async () => {
    await sandbox.admin("POST", "/faults", { path: "/v1/userinfo", status: 502, error_page: true });
    const response = await sandbox.userInfo("x");
    expect([response.status, response.headers.get("content-type")]).toEqual([502, "text/html"]);
    expect(await response.text()).toContain("<h1>502 Bad Gateway</h1>");
  });

  it("may be there from the beginning", () =>
    withSandbox({ faults: [{ path: "/v1/userinfo", status: 503 }] }, async (own) => {
      expect((await own.userInfo("x")).status).toBe(503);
      expect((await own.userInfo("x")).status).toBe(401);
    }));

  it("meet the pages and the token endpoints of the app host, too", async () => {
    await sandbox.admin("POST", "/faults", { path: "/organizational_unit_oauth", status: 502 });
    await sandbox.admin("POST", "/faults", { path: "/oauth/token", status: 502 });
    expect((await fetch(await sandbox.authorizationUrl())).status).toBe(502);
    expect((await sandbox.app("/oauth/token", { method: "POST" })).status).toBe(502);
  });

  it("wait as long as told before they go on", async () => {
    const waits: number[] = [];
    await withSandbox(
      {
        delay: (ms) => {
          waits.push(ms);
          return Promise.resolve();
        },
      },
      async (own) => {
        await own.admin("POST", "/faults", { path: "/v1/userinfo", delay_ms: 60_000 });
        expect((await own.userInfo("x")).status).toBe(401);
        await own.admin("POST", "/faults", { path: "/v1/*", delay_ms: 1 });
        await own.mint();
      },
    );
    expect(waits).toEqual([60_000, 1]);
  });

  it("do not keep the sandbox from closing, nor wait for a client that has gone", async () => {
    const own = new TestSandbox(await startSandbox());
    await own.admin("POST", "/faults", { path: "/v1/userinfo", delay_ms: 100_000, times: 2 });
    const leaving = new AbortController();
    const left = own.api("/v1/userinfo", { signal: leaving.signal });
    const waiting = own.userInfo("x");
    const outcomes = Promise.allSettled([left, waiting]);
    await untilEmpty(own);
    leaving.abort();
    await own.running.close();
    expect((await outcomes).map((each) => each.status)).toEqual(["rejected", "rejected"]);
  });

  it("can be listed and called off", async () => {
    await sandbox.admin("POST", "/faults", { path: "/v1/userinfo", status: 500, times: 3 });
    expect(await (await sandbox.admin("GET", "/faults")).json()).toEqual([
      { path: "/v1/userinfo", status: 500, times: 3 },
    ]);
    expect((await sandbox.admin("DELETE", "/faults")).status).toBe(204);
    expect((await sandbox.userInfo("x")).status).toBe(401);
  });

  it.each([
    [{ path: "/x" }, "needs status, delay_ms or drop"],
    [{ path: "x", status: 500 }, "path"],
    [{ path: "/x", status: 999 }, "status"],
    [{ path: "/x", status: 500, drop: "after" }, "either status or drop"],
    [{ path: "/x", drop: "after", body: "x" }, "only with a status"],
    [{ path: "/x", delay_ms: 1, after_work: true }, "after_work only with a status"],
    [{ path: "/x", status: 500, headers: { "bad name": "x" } }, "headers"],
    [{ path: "/x", status: 500, times: 0 }, "times"],
    [{ path: "/x", error_page: true, delay_ms: 1 }, "error_page only with a status"],
    [{ path: "/x", drop: "after", truncate: true }, "either drop or truncate"],
  ])("are refused as %j", async (fault, message) => {
    const response = await sandbox.admin("POST", "/faults", fault);
    expect([response.status, await response.json()]).toEqual([422, { error: containing(message) }]);
  });
});

/** Until every fault was met: the requests are then waiting inside the sandbox. */
async function untilEmpty(sandbox: TestSandbox): Promise<void> {
  for (let round = 0; round < 200; round += 1) {
    const faults = (await (await sandbox.admin("GET", "/faults")).json()) as unknown[];
    if (faults.length === 0) return;
  }
  throw new Error("The faults were not met.");
}

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
