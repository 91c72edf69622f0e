// What options and environment say of the Cronofy application, its link store and its webhook: options count first.
import { lstat } from "node:fs/promises";
import path from "node:path";
import { Option } from "commander";
import type { DataCenterId, Secret } from "../cronofy";
import { addressProblem, credentialProblem, serviceAddressProblem, signingSecretProblem, textProblem } from "../link";
import type { TextProblem } from "../link";
import type { LinkStore, StoreChoice } from "../link-store";
import { CliError, EXIT_CODE } from "./command-line/cli-error";

export type Environment = Readonly<Record<string, string | undefined>>;

/** The options of every command that uses a link store. */
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

/** The options of every command that works for a Cronofy application. Secrets come by the environment alone. */
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

/** The Cronofy application that a command works for, and where its authorizations are kept. */
export interface ApplicationSettings {
  readonly dataCenter: DataCenterId;
  readonly clientId: string;
  readonly clientSecret: Secret;
  readonly apiUrl?: string;
  readonly appUrl?: string;
  /** The provider uses the same store. */
  readonly store: StoreChoice;
  /** Signs states and invitations: the client secret unless set. */
  readonly linkSecret: Secret;
}

/**
 * Reads the settings of the application.
 *
 * @param failure what cannot be done where something is wrong, as a sentence
 * @param problems what was found wrong so far, to be told along
 * @throws CliError that names everything that is missing or wrong, all at once
 */
export async function readApplicationSettings(
  flags: ApplicationFlags,
  env: Environment,
  failure: string,
  problems: string[] = [],
): Promise<ApplicationSettings> {
  const { DATA_CENTERS, Secret, isDataCenterId } = await import("../cronofy");
  const setting = (flag: string | undefined, variable: string) => flag || env[variable] || undefined;
  const required = (name: string, value: string | undefined, advice: string): string => {
    if (value === undefined) problems.push(advice);
    checkText(name, value, credentialProblem, problems);
    return value ?? "";
  };

  const dataCenter = setting(flags.dataCenter, "CRONOFY_DATA_CENTER") ?? "us";
  if (!isDataCenterId(dataCenter)) {
    const known = DATA_CENTERS.map(({ id }) => id).join(", ");
    problems.push(
      `data center: ${JSON.stringify(dataCenter)} is none of ${known} (--data-center or CRONOFY_DATA_CENTER).`,
    );
  }
  const clientId = required(
    "CRONOFY_CLIENT_ID or --client-id",
    setting(flags.clientId, "CRONOFY_CLIENT_ID"),
    "client id: set CRONOFY_CLIENT_ID or give --client-id.",
  );
  const clientSecret = required(
    "CRONOFY_CLIENT_SECRET",
    setting(undefined, "CRONOFY_CLIENT_SECRET"),
    "client secret: set CRONOFY_CLIENT_SECRET (there is no flag for a secret).",
  );
  const linkSecret = setting(undefined, "OU_LINK_SECRET");
  checkText("OU_LINK_SECRET", linkSecret, signingSecretProblem, problems);
  const store = await chooseStore(flags, env);
  if ("problem" in store) problems.push(`link store: ${store.problem}`);
  const apiUrl = setting(flags.apiUrl, "CRONOFY_API_URL");
  const appUrl = setting(flags.appUrl, "CRONOFY_APP_URL");
  checkText("CRONOFY_API_URL or --api-url", apiUrl, serviceAddressProblem, problems);
  checkText("CRONOFY_APP_URL or --app-url", appUrl, serviceAddressProblem, problems);

  if (problems.length > 0 || !isDataCenterId(dataCenter) || "problem" in store) {
    throw new CliError(failure, problems.join("\n"), EXIT_CODE.usage);
  }
  return {
    dataCenter,
    clientId,
    clientSecret: new Secret(clientSecret),
    store: store.choice,
    linkSecret: new Secret(linkSecret ?? clientSecret),
    ...(apiUrl !== undefined && { apiUrl }),
    ...(appUrl !== undefined && { appUrl }),
  };
}

/** Adds to the problems where a setting is there and is not fit for what it is. */
export function checkText(
  name: string,
  value: string | undefined,
  judge: (text: string) => TextProblem | undefined,
  problems: string[],
): void {
  const problem = value === undefined ? undefined : judge(value);
  if (problem !== undefined) problems.push(`${name}: ${problem.detail}`);
}

/** Where to tell of what happened, and what signs it. */
export interface WebhookSettings {
  readonly url: string;
  readonly secret: Secret;
}

/**
 * Reads the settings of the webhook. Both come by the environment, for the address of a webhook is often a secret too.
 *
 * @returns undefined where there is none, or where something was added to the problems
 */
export async function readWebhook(env: Environment, problems: string[]): Promise<WebhookSettings | undefined> {
  const { Secret } = await import("../cronofy");
  const url = env["OU_LINK_WEBHOOK_URL"] || undefined;
  const secret = env["OU_LINK_WEBHOOK_SECRET"] || undefined;
  if (url === undefined && secret === undefined) return undefined;
  if (url === undefined) problems.push("webhook: OU_LINK_WEBHOOK_SECRET is set; set OU_LINK_WEBHOOK_URL too.");
  checkText("webhook: OU_LINK_WEBHOOK_URL", url, addressProblem, problems);
  if (secret === undefined) {
    problems.push("webhook: set OU_LINK_WEBHOOK_SECRET too, with which the receiver verifies what comes.");
  } else if (textProblem(secret) !== undefined) {
    checkText("webhook: OU_LINK_WEBHOOK_SECRET", secret, textProblem, problems);
  } else if (/^whsec_(?![A-Za-z0-9+/]+={0,2}$)/.test(secret)) {
    problems.push("webhook: OU_LINK_WEBHOOK_SECRET starts with whsec_, so what follows must be base64.");
  }
  return url === undefined || secret === undefined ? undefined : { url, secret: new Secret(secret) };
}

/**
 * Settles which store is meant: by an option, else by the environment.
 *
 * @returns the choice, or what to do where there is none that can be used
 */
export async function chooseStore(
  { storeFile, storePostgres }: StoreFlags,
  env: Environment,
): Promise<{ readonly choice: StoreChoice } | { readonly problem: string }> {
  const [{ LinkStoreError, storeChosenBy }, { Secret }] = await Promise.all([
    import("../link-store"),
    import("../cronofy"),
  ]);
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

/** How a command wants its store. */
interface OpeningOptions {
  readonly env: Environment;
  /** Milliseconds to wait for another process that works on the same record. @default 15 s, for a person waits */
  readonly lockTimeout?: number;
  /** Whether records in the clear are taken although there is a key. @default false */
  readonly takeClear?: boolean;
  /** Takes a line for the person where records will not be encrypted. */
  readonly onNote?: (line: string) => void;
}

/**
 * Opens a store for a command.
 *
 * @throws CliError for a setting that cannot be used
 */
export async function openChosenStore(choice: StoreChoice, options: OpeningOptions): Promise<LinkStore> {
  const { LinkStoreError, openLinkStore } = await import("../link-store");
  try {
    return openLinkStore(choice, { lockTimeout: 15_000, ...options });
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
