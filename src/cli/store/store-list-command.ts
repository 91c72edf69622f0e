import { EXIT_CODE } from "../command-line/exit-code";
import { storeSubcommand } from "./store-subcommand";

/** `ou-link store list`: what links there are. */
export const storeListCommand = storeSubcommand({
  name: "list",
  summary: "list the links in the store",
  description:
    "Lists the links in the store: service account, data center and client id; the state (invited, redeeming, " +
    "authorized, refused, ended) and since when; unit; where Terraform declares it; and the id of the key that its tokens " +
    "are encrypted with. Needs no key. Prints no token.",
  options: [],
  examples: [
    { does: "what there is in a folder", line: "ou-link store list --store-file /var/lib/ou-link" },
    { does: "the same for a program", line: "ou-link store list --store-file /var/lib/ou-link --json" },
  ],
  async run({ store, flags, terminal }) {
    const { isNamed, lineOf, linkAsJson } = await import("./store-record");
    const records = await store.list();
    if (flags.json) {
      const links = records.map(({ link, location, encryptedWith }) => ({
        ...(link && linkAsJson(link)),
        location,
        encrypted_with: encryptedWith,
        damaged: link === null,
      }));
      terminal.print(JSON.stringify({ store: store.description, links }));
      return EXIT_CODE.ok;
    }
    for (const record of records) {
      terminal.print(isNamed(record) ? lineOf(record) : `damaged: ${record.location}`);
    }
    terminal.note(`${records.length === 1 ? "1 link" : `${records.length} links`} in ${store.description}.`);
    return EXIT_CODE.ok;
  },
});
