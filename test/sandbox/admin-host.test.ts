import { containing, matching, REDIRECT_URI, TestSandbox, withSandbox } from "./support";
import { startSandbox } from "../../src/sandbox";

describe("the admin API", () => {
  let sandbox: TestSandbox;
  beforeEach(async () => (sandbox = new TestSandbox(await startSandbox())));
  afterEach(() => sandbox.running.close());

  it("consents as an administrator would, without following the way back", async () => {
    const authorization_url = await sandbox.authorizationUrl();
    const response = await sandbox.admin("POST", "/authorize", { authorization_url });
    expect(await response.json()).toEqual({
      redirect_to: matching(/^https:\/\/app\.example\/callback\?tenant=7&code=\w{32}&state=opaque\+state$/),
    });
  });

  it("refuses as an administrator would", async () => {
    const authorization_url = await sandbox.authorizationUrl();
    const response = await sandbox.admin("POST", "/authorize", { authorization_url, refuse: true });
    expect(await response.json()).toEqual({ redirect_to: `${REDIRECT_URI}&error=access_denied&state=opaque+state` });
  });

  it("picks the provider and the unit it is told to", async () => {
    const { sub = "" } = await sandbox.link();
    await sandbox.consent(await sandbox.authorizationUrl(), {
      conferencing_provider_name: "ms_teams",
      organizational_unit: sub,
    });
    await sandbox.consent(await sandbox.authorizationUrl(), { organizational_unit: "new" });
    const { organizational_units } = (await (await sandbox.admin("GET", "/state")).json()) as {
      organizational_units: { organizational_unit_id: string; links: { conferencing_provider_name: string }[] }[];
    };
    expect(organizational_units.map((unit) => unit.links.map((link) => link.conferencing_provider_name))).toEqual([
      ["zoom_enterprise", "ms_teams"],
      ["zoom_enterprise"],
    ]);
  });

  it.each([
    [{ conferencing_provider_name: "carrier_pigeon" }, /^conferencing_provider_name: .*"zoom_enterprise"/],
    [{ organizational_unit: "org_0" }, /^organizational_unit: /],
    [{ surprise: true }, /surprise/],
  ])("says what is wrong with %j", async (more, message) => {
    const authorization_url = await sandbox.authorizationUrl();
    const response = await sandbox.admin("POST", "/authorize", { authorization_url, ...more });
    expect([response.status, await response.json()]).toEqual([422, { error: matching(message) }]);
  });

  it("does not pick another provider than the one the URL asks for", async () => {
    const authorization_url = await sandbox.authorizationUrl({ conferencing_provider_name: "ms_teams" });
    const wanted = { authorization_url, conferencing_provider_name: "indeed" };
    expect((await sandbox.admin("POST", "/authorize", wanted)).status).toBe(422);
    await sandbox.consent(authorization_url);
  });

  it("says why a URL cannot be consented to", async () => {
    const used = await sandbox.authorizationUrl();
    await sandbox.consent(used);
    const response = await sandbox.admin("POST", "/authorize", { authorization_url: used });
    expect([response.status, await response.json()]).toEqual([410, { error: containing("already used") }]);
    const other = await sandbox.admin("POST", "/authorize", { authorization_url: "https://app.example/invitations/1" });
    expect(await other.json()).toEqual({ error: containing("/organizational_unit_oauth") });
  });

  it("revokes what links a service account", async () => {
    const { access_token, refresh_token } = await sandbox.link();
    const response = await sandbox.admin("POST", "/revoke", { service_account_id: sandbox.acme });
    expect(await response.json()).toEqual({ revoked: 1 });
    expect((await sandbox.userInfo(access_token)).status).toBe(401);
    expect((await sandbox.refresh(refresh_token)).status).toBe(400);
    expect((await sandbox.link()).access_token).not.toBe(access_token);
  });

  it("names a service account that it does not have", async () => {
    const response = await sandbox.admin("POST", "/revoke", { service_account_id: "ser_0" });
    expect([response.status, await response.json()]).toEqual([404, { error: "There is no service account ser_0." }]);
  });

  it("moves the clock forward", async () => {
    const before = Date.now();
    const response = await sandbox.admin("POST", "/clock", { advance_seconds: 3600 });
    const { now, ahead_seconds } = (await response.json()) as { now: string; ahead_seconds: number };
    expect(ahead_seconds).toBe(3600);
    expect(Date.parse(now)).toBeGreaterThanOrEqual(before + 3_600_000);
  });

  it.each([-1, "soon", 1e12, null])("does not move the clock by %j", async (advance_seconds) => {
    const response = await sandbox.admin("POST", "/clock", { advance_seconds });
    expect([response.status, await response.json()]).toEqual([422, { error: matching(/^advance_seconds/) }]);
  });

  it("lists the API requests, newest last, without queries and secrets, and none of its own", async () => {
    const token = await sandbox.mint();
    await sandbox.app(`/organizational_unit_oauth?ou_link_token=${token}`);
    await sandbox.app("/oauth/token", { method: "POST" });
    await sandbox.api(`/v1/${token}?secret=${token}`);
    expect(await (await sandbox.admin("GET", "/requests")).json()).toEqual([
      { method: "POST", path: "/v1/organizational_unit_authorization_link_tokens", status: 200 },
      { method: "POST", path: "/oauth/token", status: 400 },
      { method: "GET", path: "/v1/***", status: 404 },
    ]);
  });

  it("forgets the oldest requests", () =>
    withSandbox({ requestLogLength: 2 }, async (own) => {
      for (const path of ["/1", "/2", "/3", "/4", "/5"]) await own.api(path);
      const requests = (await (await own.admin("GET", "/requests")).json()) as { path: string }[];
      expect(requests.map((each) => each.path)).toEqual(["/4", "/5"]);
    }));

  it("adds a service account", async () => {
    const added = await sandbox.admin("POST", "/service_accounts", { email: "rooms@umbrella.example" });
    expect(added.status).toBe(201);
    const { service_account_id, domain } = (await added.json()) as { service_account_id: string; domain: string };
    expect(domain).toBe("umbrella.example");
    await sandbox.mint(service_account_id);
    const again = await sandbox.admin("POST", "/service_accounts", { email: "a@b.example", service_account_id });
    expect(again.status).toBe(409);
  });

  it("shows what is held, but no secret", async () => {
    const { access_token, refresh_token } = await sandbox.link();
    const pending = await sandbox.mint();
    const state = await (await sandbox.admin("GET", "/state")).text();
    for (const secret of [sandbox.running.client_secret, access_token, refresh_token, pending]) {
      expect(state).not.toContain(secret);
    }
    expect(state).toContain(sandbox.acme);
  });

  it("goes back to the beginning", async () => {
    const { access_token } = await sandbox.link();
    await sandbox.advance(60);
    await sandbox.admin("POST", "/service_accounts", { email: "rooms@umbrella.example" });
    await sandbox.admin("POST", "/faults", { path: "/*", status: 500 });
    expect((await sandbox.admin("POST", "/reset")).status).toBe(204);
    expect(await (await sandbox.admin("GET", "/requests")).json()).toEqual([]);
    expect((await sandbox.userInfo(access_token)).status).toBe(401);
    expect(await (await sandbox.admin("GET", "/state")).json()).toMatchObject({
      clock: { ahead_seconds: 0 },
      service_accounts: sandbox.running.service_accounts,
      organizational_units: [],
    });
    await sandbox.mint();
  });

  it("is closed to pages of other sites", async () => {
    const post = (headers: Record<string, string>) =>
      fetch(`${sandbox.running.admin_url}/clock`, { method: "POST", headers, body: '{"advance_seconds":1}' });
    expect((await post({ "content-type": "application/json", origin: "https://evil.example" })).status).toBe(403);
    expect((await post({ "content-type": "text/plain" })).status).toBe(422);
  });

  it("says in JSON what it does not have, and what is not JSON", async () => {
    const unknown = await sandbox.admin("GET", "/nothing");
    expect([unknown.status, await unknown.json()]).toEqual([404, { error: "The admin API has no GET /nothing." }]);
    const headers = { "content-type": "application/json" };
    const torn = await fetch(`${sandbox.running.admin_url}/clock`, { method: "POST", headers, body: "{" });
    expect([torn.status, await torn.json()]).toEqual([422, { error: "The body is not JSON." }]);
  });
});
