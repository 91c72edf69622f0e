import { isTrustworthy, parseUrl } from "../link";
import type { CallFacts } from "./cronofy-error";
import { InvalidArgumentError, UnexpectedResponseError } from "./cronofy-error";
import { dataCenter } from "./constants";
import type { DataCenterId } from "./constants";
import type { Delay } from "./stopwatch";
import { HttpTransport } from "./http-transport";
import type { HttpResponse } from "./http-transport";
import { asObject, asText, bodyProblem, isWebPage, parseJsonObject, tokenSetFrom, userInfoFrom } from "./answers";
import type { JsonObject, TokenSet, UserInfo } from "./answers";
import { DEFAULT_RATE_LIMITS, RateBudget } from "./rate-budget";
import { responseError } from "./response-error";
import type { RepeatRule } from "./retry-timing";
import { Secret } from "./secret";
import { Stopwatch } from "./stopwatch";
import { withRetries } from "./with-retries";
import type { RetryEvent, RetryOptions, WaitEvent } from "./with-retries";

export interface CronofyClientOptions {
  readonly dataCenter: DataCenterId;
  readonly clientId: string;
  /** Also the API key. */
  readonly clientSecret: Secret;
  /** Replaces the data center's API: `https`, or `http` on loopback. */
  readonly apiUrl?: string;
  /** Replaces the data center's administrator pages: `https`, or `http` on loopback. */
  readonly appUrl?: string;
  /**
   * Milliseconds for one request, to the last byte of its answer.
   * @default 30_000
   */
  readonly requestTimeout?: number;
  /**
   * How often a failed request is repeated. After 429 it is repeated for as long as the call may take, but not where
   * this is 0.
   * @default 4
   */
  readonly maxRetries?: number;
  /**
   * Milliseconds for one call with all its waits and retries, unless the call has a deadline of its own.
   * @default 4 * requestTimeout, but at least two minutes, for the rate limit alone may ask for a wait of one
   */
  readonly totalTimeout?: number;
  /**
   * Shared by all clients of the application in a process, since Cronofy counts what the application sends.
   * @default one for this client alone, with the two limits below; link tokens leave a fifth of it to other calls
   */
  readonly rateBudget?: RateBudget;
  /** @default 50 */
  readonly requestsPerSecond?: number;
  /** @default 500 */
  readonly requestsPerMinute?: number;
  /** Ignored where there is a rate budget, which has its own. @default the system's timer */
  readonly delay?: Delay;
  /** @default Math.random */
  readonly random?: () => number;
  /** @default the system's clock */
  readonly now?: () => Date;
  /** Called before each wait for a retry. */
  readonly onRetry?: (event: RetryEvent) => void;
  /** Called before a request waits for its turn, where that takes a second or more. */
  readonly onWait?: (event: WaitEvent) => void;
  /** @default "ou-link" */
  readonly userAgent?: string;
}

/** How long a call may take. */
export interface CallBounds {
  readonly signal?: AbortSignal;
  /**
   * When nobody waits for the call any longer; replaces the client's `totalTimeout`. A wait that would end later fails
   * at once, which a signal could not tell beforehand.
   */
  readonly deadline?: Date;
}

type Bounds = AbortSignal | CallBounds;

interface ApiCall {
  readonly facts: Omit<CallFacts, "host">;
  readonly rule: RepeatRule;
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly bearer?: Secret;
  /** Sent as JSON, with its secrets revealed. */
  readonly body?: Readonly<Record<string, string | Secret>>;
}

/**
 * Cronofy's API, as far as authorizing Organizational Units needs it.
 *
 * Every method throws a {@link CronofyError}, or its signal's reason once that is aborted. The signal does not
 * interrupt a redemption or a refresh that was sent, because the answer may hold the only copy of a token. Each ends
 * within the request time-out.
 */
export class CronofyClient {
  readonly dataCenter: DataCenterId;
  readonly clientId: string;
  /** Origin of the API. */
  readonly apiUrl: string;
  /** Origin of the administrator's pages. */
  readonly appUrl: string;
  private readonly clientSecret: Secret;
  private readonly requestTimeout: number;
  private readonly totalTimeout: number;
  private readonly now: () => Date;
  private readonly retries: Omit<RetryOptions, "call" | "rule" | "within">;
  private readonly transport: HttpTransport;

