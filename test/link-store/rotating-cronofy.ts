import { json, raw, startScriptedServer } from "../cronofy/scripted-server";
import type { Answer } from "../cronofy/scripted-server";

/**
 * A Cronofy that takes each refresh token and each code once: using an old one is what a lost token looks like. It has an
 * authorization for each name that tokens and codes are made of.
 */
export interface RotatingCronofy {
  readonly url: string;
  /** The refresh token of that name that works now; null where the authorization was revoked. */
  refreshToken(name: string): string | null;
  /** How many codes of that name were spent. */
  codesSpent(name: string): number;
  /** How often tokens were refreshed, and how often that was tried with a token that is no longer good. */
  counts(): { readonly refreshed: number; readonly refused: number };
  close(): Promise<void>;
}

/** A code that an administrator brings: each is good once. */
export const codeOf = (name: string, time: number) => `code/${name}/${time}`;

/** Starts one on loopback. */
export async function startRotatingCronofy(): Promise<RotatingCronofy> {
  const server = await startScriptedServer();
  const rotations = new Map<string, number>();
  const revoked = new Set<string>();
  const codes = new Set<string>();
  let refreshed = 0;
  let refused = 0;

  const refreshToken = (name: string) => (revoked.has(name) ? null : `refresh/${name}/${rotations.get(name) ?? 0}`);
  const nameIn = (text = "") => text.split("/")[1] ?? "";
  const grant = (name: string): Answer => {
    const rotation = (rotations.get(name) ?? 0) + 1;
    rotations.set(name, rotation);
    return json(200, {
      access_token: `access/${name}/${rotation}`,
      refresh_token: refreshToken(name),
      expires_in: 3600,
      scope: "organizational_unit_use_integrations",
    });
  };
  const refusal = json(400, { error: "invalid_grant" });

  server.script("/v1/userinfo", (response, request) => {
    const isRevoked = revoked.has(nameIn(request.headers.authorization));
    (isRevoked ? raw(401, "") : json(200, { sub: "ou_1" }))(response, request);
  });
  server.script("/oauth/token/revoke", (response, request) => {
    revoked.add(nameIn((request.body as { readonly token: string }).token));
    raw(200, "")(response, request);
  });
  server.script("/oauth/token", (response, request) => {
    const { code, refresh_token: token } = request.body as { readonly code?: string; readonly refresh_token?: string };
    const name = nameIn(code ?? token);
    if (code !== undefined) {
      const isNew = !codes.has(code);
      codes.add(code);
      (isNew ? grant(name) : refusal)(response, request);
    } else if (token === refreshToken(name)) {
      refreshed++;
      grant(name)(response, request);
    } else {
      refused++;
      refusal(response, request);
    }
  });
  return {
    url: server.url,
    refreshToken,
    codesSpent: (name) => [...codes].filter((code) => nameIn(code) === name).length,
    counts: () => ({ refreshed, refused }),
    close: () => server.close(),
  };
}
