import { EXIT_CODE } from "../command-line/exit-code";
import { describeLink, linkAsJson } from "./store-record";
import { storeSubcommand } from "./store-subcommand";

/** `ou-link store list`: what authorizations there are. */
export const storeListCommand = storeSubcommand({
  name: "list",
  summary: "list the authorizations in the store",
  description:
    "Lists the authorizations in the store: service account, data center, client id, and the id of the key that each is " +
    "encrypted with. Needs no key. Prints no token.",
  options: [],
  examples: [
    { does: "what there is in a folder", line: "ou-link store list --store-file /var/lib/ou-link" },
    { does: "the same for a program", line: "ou-link store list --store-file /var/lib/ou-link --json" },
  ],
  async run({ store, flags, terminal }) {
    const records = await store.list();
    if (flags.json) {
      const authorizations = records.map(({ link, location, encryptedWith }) => ({
        ...(link && linkAsJson(link)),
        location,
        encrypted_with: encryptedWith,
        damaged: link === null,
      }));
      terminal.print(JSON.stringify({ store: store.description, authorizations }));
      return EXIT_CODE.ok;
    }
    for (const { link, location, encryptedWith } of records) {
      const encryption = encryptedWith === null ? "in the clear" : `key ${encryptedWith}`;
      terminal.print(link === null ? `damaged: ${location}` : `${describeLink(link)}  ${encryption}`);
    }
    terminal.note(
      `${records.length === 1 ? "1 authorization" : `${records.length} authorizations`} in ${store.description}.`,
    );
    return EXIT_CODE.ok;
  },
});
