export { isAccessTokenSource } from "./access-token-source";
export type { AccessTokenSource, AuthorizationSource, GrantedAccess } from "./access-token-source";
export type { Authorization, LinkKey } from "./authorization";
export type { AuthorizationStore, ListedRecord, LockedRecord } from "./authorization-store";
export { AuthorizationStoreError } from "./authorization-store-error";
export type { AuthorizationStoreErrorCode } from "./authorization-store-error";
export { CommandTokenSource, NO_AUTHORIZATION_EXIT_CODE } from "./command-token-source";
export type { CommandTokenSourceOptions } from "./command-token-source";
export { derivedKey } from "./derived-key";
export { FileAuthorizationStore } from "./file-authorization-store";
export type { FileAuthorizationStoreOptions } from "./file-authorization-store";
export { LinkInvitationError, invitationUrl, signInvitation, verifyInvitation } from "./link-invitation";
export type { LinkInvitation } from "./link-invitation";
export type { LinkJwtFailure } from "./link-jwt";
export { LinkStateError, signLinkState, verifyLinkState } from "./link-state";
export type { LinkState, LinkStateErrorCode, SignOptions, VerifiedLinkState } from "./link-state";
export { observeLink } from "./observe-link";
export type { LinkEvidence, ObserveOptions } from "./observe-link";
export {
  STORE_VARIABLES,
  openAuthorizationSource,
  openAuthorizationStore,
  storeChosenBy,
} from "./open-authorization-store";
export type { OpenStoreOptions, StoreChoice } from "./open-authorization-store";
export { PostgresAuthorizationStore } from "./postgres-authorization-store";
export type { PostgresAuthorizationStoreOptions } from "./postgres-authorization-store";
export { redeemAuthorization } from "./redeem-authorization";
export type { RedeemOptions } from "./redeem-authorization";
export { revokeAuthorization } from "./revoke-authorization";
export type { RewrapOutcome } from "./rewrap-record";
export { rewrapRecord } from "./rewrap-record";
export { STORE_KEY_VARIABLE, StoreKeys } from "./store-keys";
