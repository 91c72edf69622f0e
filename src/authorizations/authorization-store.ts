import type { Authorization, LinkKey } from "./authorization";

/**
 * Where authorizations are kept. A refresh token may change whenever it is used, so only the holder of a record's lock
 * uses it; everyone else reads.
 *
 * Every method throws an AuthorizationStoreError where the store cannot do its work or holds what it must not use.
 */
export interface AuthorizationStore {
  /** What and where the store is, for a sentence such as "… is kept in <description>". */
  readonly description: string;

  /** The record as it is, without waiting for any lock: whole, either before or after a write. Null if there is none. */
  read(key: LinkKey): Promise<Authorization | null>;

  /**
   * Does some work as the only holder of the record's lock, among all processes that share the store. Waits for the
   * lock, up to a bound of the store, or until the signal is aborted: then it throws the signal's reason.
   *
   * @returns what the work returns; throws what it throws. The lock is given back either way.
   */
  locked<T>(key: LinkKey, work: (record: LockedRecord) => Promise<T>, signal?: AbortSignal): Promise<T>;
}

/** One link's record, while its lock is held. */
export interface LockedRecord {
  /** The record as it is now, which another holder may have changed before us. */
  current(): Promise<Authorization | null>;
  /** Puts a record in the place of the current one. Durable when it resolves. */
  write(next: Authorization): Promise<void>;
  /** Removes the record, if there is one. */
  forget(): Promise<void>;
}
