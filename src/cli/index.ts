export { installProvider } from "./install-command";
