import type { LinkOptions } from "./link-options";

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
