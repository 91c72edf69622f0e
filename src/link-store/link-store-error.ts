export type LinkStoreErrorCode =
  /** The record is not what we write. */
  | "corrupt"
  /** The record was written by a newer version. */
  | "newer-format"
  /** The record in this link's place is that of another one. */
  | "other-link"
  /** The record is encrypted with a key that is not configured. */
  | "unknown-key"
  /** The record is in the clear although a key is configured. */
  | "not-encrypted"
  /** What is configured as a key is none. */
  | "bad-key"
  /** What is configured as a store is none, or several. */
  | "bad-settings"
  | "not-readable"
  | "not-writable"
  /** Another process held the lock for as long as we would wait. */
  | "locked"
  /** Another process took the lock from us, taking us for dead, and changed the record. */
  | "lock-lost"
  /** The external program did not give what it is there for. */
  | "command-failed";

/** A store cannot do its work, or holds what must not be used. The message says where, and what to do; nothing is lost. */
export class LinkStoreError extends Error {
  override readonly name = "LinkStoreError";

  constructor(
    readonly code: LinkStoreErrorCode,
    /** The file, folder, database or program, or whatever a store calls the place. */
    readonly location: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
