export { installProvider } from "./install/provider-folder";
