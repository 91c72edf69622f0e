import { Command } from "commander";
import type { CliCommand } from "./command-line/cli-command";
import { storeForgetCommand } from "./store/store-forget-command";
import { storeImportCommand } from "./store/store-import-command";
import { storeListCommand } from "./store/store-list-command";
import { storeRewrapCommand } from "./store/store-rewrap-command";
import { storeShowCommand } from "./store/store-show-command";

const SUBCOMMANDS = [storeListCommand, storeShowCommand, storeImportCommand, storeForgetCommand, storeRewrapCommand];

const EXAMPLES = `
Examples:
  # what there is
  $ ou-link store list --store-file /var/lib/ou-link
  # change the key that records are encrypted with
  $ OU_LINK_STORE_KEY=$NEW,$OLD ou-link store rewrap --store-file /var/lib/ou-link`;

/** `ou-link store`: looks after the link store. */
export const storeCommand: CliCommand = (terminal, settle) => {
  const group = new Command("store")
    .summary("look after the stored links")
    .description(
      "Looks after the link store that the provider and the link service share: a folder (--store-file or " +
        "OU_LINK_STORE_FILE) or a PostgreSQL database (OU_LINK_STORE_POSTGRES). No command prints a token.",
    )
    .addHelpText("after", EXAMPLES);
  for (const subcommand of SUBCOMMANDS) group.addCommand(subcommand(terminal, settle));
  return group;
};
