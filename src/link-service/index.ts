// What goes into a link service comes with it, so that whoever mounts one needs this entry alone.
export { openLinkStore, storeChosenBy } from "../link-store";
export type { LinkStore, LinkKey, StoreChoice } from "../link-store";
export { CronofyClient, Secret, isDataCenterId } from "../cronofy";
export type { CronofyClientOptions, DataCenterId } from "../cronofy";
export { accessLogLine } from "./access-log";
export type { AccessLogEntry, LoggedOutcome } from "./access-log";
export { FINGERPRINT_HEADER, fingerprintsOf } from "./fingerprints";
export type { ComparedSide, Sameness } from "./fingerprints";
export type { Integrator } from "./integrator";
export type { LinkCompleted } from "./link-completed";
export { createLinkService } from "./link-service";
export type { LinkService, LinkServiceOptions } from "./link-service";
export type { Outcome, OutcomeKind } from "./outcome";
export { startLinkService } from "./start-link-service";
export type { RunningLinkService, StartLinkServiceOptions } from "./start-link-service";
export { Webhook } from "./webhook";
export type { WebhookOptions, WebhookRequest } from "./webhook";
