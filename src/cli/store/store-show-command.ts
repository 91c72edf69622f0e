import { CliError } from "../command-line/cli-error";
import { EXIT_CODE } from "../command-line/exit-code";
import { findRecord, linkAsJson, linkOptions } from "./store-record";
import type { LinkFlags } from "./store-record";
import { storeSubcommand } from "./store-subcommand";
import type { StoreSubcommandFlags } from "./store-subcommand";

/** `ou-link store show`: all of one authorization but its tokens. */
export const storeShowCommand = storeSubcommand<StoreSubcommandFlags & LinkFlags>({
  name: "show",
  summary: "show one authorization, without its tokens",
  description:
    "Shows what is recorded of one authorization: its unit, its scope, when it was made, when its access token expires, " +
    "and the id of the key that it is encrypted with. Prints no token, and asks nothing of Cronofy.",
  takesServiceAccount: true,
  options: linkOptions(),
  examples: [
    {
      does: "one authorization",
      line: "ou-link store show ser_64b17f9b8090ea21640c9151 --store-file /var/lib/ou-link",
    },
  ],
  async run({ store, serviceAccountId, flags, terminal }) {
    const { link, location, encryptedWith } = await findRecord(store, serviceAccountId, flags, terminal.env);
    const authorization = await store.read(link);
    if (authorization === null) {
      throw new CliError(`The authorization of ${serviceAccountId} was removed just now.`, "There is nothing to show.");
    }
    const shown = {
      ...linkAsJson(link),
      organizational_unit_id: authorization.organizationalUnitId,
      scope: authorization.scope,
      redirect_uri: authorization.redirectUri,
      linked_at: authorization.linkedAt,
      access_token_expires_at: authorization.accessTokenExpiresAt,
      refused_at: authorization.refusedAt,
      encrypted_with: encryptedWith,
      location,
    };
    if (flags.json) {
      terminal.print(JSON.stringify(shown));
      return EXIT_CODE.ok;
    }
    const width = Math.max(...Object.keys(shown).map(({ length }) => length));
    for (const [name, value] of Object.entries(shown)) terminal.print(`${name.padEnd(width)}  ${value ?? "none"}`);
    return EXIT_CODE.ok;
  },
});
