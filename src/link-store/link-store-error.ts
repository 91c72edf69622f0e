type LinkStoreErrorCode =
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
  /** The configured key is not a key. */
  | "bad-key"
  /** No proper store is configured, or several are. */
  | "bad-settings"
  | "not-readable"
  | "not-writable"
  /** Another process held the lock for as long as we would wait. */
  | "locked"
  /** Another process took the lock from us, taking us for dead, and changed the record. */
  | "lock-lost"
  /** The external program gave no access token. */
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

/** Our lock was taken from us, and the record was changed: what is there now is kept. */
export function lockLost(what: string, location: string): LinkStoreError {
  return new LinkStoreError(
    "lock-lost",
    location,
    `Another process changed ${what} while this one was halted. Its version was kept; try again.`,
  );
}
