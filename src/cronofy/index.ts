export { LINK_SCOPE, authorizationUrl } from "./authorization-url";
export type { AuthorizationUrlOptions } from "./authorization-url";
export { parseCallbackUrl } from "./callback-url";
export type { Callback } from "./callback-url";
export { CONFERENCING_PROVIDER_NAMES } from "./conferencing-providers";
export type { ConferencingProviderName } from "./conferencing-providers";
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
export type { CallFacts, CronofyErrorCode, CronofyOperation, ParameterProblem, WaitReason } from "./cronofy-error";
export { DATA_CENTERS, dataCenter, isDataCenterId } from "./data-centers";
export type { DataCenter, DataCenterId } from "./data-centers";
export { delay } from "./delay";
export type { Delay } from "./delay";
export type { JsonObject } from "./json-object";
export { proxyFor } from "./proxy";
export { DEFAULT_RATE_LIMITS, RateBudget } from "./rate-budget";
export type { RateBudgetOptions } from "./rate-budget";
export { Secret } from "./secret";
export { Stopwatch } from "./stopwatch";
export type { StopwatchOptions } from "./stopwatch";
export type { TokenSet } from "./token-set";
export { userDetailsFrom } from "./user-details";
export type { UserDetails } from "./user-details";
export type { ConferencingProfile, UserInfo } from "./user-info";
export type { RetryEvent, WaitEvent } from "./with-retries";
export { RESERVED_AUTHORIZATION_PARAMETERS } from "./reserved-authorization-parameters";
