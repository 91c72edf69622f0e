export { DEFAULT_ASSUMPTIONS, DOCUMENTED_RATE_LIMIT } from "./assumptions";
export type { Assumptions, RateLimit } from "./assumptions";
export type { ServiceAccountSeed } from "./directory";
export type { Fault } from "./faults";
export type { LoggedRequest } from "./request-log";
export { createSandbox } from "./sandbox";
export type { Sandbox, SandboxHost, SandboxOptions, SandboxServiceAccount } from "./sandbox";
export { startSandbox } from "./start-sandbox";
export type { RunningSandbox, StartSandboxOptions } from "./start-sandbox";
