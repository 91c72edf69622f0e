import { startSandbox } from "../../src/sandbox";
import { expectError, REDIRECT_URI, TestSandbox, tokensOf, withSandbox } from "./support";

describe("what can be made to happen", () => {
  let sandbox: TestSandbox;
  beforeEach(async () => (sandbox = new TestSandbox(await startSandbox())));
  afterEach(() => sandbox.running.close());

  it("is a plan without the feature: link tokens get 402, to a good key alone", async () => {
    expect((await sandbox.admin("POST", "/plan", { enterprise_conferencing: false })).status).toBe(204);
    expect((await sandbox.requestLinkToken({ service_account_id: sandbox.acme })).status).toBe(402);
    expect((await sandbox.requestLinkToken({}, "wrong")).status).toBe(401);
    await sandbox.admin("POST", "/plan", { enterprise_conferencing: true });
    await sandbox.mint();
  });

  it("is a locked subject: its access tokens get 423, its refresh tokens work on", async () => {
    const { sub, access_token, refresh_token } = await sandbox.link();
    expect((await sandbox.admin("POST", "/lock", { sub, locked: true })).status).toBe(204);
    expect((await sandbox.userInfo(access_token)).status).toBe(423);
    const { access_token: fresh } = await tokensOf(await sandbox.refresh(refresh_token));
    await sandbox.admin("POST", "/lock", { sub, locked: false });
    expect((await sandbox.userInfo(fresh)).status).toBe(200);
  });

  it("is a locked subject that cannot refresh either, where that is assumed; nothing is used up", () =>
    withSandbox({ assumptions: { lockedSubjectRefreshes: false } }, async (own) => {
      const { sub, refresh_token } = await own.link();
      await own.admin("POST", "/lock", { sub, locked: true });
      expect((await own.refresh(refresh_token)).status).toBe(423);
      await own.admin("POST", "/lock", { sub, locked: false });
      expect((await own.refresh(refresh_token)).status).toBe(200);
    }));

  it("is a unit that is forgotten: its tokens and its codes are void, and its profiles gone", async () => {
    const { sub = "", access_token, refresh_token } = await sandbox.link();
    const code = await sandbox.consent(await sandbox.authorizationUrl());
    expect((await sandbox.admin("POST", "/forget_unit", { organizational_unit_id: sub })).status).toBe(204);
    expect((await sandbox.userInfo(access_token)).status).toBe(401);
    await expectError(await sandbox.refresh(refresh_token), 400, "invalid_grant");
    await expectError(await sandbox.redeem(code), 400, "invalid_grant");
    expect((await sandbox.admin("POST", "/forget_unit", { organizational_unit_id: sub })).status).toBe(404);
    expect((await sandbox.link()).sub).not.toBe(sub);
  });

  it("is a Zoom account on the Free plan, which the administrator's page refuses", () =>
    withSandbox({ assumptions: { administratorAccess: "confirmed" } }, async (own) => {
      await own.admin("POST", "/zoom_plan", { service_account_id: own.acme, zoom_plan: "free" });
      const url = await own.authorizationUrl();
      const answers = { proved_access: "yes", organizational_unit: "new", decision: "approve" };
      const post = (provider: string) =>
        fetch(url, {
          method: "POST",
          body: new URLSearchParams({ ...answers, conferencing_provider_name: provider }),
          redirect: "manual",
        });
      const refused = await post("zoom_enterprise");
      expect(refused.status).toBe(422);
      expect(await refused.text()).toContain("Free plan, which cannot be connected");
      expect((await post("ms_teams")).status).toBe(302);
    }));

  it("is a Zoom account on the Free plan, for which the browser may return with access_denied", () =>
    withSandbox({ assumptions: { freePlanRefusal: "redirect" } }, async (own) => {
      await own.admin("POST", "/zoom_plan", { service_account_id: own.acme, zoom_plan: "free" });
      const authorization_url = await own.authorizationUrl();
      const response = await own.admin("POST", "/authorize", { authorization_url });
      expect(await response.json()).toEqual({
        redirect_to: `${REDIRECT_URI}&error=access_denied&state=opaque+state`,
      });
    }));

  it("is tokens for a unit that is linked, as for the other subjects", async () => {
    const { sub = "" } = await sandbox.link();
    const { access_token, scope } = await sandbox.tokensFor(sub);
    expect(scope).toBe("organizational_unit_use_integrations");
    expect(await (await sandbox.userInfo(access_token)).json()).toMatchObject({ sub });
  });

  it.each([
    ["/plan", { enterprise_conferencing: "yes" }, 422],
    ["/lock", { sub: "ser_0", locked: true }, 404],
    ["/zoom_plan", { service_account_id: "ser_0", zoom_plan: "free" }, 404],
    ["/zoom_plan", { service_account_id: "ser_0", zoom_plan: "trial" }, 422],
    ["/forget_unit", { organizational_unit_id: "a b" }, 422],
    ["/snapshots/snapshot_0/restore", {}, 404],
  ])("says what is wrong with %s %j", async (path, body, status) => {
    const response = await sandbox.admin("POST", path, body);
    expect([response.status, await response.json()]).toEqual([status, { error: expect.any(String) as unknown }]);
  });
});

