import type { TerraformProvider } from "cdktf";
import { CONFERENCING_PROVIDER_NAMES } from "../cronofy/constants";
import type { ConferencingProviderName } from "../cronofy/constants";
import type { OrganizationalUnitLinkTimeouts } from "./bindings/organizational-unit-link";
import type { HookEngine } from "./hook-resource";
import type { LinkHook } from "./link-hook";

/** How the administrator is asked to authorize. */
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
  /** Only when `keepers` change. */
  NEVER = "never",
}

/**
 * What happens to an authorization when its link is destroyed. An authorization that belongs to another declaration by
 * then stays.
 */
export enum OnDestroy {
  /** It is revoked, and its record says that the link was ended. */
  REVOKE = "revoke",
  /** It stays, and so does its record, for whatever declares the link next. */
  KEEP = "keep",
}

/** A conferencing service that an administrator connects for the whole organization. */
export class ConferencingProvider {
  static readonly INDEED = ConferencingProvider.known("indeed");
  static readonly WEBEX_ENTERPRISE = ConferencingProvider.known("webex_enterprise");
  static readonly ZOOM_ENTERPRISE = ConferencingProvider.known("zoom_enterprise");
  static readonly GOOGLE_MEET = ConferencingProvider.known("google_meet");
  static readonly MS_TEAMS = ConferencingProvider.known("ms_teams");

  /**
   * A service that has no constant here yet. Where Cronofy does not know the name either, the administrator chooses
   * from a list.
   *
   * @param name Cronofy's name of the service
   */
  static of(name: string): ConferencingProvider {
    return new ConferencingProvider(name);
  }

  private static known(name: ConferencingProviderName): ConferencingProvider {
    return new ConferencingProvider(name);
  }

  /** Whether Cronofy documents the name. */
  readonly isKnown: boolean;

  private constructor(
    /** Cronofy's name of the service. */
    readonly name: string,
  ) {
    this.isKnown = CONFERENCING_PROVIDER_NAMES.some((each) => each === name);
  }
}

/** How links are made and kept, for one link or for a whole fleet. */
export interface LinkOptions {
  /** How the administrator is asked to authorize.
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
   * Values of your choice. When one changes, the administrator is asked again, even if the link works.
   *
   * @default - none
   */
  readonly keepers?: Record<string, string>;

  /**
   * With a URL: how long its link token is assumed to work, such as `10m`. Cronofy publishes no figure.
   *
   * @default "10m"
   */
  readonly linkTokenLifetime?: string;

  /**
   * With a URL: when a URL that lapsed unused is minted again.
   *
   * @default Remint.WHEN_STALE
   */
  readonly remint?: Remint;

  /**
   * What happens to the authorization when the link is destroyed.
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
   * Runs once each time an administrator is needed: in the first apply, when the link has broken, and when they are
   * asked again. With a URL, it runs for each new URL, so that it can be sent.
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
   * Runs once in the apply that finds the link broken, or that destroys it. It does not run when you simply delete the
   * construct from the code, because its hook is gone too: set `enabled` to false first.
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

/** What is to be linked, and how. */
export interface OrganizationalUnitLinkProps extends LinkOptions {
  /** The calendar service account (`ser_…`) whose Organizational Unit is to be linked. A change replaces the link. */
  readonly serviceAccountId: string;

  /**
   * The OAuth `state` that comes back unaltered with the administrator. Set it only where your own application takes
   * the callback: the link service needs the default.
   *
   * @default - a signed token that names the link
   */
  readonly state?: string;

  /**
   * False removes the link in good order: the next apply destroys it as `onDestroy` says, and runs `onUnlinked`. After that
   * the construct can be deleted from the code. Until then its values are null, and `linked` is false.
   *
   * @default true
   */
  readonly enabled?: boolean;
}