  /** @throws InvalidArgumentError where an address would have secrets cross a network in the clear. */
  constructor({
    requestTimeout = 30_000,
    maxRetries = 4,
    totalTimeout = Math.max(4 * requestTimeout, 120_000),
    requestsPerSecond = DEFAULT_RATE_LIMITS.requestsPerSecond,
    requestsPerMinute = DEFAULT_RATE_LIMITS.requestsPerMinute,
    random = Math.random,
    now = () => new Date(),
    onRetry = () => {},
    onWait = () => {},
    userAgent = "ou-link",
    ...options
  }: CronofyClientOptions) {
    const center = dataCenter(options.dataCenter);
    this.dataCenter = options.dataCenter;
    this.clientId = options.clientId;
    this.clientSecret = options.clientSecret;
    this.apiUrl = origin("apiUrl", options.apiUrl ?? center.apiUrl);
    this.appUrl = origin("appUrl", options.appUrl ?? center.appUrl);
    this.requestTimeout = requestTimeout;
    this.totalTimeout = totalTimeout;
    this.now = now;
    const stopwatch = new Stopwatch(options.delay === undefined ? {} : { delay: options.delay });
    const limits = { requestsPerSecond, requestsPerMinute, reserve: 0.2 };
    const budget = options.rateBudget ?? new RateBudget({ ...limits, random, stopwatch });
    this.retries = { budget, maxRetries, random, onRetry, onWait };
    this.transport = new HttpTransport(userAgent);
  }

  /**
   * Mints the single-use token that ties an authorization URL to a service account. Cronofy calls it short-lived and
   * says no more. One that nobody uses has no effect, so a broken connection or a time-out is retried once.
   */
  async createLinkToken(serviceAccountId: string, bounds?: Bounds): Promise<Secret> {
    const call: ApiCall = {
      facts: { operation: "create a link token", subject: serviceAccountId },
      rule: "mint",
      method: "POST",
      path: "/v1/organizational_unit_authorization_link_tokens",
      bearer: this.clientSecret,
      // The documentation's list of parameters says service_account; its example says this.
      body: { service_account_id: serviceAccountId },
    };
    return this.read(call, bounds, "has no ou_link_token", (json) => {
      const token = asText(asObject(json["organizational_unit_authorization_link_token"])?.["ou_link_token"]);
      return token === null ? null : new Secret(token);
    });
  }

  /**
   * Redeems a code for tokens. Not repeated once sent, except after 429: a code is spent by its first use.
   *
   * @param request.redirectUri exactly that of the authorization URL.
   */
  async redeemCode(
    { code, redirectUri }: { readonly code: Secret; readonly redirectUri: string },
    bounds?: Bounds,
  ): Promise<TokenSet> {
    const call = this.tokenCall("redeem the code", "once", {
      grant_type: "authorization_code",
      code,
      redirect_uri: redirectUri,
    });
    return this.read(call, bounds, LACKS_TOKENS, (json) => tokenSetFrom(json, null));
  }

  /**
   * Exchanges a refresh token for fresh tokens; the refresh token may be a new one too. Not repeated once sent, except
   * after 429: where the answer is lost, the old token may be refused, and that looks like a revocation.
   */
  async refresh(refreshToken: Secret, bounds?: Bounds): Promise<TokenSet> {
    const call = this.tokenCall("refresh the tokens", "once", {
      grant_type: "refresh_token",
      refresh_token: refreshToken,
    });
    return this.read(call, bounds, LACKS_TOKENS, (json) => tokenSetFrom(json, refreshToken));
  }

