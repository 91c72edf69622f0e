import { LinkStoreError } from "./link-store-error";

/**
 * Another process works on the record for longer than we would wait.
 *
 * @param what the record, as in "the record /var/lib/…".
 * @param lockTimeout milliseconds that were waited for.
 */
export function lockHeld(what: string, location: string, lockTimeout: number): LinkStoreError {
  return new LinkStoreError(
    "locked",
    location,
    `Another process has held the lock of ${what} for ${Math.round(lockTimeout / 1_000)} s. Wait for it to end, then ` +
      "try again.",
  );
}

/** Our lock was taken from us, and the record was changed: what is there now is kept. */
export function lockLost(what: string, location: string): LinkStoreError {
  return new LinkStoreError(
    "lock-lost",
    location,
    `Another process changed ${what} while this one was halted. Its version was kept; try again.`,
  );
}
