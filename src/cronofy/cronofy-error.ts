type CronofyErrorCode =
  | "oauth_error"
  | "unauthorized"
  | "plan_lacks_feature"
  | "forbidden"
  | "not_found"
  | "invalid_parameters"
  | "account_locked"
  | "rate_limited"
  | "server_error"
  | "unreachable"
  | "unexpected_response"
  | "invalid_argument";

/** What was being done, worded to follow "could not". */
export type CronofyOperation =
  | "create a link token"
  | "redeem the code"
  | "refresh the tokens"
  | "revoke the authorization"
  | "read the user info"
  | "build the authorization URL"
  | "read the callback URL"
  | "set up the client";

/** A call as its errors tell of it. Holds no secret. */
export interface CallFacts {
  readonly operation: CronofyOperation;
  /** The host that was asked. */
  readonly host: string;
  /** What it was about, such as a service account. */
  readonly subject?: string;
}

/** Why a request waits: for our own count of the application's limit, or because Cronofy answered 429 to another one. */
export type WaitReason = "per_second" | "per_minute" | "refused";

/** One complaint of a 422. */
export interface ParameterProblem {
  readonly parameter: string;
  /** Cronofy's key, such as `errors.required`. */
  readonly key: string;
}

/**
 * Every failure of this room is one of these. The message says what happened, to what, and what to do; neither it nor
 * any field holds a secret, for what Cronofy answers is never quoted at length.
 */
export abstract class CronofyError extends Error {
  abstract readonly code: CronofyErrorCode;
  readonly operation: CronofyOperation;
  /** The HTTP status, or null where there was no answer. */
  readonly status: number | null;

  protected constructor(
    { operation, host, subject }: Pick<CallFacts, "operation"> & Partial<CallFacts>,
    what: string,
    advice: string,
    status: number | null,
    options?: ErrorOptions,
  ) {
    const about = subject === undefined ? "" : ` for ${subject}`;
    const where = host === undefined ? "" : ` at ${host}`;
    super(`Could not ${operation}${about}${where}: ${what}. ${advice}`, options);
    this.operation = operation;
    this.status = status;
  }
}

/** 400 of a token endpoint, in the form of RFC 6749 5.2. */
export class OAuthError extends CronofyError {
  override readonly name = "OAuthError";
  readonly code = "oauth_error";

  constructor(
    call: CallFacts,
    /** Such as `invalid_grant` or `invalid_client`. */
    readonly error: string,
    status: number,
  ) {
    super(call, `Cronofy answered ${error} (${status})`, oauthAdvice(call.operation, error), status);
  }
}

/** 401: the client secret or access token is not accepted. */
export class UnauthorizedError extends CronofyError {
  override readonly name = "UnauthorizedError";
  readonly code = "unauthorized";

  constructor(call: CallFacts) {
    const isOurToken = call.operation === "read the user info";
    super(
      call,
      `the ${isOurToken ? "access token" : "client secret"} is not accepted (401)`,
      isOurToken ? "Refresh it; if a fresh one is not accepted either, authorize anew." : CHECK_CREDENTIALS,
      401,
    );
  }
}

/** 402: the application's plan has no such feature. */
export class PlanLacksFeatureError extends CronofyError {
  override readonly name = "PlanLacksFeatureError";
  readonly code = "plan_lacks_feature";

  constructor(call: CallFacts) {
    super(
      call,
      "the application's Cronofy plan does not include this (402)",
      "Ask Cronofy to enable Enterprise Conferencing for the application.",
      402,
    );
  }
}

/** 403: accepted, but not for this. */
export class ForbiddenError extends CronofyError {
  override readonly name = "ForbiddenError";
  readonly code = "forbidden";

  constructor(call: CallFacts) {
    super(
      call,
      "the credentials are accepted, but not for this (403)",
      "Authorize anew with the scope that it needs, or ask Cronofy what the application lacks.",
      403,
    );
  }
}

/** 404. */
export class NotFoundError extends CronofyError {
  override readonly name = "NotFoundError";
  readonly code = "not_found";

  constructor(call: CallFacts) {
    super(call, "Cronofy does not know it (404)", CHECK_SERVICE_ACCOUNT, 404);
  }
}

/** 422: parameters that Cronofy refuses. Which, it does not always say. */
export class InvalidParametersError extends CronofyError {
  override readonly name = "InvalidParametersError";
  readonly code = "invalid_parameters";

  constructor(
    call: CallFacts,
    /** Empty where the answer named none. */
    readonly problems: readonly ParameterProblem[],
  ) {
    const named = problems.map(({ parameter, key }) => `${parameter}: ${key}`).join(", ");
    super(
      call,
      named === "" ? "Cronofy refuses the parameters, without saying which (422)" : `Cronofy refuses ${named} (422)`,
      CHECK_SERVICE_ACCOUNT,
      422,
    );
  }
}

/** 423. */
export class AccountLockedError extends CronofyError {
  override readonly name = "AccountLockedError";
  readonly code = "account_locked";

  constructor(call: CallFacts) {
    super(call, "the account is locked (423)", "Ask Cronofy's support to unlock it.", 423);
  }
}

/** 429, for as long as the call could wait. */
export class RateLimitedError extends CronofyError {
  override readonly name: string = "RateLimitedError";
  readonly code = "rate_limited";

