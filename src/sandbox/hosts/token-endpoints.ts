import { timingSafeEqual } from "node:crypto";
import { Hono } from "hono";
import type { Context } from "hono";
import type { IssuedTokens } from "../state/authorizations";
import type { Client, LocalCronofy } from "../state/local-cronofy";
import { tokenReply } from "../state/authorizations";
import { readRequestBody, textField, undocumentedError } from "./http";
import type { HostEnvironment, RequestBody } from "./http";

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
      // Where there are both, the token counts. Unknown ones get the same answer (RFC 7009).
      if (token !== undefined) cronofy.revokeToken(token);
      else if (sub !== undefined) cronofy.revokeSubject(sub);
      else if (assumptions.revocationOfNothing === "invalid_request") return refused(c, "invalid_request");
      return c.body(null, 200);
    });
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

/** Whether a bearer is the API key, which is the client's secret. */
export function isApiKey(client: Client, bearer: string | undefined): boolean {
  return bearer !== undefined && equal(bearer, client.client_secret);
}

/** Whether a body names the client and its secret, as the token endpoints ask. */
function namesClient(client: Client, body: RequestBody): boolean {
  const secret = textField(body, "client_secret");
  return textField(body, "client_id") === client.client_id && isApiKey(client, secret);
}

function equal(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}
