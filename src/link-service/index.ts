// This entry also has what a link service is made from, so that an application needs no other.
export { openLinkStore, storeChosenBy } from "../link-store";
export type { LinkStore, LinkKey, StoreChoice } from "../link-store";
export { CronofyClient, Secret, isDataCenterId } from "../cronofy";
export type { CronofyClientOptions, DataCenterId } from "../cronofy";
export { accessLogLine } from "./access-log";
export type { AccessLogEntry, LoggedOutcome } from "./access-log";
export { FINGERPRINT_HEADER, fingerprintsOf } from "./readiness";
export type { ComparedSide, Sameness } from "./readiness";
export type { Integrator } from "./page";
export type { LinkCompleted } from "./webhook";
export { createLinkService } from "./link-service";
export type { LinkService, LinkServiceOptions } from "./link-service";
export type { Outcome, OutcomeKind } from "./outcome";
export { startLinkService } from "./start-link-service";
export type { RunningLinkService, StartLinkServiceOptions } from "./start-link-service";
export { Webhook } from "./webhook";
export type { WebhookOptions, WebhookRequest } from "./webhook";
