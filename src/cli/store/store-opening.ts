import type { LinkStore, StoreChoice } from "../../link-store";
import { CliError } from "../command-line/cli-error";
import { EXIT_CODE } from "../command-line/exit-code";

/** How a command wants its store. */
export interface OpeningOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds to wait for another process that works on the same record. */
  readonly lockTimeout: number;
  /** Takes a line for the person where records will not be encrypted. */
  readonly onNote?: (line: string) => void;
}

/**
 * Opens a store for a command.
 *
 * @throws CliError for a setting that cannot be used.
 */
export async function openChosenStore(choice: StoreChoice, options: OpeningOptions): Promise<LinkStore> {
  const { LinkStoreError, openLinkStore } = await import("../../link-store");
  try {
    return openLinkStore(choice, options);
  } catch (error) {
    if (!(error instanceof LinkStoreError)) throw error;
    throw new CliError("The link store cannot be used.", error.message, EXIT_CODE.usage, { cause: error });
  }
}
