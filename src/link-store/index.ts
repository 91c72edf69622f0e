export { CommandTokenSource, NO_AUTHORIZATION_EXIT_CODE } from "./command/command-token-source";
export type { CommandTokenSourceOptions } from "./command/command-token-source";
export { FileLinkStore } from "./file/file-link-store";
export { tryFileLock } from "./file/file-lock";
export { makeFolder } from "./file/make-folder";
export { grantProblem } from "./grant";
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
export { isAccessTokenSource } from "./link-store";
export type { AccessTokenSource, GrantedAccess, LinkSource, LinkStore, ListedRecord, LockedRecord } from "./link-store";
export { LinkStoreError } from "./link-store-error";
export { lookAtLink, observeLink } from "./observe-link";
export type { LinkEvidence } from "./observe-link";
export { STORE_VARIABLES, openLinkSource, openLinkStore, storeChosenBy } from "./open-link-store";
export type { StoreChoice } from "./open-link-store";
export { PostgresLinkStore } from "./postgres/postgres-link-store";
export type { PostgresLinkStoreOptions } from "./postgres/postgres-link-store";
export { STORE_KEY_VARIABLE, StoreKeys, rewrapRecord } from "./record-encryption";
export type { RewrapOutcome } from "./record-encryption";
export {
  AuthorizationDroppedError,
  CodeSpentError,
  LinkEndedError,
  isUnspent,
  redeemCode,
  unfinishedSince,
} from "./redeem-code";
export { sharedUnits } from "./shared-units";
export type { SharedUnit } from "./shared-units";
export {
  LinkInvitationError,
  callbackUrl,
  invitationUrl,
  signInvitation,
  verifyInvitation,
} from "./signed/link-invitation";
export type { LinkInvitation } from "./signed/link-invitation";
export { derivedKey } from "./signed/link-jwt";
export type { LinkJwtFailure } from "./signed/link-jwt";
export { OAuthStateError, invitationOf, signOAuthState, verifyOAuthState } from "./signed/oauth-state";
export type { OAuthState, OAuthStateErrorCode, StateAudience } from "./signed/oauth-state";
