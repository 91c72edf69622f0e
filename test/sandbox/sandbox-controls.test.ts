import { createSandbox } from "../../src/sandbox";
import type { Sandbox, TokenReply } from "../../src/sandbox";

const REDIRECT_URI = "https://app.example/callback";

describe("a sandbox within the program that tests", () => {
  let time: number;
  let sandbox: Sandbox;
  let acme: string;

  beforeEach(() => {
    time = Date.parse("2026-03-01T09:00:00Z");
    sandbox = createSandbox({ seed: "controls", now: () => time });
    acme = sandbox.service_accounts[0]?.service_account_id ?? "";
  });

  /** An application's requests to Cronofy, by the addresses of a data center. */
  const post = (path: string, body: object) =>
    sandbox.fetch(`https://api-de.cronofy.com${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${sandbox.client_secret}`, "content-type": "application/json" },
      body: JSON.stringify({ client_id: sandbox.client_id, client_secret: sandbox.client_secret, ...body }),
    });

  async function authorizationUrl(): Promise<string> {
    const path = "/v1/organizational_unit_authorization_link_tokens";
    const response = await post(path, { service_account_id: acme });
    expect(response.status).toBe(200);
    const minted = (await response.json()) as {
      organizational_unit_authorization_link_token: { ou_link_token: string };
    };
    const url = new URL("https://app-de.cronofy.com/organizational_unit_oauth");
    for (const [name, value] of Object.entries({
      ...minted.organizational_unit_authorization_link_token,
      response_type: "code",
      client_id: sandbox.client_id,
      redirect_uri: REDIRECT_URI,
      scope: "organizational_unit_use_integrations",
      "capabilities[]": "conferencing",
    }))
      url.searchParams.set(name, value);
    return url.href;
  }

  async function link(): Promise<TokenReply> {
    const code = new URL(sandbox.controls.authorize(await authorizationUrl())).searchParams.get("code");
    const response = await post("/oauth/token", {
      grant_type: "authorization_code",
      code,
      redirect_uri: REDIRECT_URI,
    });
    return (await response.json()) as TokenReply;
  }

  const refresh = ({ refresh_token }: TokenReply) =>
    post("/oauth/token", { grant_type: "refresh_token", refresh_token });

  const whoIs = async ({ access_token }: TokenReply) =>
    sandbox.fetch("https://api.cronofy.com/v1/userinfo", { headers: { authorization: `Bearer ${access_token}` } });

  it("is Cronofy to a client that takes a fetch, and only that", async () => {
    expect((await sandbox.fetch(await authorizationUrl())).headers.get("content-type")).toContain("text/html");
    await expect(sandbox.fetch("https://example.com/")).rejects.toThrow(TypeError);
    await expect(sandbox.fetch("https://apiary.example.com/")).rejects.toThrow("not apiary.example.com");
    await expect(sandbox.fetch("https://api.example.com/")).rejects.toThrow("not api.example.com");
  });

  it("lets the administrator approve or refuse", async () => {
    const tokens = await link();
    expect(await (await whoIs(tokens)).json()).toMatchObject({ "cronofy.type": "organizational_unit" });
    expect(sandbox.controls.authorize(await authorizationUrl(), { refuse: true })).toBe(
      `${REDIRECT_URI}?error=access_denied`,
    );
    expect(sandbox.controls.state().organizational_units).toMatchObject([
      { links: [{ service_account_id: acme, conferencing_provider_name: "zoom_enterprise" }] },
    ]);
  });

  it("says why the administrator cannot", async () => {
    const url = await authorizationUrl();
    expect(() => sandbox.controls.authorize("https://example.com/")).toThrow("/organizational_unit_oauth");
    expect(() => sandbox.controls.authorize(url, { conferencing_provider_name: "skype" })).toThrow(
      "conferencing_provider_name",
    );
    sandbox.controls.authorize(url);
    expect(() => sandbox.controls.authorize(url)).toThrow("already used");
  });

  it("revokes, locks and changes plans behind the application's back", async () => {
    const tokens = await link();
    const { controls } = sandbox;
    const [unit] = controls.state().organizational_units;
    controls.lock(unit?.organizational_unit_id ?? "");
    expect((await whoIs(tokens)).status).toBe(423);
    controls.unlock(unit?.organizational_unit_id ?? "");
    expect((await whoIs(tokens)).status).toBe(200);
    expect(controls.revoke(acme)).toBe(1);
    expect((await whoIs(tokens)).status).toBe(401);
    controls.forgetUnit(unit?.organizational_unit_id ?? "");
    expect(controls.state().organizational_units).toEqual([]);
    controls.setZoomPlan(acme, "free");
    const url = await authorizationUrl();
    expect(() => controls.authorize(url)).toThrow("conferencing_provider_name");
    controls.setEnterpriseConferencing(false);
    await expect(authorizationUrl()).rejects.toThrow("402");
  });

  it("moves the clock", async () => {
    const tokens = await link();
    sandbox.controls.advanceClock(tokens.expires_in);
    expect(sandbox.controls.now()).toEqual(new Date(time + tokens.expires_in * 1000));
    expect((await whoIs(tokens)).status).toBe(401);
    expect(() => sandbox.controls.advanceClock(-1)).toThrow("advance_seconds");
  });

  it("makes faults, as a real fetch would meet them", async () => {
    const tokens = await link();
    const { controls } = sandbox;
    controls.addFault({ path: "/oauth/token", drop: "after" });
    controls.addFault({ path: "/v1/*", status: 503, times: 2 });
    expect(controls.faults()).toHaveLength(2);
    await expect(refresh(tokens)).rejects.toThrow(TypeError);
    expect((await refresh(tokens)).status).toBe(400);
    expect((await whoIs(tokens)).status).toBe(503);
    controls.clearFaults();
    expect((await whoIs(tokens)).status).toBe(200);
    expect(controls.requests().map(({ status }) => status)).toEqual([200, 200, 0, 400, 503, 200]);
    expect(() => controls.addFault({ path: "/x" })).toThrow("needs status");
  });

  it("goes back to a snapshot, and to its beginning", async () => {
    const { controls } = sandbox;
    const snapshot = controls.snapshot();
    const first = await link();
    controls.restore(snapshot);
    expect(await link()).toEqual(first);
    controls.reset();
    expect(controls.state()).toMatchObject({ organizational_units: [], authorizations: [] });
    expect(() => controls.restore("snapshot_9")).toThrow("no such snapshot");
  });

  it("adds service accounts and hands out tokens for whoever is there", async () => {
    const { controls } = sandbox;
    const { service_account_id, domain } = controls.addServiceAccount({ email: "rooms@umbrella.example" });
    expect(domain).toBe("umbrella.example");
    expect(await (await whoIs(controls.issueTokens(service_account_id))).json()).toMatchObject({
      sub: service_account_id,
    });
    expect(() => controls.issueTokens("acc_0")).toThrow("acc_0");
    expect(controls.callbacks()).toEqual([]);
  });

  it("shows its state as a copy and without a token", async () => {
    const tokens = await link();
    const state = sandbox.controls.state() as unknown as { service_accounts: object[] };
    state.service_accounts.length = 0;
    expect(sandbox.controls.state().service_accounts).toHaveLength(3);
    expect(JSON.stringify(sandbox.controls.state())).not.toContain(tokens.refresh_token);
  });

  it("listens where the network is asked for, and is still steered from here", async () => {
    const running = await sandbox.listen();
    try {
      const tokens = await link();
      const ask = () =>
        fetch(`${running.api_url}/v1/userinfo`, { headers: { authorization: `Bearer ${tokens.access_token}` } });
      expect((await ask()).status).toBe(200);
      sandbox.controls.revoke(acme);
      expect((await ask()).status).toBe(401);
    } finally {
      await running.close();
    }
    await expect(fetch(running.api_url)).rejects.toThrow();
  });
});
