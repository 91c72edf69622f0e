import { REDIRECT_URI, withSandbox } from "./support";
import type { TestSandbox } from "./support";

/** What these tests use of the official package, which has no types. */
interface OfficialClient {
  urls: { api: string };
  requestAccessToken(options: object): Promise<Record<string, unknown>>;
  refreshAccessToken(options?: object): Promise<Record<string, unknown>>;
  revokeAuthorization(options: object): Promise<unknown>;
  userInfo(options?: object): Promise<Record<string, unknown>>;
  _httpPost(path: string, options: object, callback: undefined, omitted: string[]): Promise<LinkTokenReply>;
}

interface LinkTokenReply {
  organizational_unit_authorization_link_token: { ou_link_token: string };
}

// The package has no types, and exports a class by itself, which an import could not name.
// oxlint-disable-next-line typescript/no-require-imports
const Cronofy = require("cronofy") as new (config: object) => OfficialClient;

describe("the official npm package", () => {
  it("goes through the whole flow", () =>
    withSandbox({}, async (sandbox) => {
      const client = officialClient(sandbox);
      const reply = await client._httpPost(
        "/v1/organizational_unit_authorization_link_tokens",
        { service_account_id: sandbox.acme, bearer_token: sandbox.running.client_secret },
        undefined,
        ["bearer_token"],
      );
      const { ou_link_token } = reply.organizational_unit_authorization_link_token;
      const code = await sandbox.consent(await sandbox.authorizationUrl({ ou_link_token }));

      const tokens = await client.requestAccessToken({ code, redirect_uri: REDIRECT_URI });
      expect(await client.userInfo()).toMatchObject({ sub: tokens["sub"], "cronofy.type": "organizational_unit" });

      const refreshed = await client.refreshAccessToken();
      expect(refreshed["refresh_token"]).not.toBe(tokens["refresh_token"]);
      expect(await client.userInfo()).toMatchObject({ sub: tokens["sub"] });

      await client.revokeAuthorization({ token: refreshed["refresh_token"] });
      await expect(client.userInfo()).rejects.toMatchObject({ statusCode: 401 });
      const { refresh_token } = refreshed;
      await expect(client.refreshAccessToken({ refresh_token })).rejects.toMatchObject({
        statusCode: 400,
        error: { entity: { error: "invalid_grant" } },
      });
    }));

  it("is told of a used code", () =>
    withSandbox({}, async (sandbox) => {
      const client = officialClient(sandbox);
      const code = await sandbox.consent(await sandbox.authorizationUrl());
      await client.requestAccessToken({ code, redirect_uri: REDIRECT_URI });
      await expect(client.requestAccessToken({ code, redirect_uri: REDIRECT_URI })).rejects.toMatchObject({
        statusCode: 400,
        error: { entity: { error: "invalid_grant" } },
      });
    }));

  it("reads the userinfo of every kind of subject", () =>
    withSandbox({}, async (sandbox) => {
      const client = officialClient(sandbox);
      const unit = await sandbox.link();
      const service = await sandbox.tokensFor(sandbox.acme);
      const { accounts } = (await (await sandbox.admin("GET", "/state")).json()) as {
        accounts: { account_id: string }[];
      };
      const account = await sandbox.tokensFor(accounts[0]?.account_id ?? "");
      const types = [];
      for (const { access_token } of [unit, service, account]) {
        types.push((await client.userInfo({ access_token }))["cronofy.type"]);
      }
      expect(types).toEqual(["organizational_unit", "service_account", "account"]);
    }));

  it("revokes by sub, and a service account with the accounts behind it", () =>
    withSandbox({}, async (sandbox) => {
      const client = officialClient(sandbox);
      const { sub, access_token } = await sandbox.link();
      await client.revokeAuthorization({ sub });
      await expect(client.userInfo({ access_token })).rejects.toMatchObject({ statusCode: 401 });
      const service = await sandbox.tokensFor(sandbox.acme);
      const { accounts } = (await (await sandbox.admin("GET", "/state")).json()) as {
        accounts: { account_id: string }[];
      };
      const account = await sandbox.tokensFor(accounts[0]?.account_id ?? "");
      await client.revokeAuthorization({ token: service.refresh_token });
      await expect(client.userInfo(account)).rejects.toMatchObject({ statusCode: 401 });
    }));

  it.each([
    [402, "/plan", { enterprise_conferencing: false }],
    [429, "/faults", { path: "/v1/*", status: 429 }],
    [502, "/faults", { path: "/v1/*", status: 502, error_page: true }],
  ])("reports %j as its status", (statusCode, path, control) =>
    withSandbox({}, async (sandbox) => {
      await sandbox.admin("POST", path, control);
      const minting = officialClient(sandbox)._httpPost(
        "/v1/organizational_unit_authorization_link_tokens",
        { service_account_id: sandbox.acme, bearer_token: sandbox.running.client_secret },
        undefined,
        ["bearer_token"],
      );
      await expect(minting).rejects.toMatchObject({ statusCode });
    }),
  );

  it("reports 422 for what is missing, 423 for who is locked, and 403 for who may not", () =>
    withSandbox({}, async (sandbox) => {
      const client = officialClient(sandbox);
      const post = (path: string, options: object) => client._httpPost(path, options, undefined, ["bearer_token"]);
      await expect(
        post("/v1/organizational_unit_authorization_link_tokens", { bearer_token: sandbox.running.client_secret }),
      ).rejects.toMatchObject({ statusCode: 422 });
      const { sub = "", access_token } = await sandbox.link();
      await expect(post("/v1/service_account_authorizations", { bearer_token: access_token })).rejects.toMatchObject({
        statusCode: 403,
      });
      await sandbox.admin("POST", "/lock", { sub, locked: true });
      await expect(client.userInfo({ access_token })).rejects.toMatchObject({ statusCode: 423 });
    }));
});

function officialClient({ running }: TestSandbox): OfficialClient {
  const client = new Cronofy({ client_id: running.client_id, client_secret: running.client_secret });
  client.urls.api = running.api_url;
  return client;
}
