/**
 * What Cronofy's public documentation leaves open and a local Cronofy has to decide. Each choice is a named option;
 * none of them may be relied on as Cronofy's behaviour. To see whether your code depends on one, run it with the other
 * value.
 *
 * Some choices have no option, since no client should care: an administrator's request that leads nowhere is a page
 * with 400, or with 410 for a link token that was good once; a parameter that comes twice is refused; the units
 * offered are those of the service account's domain; a body that cannot be read counts as empty, and one of more than
 * 64 KiB is answered with 413; an unknown service account has the key `errors.unknown` in its 422; revoking an
 * authorization leaves codes that were not redeemed.
 */
export interface Assumptions {
  /**
   * Life of an `ou_link_token`, in seconds. The documentation says "short-lived" and gives no number; 600 is that of
   * `code`, the only documented number for a like value.
   * @default 600
   */
  readonly linkTokenLifetimeSeconds: number;

  /**
   * When the single use of an `ou_link_token` is counted: when the administrator's page is `opening`, at the
   * administrator's `decision` (approval or refusal), or at `approval` alone. Documented is "single-use" only.
   * @default "approval"
   */
  readonly linkTokenUsedAt: "opening" | "decision" | "approval";

  /**
   * Whether a new `ou_link_token` makes the earlier ones of the same service account useless. Not documented; a token
   * is described by itself, without a word about others.
   * @default false
   */
  readonly newLinkTokenReplacesEarlier: boolean;

  /**
   * Whether the link token request may also call its field `service_account`: the example of the page says
   * `service_account_id`, its parameter list `service_account`.
   * @default false
   */
  readonly acceptsServiceAccountField: boolean;

  /**
   * Status for a service account that does not exist or no longer grants access. The general error page allows both.
   * @default 422
   */
  readonly unknownServiceAccount: 404 | 422;

  /**
   * Body of 401, 402, 404 and 429, of which the documentation gives the status alone: nothing, or JSON with `error`.
   * @default "empty"
   */
  readonly undocumentedErrorBody: "empty" | "json";

  /**
   * Whether a 401 carries `WWW-Authenticate`, as RFC 6750 section 3 requires and the documentation does not mention.
   * @default true
   */
  readonly sendsWwwAuthenticate: boolean;

  /**
   * Status of `invalid_client` at the token endpoints. 400 is seen in a test of the C# SDK; RFC 6749 also allows 401.
   * @default 400
   */
  readonly invalidClientStatus: 400 | 401;

  /**
   * Prefix of an Organizational Unit's `sub`. That it has a `sub` is documented, its form is not; every known subject
   * is three letters, an underscore and an id.
   * @default "org"
   */
  readonly organizationalUnitPrefix: string;

  /**
   * Whether redeeming a unit's code answers with `sub`. The page that would show the reply is not public.
   * @default true
   */
  readonly redeemReplyHasSub: boolean;

  /**
   * Whether a refresh answers with `sub`. No documented example has it.
   * @default false
   */
  readonly refreshReplyHasSub: boolean;

  /**
   * `expires_in` of access tokens, in seconds. The defaults are the documented examples, beside a warning not to rely
   * on them: tokens of a young application live shorter.
   * @default { account: 3600, organizational_unit: 3600, service_account: 1800 }
   */
  readonly accessTokenLifetimeSeconds: {
    readonly account: number;
    readonly organizational_unit: number;
    readonly service_account: number;
  };

  /**
   * Whether a refresh answers with another refresh token. Documented is that it "may" change.
   * @default true
   */
  readonly rotatesRefreshTokens: boolean;

  /**
   * How long a replaced refresh token still works, in seconds. Not documented; 0 is what punishes a client that keeps
   * the old one.
   * @default 0
   */
  readonly replacedRefreshTokenGraceSeconds: number;

  /**
   * Whether presenting a code twice revokes what its first use granted, as RFC 6749 section 4.1.2 suggests.
   * @default false
   */
  readonly reusedCodeRevokes: boolean;

