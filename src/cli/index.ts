export { installProvider } from "./install/install-provider";
export type { InstallProviderOptions, InstalledProvider } from "./install/install-provider";
