import { open, readFile, writeFile } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { Option } from "commander";
import type { LinkFacts, LinkRecord } from "../../link-store";
import { CliError, EXIT_CODE } from "../command-line/cli-error";
import { readStandardInput } from "../command-line/standard-input";
import { printJson } from "../command-line/terminal";
import type { ImportedLink } from "./import-rows";
import { linkOptions, storeSubcommand } from "./store-subcommand";
import type { LinkFlags } from "./store-subcommand";

/** Bytes: some ten thousand links. */
const MOST_INPUT = 8 * 1024 * 1024;

interface ImportFlags extends LinkFlags {
  readonly from?: string;
  readonly redirectUri?: string;
  readonly replace?: true;
  readonly dryRun?: true;
  readonly importBlocks?: string;
}

/** `ou-link store import`: takes over authorizations that another application has made. */
export const storeImportCommand = storeSubcommand<ImportFlags>({
  name: "import",
  summary: "take authorizations from elsewhere into the store",
  description:
    "Reads authorizations and stores them: one as a JSON object, many as a list of them or as CSV whose first line names " +
    "the columns. Each has refresh_token, service_account_id, redirect_uri, and where they are known client_id, " +
    "data_center, name, scope, organizational_unit_id, linked_at, access_token, access_token_expires_at, " +
    "authorized_conferencing_provider_name. All are checked before the first is stored: where one is wrong, none is. What " +
    "the store has an authorization of already is left alone, so it can be run again. The links are then made, whoever " +
    "declares them, and their administrators are awaited no longer. From then on the store holds the tokens: nobody else " +
    "may refresh them. Asks nothing of Cronofy, and prints no token.",
  takesServiceAccount: "optional",
  writes: true,
  options: [
    new Option("--from <file>", "read this file, and not standard input"),
    ...linkOptions(),
    new Option("--redirect-uri <url>", "the one with which the codes were redeemed, where the input does not say it"),
    new Option("--replace", "put them in the place of those that are there already"),
    new Option("--dry-run", "check everything and write nothing"),
    new Option("--import-blocks <file>", "write a new file for Terraform that declares and imports the links, by name"),
  ],
  examples: [
    {
      does: "see what would be done with those of a script",
      line: "ou-link store import --from customers.csv --redirect-uri https://app.example.com/callback --dry-run",
    },
    {
      does: "take them over, for the store and for Terraform",
      line: "ou-link store import --from customers.json --import-blocks links.tf",
    },
    {
      does: "one that a secret manager keeps",
      line: "vault kv get -format=json -field=data kv/acme | ou-link store import ser_64b17f9b8090ea21640c9151",
    },
  ],
  async run({ store, serviceAccountId, flags, terminal, signal }) {
    const { env } = terminal;
    const isOne = serviceAccountId !== "";
    const [{ parseImport }, { importBlocks }, { describeLink, linkAsJson }, { newLink }] = await Promise.all([
      import("./import-rows"),
      import("./import-blocks"),
      import("./store-record"),
      import("../../link-store"),
    ]);
    const file = flags.from === undefined ? undefined : await openInput(flags.from);
    const input = await readStandardInput(file === undefined ? terminal : { input: file.createReadStream() }, {
      signal,
      most: MOST_INPUT,
      fix: "Give authorizations as JSON or CSV, such as: ou-link store import --from customers.csv",
    });
    const { links, unread } = await parseImport(input.toString("utf8"), {
      ...(isOne && { serviceAccountId }),
      clientId: (flags.clientId ?? env["CRONOFY_CLIENT_ID"]) || undefined,
      dataCenter: (flags.dataCenter ?? env["CRONOFY_DATA_CENTER"]) || undefined,
      redirectUri: flags.redirectUri,
      now: new Date(),
    });
    const blocks = flags.importBlocks === undefined ? null : { file: flags.importBlocks, text: importBlocks(links) };
    if (unread.length > 0 && !isOne) terminal.note(`Not read, for it means nothing here: ${unread.join(", ")}.`);
    if (blocks !== null && !flags.dryRun) await writeNew(blocks.file, blocks.text);

    /** @returns the record that is to be there; the very one that is there where that stays */
    const settled = ({ key, authorization, tokens }: ImportedLink, current: LinkRecord | null): LinkRecord => {
      if (current !== null && current.authorization !== null && !flags.replace) {
        if (!isOne) return current;
        throw new CliError(
          `${serviceAccountId} has an authorization in ${store.description} already.`,
          "Look at it with ou-link store show; give --replace to put this one in its place.",
        );
      }
      // A link that lives goes on: whoever declares it still does, and nobody is awaited any more.
      const living = current === null || current.ended !== null ? newLink(key) : current;
      return {
        ...living,
        awaited: null,
        redeemingSince: null,
        authorization: { ...authorization, declarationId: living.declaration?.id ?? null },
        tokens,
      };
    };
    const results: object[] = [];
    const counts = new Map<string, number>();
    const done = (link: LinkFacts, isLeft: boolean) => {
      const outcome = isLeft ? "left alone" : flags.dryRun ? "would be stored" : "stored";
      counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
      results.push(isOne ? { ...linkAsJson(link), store: store.description } : { ...linkAsJson(link), outcome });
      const line = describeLink(link);
      if (flags.json) return;
      if (isOne) terminal.print(`${flags.dryRun ? "Would be stored" : "Stored"} in ${store.description}: ${line}`);
      else terminal.print(`${outcome}  ${line}`);
    };
    for (const imported of links) {
      const { key } = imported;
      if (flags.dryRun) {
        const facts = await store.look(key);
        const current = facts && { ...facts, tokens: null };
        const next = settled(imported, current);
        done(next, next === current);
        continue;
      }
      await store.locked(
        key,
        async (record) => {
          const current = await record.current();
          const next = settled(imported, current);
          if (next !== current) await record.write(next);
          done(next, next === current);
        },
        signal,
      );
    }
    if (isOne && flags.json) printJson(terminal, results[0]);
    else if (flags.json) printJson(terminal, { store: store.description, links: results });
    if (!isOne) {
      const told = [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(", ");
      const why = counts.has("left alone")
        ? " Those left alone have an authorization there; --replace puts these in its place."
        : "";
      terminal.note(`In ${store.description}: ${told}.${why}`);
    }
    return EXIT_CODE.ok;
  },
});

/** Opens a file to read. @throws CliError where it cannot be read */
async function openInput(file: string): Promise<FileHandle> {
  return open(file).catch((error: NodeJS.ErrnoException) => {
    throw new CliError(`${file} cannot be read: ${error.message}.`, "Give a file with authorizations as JSON or CSV.");
  });
}

/**
 * Writes a file that is not there yet, or holds the same.
 *
 * @throws CliError where it holds something else
 */
async function writeNew(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: "wx" });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "EEXIST" && (await readFile(file, "utf8").catch(() => "")) === text) return;
    throw new CliError(
      code === "EEXIST"
        ? `${file} is there already, and says something else.`
        : `${file} cannot be written: ${message}.`,
      "Nothing was imported. Give --import-blocks a new file, in a folder that is there.",
      EXIT_CODE.failure,
    );
  }
}
