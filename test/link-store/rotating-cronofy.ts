import { json, startScriptedServer } from "../cronofy/scripted-server";

/** A Cronofy that takes each refresh token once: using an old one is what a lost token looks like. */
export interface RotatingCronofy {
  readonly url: string;
  /** The refresh token that works now. */
  refreshToken(): string;
  /** How often tokens were refreshed, and how often that was tried with a token that is no longer good. */
  counts(): { readonly refreshed: number; readonly refused: number };
  close(): Promise<void>;
}

/** Starts one on loopback. */
export async function startRotatingCronofy(): Promise<RotatingCronofy> {
  const server = await startScriptedServer();
  let refreshed = 0;
  let refused = 0;
  const refreshToken = () => `refresh-${refreshed}`;
  server.script("/v1/userinfo", json(200, { sub: "ou_1" }));
  server.script("/oauth/token", (response, request) => {
    const { refresh_token: sent } = request.body as { readonly refresh_token?: string };
    if (sent !== refreshToken()) {
      refused++;
      json(400, { error: "invalid_grant" })(response, request);
      return;
    }
    refreshed++;
    json(200, {
      access_token: `access-${refreshed}`,
      refresh_token: refreshToken(),
      expires_in: 3600,
      scope: "organizational_unit_use_integrations",
    })(response, request);
  });
  return { url: server.url, refreshToken, counts: () => ({ refreshed, refused }), close: () => server.close() };
}
