import { Option } from "commander";
import type { LinkFacts } from "../../link-store";
import { CliError } from "../command-line/cli-error";
import { EXIT_CODE } from "../command-line/exit-code";
import { confirm } from "./confirm";
import { linkOptions } from "./store-options";
import type { LinkFlags } from "./store-options";
import { storeSubcommand } from "./store-subcommand";
import type { StoreSubcommandFlags } from "./store-subcommand";

interface ForgetFlags extends StoreSubcommandFlags, LinkFlags {
  readonly yes?: true;
}

/** `ou-link store forget`: ends a link, and revokes nothing. */
export const storeForgetCommand = storeSubcommand<ForgetFlags>({
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
    const { printable } = await import("../../drift");
    const { endedRecord } = await import("../../link-store");
    const { describeLink, findRecord, linkAsJson } = await import("./store-record");
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
      if (!flags.yes && !(await confirm(terminal, question, "--yes", signal))) {
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
    if (flags.json) terminal.print(JSON.stringify({ ...linkAsJson(forgotten), store: store.description }));
    else if (link.ended !== null) terminal.print(`Ended already, ${link.ended.at}: ${describeLink(link)}`);
    else terminal.print(`Forgotten: ${describeLink(link)}`);
    for (const line of consequencesOf(link)) terminal.note(printable(line));
    return EXIT_CODE.ok;
  },
});

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
