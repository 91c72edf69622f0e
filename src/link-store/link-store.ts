import type { LinkFacts, LinkKey, LinkRecord } from "./link-record";

/**
 * Where links are kept. A refresh token may change whenever it is used, so only the holder of a record's lock uses it;
 * everyone else reads.
 *
 * Every method throws a LinkStoreError where the store cannot do its work or holds what it must not use.
 */
export interface LinkStore {
  /** What and where the store is, for a sentence such as "… is kept in <description>". Never holds a secret. */
  readonly description: string;

  /** Whether records are encrypted as they are written. */
  readonly encrypts: boolean;

  /** The record as it is, without waiting for any lock: whole, either before or after a write. Null if there is none. */
  read(key: LinkKey): Promise<LinkRecord | null>;

  /** What of the record is no secret. Needs no key, and so takes the record's word for it. */
  look(key: LinkKey): Promise<LinkFacts | null>;

  /**
   * Does some work as the only holder of the record's lock, among all processes that share the store. Waits for the
   * lock, up to a bound of the store, or until the signal is aborted: then it throws the signal's reason.
   *
   * @returns what the work returns; throws what it throws. The lock is given back either way.
   */
  locked<T>(key: LinkKey, work: (record: LockedRecord) => Promise<T>, signal?: AbortSignal): Promise<T>;

  /** What records there are, in the order of their links. Needs no key, and waits for no lock. */
  list(): Promise<readonly ListedRecord[]>;

  /** Gives back what the store holds on to, such as connections. Not while a lock is held. */
  close(): Promise<void>;
}

/** One link's record, while its lock is held. A link that ends leaves a record that says so: none is ever removed. */
export interface LockedRecord {
  /** The record as it is now, which another holder may have changed before us. */
  current(): Promise<LinkRecord | null>;
  /** Puts a record in the place of the current one. Durable when it resolves. */
  write(next: LinkRecord): Promise<void>;
  /**
   * To be called before something is spent whose outcome must be kept, such as a code or a refresh token: proves that one
   * more record can be written, and sets space aside for it.
   *
   * @returns how that record is then written. Where the store fails by then, this is tried again for as long as one would
   *   wait for a lock.
   */
  reserve(): Promise<(next: LinkRecord) => Promise<void>>;
}

/** A record as it looks from outside, with no token in it. */
export interface ListedRecord {
  /** Where it is: a file, or a row of a table. */
  readonly location: string;
  /** What it says of its link; null where it is damaged. */
  readonly link: LinkFacts | null;
  /** The id of the key that it is encrypted with; null where it is in the clear. */
  readonly encryptedWith: string | null;
}
