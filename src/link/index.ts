export {
  AUTHORIZE_WITH,
  AWAITING_ATTRIBUTES,
  LAPSING_ATTRIBUTES,
  LINK_DEFAULTS,
  LINK_TYPE,
  MINTED_ATTRIBUTES,
  ON_DESTROY,
  REMINT,
} from "./link-attributes";
export type { AuthorizeWith } from "./link-attributes";
export { EXAMPLE_SERVICE_ACCOUNT, isServiceAccountId, linkIdText, parseLinkId, serviceAccountProblem } from "./link-id";
export type { LinkId } from "./link-id";
export { LINK_STATUSES, LINK_STATUS_MEANINGS, isLost, isWaiting, linkSince, linkStatus } from "./link-status";
export type { LinkStatus } from "./link-status";
export { nextAction } from "./next-action";
export { providerWording } from "./provider-wording";
export {
  addressProblem,
  credentialProblem,
  isLoopback,
  isTrustworthy,
  parseUrl,
  serviceAddressProblem,
  signingSecretProblem,
  spacingProblem,
  textProblem,
} from "./text-problem";
export type { TextProblem } from "./text-problem";
