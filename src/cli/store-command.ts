import { Option } from "commander";
import type { LinkFacts, RewrapOutcome } from "../link-store";
import { cliCommand } from "./command-line/cli-command";
import { CliError, EXIT_CODE } from "./command-line/cli-error";
import { ask } from "./command-line/standard-input";
import { printJson, printable } from "./command-line/terminal";
import type { Terminal } from "./command-line/terminal";
import { storeImportCommand } from "./store/store-import-command";
import { linkOptions, storeSubcommand } from "./store/store-subcommand";
import type { LinkFlags } from "./store/store-subcommand";

/** `ou-link store list`: what links there are. */
const listCommand = storeSubcommand({
  name: "list",
  summary: "list the links in the store",
  description:
    "Lists the links in the store: service account, data center and client id; the state (invited, redeeming, " +
    "authorized, refused, ended) and since when; unit; where Terraform declares it; and the id of the key that its tokens " +
    "are encrypted with. Tells of a unit that is recorded for two service accounts. Needs no key. Prints no token.",
  examples: [
    { does: "what there is in a folder", line: "ou-link store list --store-file /var/lib/ou-link" },
    { does: "the same for a program", line: "ou-link store list --store-file /var/lib/ou-link --json" },
  ],
  async run({ store, flags, terminal }) {
    const { isNamed, lineOf, linkAsJson, sharedUnitAsJson } = await import("./store/store-record");
    const { isAuthorized, sharedUnits } = await import("../link-store");
    const records = await store.list();
    const authorized = records.flatMap(({ link }) => (link !== null && isAuthorized(link) ? [link] : []));
    const shared = sharedUnits(authorized);
    if (flags.json) {
      const links = records.map(({ link, location, encryptedWith }) => ({
        ...(link && linkAsJson(link)),
        location,
        encrypted_with: encryptedWith,
        damaged: link === null,
      }));
      printJson(terminal, { store: store.description, links, shared_units: shared.map(sharedUnitAsJson) });
      return EXIT_CODE.ok;
    }
    for (const record of records) {
      terminal.print(isNamed(record) ? lineOf(record) : `damaged: ${record.location}`);
    }
    terminal.note(`${records.length === 1 ? "1 link" : `${records.length} links`} in ${store.description}.`);
    for (const { says } of shared) terminal.warn(says);
    return EXIT_CODE.ok;
  },
});

/** `ou-link store show`: all of one link but its tokens. */
const showCommand = storeSubcommand<LinkFlags>({
  name: "show",
  summary: "show one link, without its tokens",
  description:
    "Shows what is recorded of one link: its state and since when, who declares it, since when an administrator is " +
    "awaited, its unit, its scope, when it was made, when its access token expires, and the id of the key that its " +
    "tokens are encrypted with. Needs no key, prints no token, and asks nothing of Cronofy.",
  takesServiceAccount: true,
  options: linkOptions(),
  examples: [
    { does: "one link", line: "ou-link store show ser_64b17f9b8090ea21640c9151 --store-file /var/lib/ou-link" },
  ],
  async run({ store, serviceAccountId, flags, terminal }) {
    const { findRecord, linkAsJson } = await import("./store/store-record");
    const { link, location, encryptedWith } = await findRecord(store, serviceAccountId, flags, terminal.env);
    const shown = { ...linkAsJson(link), encrypted_with: encryptedWith, location };
    if (flags.json) {
      printJson(terminal, shown);
      return EXIT_CODE.ok;
    }
    const width = Math.max(...Object.keys(shown).map(({ length }) => length));
    for (const [name, value] of Object.entries(shown)) {
      terminal.print(`${name.padEnd(width)}  ${printable(value ?? "none")}`);
    }
    return EXIT_CODE.ok;
  },
});

interface ForgetFlags extends LinkFlags {
  readonly yes?: true;
}

/** `ou-link store forget`: ends a link, and revokes nothing. */
const forgetCommand = storeSubcommand<ForgetFlags>({
  name: "forget",
  summary: "end one link in the store",
  description:
    "Ends one link: its tokens are gone for good, its invitation is withdrawn, and the record says that it was ended, " +
    "so that what depends on it re-plans: the administrator is to authorize anew. Nothing is revoked at Cronofy; to " +
    "revoke, destroy the link with Terraform instead. Where the key is lost with which they are encrypted, set " +
    "OU_LINK_STORE_KEY to a new one.",
  takesServiceAccount: true,
  options: [...linkOptions(), new Option("--yes", "do not ask")],
  examples: [{ does: "forget one", line: "ou-link store forget ser_64b17f9b8090ea21640c9151 --yes" }],
  async run({ store, serviceAccountId, flags, terminal, signal }) {
    const { endedRecord } = await import("../link-store");
    const { describeLink, findRecord, linkAsJson } = await import("./store/store-record");
    const { link, encryptedWith } = await findRecord(store, serviceAccountId, flags, terminal.env);
    if (encryptedWith !== null && !store.encrypts) {
      throw new CliError(
        `The record of ${describeLink(link)} is encrypted, and OU_LINK_STORE_KEY is not set.`,
        "Set it as elsewhere, or to a new key where the old one is lost: a record in the clear is not taken there.",
        EXIT_CODE.usage,
      );
    }
    if (link.ended === null) {
      const question = `Forget the link ${describeLink(link)}, tokens and all?`;
      if (!flags.yes && !(await isConfirmed(terminal, question, signal))) {
        terminal.note("Nothing was forgotten.");
        return EXIT_CODE.failure;
      }
    }
    const forgotten = await store.locked(
      link,
      async (record) => {
        // What cannot be decrypted can be forgotten too, so only that is read which needs no key.
        const current = (await store.look(link)) ?? link;
        if (current.ended !== null) return current;
        const ended = endedRecord({ ...current, tokens: null }, "forget", new Date());
        await record.write(ended);
        return ended;
      },
      signal,
    );
    if (flags.json) printJson(terminal, { ...linkAsJson(forgotten), store: store.description });
    else if (link.ended !== null) terminal.print(`Ended already, ${link.ended.at}: ${describeLink(link)}`);
    else terminal.print(`Forgotten: ${describeLink(link)}`);
    for (const line of consequencesOf(link)) terminal.note(printable(line));
    return EXIT_CODE.ok;
  },
});

