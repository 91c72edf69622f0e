import { Option } from "commander";

/** What a command line says of the link store. */
export interface StoreFlags {
  readonly storeFile?: string;
  readonly storePostgres?: string;
}

/** The options by which a command is told which link store to use. */
export function storeOptions(): Option[] {
  return [
    new Option("--store-file <folder>", "folder of the link store (env: OU_LINK_STORE_FILE)"),
    new Option(
      "--store-postgres <url>",
      "PostgreSQL database as link store, without a password (env: OU_LINK_STORE_POSTGRES, with one)",
    ),
  ];
}

/** Tells records apart that are of the same service account. */
export interface LinkFlags {
  readonly clientId?: string;
  readonly dataCenter?: string;
}

/** The options that tell records of one service account apart. */
export function linkOptions(): Option[] {
  return [
    new Option("--client-id <id>", "client id of the application (env: CRONOFY_CLIENT_ID)"),
    new Option("--data-center <id>", "data center of the application (env: CRONOFY_DATA_CENTER)"),
  ];
}
