import type { RewrapOutcome } from "../../link-store";
import { CliError } from "../command-line/cli-error";
import { EXIT_CODE } from "../command-line/exit-code";
import { storeSubcommand } from "./store-subcommand";

/** `ou-link store rewrap`: encrypts every record's tokens with the newest key. */
export const storeRewrapCommand = storeSubcommand({
  name: "rewrap",
  summary: "encrypt every link's tokens with the first key",
  description:
    "Encrypts with the first key of OU_LINK_STORE_KEY what is in the clear or encrypted with another of its keys. To " +
    "change the key: put a new one first everywhere, rewrap, then remove the old one. Safe while others use the store.",
  takesClear: true,
  options: [],
  examples: [
    {
      does: "after a new key was put first",
      line: "OU_LINK_STORE_KEY=$NEW,$OLD ou-link store rewrap --store-file ./store",
    },
  ],
  async run({ store, flags, terminal, signal }) {
    const { LinkStoreError, StoreKeys, rewrapRecord } = await import("../../link-store");
    const { isNamed } = await import("./store-record");
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
    if (flags.json) terminal.print(JSON.stringify({ key: keys.writingId, rewritten, unchanged, failed }));
    else
      terminal.print(`Key ${keys.writingId}: ${rewritten} rewritten, ${unchanged} had it already, ${failed} failed.`);
    return failed === 0 ? EXIT_CODE.ok : EXIT_CODE.failure;
  },
});
