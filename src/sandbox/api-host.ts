import { Hono } from "hono";
import { bearerOf, isApiKey } from "./api-credentials";
import type { Gate, HostEnvironment } from "./host-environment";
import type { LocalCronofy } from "./local-cronofy";
import { readRequestBody, textField } from "./request-body";
import { createTokenEndpoints } from "./token-endpoints";
import { undocumentedError } from "./undocumented-error";
import { unexpectedError } from "./unexpected-error";
import { userInfo } from "./user-info";

/** Where link tokens are made. */
export const LINK_TOKENS_PATH = "/v1/organizational_unit_authorization_link_tokens";

/**
 * The routes of `api.cronofy.com` that this flow touches.
 * @param gates what every request passes first
 */
export function createApiHost(cronofy: LocalCronofy, gates: readonly Gate[]): Hono<HostEnvironment> {
  const { assumptions, authorizations, client, directory } = cronofy;

  return new Hono<HostEnvironment>()
    .use(...gates)
    .post(LINK_TOKENS_PATH, async (c) => {
      if (!isApiKey(client, bearerOf(c.req.header("authorization")))) {
        return undocumentedError(c, assumptions, 401, "The bearer is not the API key, which is the client_secret.");
      }
      const body = await readRequestBody(c);
      const id =
        textField(body, "service_account_id") ??
        (assumptions.acceptsServiceAccountField ? textField(body, "service_account") : undefined);
      if (id === undefined) return c.json(invalid("service_account_id", "required"), 422);
      if (directory.serviceAccount(id) === undefined) {
        return assumptions.unknownServiceAccount === 422
          ? c.json(invalid("service_account_id", "unknown"), 422)
          : undocumentedError(c, assumptions, 404, "The application has no such service account.");
      }
      const { ou_link_token } = cronofy.linkTokens.mint(id);
      return c.json({ organizational_unit_authorization_link_token: { ou_link_token } });
    })
    .get("/v1/userinfo", (c) => {
      const authorization = authorizations.holderOf(bearerOf(c.req.header("authorization")) ?? "");
      const info = authorization && userInfo(cronofy, authorization.grant);
      return info ? c.json(info) : undocumentedError(c, assumptions, 401, "The bearer is not a live access token.");
    })
    .route("/oauth/token", createTokenEndpoints(cronofy))
    .notFound((c) => undocumentedError(c, assumptions, 404, "The sandbox has no such endpoint."))
    .onError(unexpectedError);
}

/** The body of a 422; of the keys only `errors.required` is known from the SDKs. */
function invalid(field: string, reason: string) {
  return { errors: { [field]: [{ key: `errors.${reason}`, description: reason }] } };
}
