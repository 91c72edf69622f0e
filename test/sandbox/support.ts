import { startSandbox } from "../../src/sandbox";
import type { RunningSandbox, StartSandboxOptions } from "../../src/sandbox";

/** Where administrators are sent back to; nothing listens there, and nothing follows. */
export const REDIRECT_URI = "https://app.example/callback?tenant=7";

/** What a test does with a sandbox, by name. */
export class TestSandbox {
  readonly running: RunningSandbox;
  readonly acme: string;

  constructor(running: RunningSandbox) {
    this.running = running;
    this.acme = running.service_accounts[0]?.service_account_id ?? "";
  }

  api(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(this.running.api_url + path, { redirect: "manual", ...init });
  }

  app(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(this.running.app_url + path, { redirect: "manual", ...init });
  }

  admin(method: string, path: string, body?: unknown): Promise<Response> {
    const json = { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
    return fetch(this.running.admin_url + path, { method, ...(body === undefined ? {} : json) });
  }

  requestLinkToken(body: unknown, bearer = this.running.client_secret): Promise<Response> {
    return this.api("/v1/organizational_unit_authorization_link_tokens", {
      method: "POST",
      headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  }

  async mint(serviceAccountId = this.acme): Promise<string> {
    const response = await this.requestLinkToken({ service_account_id: serviceAccountId });
    expect(response.status).toBe(200);
    const body = (await response.json()) as { organizational_unit_authorization_link_token: { ou_link_token: string } };
    return body.organizational_unit_authorization_link_token.ou_link_token;
  }

  /** The authorization URL of the documentation, with parameters replaced, or left out where undefined. */
  async authorizationUrl(changes: Record<string, string | undefined> = {}): Promise<string> {
    const parameters: Record<string, string | undefined> = {
      response_type: "code",
      client_id: this.running.client_id,
      redirect_uri: REDIRECT_URI,
      state: "opaque state",
      scope: "organizational_unit_use_integrations",
      "capabilities[]": "conferencing",
      ...changes,
    };
    if (!("ou_link_token" in changes)) parameters["ou_link_token"] = await this.mint();
    const url = new URL("/organizational_unit_oauth", this.running.app_url);
    for (const [name, value] of Object.entries(parameters)) if (value !== undefined) url.searchParams.set(name, value);
    return url.href;
  }

  /** Consents by the admin API; gives the code. */
  async consent(authorizationUrl: string, more: Record<string, unknown> = {}): Promise<string> {
    const response = await this.admin("POST", "/authorize", { authorization_url: authorizationUrl, ...more });
    expect(response.status).toBe(200);
    const { redirect_to } = (await response.json()) as { redirect_to: string };
    return new URL(redirect_to).searchParams.get("code") ?? "";
  }

  token(fields: Record<string, string>, path = "/oauth/token"): Promise<Response> {
    return this.api(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        client_id: this.running.client_id,
        client_secret: this.running.client_secret,
        ...fields,
      }),
    });
  }

  redeem(code: string, redirectUri = REDIRECT_URI): Promise<Response> {
    return this.token({ grant_type: "authorization_code", code, redirect_uri: redirectUri });
  }

  refresh(refreshToken: string): Promise<Response> {
    return this.token({ grant_type: "refresh_token", refresh_token: refreshToken });
  }

  /** A whole flow: the tokens of a unit that was linked just now. */
  async link(): Promise<TokenReply> {
    return tokensOf(await this.redeem(await this.consent(await this.authorizationUrl())));
  }

  /** Tokens for a service account or an account. */
  async tokensFor(sub: string): Promise<TokenReply> {
    return tokensOf(await this.admin("POST", "/tokens", { sub }));
  }

  userInfo(accessToken: string): Promise<Response> {
    return this.api("/v1/userinfo", { headers: { authorization: `Bearer ${accessToken}` } });
  }

  async advance(seconds: number): Promise<void> {
    expect((await this.admin("POST", "/clock", { advance_seconds: seconds })).status).toBe(200);
  }
}

export interface TokenReply {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly expires_in: number;
  readonly scope: string;
  readonly sub?: string;
}

/** Runs a test against a sandbox of its own. */
export async function withSandbox(
  options: StartSandboxOptions,
  test: (sandbox: TestSandbox) => Promise<void>,
): Promise<void> {
  const running = await startSandbox(options);
  try {
    await test(new TestSandbox(running));
  } finally {
    await running.close();
  }
}

/** Jest's own asymmetric matchers are of type any. */
export const anyText = (): unknown => expect.any(String);
export const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern);
export const containing = (text: string): unknown => expect.stringContaining(text);

export async function tokensOf(response: Response): Promise<TokenReply> {
  expect(response.ok).toBe(true);
  return (await response.json()) as TokenReply;
}

export async function expectError(response: Response, status: number, error: string): Promise<void> {
  expect([response.status, await response.json()]).toEqual([status, { error }]);
}