  /**
   * Whether authorizing a service account again for the same unit revokes the earlier authorization.
   * @default false
   */
  readonly reauthorizationRevokesEarlier: boolean;

  /**
   * Whether revoking a unit's authorization also undoes the conferencing link, so that the profiles disappear from the
   * accounts. Not documented.
   * @default true
   */
  readonly revocationUndoesLink: boolean;

  /**
   * Whether revoking a service account revokes the units it belongs to. Documented is the cascade to the individual
   * accounts alone.
   * @default false
   */
  readonly serviceAccountRevocationReachesUnits: boolean;

  /**
   * Answer to a revocation with neither `token` nor `sub`, which cronofy-node sends unless told otherwise: a refusal
   * in the manner of RFC 7009, or the same 200 as for an unknown token.
   * @default "invalid_request"
   */
  readonly revocationOfNothing: "invalid_request" | "accepted";

  /**
   * What a wrong `response_type`, `scope` or `capabilities[]` leads to once client and redirect URI are known to be
   * good: an error page, or a redirect with the error code of RFC 6749 section 4.1.2.1.
   * @default "page"
   */
  readonly authorizationRequestErrors: "page" | "redirect";

  /**
   * Fields added to the top level of a unit's userinfo, of which nothing is documented. The fields it has without them
   * follow the pattern of the other subjects.
   * @default {}
   */
  readonly organizationalUnitUserInfo: Readonly<Record<string, unknown>>;

  /**
   * `provider_name` of an account's conferencing profile for each `conferencing_provider_name` of a unit's link. The
   * two vocabularies are documented, their relation is not.
   * @default zoom_enterprise → zoom, webex_enterprise → webex, google_meet → google_meet_api, others unchanged
   */
  readonly conferencingProfileProviderNames: Readonly<Record<string, string>>;

  /**
   * Requests an application may make, counted over any one second and any one minute; null for no limit. The numbers
   * of {@link DOCUMENTED_RATE_LIMIT} are documented, how they are counted is not. A refused request is not counted.
   * @default null
   */
  readonly rateLimit: RateLimit | null;
}

/** Requests an application may make before it gets a 429. */
export interface RateLimit {
  readonly perSecond: number;
  readonly perMinute: number;
  /** Whether a 429 says in `Retry-After` when to come back; not documented, and no SDK reads it. */
  readonly sendsRetryAfter: boolean;
}

/** The default limits of an application, from /developers/faqs/rate-limits. */
export const DOCUMENTED_RATE_LIMIT: RateLimit = { perSecond: 50, perMinute: 500, sendsRetryAfter: false };

/** The sandbox's choice where the caller makes none. */
export const DEFAULT_ASSUMPTIONS: Assumptions = {
  linkTokenLifetimeSeconds: 600,
  linkTokenUsedAt: "approval",
  newLinkTokenReplacesEarlier: false,
  acceptsServiceAccountField: false,
  unknownServiceAccount: 422,
  undocumentedErrorBody: "empty",
  sendsWwwAuthenticate: true,
  invalidClientStatus: 400,
  organizationalUnitPrefix: "org",
  redeemReplyHasSub: true,
  refreshReplyHasSub: false,
  accessTokenLifetimeSeconds: { account: 3600, organizational_unit: 3600, service_account: 1800 },
  rotatesRefreshTokens: true,
  replacedRefreshTokenGraceSeconds: 0,
  reusedCodeRevokes: false,
  reauthorizationRevokesEarlier: false,
  revocationUndoesLink: true,
  serviceAccountRevocationReachesUnits: false,
  revocationOfNothing: "invalid_request",
  authorizationRequestErrors: "page",
  organizationalUnitUserInfo: {},
  conferencingProfileProviderNames: {
    zoom_enterprise: "zoom",
    webex_enterprise: "webex",
    google_meet: "google_meet_api",
  },
  rateLimit: null,
};
