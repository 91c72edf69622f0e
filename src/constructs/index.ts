export { AuthorizationStore } from "./authorization-store";
/** The generated classes: every argument and attribute of the provider, one to one. */
export * as bindings from "./bindings";
export { ConferencingProvider } from "./conferencing-provider";
export { CronofyProvider } from "./cronofy-provider";
export type { CronofyProviderProps } from "./cronofy-provider";
export { DataCenter } from "./data-center";
export { OnDestroy, OrganizationalUnitLink, Remint } from "./organizational-unit-link";
export type { OrganizationalUnitLinkProps } from "./organizational-unit-link";
