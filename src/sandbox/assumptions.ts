import { z } from "zod";

/** A hundred years are enough for any lifetime, and a clock that far ahead still shows a valid date. */
export const FARTHEST_SECONDS = 100 * 365 * 86_400;

export const secondsSchema = z.number().min(0).max(FARTHEST_SECONDS);

const rateLimitSchema = z.strictObject({
  perSecond: z.int().min(1).max(1_000_000),
  perMinute: z.int().min(1).max(1_000_000),
  /** Whether a 429 says in `Retry-After` when to come back; not documented, and no SDK reads it. */
  sendsRetryAfter: z.boolean(),
});

/** Requests an application may make before it gets a 429. */
export type RateLimit = Readonly<z.output<typeof rateLimitSchema>>;

/** The default limits of an application, from /developers/faqs/rate-limits. */
export const DOCUMENTED_RATE_LIMIT: RateLimit = { perSecond: 50, perMinute: 500, sendsRetryAfter: false };

/**
 * {@link Assumptions} as data: type, default and description of each, from which the seed file is checked, the console
 * shows a page and the documentation has its own. Descriptions are Markdown.
 */
export const assumptionsSchema = z.strictObject({
  linkTokenLifetimeSeconds: secondsSchema
    .default(600)
    .describe(
      'Life of an `ou_link_token`, in seconds. The documentation says "short-lived" and gives no number; 600 is that ' +
        "of `code`, the only documented number for a like value.",
    ),

  linkTokenUsedAt: z
    .enum(["opening", "decision", "approval"])
    .default("approval")
    .describe(
      "When the single use of an `ou_link_token` is counted: when the administrator's page is opened, at the " +
        'administrator\'s decision (approval or refusal), or at approval alone. Documented is "single-use" only.',
    ),

  newLinkTokenReplacesEarlier: z
    .boolean()
    .default(false)
    .describe(
      "Whether a new `ou_link_token` makes the earlier ones of the same service account useless. Not documented; a " +
        "token is described by itself, without a word about others.",
    ),

  acceptsServiceAccountField: z
    .boolean()
    .default(false)
    .describe(
      "Whether the link token request may also call its field `service_account`: the example of the page says " +
        "`service_account_id`, its parameter list `service_account`.",
    ),

  unknownServiceAccount: z
    .union([z.literal(404), z.literal(422)])
    .default(422)
    .describe(
      "Status for a service account that does not exist or no longer grants access. The general error page allows both.",
    ),

  undocumentedErrorBody: z
    .enum(["empty", "json"])
    .default("empty")
    .describe(
      "Body of 401, 402, 403, 404, 423 and 429, of which the documentation gives the status alone: nothing, or JSON " +
        "with `error`.",
    ),

  sendsWwwAuthenticate: z
    .boolean()
    .default(true)
    .describe(
      "Whether a 401 carries `WWW-Authenticate`, as RFC 6750 section 3 requires and the documentation does not mention.",
    ),

  invalidClientStatus: z
    .union([z.literal(400), z.literal(401)])
    .default(400)
    .describe(
      "Status of `invalid_client` at the token endpoints. 400 is seen in a test of the C# SDK; RFC 6749 also allows 401.",
    ),

  organizationalUnitPrefix: z
    .string()
    .regex(/^[a-z]{1,16}$/, "has to be 1 to 16 lower-case letters")
    .default("org")
    .describe(
      "Prefix of an Organizational Unit's `sub`. That it has a `sub` is documented, its form is not; every known " +
        "subject is three letters, an underscore and an id.",
    ),

  redeemReplyHasSub: z
    .boolean()
    .default(true)
    .describe("Whether redeeming a unit's code answers with `sub`. The page that would show the reply is not public."),

  refreshReplyHasSub: z
    .boolean()
    .default(false)
    .describe("Whether a refresh answers with `sub`. No documented example has it."),

  accessTokenLifetimeSeconds: z
    .strictObject({ account: secondsSchema, organizational_unit: secondsSchema, service_account: secondsSchema })
    .readonly()
    .default({ account: 3600, organizational_unit: 3600, service_account: 1800 })
    .describe(
      "`expires_in` of access tokens, in seconds. The defaults are the documented examples, beside a warning not to " +
        "rely on them: tokens of a young application live shorter.",
    ),

  rotatesRefreshTokens: z
    .boolean()
    .default(true)
    .describe('Whether a refresh answers with another refresh token. Documented is that it "may" change.'),

  replacedRefreshTokenGraceSeconds: secondsSchema
    .default(0)
    .describe(
      "How long a replaced refresh token still works, in seconds. Not documented; 0 is what punishes a client that " +
        "keeps the old one.",
    ),

  reusedCodeRevokes: z
    .boolean()
    .default(false)
    .describe(
      "Whether presenting a code twice revokes what its first use granted, as RFC 6749 section 4.1.2 suggests.",
    ),

  reauthorizationRevokesEarlier: z
    .boolean()
    .default(false)
    .describe("Whether authorizing a service account again for the same unit revokes the earlier authorization."),

  revocationUndoesLink: z
    .boolean()
    .default(true)
    .describe(
      "Whether revoking a unit's authorization also undoes the conferencing link, so that the profiles disappear from " +
        "the accounts. Not documented.",
    ),

  serviceAccountRevocationReachesUnits: z
    .boolean()
    .default(false)
    .describe(
      "Whether revoking a service account revokes the units it belongs to. Documented is the cascade to the " +
        "individual accounts alone.",
    ),

  revocationOfNothing: z
    .enum(["invalid_request", "accepted"])
    .default("invalid_request")
    .describe(
      "Answer to a revocation with neither `token` nor `sub`, which cronofy-node sends unless told otherwise: a " +
        "refusal in the manner of RFC 7009, or the same 200 as for an unknown token.",
    ),

  authorizationRequestErrors: z
    .enum(["page", "redirect"])
    .default("page")
    .describe(
      "What a wrong `response_type`, `scope` or `capabilities[]` leads to once client and redirect URI are known to be " +
        "good: an error page, or a redirect with the error code of RFC 6749 section 4.1.2.1.",
    ),

  administratorAccess: z
    .enum(["confirmed", "signed_in"])
    .default("signed_in")
    .describe(
      "How the administrator proves access to the service account: on a sign-in page before the questions, which takes " +
        "the account's e-mail address and no password, or by a confirmation beside them. Documented is a proof \"if " +
        'needed"; how it looks is not.',
    ),

  freePlanRefusal: z
    .enum(["page", "redirect"])
    .default("page")
    .describe(
      "What choosing Zoom leads to where the Zoom account is on its Free plan: the page says so and lets the " +
        "administrator choose again, or the browser returns with `error=access_denied`. Documented is only that the Free " +
        "plan does not work.",
    ),

  organizationalUnitUserInfo: z
    .record(z.string(), z.unknown())
    .readonly()
    .default({})
    .describe(
      "Fields added to the top level of a unit's userinfo, of which nothing is documented. The fields it has without " +
        "them follow the pattern of the other subjects.",
    ),

  conferencingProfileProviderNames: z
    .record(z.string(), z.string())
    .readonly()
    .default({ zoom_enterprise: "zoom", webex_enterprise: "webex", google_meet: "google_meet_api" })
    .describe(
      "`provider_name` of an account's conferencing profile for each `conferencing_provider_name` of a unit's link; " +
        "others are unchanged. The two vocabularies are documented, their relation is not.",
    ),

  emailMatchIgnoresCase: z
    .boolean()
    .default(true)
    .describe(
      "Whether an account and a user of the conferencing service match when their e-mail addresses differ in upper and " +
        "lower case. Documented is a match by e-mail.",
    ),

  delegatedAccessCallback: z
    .enum(["nested", "flat"])
    .default("nested")
    .describe(
      "Body of the callback that follows a request for delegated access: its fields within `authorization`, or at the " +
        "top level. The page is not public to its end.",
    ),

  lockedSubjectRefreshes: z
    .boolean()
    .default(true)
    .describe(
      "Whether the refresh token of a locked subject still works, or gets 423 as its access token does. The Ruby SDK " +
        "knows the status; when it comes is not documented.",
    ),

  rateLimit: rateLimitSchema
    .readonly()
    .nullable()
    .default(null)
    .describe(
      "Requests an application may make, counted over any one second and any one minute; null for no limit. Documented " +
        "are 50 and 500, not how they are counted. A refused request is not counted. Whether a 429 says in `Retry-After` " +
        "when to come back is not documented either.",
    ),
});

