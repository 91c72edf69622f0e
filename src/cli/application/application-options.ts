import { Option } from "commander";
import { storeOptions } from "../store/store-options";
import type { StoreFlags } from "../store/store-options";

/** What a command line says of the Cronofy application and its store. Secrets come by the environment alone. */
export interface ApplicationFlags extends StoreFlags {
  readonly clientId?: string;
  readonly dataCenter?: string;
  readonly apiUrl?: string;
  readonly appUrl?: string;
}

/** The options by which a command is told for which application it works, and where authorizations are kept. */
export function applicationOptions(): Option[] {
  return [
    ...storeOptions(),
    new Option("--client-id <id>", "client id of the application (env: CRONOFY_CLIENT_ID)"),
    new Option("--data-center <id>", 'data center of the application, "us" by default (env: CRONOFY_DATA_CENTER)'),
    new Option("--api-url <url>", "replaces the API's address, as for a sandbox (env: CRONOFY_API_URL)"),
    new Option("--app-url <url>", "replaces the address of Cronofy's pages (env: CRONOFY_APP_URL)"),
  ];
}