  /** @param own what to say instead where it was not Cronofy that refused. */
  constructor(
    call: CallFacts,
    /** Milliseconds to wait, where Cronofy said so. */
    readonly retryAfter: number | null,
    own?: { readonly what: string; readonly advice: string },
  ) {
    super(
      call,
      own?.what ?? "the application's rate limit is used up (429)",
      own?.advice ?? "Try again in a minute with less at once, or ask Cronofy for a higher limit.",
      own === undefined ? 429 : null,
    );
  }
}

/** The request was not sent: within the rate limit, its turn comes later than the call may wait. */
export class RateBudgetError extends RateLimitedError {
  override readonly name = "RateBudgetError";
  readonly reason: WaitReason;
  /** Requests a second or a minute; null where Cronofy's 429 to another request is what holds this one up. */
  readonly limit: number | null;
  /** Milliseconds that it would have had to wait at least. */
  readonly wait: number;

  constructor(
    call: CallFacts,
    { reason, limit, wait }: { readonly reason: WaitReason; readonly limit: number | null; readonly wait: number },
  ) {
    const because =
      limit === null
        ? "Cronofy answered another request that the rate limit is used up (429)"
        : `the limit is ${limit} requests ${reason === "per_second" ? "a second" : "a minute"}`;
    super(call, null, {
      what: `its turn would come in ${Math.ceil(wait / 1_000)} s at the earliest, later than it may wait: ${because}`,
      advice:
        limit === null
          ? "Do less at once, allow more time, or ask Cronofy for a higher limit."
          : "Do less at once, allow more time, or raise the limit if Cronofy grants the application a higher one.",
    });
    this.reason = reason;
    this.limit = limit;
    this.wait = wait;
  }
}

/** 5xx, after the retries there were. */
export class ServerError extends CronofyError {
  override readonly name = "ServerError";
  readonly code = "server_error";

  constructor(
    call: CallFacts,
    status: number,
    /** Milliseconds to wait, where Cronofy said so. */
    readonly retryAfter: number | null,
  ) {
    super(
      call,
      `Cronofy has a problem of its own (${status})`,
      "Try again later; status.cronofy.com tells of outages.",
      status,
    );
  }
}

/** No answer: the host could not be reached, the connection broke, or the time was over. */
export class UnreachableError extends CronofyError {
  override readonly name = "UnreachableError";
  readonly code = "unreachable";
  /** Whether the request may have reached Cronofy, so that repeating it may do it twice. */
  readonly sent: boolean;
  readonly timedOut: boolean;
  /** The system's code for what went wrong, such as `ECONNREFUSED`. */
  readonly reason: string;
  /** Whether the host's certificate is not trusted, which no repetition changes. */
  readonly untrusted: boolean;

  constructor(call: CallFacts, facts: { readonly sent: boolean; readonly timedOut: boolean; readonly reason: string }) {
    const untrusted = /CERT|^UNABLE_TO_/.test(facts.reason);
    super(
      call,
      facts.timedOut ? "no complete answer came in time" : `the connection failed (${facts.reason})`,
      connectionAdvice(facts.reason, untrusted),
      null,
      { cause: new Error(facts.reason) },
    );
    this.sent = facts.sent;
    this.timedOut = facts.timedOut;
    this.reason = facts.reason;
    this.untrusted = untrusted;
  }
}

/** An answer that is none of those documented. */
export class UnexpectedResponseError extends CronofyError {
  override readonly name = "UnexpectedResponseError";
  readonly code = "unexpected_response";

  /** @param problem what is wrong with the answer, worded to follow "the answer". */
  constructor(call: CallFacts, problem: string, status: number | null) {
    super(
      call,
      `the answer${status === null ? "" : ` (${status})`} ${problem}`,
      "Check that the address is Cronofy's API and that no proxy answers in its place.",
      status,
    );
  }
}

/** Something that we were given cannot be used; Cronofy was not asked. */
export class InvalidArgumentError extends CronofyError {
  override readonly name = "InvalidArgumentError";
  readonly code = "invalid_argument";

  constructor(
    operation: CronofyOperation,
    /** Which one. */
    readonly argument: string,
    what: string,
    advice: string,
  ) {
    super({ operation }, what, advice, null);
  }
}

function connectionAdvice(reason: string, untrusted: boolean): string {
  if (untrusted) {
    return "The certificate is not trusted: have NODE_EXTRA_CA_CERTS or SSL_CERT_FILE name a file with your network's authority.";
  }
  if (/^(ENOTFOUND|EAI_\w+)$/.test(reason)) {
    return "The name of the host could not be looked up: check the address, the network's DNS and the proxy settings.";
  }
  if (/^(EPROTO|ERR_SSL_\w+|ERR_TLS_\w+)$/.test(reason)) {
    return "The other side does not speak TLS as it should: check the address with its port, and the proxy settings.";
  }
  return "Check the address, the network and the proxy settings, then try again.";
}

const CHECK_CREDENTIALS =
  "Check the client id and client secret, and that the application belongs to this data center.";

const CHECK_SERVICE_ACCOUNT = "Check that the service account is authorized for this application, in this data center.";

function oauthAdvice(operation: CronofyOperation, error: string): string {
  switch (error) {
    case "invalid_client":
      return CHECK_CREDENTIALS;
    case "invalid_grant":
      return operation === "redeem the code"
        ? "A code works once, for ten minutes, and with exactly the redirect URI it was issued for: start over from a new authorization URL."
        : "The authorization is no longer valid: have an administrator authorize anew.";
    default:
      return "Check the application's settings at Cronofy.";
  }
}