/**
 * What Cronofy's public documentation leaves open and a local Cronofy has to decide. Each choice is a named option;
 * none of them may be relied on as Cronofy's behaviour. To see whether your code depends on one, run it with the other
 * value. {@link assumptionsSchema} describes each.
 */
export type Assumptions = Readonly<z.output<typeof assumptionsSchema>>;

/** The sandbox's choice where the caller makes none. */
export const DEFAULT_ASSUMPTIONS: Assumptions = assumptionsSchema.parse({});

/** Choices without an option, since no client should care. Markdown, one sentence each. */
export const SETTLED_ASSUMPTIONS: readonly string[] = [
  "An administrator's request that leads nowhere is a page with 400, or with 410 for a link token that was good once.",
  "A parameter of the authorization URL that comes twice is refused.",
  "The units offered are those of the service account's domain.",
  "A body that cannot be read counts as empty, and one of more than 64 KiB is answered with 413.",
  "An unknown service account has the key `errors.unknown` in its 422; other wrong values have `errors.invalid`.",
  "Revoking an authorization leaves codes that were not redeemed; forgetting a unit does not.",
  "A bearer is checked before the plan (402), and the plan before the body (422).",
  "A service account's token without `service_account/accounts/manage`, and any other access token, gets 403 where " +
    "delegated access is asked for.",
  "Delegated access is granted for any e-mail address, where its scope is literally within the delegated one.",
  "A locked subject's revocation works.",
];