describe("a snapshot", () => {
  it("brings back tokens, links, the clock, faults and switches, as often as asked", () =>
    withSandbox({}, async (sandbox) => {
      const linked = await sandbox.link();
      const code = await sandbox.consent(await sandbox.authorizationUrl());
      await sandbox.advance(10);
      await sandbox.admin("POST", "/faults", { path: "/v1/none", status: 500, times: 3 });
      const before = await stateOf(sandbox);
      const snapshot = await takeSnapshot(sandbox);
      for (let round = 0; round < 2; round += 1) {
        await sandbox.redeem(code);
        await sandbox.refresh(linked.refresh_token);
        await sandbox.admin("POST", "/revoke", { service_account_id: sandbox.acme });
        await sandbox.admin("POST", "/plan", { enterprise_conferencing: false });
        await sandbox.admin("DELETE", "/faults");
        await sandbox.advance(5000);
        expect((await sandbox.admin("POST", `/snapshots/${snapshot}/restore`)).status).toBe(204);
        expect((await sandbox.userInfo(linked.access_token)).status).toBe(200);
        expect(await stateOf(sandbox)).toEqual(before);
        expect(await (await sandbox.admin("GET", "/faults")).json()).toHaveLength(1);
      }
      expect((await sandbox.redeem(code)).status).toBe(200);
      expect((await sandbox.refresh(linked.refresh_token)).status).toBe(200);
    }));

  it("leads to the same tokens each time it is gone back to", () =>
    withSandbox({ now: () => 1e12 }, async (sandbox) => {
      const snapshot = await takeSnapshot(sandbox);
      const first = await sandbox.link();
      await sandbox.admin("POST", `/snapshots/${snapshot}/restore`);
      expect(await sandbox.link()).toEqual(first);
    }));

  it("keeps revocation by a restored token whole", () =>
    withSandbox({}, async (sandbox) => {
      const { access_token, refresh_token } = await sandbox.link();
      await sandbox.admin("POST", `/snapshots/${await takeSnapshot(sandbox)}/restore`);
      await sandbox.token({ token: access_token }, "/oauth/token/revoke");
      await expectError(await sandbox.refresh(refresh_token), 400, "invalid_grant");
    }));

  it("sets the rate limit's clock back, too", () =>
    withSandbox(
      { now: () => 1e12, assumptions: { rateLimit: { perSecond: 2, perMinute: 2, sendsRetryAfter: false } } },
      async (sandbox) => {
        const snapshot = await takeSnapshot(sandbox);
        await sandbox.advance(86_400);
        for (const expected of [401, 401, 429]) expect((await sandbox.userInfo("x")).status).toBe(expected);
        await sandbox.admin("POST", `/snapshots/${snapshot}/restore`);
        for (const expected of [401, 401, 429]) expect((await sandbox.userInfo("x")).status).toBe(expected);
      },
    ));

  it("is one of the latest twenty", () =>
    withSandbox({}, async (sandbox) => {
      for (let round = 0; round < 22; round += 1) await takeSnapshot(sandbox);
      const ids = (await (await sandbox.admin("GET", "/snapshots")).json()) as string[];
      expect([ids.length, ids[0], ids.at(-1)]).toEqual([20, "snapshot_3", "snapshot_22"]);
    }));
});

async function takeSnapshot(sandbox: TestSandbox): Promise<string> {
  const response = await sandbox.admin("POST", "/snapshots");
  expect(response.status).toBe(201);
  return ((await response.json()) as { snapshot_id: string }).snapshot_id;
}

/** All of the state that does not move by itself. */
async function stateOf(sandbox: TestSandbox): Promise<unknown> {
  const { clock, ...rest } = (await (await sandbox.admin("GET", "/state")).json()) as {
    clock: { ahead_seconds: number };
  };
  return { ...rest, ahead: clock.ahead_seconds };
}
