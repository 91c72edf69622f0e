import type { CallFacts, CronofyError, ParameterProblem } from "./cronofy-error";
import {
  AccountLockedError,
  ForbiddenError,
  InvalidParametersError,
  NotFoundError,
  OAuthError,
  PlanLacksFeatureError,
  RateLimitedError,
  ServerError,
  UnauthorizedError,
  UnexpectedResponseError,
} from "./cronofy-error";
import type { HttpResponse } from "./http-transport";
import { asObject, parseJsonObject } from "./answers";
import { parseRetryAfter } from "./retry-timing";
import type { Secret } from "./secret";

/**
 * The error that an answer amounts to, or null for a success. One class for each status of Cronofy's page on errors.
 *
 * @param secrets what was sent: an answer that repeats it is not quoted.
 */
export function responseError(
  call: CallFacts,
  { status, headers, text }: HttpResponse,
  now: Date,
  secrets: readonly Secret[],
): CronofyError | null {
  if (status >= 200 && status < 300) return null;
  const retryAfter = parseRetryAfter(headers["retry-after"], now);
  switch (status) {
    case 400: {
      const error = parseJsonObject(text)?.["error"];
      return isQuotable(error, OAUTH_CODE, secrets)
        ? new OAuthError(call, error, status)
        : new UnexpectedResponseError(call, "names no OAuth error", status);
    }
    case 401:
      return new UnauthorizedError(call);
    case 402:
      return new PlanLacksFeatureError(call);
    case 403:
      return new ForbiddenError(call);
    case 404:
      return new NotFoundError(call);
    case 422:
      return new InvalidParametersError(call, parameterProblems(text, secrets));
    case 423:
      return new AccountLockedError(call);
    case 429:
      return new RateLimitedError(call, retryAfter);
    default:
      if (status >= 500) return new ServerError(call, status, retryAfter);
      return new UnexpectedResponseError(call, unexpected(status, headers["location"]), status);
  }
}

// Words in snake case, as the documented ones are: a token has digits or capitals too.
const OAUTH_CODE = /^[a-z_]{1,40}$/;
const ERROR_KEY = /^errors\.[a-z_.]{1,40}$/;
const PARAMETER_NAME = /^[a-z_.[\]]{1,60}$/;

function parameterProblems(text: string, secrets: readonly Secret[]): ParameterProblem[] {
  const errors = asObject(parseJsonObject(text)?.["errors"]) ?? {};
  return Object.entries(errors).flatMap(([parameter, problems]) => {
    if (!isQuotable(parameter, PARAMETER_NAME, secrets) || !Array.isArray(problems)) return [];
    return problems
      .map((problem) => asObject(problem)?.["key"])
      .filter((key) => isQuotable(key, ERROR_KEY, secrets))
      .map((key) => ({ parameter, key }));
  });
}

/** Whether a text of an answer has the form of its kind and nothing secret in it. */
function isQuotable(text: unknown, form: RegExp, secrets: readonly Secret[]): text is string {
  return typeof text === "string" && form.test(text) && !secrets.some((secret) => text.includes(secret.reveal()));
}

function unexpected(status: number, location: string | undefined): string {
  if (status === 407) return "is a proxy's, which asks for credentials";
  if (status < 300 || status >= 400) return "is not one that Cronofy documents";
  const host = location !== undefined && URL.canParse(location) ? ` to ${new URL(location).host}` : "";
  return `is a redirect${host}, which is not followed because credentials would go along`;
}
