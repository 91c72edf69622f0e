export { installProvider } from "./install-provider";
export type { InstallProviderOptions, InstalledProvider } from "./install-provider";
