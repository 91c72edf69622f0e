import { lstat } from "node:fs/promises";
import path from "node:path";
import type { LinkStore, StoreChoice } from "../../link-store";
import { CliError } from "../command-line/cli-error";
import { EXIT_CODE } from "../command-line/exit-code";

/** How a command wants its store. */
export interface OpeningOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds to wait for another process that works on the same record. */
  readonly lockTimeout: number;
  /** Whether records in the clear are taken although there is a key. @default false */
  readonly takeClear?: boolean;
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

/**
 * The folder of a store, where nothing has its name: one that is not there holds no links, and may be a mistake. A
 * symbolic link that leads nowhere, as where a disk is not mounted, is there.
 */
export async function missingFolder(choice: StoreChoice): Promise<string | null> {
  if (!("file" in choice)) return null;
  const folder = path.resolve(choice.file);
  return lstat(folder).then(
    () => null,
    (error: NodeJS.ErrnoException) => (error.code === "ENOENT" ? folder : null),
  );
}
