import type { LinkFacts, LinkKey, LinkRecord } from "./link-record";
import type { Secret } from "../cronofy";

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

  /** The part of the record that is no secret. It takes no key, so nothing proves it. */
  look(key: LinkKey): Promise<LinkFacts | null>;

  /**
   * Does some work as the only holder of the record's lock, among all processes that share the store. Waits for the
   * lock, up to a bound of the store, or until the signal is aborted: then it throws the signal's reason.
   *
   * @returns what the work returns; throws what it throws. The lock is given back either way.
   */
  locked<T>(key: LinkKey, work: (record: LockedRecord) => Promise<T>, signal?: AbortSignal): Promise<T>;

  /** All records, in the order of their links. This takes no key, and waits for no lock. */
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
   * Call this before something is spent whose result must be kept, such as a code or a refresh token. It proves that
   * one more record can be written, and sets space aside for it.
   *
   * @returns writes that record. Where the store fails meanwhile, it tries again for as long as it would wait for a
   *   lock.
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

/**
 * Something that keeps authorizations itself and hands out access tokens. It renews them; we can neither store nor
 * remove anything.
 */
export interface AccessTokenSource {
  /** What and where it is, for a sentence such as "… comes from <description>". Never holds a secret. */
  readonly description: string;

  /**
   * A working access token of a link's authorization; null where there is no authorization.
   *
   * @throws LinkStoreError where none can be had; an aborted signal's reason.
   */
  accessToken(key: LinkKey, signal?: AbortSignal): Promise<GrantedAccess | null>;

  /** Holds on to nothing. */
  close(): Promise<void>;
}

/** An access token and what is known of the authorization it belongs to. */
export interface GrantedAccess {
  readonly accessToken: Secret;
  /** When the administrator authorized, ISO 8601. The same for as long as the authorization is. */
  readonly linkedAt: string;
  /** Separated by spaces; empty where it is not told. */
  readonly scope: string;
  /** The unit's `sub`; null where it is not told. */
  readonly organizationalUnitId: string | null;
}

/** Where a link's authorization is looked up: our own store, or a program that keeps it. */
export type LinkSource = LinkStore | AccessTokenSource;

/** Whether it only hands out access tokens. */
export function isAccessTokenSource(source: LinkSource): source is AccessTokenSource {
  return "accessToken" in source;
}
