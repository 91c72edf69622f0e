import { EXIT_CODE } from "../command-line/exit-code";
import { linkOptions } from "./store-options";
import type { LinkFlags } from "./store-options";
import { storeSubcommand } from "./store-subcommand";
import type { StoreSubcommandFlags } from "./store-subcommand";

/** `ou-link store show`: all of one link but its tokens. */
export const storeShowCommand = storeSubcommand<StoreSubcommandFlags & LinkFlags>({
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
    const { findRecord, linkAsJson } = await import("./store-record");
    const { link, location, encryptedWith } = await findRecord(store, serviceAccountId, flags, terminal.env);
    const shown = { ...linkAsJson(link), encrypted_with: encryptedWith, location };
    if (flags.json) {
      terminal.print(JSON.stringify(shown));
      return EXIT_CODE.ok;
    }
    const { printable } = await import("../../drift");
    const width = Math.max(...Object.keys(shown).map(({ length }) => length));
    for (const [name, value] of Object.entries(shown)) {
      terminal.print(`${name.padEnd(width)}  ${printable(value ?? "none")}`);
    }
    return EXIT_CODE.ok;
  },
});
