export type AuthorizationStoreErrorCode =
  /** The record is not what we write. */
  | "corrupt"
  /** The record was written by a newer version. */
  | "newer-format"
  /** The record is of another application or data center. */
  | "other-link"
  | "not-readable"
  | "not-writable"
  /** Another process held the lock for as long as we would wait. */
  | "locked"
  /** Another process took the lock from us, taking us for dead, and changed the record. */
  | "lock-lost";

/** A store cannot do its work, or holds what must not be used. The message says where, and what to do; nothing is lost. */
export class AuthorizationStoreError extends Error {
  override readonly name = "AuthorizationStoreError";

  constructor(
    readonly code: AuthorizationStoreErrorCode,
    /** The file or folder, or whatever a store calls the place. */
    readonly location: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