  /**
   * Ends an authorization. This succeeds too where it is unknown or has ended already.
   *
   * @param target one of its tokens, best the refresh token, which does not expire; or the `sub` that it belongs to.
   */
  async revoke(target: { readonly token: Secret } | { readonly sub: string }, bounds?: Bounds): Promise<void> {
    const call: ApiCall = {
      facts: { operation: "revoke the authorization" },
      rule: "idempotent",
      method: "POST",
      path: "/oauth/token/revoke",
      body: { ...this.credentials(), ...target },
    };
    const { status, text } = await this.send(call, bounds);
    // What it answers is not documented and does not matter, but a proxy's page must not pass for a revocation.
    const problem = bodyProblem(text);
    if (problem !== null && (isWebPage(text) || parseJsonObject(text) !== null)) {
      throw new UnexpectedResponseError(this.facts(call), problem, status);
    }
  }

  /** Says whose access token it is. */
  async userInfo(accessToken: Secret, bounds?: Bounds): Promise<UserInfo> {
    const call: ApiCall = {
      facts: { operation: "read the user info" },
      rule: "idempotent",
      method: "GET",
      path: "/v1/userinfo",
      bearer: accessToken,
    };
    return this.read(call, bounds, "is of no use", userInfoFrom);
  }

  private tokenCall(
    operation: CallFacts["operation"],
    rule: RepeatRule,
    grant: Readonly<Record<string, string | Secret>>,
  ): ApiCall {
    const body = { ...this.credentials(), ...grant };
    return { facts: { operation }, rule, method: "POST", path: "/oauth/token", body };
  }

  /** Token endpoints take these in the body, not in a header. */
  private credentials() {
    return { client_id: this.clientId, client_secret: this.clientSecret };
  }

  /** Makes a call and reads its answer; `lack` tells what the answer has when the reader finds nothing in it. */
  private async read<T>(
    call: ApiCall,
    bounds: Bounds | undefined,
    lack: string,
    reader: (json: JsonObject) => T | null,
  ): Promise<T> {
    const { status, text } = await this.send(call, bounds);
    const json = parseJsonObject(text);
    const result = json && reader(json);
    if (result === null) {
      throw new UnexpectedResponseError(this.facts(call), bodyProblem(text) ?? lack, status);
    }
    return result;
  }

  /** Makes a call, with the retries that its rule allows, and returns a successful answer. */
  private send(call: ApiCall, bounds: Bounds | undefined): Promise<HttpResponse> {
    const facts = this.facts(call);
    const isPrecious = call.rule === "once";
    const { signal, deadline } = bounds !== undefined && "aborted" in bounds ? { signal: bounds } : (bounds ?? {});
    const within = deadline === undefined ? this.totalTimeout : deadline.getTime() - this.now().getTime();
    return withRetries(
      async (remaining) => {
        const response = await this.transport.send(
          {
            call: facts,
            method: call.method,
            url: this.apiUrl + call.path,
            ...(call.bearer !== undefined && { bearer: call.bearer }),
            ...(call.body !== undefined && { body: revealed(call.body) }),
            timeout: Math.min(this.requestTimeout, remaining),
            ownConnection: isPrecious,
          },
          isPrecious ? undefined : signal,
        );
        const error = responseError(facts, response, this.now(), secretsOf(call));
        if (error !== null) throw error;
        return response;
      },
      { ...this.retries, call: facts, rule: call.rule, within },
      signal,
    );
  }

  private facts({ facts }: ApiCall): CallFacts {
    return { ...facts, host: new URL(this.apiUrl).host };
  }
}

const LACKS_TOKENS = "lacks access_token or refresh_token";

/** An address without a slash at its end. */
function origin(argument: string, address: string): string {
  const url = parseUrl(address);
  if (url === null || !isTrustworthy(url)) {
    throw new InvalidArgumentError(
      "set up the client",
      argument,
      `${argument} is not an https address`,
      "Use https; http is accepted on loopback only.",
    );
  }
  return address.replace(/\/+$/, "");
}

function revealed(body: Readonly<Record<string, string | Secret>>): string {
  // JSON.stringify alone would write ***.
  const entries = Object.entries(body).map(([name, value]) => [name, value instanceof Secret ? value.reveal() : value]);
  return JSON.stringify(Object.fromEntries(entries));
}

function secretsOf({ bearer, body = {} }: ApiCall): Secret[] {
  return [bearer, ...Object.values(body)].filter((value) => value instanceof Secret);
}
