import { LinkStoreError, storeChosenBy } from "../../link-store";
import type { StoreChoice } from "../../link-store";
import { Secret } from "../../cronofy";
import type { StoreFlags } from "./store-options";

/**
 * Settles which store is meant: by an option, else by the environment.
 *
 * @returns the choice, or what to do where there is none that can be used.
 */
export function chooseStore(
  { storeFile, storePostgres }: StoreFlags,
  env: Readonly<Record<string, string | undefined>>,
): { readonly choice: StoreChoice } | { readonly problem: string } {
  if (storeFile && storePostgres) return { problem: "give --store-file or --store-postgres, not both." };
  if (storeFile) return { choice: { file: storeFile } };
  if (storePostgres) {
    return hasPassword(storePostgres)
      ? {
          problem: "a command line can be read by others: set OU_LINK_STORE_POSTGRES to a URL with a password instead.",
        }
      : { choice: { postgres: new Secret(storePostgres) } };
  }
  try {
    const choice = storeChosenBy(env);
    if (choice !== null) return { choice };
  } catch (error) {
    if (error instanceof LinkStoreError) return { problem: error.message };
    throw error;
  }
  return {
    problem:
      "set OU_LINK_STORE_FILE or give --store-file, the folder that the provider uses too; for a PostgreSQL database, " +
      "set OU_LINK_STORE_POSTGRES.",
  };
}

function hasPassword(url: string): boolean {
  try {
    const { password, searchParams } = new URL(url);
    return password !== "" || searchParams.has("password");
  } catch {
    // What is no URL is refused when the store is opened.
    return false;
  }
}
