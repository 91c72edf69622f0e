export { CronofyProvider, DataCenter, LinkStore } from "./cronofy-provider";
export type { CronofyProviderProps } from "./cronofy-provider";
/** The generated classes: every argument and attribute of the provider, one to one. */
export * as bindings from "./bindings";
export { ExistingOrganizationalUnitLink } from "./existing-organizational-unit-link";
export type { ExistingLinkOptions, IOrganizationalUnitLink } from "./existing-organizational-unit-link";
export { HookEngine } from "./hook-resource";
export { HookFailure, LinkHook } from "./link-hook";
export type { LinkHookOptions, WebhookHookOptions } from "./link-hook";
export { AuthorizeWith, ConferencingProvider, OnDestroy, Remint } from "./link-props";
export type { LinkOptions, OrganizationalUnitLinkProps } from "./link-props";
export { RequireConferencingProvider, RequireKeepers, RequireOnDestroy, RequireRedirectHost } from "./link-rules";
export { LinkCompletion, LinkDeadline } from "./link-waiting";
export type { RequireLinkedOptions } from "./link-waiting";
export { OrganizationalUnitLink } from "./organizational-unit-link";
export type { ImportExistingProps } from "./organizational-unit-link";
export { OrganizationalUnitLinks } from "./organizational-unit-links";
export type { OrganizationalUnitLinksProps } from "./organizational-unit-links";
