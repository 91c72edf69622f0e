import type { TerraformProvider } from "cdktf";
import type { OrganizationalUnitLinkTimeouts } from "./bindings/organizational-unit-link";
import type { ConferencingProvider } from "./conferencing-provider";
import type { HookEngine } from "./hook-engine";
import type { LinkHook } from "./link-hook";

/** When a link token that lapsed without an authorization is minted anew. */
export enum Remint {
  /** At the next apply. */
  WHEN_STALE = "when_stale",
  /** Not by itself: when `keepers` change. */
  NEVER = "never",
}

/** What becomes of an authorization when its link is destroyed. */
export enum OnDestroy {
  /** It is revoked, and its record forgotten. */
  REVOKE = "revoke",
  /** It stays, and so does its record. */
  KEEP = "keep",
}

/** How links are made and kept, whether said of one link or of a whole fleet. */
export interface LinkOptions {
  /**
   * The conferencing service that the administrator is to connect.
   *
   * @default - the administrator chooses from a list
   */
  readonly conferencingProvider?: ConferencingProvider;

  /**
   * Further query parameters of the authorization URL, such as a locale. Those that the link sets itself cannot be
   * overridden.
   *
   * @default - none
   */
  readonly authorizationParameters?: Record<string, string>;

  /**
   * Any values; a change of them mints a new link token.
   *
   * @default - none
   */
  readonly keepers?: Record<string, string>;

  /**
   * How long a link token is taken to work, such as `10m`. Cronofy publishes no figure.
   *
   * @default "10m"
   */
  readonly linkTokenLifetime?: string;

  /**
   * When a link token that lapsed without an authorization is minted anew.
   *
   * @default Remint.WHEN_STALE
   */
  readonly remint?: Remint;

  /**
   * What becomes of the authorization when the link is destroyed.
   *
   * @default OnDestroy.REVOKE
   */
  readonly onDestroy?: OnDestroy;

  /**
   * How long each operation may take.
   *
   * @default - 2 minutes each
   */
  readonly timeouts?: OrganizationalUnitLinkTimeouts;

  /**
   * The provider, where a stack has several.
   *
   * @default - the one without an alias
   */
  readonly provider?: TerraformProvider;

  /**
   * Runs once for each authorization URL that is minted: on the first apply, and after each re-mint.
   *
   * @default - nothing
   */
  readonly onAuthorizationRequired?: LinkHook;

  /**
   * Runs once in the apply that finds the link made.
   *
   * @default - nothing
   */
  readonly onLinked?: LinkHook;

  /**
   * Runs once in the apply that finds the link broken, or that destroys it. Not when the construct is simply deleted from
   * the code, for then its hook is gone too: set `enabled` to false first.
   *
   * @default - nothing
   */
  readonly onUnlinked?: LinkHook;

  /**
   * The kind of resource that runs the hooks.
   *
   * @default HookEngine.NULL
   */
  readonly hookEngine?: HookEngine;
}
