import { Hono } from "hono";
import type { Context } from "hono";
import { namesClient } from "./api-credentials";
import type { IssuedTokens } from "./authorizations";
import type { HostEnvironment } from "./host-environment";
import type { LocalCronofy } from "./local-cronofy";
import { readRequestBody, textField } from "./request-body";
import { undocumentedError } from "./undocumented-error";

type TokenError = "invalid_client" | "invalid_grant" | "invalid_request" | "unsupported_grant_type";

/**
 * `POST /oauth/token` and `POST /oauth/token/revoke`. SDKs use either host, so both serve them. `Authorization` is
 * ignored: the credentials travel in the body, and cronofy-node sends `Bearer undefined`.
 */
export function createTokenEndpoints(cronofy: LocalCronofy): Hono<HostEnvironment> {
  const { assumptions, authorizations, client } = cronofy;

  function refused(c: Context, error: TokenError) {
    return c.json({ error }, error === "invalid_client" ? assumptions.invalidClientStatus : 400);
  }

  function isLocked(refreshToken: string): boolean {
    const authorization = authorizations.granteeOf(refreshToken);
    return authorization !== undefined && cronofy.directory.isLocked(authorization.grant.sub);
  }

  return new Hono<HostEnvironment>()
    .use(async function neverStored(c, next) {
      await next();
      c.header("Cache-Control", "no-store");
      c.header("Pragma", "no-cache");
    })
    .post("/", async (c) => {
      const body = await readRequestBody(c);
      if (!namesClient(client, body)) return refused(c, "invalid_client");
      switch (textField(body, "grant_type")) {
        case "authorization_code": {
          const code = textField(body, "code");
          const redirectUri = textField(body, "redirect_uri");
          if (code === undefined || redirectUri === undefined) return refused(c, "invalid_request");
          const issued = authorizations.redeem(code, redirectUri);
          return issued ? c.json(redeemReply(cronofy, issued)) : refused(c, "invalid_grant");
        }
        case "refresh_token": {
          const refreshToken = textField(body, "refresh_token");
          if (refreshToken === undefined) return refused(c, "invalid_request");
          if (!assumptions.lockedSubjectRefreshes && isLocked(refreshToken)) {
            return undocumentedError(c, assumptions, 423, "The account is locked.");
          }
          const issued = authorizations.refresh(refreshToken);
          return issued ? c.json(refreshReply(cronofy, issued)) : refused(c, "invalid_grant");
        }
        case undefined:
          return refused(c, "invalid_request");
        default:
          return refused(c, "unsupported_grant_type");
      }
    })
    .post("/revoke", async (c) => {
      const body = await readRequestBody(c);
      if (!namesClient(client, body)) return refused(c, "invalid_client");
      const token = textField(body, "token");
      const sub = textField(body, "sub");
      // A token wins over a sub; unknown ones get the same answer (RFC 7009).
      if (token !== undefined) cronofy.revokeToken(token);
      else if (sub !== undefined) cronofy.revokeSubject(sub);
      else if (assumptions.revocationOfNothing === "invalid_request") return refused(c, "invalid_request");
      return c.body(null, 200);
    });
}

/** Tokens as an application gets them. */
export interface TokenReply {
  readonly token_type: "bearer";
  readonly access_token: string;
  /** Seconds. */
  readonly expires_in: number;
  readonly refresh_token: string;
  /** Space-separated. */
  readonly scope: string;
}

/** The documented reply to a refresh, which is common to all subjects. */
export function tokenReply({ grant, access_token, expires_in, refresh_token }: IssuedTokens): TokenReply {
  return { token_type: "bearer", access_token, expires_in, refresh_token, scope: grant.scope };
}

function refreshReply(cronofy: LocalCronofy, issued: IssuedTokens) {
  return { ...tokenReply(issued), ...(cronofy.assumptions.refreshReplyHasSub && { sub: issued.grant.sub }) };
}

function redeemReply(cronofy: LocalCronofy, issued: IssuedTokens) {
  const { sub, type } = issued.grant;
  switch (type) {
    case "account":
      return { ...tokenReply(issued), account_id: sub, sub };
    case "service_account":
      return { ...tokenReply(issued), service_account_id: sub };
    case "organizational_unit":
      return { ...tokenReply(issued), ...(cronofy.assumptions.redeemReplyHasSub && { sub }) };
  }
}
