import { EXIT_CODE } from "../command-line/exit-code";
import { storeSubcommand } from "./store-subcommand";

/** `ou-link store list`: what links there are. */
export const storeListCommand = storeSubcommand({
  name: "list",
  summary: "list the links in the store",
  description:
    "Lists the links in the store: service account, data center and client id; the state (invited, redeeming, " +
    "authorized, refused, ended) and since when; unit; where Terraform declares it; and the id of the key that its tokens " +
    "are encrypted with. Tells of a unit that is recorded for two service accounts. Needs no key. Prints no token.",
  options: [],
  examples: [
    { does: "what there is in a folder", line: "ou-link store list --store-file /var/lib/ou-link" },
    { does: "the same for a program", line: "ou-link store list --store-file /var/lib/ou-link --json" },
  ],
  async run({ store, flags, terminal }) {
    const { isNamed, lineOf, linkAsJson } = await import("./store-record");
    const { isAuthorized, sharedUnits } = await import("../../link-store");
    const { sharedUnitAsJson } = await import("../states/link-report");
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
      terminal.print(JSON.stringify({ store: store.description, links, shared_units: shared.map(sharedUnitAsJson) }));
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
