export { accessLogLine } from "./access-log";
export type { AccessLogEntry } from "./access-log";
export { createLinkService } from "./link-service";
export type { LinkService, LinkServiceOptions } from "./link-service";
export type { Outcome, OutcomeKind } from "./outcome";
export { startLinkService } from "./start-link-service";
export type { RunningLinkService, StartLinkServiceOptions } from "./start-link-service";
