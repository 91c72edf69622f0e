import type { TerraformProvider } from "cdktf";
import type { OrganizationalUnitLinkTimeouts } from "./bindings/organizational-unit-link";
import type { ConferencingProvider } from "./conferencing-provider";
import type { HookEngine } from "./hook-engine";
import type { LinkHook } from "./link-hook";

/** How an administrator is brought. */
export enum AuthorizeWith {
  /**
   * By an invitation, which works until the link is made or ended: the link service mints when the administrator comes.
   * Needs a link service, and a link store of files or PostgreSQL that it shares with the provider.
   */
  INVITATION = "invitation",
  /** By an authorization URL, which is minted when Terraform applies and works once and for minutes. */
  URL = "url",
}

/** With {@link AuthorizeWith.URL}: when an authorization URL that has lapsed unused is minted anew. */
export enum Remint {
  /** At the next apply. */
  WHEN_STALE = "when_stale",
  /** Not by itself: when `keepers` change. */
  NEVER = "never",
}

/** What becomes of an authorization when its link is destroyed. One that belongs to another declaration by then stays. */
export enum OnDestroy {
  /** It is revoked, and its record says that the link was ended. */
  REVOKE = "revoke",
  /** It stays, and so does its record, for whatever declares the link next. */
  KEEP = "keep",
}

/** How links are made and kept, whether said of one link or of a whole fleet. */
export interface LinkOptions {
  /**
   * How the administrator is brought.
   *
   * @default - `AuthorizeWith.INVITATION` where the provider has a `linkServiceUrl`, else `AuthorizeWith.URL`
   */
  readonly authorizeWith?: AuthorizeWith;

  /**
   * Where the administrator's browser returns with a `code`: the callback of the link service, or, with a URL, an address
   * of your own application. `https`, or `http` on loopback.
   *
   * @default - `<linkServiceUrl>/callback`; required where the provider has no `linkServiceUrl`
   */
  readonly redirectUri?: string;

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
   * Any values; a change of them asks the administrator anew, also where the link works.
   *
   * @default - none
   */
  readonly keepers?: Record<string, string>;

  /**
   * With a URL: how long its link token is taken to work, such as `10m`. Cronofy publishes no figure.
   *
   * @default "10m"
   */
  readonly linkTokenLifetime?: string;

  /**
   * With a URL: when one that has lapsed unused is minted anew.
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
   * Runs once for each time that an administrator is needed: in the first apply, when the link broke, when they are asked
   * anew. With a URL it runs for each that is minted, so that it can be sent.
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
