import { containing, matching, TestSandbox, withSandbox } from "./support";
import { startSandbox } from "../../src/sandbox";

describe("creating a link token", () => {
  let sandbox: TestSandbox;
  beforeAll(async () => (sandbox = new TestSandbox(await startSandbox())));
  afterAll(() => sandbox.running.close());

  it("answers the documented body", async () => {
    const response = await sandbox.requestLinkToken({ service_account_id: sandbox.acme });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toMatch(/^application\/json/);
    expect(await response.json()).toEqual({
      organizational_unit_authorization_link_token: { ou_link_token: matching(/^[A-Za-z0-9]{32}$/) },
    });
  });

  it("takes a form as well", async () => {
    const response = await sandbox.api("/v1/organizational_unit_authorization_link_tokens", {
      method: "POST",
      headers: { authorization: `Bearer ${sandbox.running.client_secret}` },
      body: new URLSearchParams({ service_account_id: sandbox.acme }),
    });
    expect(response.status).toBe(200);
  });

  it("gives another token each time", async () => {
    expect(await sandbox.mint()).not.toBe(await sandbox.mint());
  });

  it.each(["wrong", "", "undefined"])("refuses the bearer %j with a bare 401", async (bearer) => {
    const response = await sandbox.requestLinkToken({ service_account_id: sandbox.acme }, bearer);
    expect(response.status).toBe(401);
    expect(await response.text()).toBe("");
    expect(response.headers.get("www-authenticate")).toMatch(/^Bearer error="invalid_token"/);
  });

  it("refuses an access token, which is not the API key", async () => {
    const { access_token } = await sandbox.tokensFor(sandbox.acme);
    expect((await sandbox.requestLinkToken({ service_account_id: sandbox.acme }, access_token)).status).toBe(401);
  });

  it.each([{}, { service_account_id: "" }, { service_account_id: "  " }, { service_account_id: 7 }, [], null, "text"])(
    "reports what is missing in %j",
    async (body) => {
      const response = await sandbox.requestLinkToken(body);
      expect(response.status).toBe(422);
      expect(await response.json()).toEqual({
        errors: { service_account_id: [{ key: "errors.required", description: "required" }] },
      });
    },
  );

  it("reports an unknown service account as an invalid parameter", async () => {
    const response = await sandbox.requestLinkToken({ service_account_id: "ser_000000000000000000000000" });
    expect(response.status).toBe(422);
    expect(await response.json()).toHaveProperty("errors.service_account_id");
  });
});

describe("what the documentation leaves open about link tokens", () => {
  it("may answer an unknown service account with 404", () =>
    withSandbox({ assumptions: { unknownServiceAccount: 404 } }, async (sandbox) => {
      expect((await sandbox.requestLinkToken({ service_account_id: "ser_0" })).status).toBe(404);
    }));

  it("may accept the other name of the field", () =>
    withSandbox({ assumptions: { acceptsServiceAccountField: true } }, async (sandbox) => {
      expect((await sandbox.requestLinkToken({ service_account: sandbox.acme })).status).toBe(200);
    }));

  it("may say in JSON what is wrong with the bearer", () =>
    withSandbox({ assumptions: { undocumentedErrorBody: "json", sendsWwwAuthenticate: false } }, async (sandbox) => {
      const response = await sandbox.requestLinkToken({}, "wrong");
      expect(response.headers.has("www-authenticate")).toBe(false);
      expect(await response.json()).toEqual({ error: containing("API key") });
    }));

  it("may let a new token replace the earlier ones of its service account", () =>
    withSandbox({ assumptions: { newLinkTokenReplacesEarlier: true } }, async (sandbox) => {
      const [earlier, other, latest] = [
        await sandbox.authorizationUrl(),
        await sandbox.authorizationUrl({
          ou_link_token: await sandbox.mint(sandbox.running.service_accounts[1]?.service_account_id),
        }),
        await sandbox.authorizationUrl(),
      ];
      expect((await fetch(earlier)).status).toBe(410);
      expect((await fetch(other)).status).toBe(200);
      expect((await fetch(latest)).status).toBe(200);
    }));

  it("may set another lifetime", () =>
    withSandbox({ assumptions: { linkTokenLifetimeSeconds: 60 } }, async (sandbox) => {
      const url = await sandbox.authorizationUrl();
      await sandbox.advance(59);
      expect((await fetch(url)).status).toBe(200);
      await sandbox.advance(1);
      expect((await fetch(url)).status).toBe(410);
    }));

  it("may count the opening of the page as the use, and still take its form", () =>
    withSandbox({ assumptions: { linkTokenUsedAt: "opening" } }, async (sandbox) => {
      const url = await sandbox.authorizationUrl();
      expect((await fetch(url)).status).toBe(200);
      expect((await fetch(url)).status).toBe(410);
      const refusal = await fetch(url, {
        method: "POST",
        body: new URLSearchParams({ decision: "refuse" }),
        redirect: "manual",
      });
      expect(refusal.status).toBe(302);
    }));

  it.each([
    ["approval", 200],
    ["decision", 410],
  ] as const)("may or may not count a refusal as the use (counted at %s)", (linkTokenUsedAt, status) =>
    withSandbox({ assumptions: { linkTokenUsedAt } }, async (sandbox) => {
      const authorization_url = await sandbox.authorizationUrl();
      await sandbox.admin("POST", "/authorize", { authorization_url, refuse: true });
      expect((await fetch(authorization_url)).status).toBe(status);
    }),
  );
});
