export { isAccessTokenSource } from "./access-token-source";
export type { AccessTokenSource, LinkSource, GrantedAccess } from "./access-token-source";
export { askAnew, declareLink, endLink, endedRecord, openLink, releaseLink, withdrawDeclaration } from "./link-life";
export type { DeclareOptions, Declared, EndOptions, Ending } from "./link-life";
export { authorizedLink, isAuthorized, newLink, stateOf } from "./link-record";
export type {
  AuthorizationFacts,
  AuthorizedLink,
  Awaited,
  Declaration,
  Ended,
  LinkFacts,
  LinkKey,
  LinkRecord,
  RecordState,
  Tokens,
} from "./link-record";
export type { LinkStore, ListedRecord, LockedRecord } from "./link-store";
export { LinkStoreError } from "./link-store-error";
export type { LinkStoreErrorCode } from "./link-store-error";
export { CommandTokenSource, NO_AUTHORIZATION_EXIT_CODE } from "./command-token-source";
export type { CommandTokenSourceOptions } from "./command-token-source";
export { grantProblem } from "./grant";
export { derivedKey } from "./derived-key";
export { tryFileLock } from "./file-lock";
export { FileLinkStore } from "./file-link-store";
export type { FileLinkStoreOptions } from "./file-link-store";
export { LinkInvitationError, callbackUrl, invitationUrl, signInvitation, verifyInvitation } from "./link-invitation";
export type { LinkInvitation } from "./link-invitation";
export type { LinkJwtFailure } from "./link-jwt";
export { LinkStateError, invitationOf, signLinkState, verifyLinkState } from "./link-state";
export type { Beginning, LinkState, LinkStateErrorCode, StateAudience } from "./link-state";
export { makeFolder } from "./make-folder";
export { lookAtLink, observeLink } from "./observe-link";
export type { Authorized, LinkEvidence, ObserveOptions } from "./observe-link";
export { STORE_VARIABLES, openLinkSource, openLinkStore, storeChosenBy } from "./open-link-store";
export type { OpenStoreOptions, StoreChoice } from "./open-link-store";
export { PostgresLinkStore } from "./postgres-link-store";
export type { PostgresLinkStoreOptions } from "./postgres-link-store";
export {
  AuthorizationDroppedError,
  CodeSpentError,
  LinkEndedError,
  isUnspent,
  redeemCode,
  unfinishedSince,
} from "./redeem-code";
export type { RedeemOptions } from "./redeem-code";
export type { RewrapOutcome } from "./rewrap-record";
export { rewrapRecord } from "./rewrap-record";
export { sharedUnits } from "./shared-units";
export type { SharedUnit } from "./shared-units";
export { STORE_KEY_VARIABLE, StoreKeys } from "./store-keys";
