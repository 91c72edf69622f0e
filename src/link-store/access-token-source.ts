import type { Secret } from "../cronofy";
import type { LinkKey } from "./link-record";
import type { LinkStore } from "./link-store";

/**
 * Something that keeps authorizations itself and hands out access tokens: it renews them, and nothing can be stored in
 * it or removed from it.
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

/** Where a link's authorization is looked up: in a store of ours, or with someone who keeps it. */
export type LinkSource = LinkStore | AccessTokenSource;

/** Whether it only hands out access tokens. */
export function isAccessTokenSource(source: LinkSource): source is AccessTokenSource {
  return "accessToken" in source;
}
