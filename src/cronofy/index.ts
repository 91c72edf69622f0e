export { userDetailsFrom } from "./answers";
export type { JsonObject, TokenSet, UserInfo } from "./answers";
export { LINK_SCOPE, authorizationUrl, parseCallbackUrl } from "./authorization-url";
export type { AuthorizationUrlOptions, Callback } from "./authorization-url";
export {
  CONFERENCING_PROVIDER_NAMES,
  DATA_CENTERS,
  RESERVED_AUTHORIZATION_PARAMETERS,
  dataCenter,
  isDataCenterId,
} from "./constants";
export type { ConferencingProviderName, DataCenter, DataCenterId } from "./constants";
export { CronofyClient } from "./cronofy-client";
export type { CallBounds, CronofyClientOptions } from "./cronofy-client";
export {
  AccountLockedError,
  CronofyError,
  ForbiddenError,
  InvalidArgumentError,
  InvalidParametersError,
  NotFoundError,
  OAuthError,
  PlanLacksFeatureError,
  RateBudgetError,
  RateLimitedError,
  ServerError,
  UnauthorizedError,
  UnexpectedResponseError,
  UnreachableError,
} from "./cronofy-error";
export type { CallFacts } from "./cronofy-error";
export { proxyFor } from "./proxy";
export { RateBudget } from "./rate-budget";
export type { RateBudgetOptions } from "./rate-budget";
export { Secret } from "./secret";
export { Stopwatch, delay } from "./stopwatch";
export type { Delay } from "./stopwatch";
export type { RetryEvent, WaitEvent } from "./with-retries";
