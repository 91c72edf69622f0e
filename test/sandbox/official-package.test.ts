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
// eslint-disable-next-line @typescript-eslint/no-require-imports
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
});

function officialClient({ running }: TestSandbox): OfficialClient {
  const client = new Cronofy({ client_id: running.client_id, client_secret: running.client_secret });
  client.urls.api = running.api_url;
  return client;
}
