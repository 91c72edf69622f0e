import { Secret } from "../cronofy";
import { textProblem } from "../link";
import { isAccessTokenSource } from "./link-store";
import type { LinkSource, LinkStore } from "./link-store";
import { LinkStoreError } from "./link-store-error";
import { CommandTokenSource } from "./command/command-token-source";
import { FileLinkStore } from "./file/file-link-store";
import { PostgresLinkStore } from "./postgres/postgres-link-store";
import { STORE_KEY_VARIABLE, StoreKeys } from "./record-encryption";

/** Which store: the one field that is set says so. */
export type StoreChoice =
  /** A folder; a relative one starts at the current folder. */
  | { readonly file: string }
  /** A connection URL. */
  | { readonly postgres: Secret }
  /** A program and its arguments. */
  | { readonly command: readonly string[] };

type Environment = Readonly<Record<string, string | undefined>>;

interface OpenStoreOptions {
  /** Holds `OU_LINK_STORE_KEY`, and is a program's environment. */
  readonly env: Environment;
  /** Milliseconds to wait for a lock; each store has its default. */
  readonly lockTimeout?: number;
  /** Whether records in the clear are read although there is a key, so that they can be encrypted. @default false */
  readonly takeClear?: boolean;
  readonly now?: () => Date;
  /** Takes notes for the operator: at once, and a program's later. */
  readonly onNote?: (line: string) => void;
}

/** The environment variables that choose a store, one for each kind. */
export const STORE_VARIABLES = {
  file: "OU_LINK_STORE_FILE",
  postgres: "OU_LINK_STORE_POSTGRES",
  command: "OU_LINK_STORE_COMMAND",
} as const;

/**
 * The store that the environment chooses: a folder in `OU_LINK_STORE_FILE`, a URL in `OU_LINK_STORE_POSTGRES`, or a JSON
 * list of a program and its arguments in `OU_LINK_STORE_COMMAND`.
 *
 * @returns null where it chooses none.
 * @throws LinkStoreError `bad-settings`: it chooses several, or the list is none.
 */
export function storeChosenBy(env: Environment): StoreChoice | null {
  const chosen = Object.values(STORE_VARIABLES).filter((name) => (env[name] ?? "") !== "");
  if (chosen.length > 1) {
    throw badSettings(chosen.join(", "), `${chosen.join(" and ")} are both set. Keep the one store that is meant.`);
  }
  const file = env[STORE_VARIABLES.file];
  if (file) return { file };
  const postgres = env[STORE_VARIABLES.postgres];
  if (postgres) return { postgres: new Secret(postgres) };
  const command = env[STORE_VARIABLES.command];
  return command ? { command: commandFrom(command) } : null;
}

/**
 * Opens the chosen store, or prepares the chosen program. It connects to nothing and makes nothing yet. It tells
 * `onNote` where records will not be encrypted.
 *
 * @throws LinkStoreError `bad-settings` or `bad-key`.
 */
export function openLinkSource(choice: StoreChoice, options: OpenStoreOptions): LinkSource {
  const { env, lockTimeout, takeClear = false, now, onNote } = options;
  if ("command" in choice) {
    return new CommandTokenSource(choice.command, {
      env,
      ...(now !== undefined && { now }),
      ...(onNote !== undefined && { onNote }),
    });
  }
  const problem = "file" in choice ? textProblem(choice.file) : undefined;
  if (problem !== undefined) {
    throw badSettings("file", `The folder of the store cannot be used. ${problem.detail}`);
  }
  if ("file" in choice && /^~($|[/\\])/.test(choice.file)) {
    throw badSettings(
      "file",
      `The folder of the store is ${JSON.stringify(choice.file)}, and nothing here turns ~ into a home folder. Write the ` +
        'whole path, or in Terraform pathexpand("~/…").',
    );
  }
  const keys = StoreKeys.parse(env[STORE_KEY_VARIABLE]);
  const storeOptions = {
    keys: takeClear && keys !== null ? keys.takingClear() : keys,
    ...(lockTimeout !== undefined && { lockTimeout }),
    ...(now !== undefined && { now }),
  };
  const store =
    "file" in choice
      ? new FileLinkStore(choice.file, storeOptions)
      : new PostgresLinkStore(choice.postgres, storeOptions);
  if (!store.encrypts) {
    onNote?.(
      `Tokens are written to ${store.description} in the clear. To encrypt them, set ${STORE_KEY_VARIABLE} to ` +
        "what openssl rand -base64 32 prints, for everything that uses the store.",
    );
  }
  return store;
}

/**
 * Opens a store that can be written to, as {@link openLinkSource} does.
 *
 * @throws LinkStoreError `bad-settings` also for a program, which only hands out access tokens.
 */
export function openLinkStore(choice: StoreChoice, options: OpenStoreOptions): LinkStore {
  const source = openLinkSource(choice, options);
  if (!isAccessTokenSource(source)) return source;
  throw badSettings(
    source.description,
    "A program as link store only hands out access tokens: nothing can be stored in it, listed or forgotten. " +
      "Choose a folder or a PostgreSQL database, or do this in the application that the program asks.",
  );
}

function commandFrom(text: string): readonly string[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  if (Array.isArray(json) && json.length > 0 && json.every((part) => typeof part === "string")) return json;
  throw badSettings(
    STORE_VARIABLES.command,
    `${STORE_VARIABLES.command} is not a JSON list of texts. Give the program and each argument apart, such as ` +
      '["my-tokens", "--print"].',
  );
}

function badSettings(location: string, message: string): LinkStoreError {
  return new LinkStoreError("bad-settings", location, message);
}
