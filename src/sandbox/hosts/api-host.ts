import { Hono } from "hono";
import type { LocalCronofy } from "../state/local-cronofy";
import type { Callbacks } from "../state/traffic";
import { DELEGATED_ACCESS_PATH, delegatorOf, grantAccess, readAccessRequests } from "./delegated-access";
import { LINK_TOKENS_PATH } from "../state/link-tokens";
import { readRequestBody, textField, undocumentedError, unexpectedError } from "./http";
import type { Gate, HostEnvironment } from "./http";
import { createTokenEndpoints, isApiKey } from "./token-endpoints";
import { userInfo } from "./user-info";

/**
 * The routes of `api.cronofy.com` that this flow touches.
 * @param gates what every request passes first
 */
export function createApiHost(
  cronofy: LocalCronofy,
  callbacks: Callbacks,
  gates: readonly Gate[],
): Hono<HostEnvironment> {
  const { assumptions, authorizations, client, directory } = cronofy;

  return new Hono<HostEnvironment>()
    .use(...gates)
    .post(LINK_TOKENS_PATH, async (c) => {
      if (!isApiKey(client, bearerOf(c.req.header("authorization")))) {
        return undocumentedError(c, assumptions, 401, "The bearer is not the API key, which is the client_secret.");
      }
      if (!cronofy.enterpriseConferencing) {
        return undocumentedError(c, assumptions, 402, "The application's plan has no Enterprise Conferencing.");
      }
      const body = await readRequestBody(c);
      const id =
        textField(body, "service_account_id") ??
        (assumptions.acceptsServiceAccountField ? textField(body, "service_account") : undefined);
      if (id === undefined) return c.json(invalidFields({ service_account_id: "required" }), 422);
      if (directory.serviceAccount(id) === undefined) {
        return assumptions.unknownServiceAccount === 422
          ? c.json(invalidFields({ service_account_id: "unknown" }), 422)
          : undocumentedError(c, assumptions, 404, "The application has no such service account.");
      }
      const { ou_link_token } = cronofy.linkTokens.mint(id);
      return c.json({ organizational_unit_authorization_link_token: { ou_link_token } });
    })
    .get("/v1/userinfo", (c) => {
      const authorization = authorizations.holderOf(bearerOf(c.req.header("authorization")) ?? "");
      if (authorization && directory.isLocked(authorization.grant.sub)) {
        return undocumentedError(c, assumptions, 423, "The account is locked.");
      }
      const info = authorization && userInfo(cronofy, authorization.grant);
      return info ? c.json(info) : undocumentedError(c, assumptions, 401, "The bearer is not a live access token.");
    })
    .post(DELEGATED_ACCESS_PATH, async (c) => {
      const authorization = authorizations.holderOf(bearerOf(c.req.header("authorization")) ?? "");
      if (authorization === undefined) {
        return undocumentedError(c, assumptions, 401, "The bearer is not a live access token.");
      }
      const serviceAccount = delegatorOf(cronofy, authorization.grant);
      if (serviceAccount === undefined) {
        return undocumentedError(
          c,
          assumptions,
          403,
          "The access token is none of a service account that may do this.",
        );
      }
      if (directory.isLocked(serviceAccount.service_account_id)) {
        return undocumentedError(c, assumptions, 423, "The service account is locked.");
      }
      const { requests, problems } = readAccessRequests(await readRequestBody(c));
      if (Object.keys(problems).length > 0) return c.json(invalidFields(problems), 422);
      for (const each of requests) callbacks.send(each.callback_url, grantAccess(cronofy, serviceAccount, each));
      return c.body(null, 202);
    })
    .route("/oauth/token", createTokenEndpoints(cronofy))
    .notFound((c) => undocumentedError(c, assumptions, 404, "The sandbox has no such endpoint."))
    .onError(unexpectedError);
}

/**
 * The body of a 422, in the form that the SDKs' tests show. Of its keys they show `errors.required` only.
 * @param reasons what is wrong, by field
 */
function invalidFields(reasons: Readonly<Record<string, string>>) {
  const entries = Object.entries(reasons);
  return {
    errors: Object.fromEntries(
      entries.map(([field, reason]) => [field, [{ key: `errors.${reason}`, description: reason }]]),
    ),
  };
}

function bearerOf(header: string | undefined): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(header ?? "")?.[1];
}