/** @throws CliError where nobody can be asked; the signal's reason once that is aborted */
async function isConfirmed(terminal: Terminal, question: string, signal: AbortSignal): Promise<boolean> {
  if (terminal.input.isTTY) return (await ask(terminal, `${question} Type "yes": `, signal)) === "yes";
  throw new CliError(
    "Nobody can be asked to confirm, for there is no terminal.",
    "Give --yes if you mean it.",
    EXIT_CODE.usage,
  );
}

function consequencesOf({ ended, authorization, declaration }: LinkFacts): string[] {
  if (ended !== null) return [];
  const place = declaration?.place ?? null;
  return [
    ...(authorization === null ? [] : ["Nothing was revoked: the authorization goes on at Cronofy."]),
    ...(declaration === null
      ? []
      : [
          `Terraform declares it${place === null ? "" : ` in ${place}`}: the next plan there proposes to ask the ` +
            "administrator anew, and what depends on the link is planned with it.",
        ]),
  ];
}

/** `ou-link store rewrap`: encrypts every record's tokens with the newest key. */
const rewrapCommand = storeSubcommand({
  name: "rewrap",
  summary: "encrypt every link's tokens with the first key",
  description:
    "Encrypts with the first key of OU_LINK_STORE_KEY what is in the clear or encrypted with another of its keys. To " +
    "change the key: put a new one first everywhere, rewrap, then remove the old one. Safe while others use the store.",
  takesClear: true,
  examples: [
    {
      does: "after a new key was put first",
      line: "OU_LINK_STORE_KEY=$NEW,$OLD ou-link store rewrap --store-file ./store",
    },
  ],
  async run({ store, flags, terminal, signal }) {
    const { LinkStoreError, StoreKeys, rewrapRecord } = await import("../link-store");
    const { isNamed } = await import("./store/store-record");
    const keys = StoreKeys.parse(terminal.env["OU_LINK_STORE_KEY"]);
    if (keys === null) {
      throw new CliError(
        "There is no key to encrypt with.",
        `Set OU_LINK_STORE_KEY to what openssl rand -base64 32 prints, followed by a comma and the old key, if any.`,
        EXIT_CODE.usage,
      );
    }
    const counts: Record<RewrapOutcome, number> = { rewritten: 0, unchanged: 0, gone: 0 };
    let failed = 0;
    for (const record of await store.list()) {
      try {
        if (isNamed(record)) counts[await rewrapRecord(store, record, keys, signal)]++;
        else throw new LinkStoreError("corrupt", record.location, `The record ${record.location} is damaged.`);
      } catch (error) {
        // One record that cannot be read is no reason to leave the others as they are.
        if (!(error instanceof LinkStoreError)) throw error;
        failed++;
        terminal.warn(`ou-link: ${error.message}`);
      }
    }
    const { rewritten, unchanged } = counts;
    if (flags.json) printJson(terminal, { key: keys.writingId, rewritten, unchanged, failed });
    else
      terminal.print(`Key ${keys.writingId}: ${rewritten} rewritten, ${unchanged} had it already, ${failed} failed.`);
    return failed === 0 ? EXIT_CODE.ok : EXIT_CODE.failure;
  },
});

/** `ou-link store`: looks after the link store. */
export const storeCommand = cliCommand({
  name: "store",
  summary: "look after the stored links",
  description:
    "Looks after the link store that the provider and the link service share: a folder (--store-file or " +
    "OU_LINK_STORE_FILE) or a PostgreSQL database (OU_LINK_STORE_POSTGRES). No command prints a token.",
  options: [],
  subcommands: [listCommand, showCommand, storeImportCommand, forgetCommand, rewrapCommand],
  examples: [
    { does: "what there is", line: "ou-link store list --store-file /var/lib/ou-link" },
    {
      does: "change the key that records are encrypted with",
      line: "OU_LINK_STORE_KEY=$NEW,$OLD ou-link store rewrap --store-file /var/lib/ou-link",
    },
  ],
});
