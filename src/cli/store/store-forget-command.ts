import { Option } from "commander";
import { EXIT_CODE } from "../command-line/exit-code";
import { confirm } from "./confirm";
import { describeLink, findRecord, linkAsJson, linkOptions } from "./store-record";
import type { LinkFlags } from "./store-record";
import { storeSubcommand } from "./store-subcommand";
import type { StoreSubcommandFlags } from "./store-subcommand";

interface ForgetFlags extends StoreSubcommandFlags, LinkFlags {
  readonly yes?: true;
}

/** `ou-link store forget`: removes a record, and revokes nothing. */
export const storeForgetCommand = storeSubcommand<ForgetFlags>({
  name: "forget",
  summary: "remove one authorization from the store",
  description:
    "Removes the record of one authorization. Its tokens are gone for good: the administrator must authorize anew, unless " +
    "another application has them. Nothing is revoked at Cronofy; to revoke, destroy the link with Terraform instead.",
  takesServiceAccount: true,
  options: [...linkOptions(), new Option("--yes", "do not ask")],
  examples: [{ does: "forget one", line: "ou-link store forget ser_64b17f9b8090ea21640c9151 --yes" }],
  async run({ store, serviceAccountId, flags, terminal, signal }) {
    const { link } = await findRecord(store, serviceAccountId, flags, terminal.env);
    const question = `Forget the authorization of ${describeLink(link)}, tokens and all?`;
    if (!flags.yes && !(await confirm(terminal, question, "--yes", signal))) {
      terminal.note("Nothing was forgotten.");
      return EXIT_CODE.failure;
    }
    await store.locked(link, (record) => record.forget(), signal);
    if (flags.json) terminal.print(JSON.stringify({ ...linkAsJson(link), store: store.description }));
    else terminal.print(`Forgotten: ${describeLink(link)}`);
    return EXIT_CODE.ok;
  },
});
