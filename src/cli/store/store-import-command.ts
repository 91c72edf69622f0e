import { Option } from "commander";
import type { LinkRecord } from "../../link-store";
import { CliError } from "../command-line/cli-error";
import { EXIT_CODE } from "../command-line/exit-code";
import { readStandardInput } from "../command-line/standard-input";
import { linkOptions } from "./store-options";
import type { LinkFlags } from "./store-options";
import { storeSubcommand } from "./store-subcommand";
import type { StoreSubcommandFlags } from "./store-subcommand";

/** Bytes: an authorization is far smaller. */
const MOST_INPUT = 1024 * 1024;

interface ImportFlags extends StoreSubcommandFlags, LinkFlags {
  readonly replace?: true;
}

/** `ou-link store import`: takes over an authorization that another application has made. */
export const storeImportCommand = storeSubcommand<ImportFlags>({
  name: "import",
  summary: "take an authorization from elsewhere into the store",
  description:
    "Reads an authorization as JSON from standard input and stores it: refresh_token, redirect_uri, and where they are " +
    "known client_id, data_center, scope, organizational_unit_id, linked_at, access_token, access_token_expires_at, " +
    "authorized_conferencing_provider_name. The link is then made, whoever declares it, and its administrator is awaited " +
    "no longer. From then on the store holds the tokens: nobody else may refresh them. Asks nothing of Cronofy.",
  takesServiceAccount: true,
  writes: true,
  options: [...linkOptions(), new Option("--replace", "put it in the place of one that is there already")],
  examples: [
    {
      does: "one that a secret manager keeps",
      line: "vault kv get -format=json -field=data kv/acme | ou-link store import ser_64b17f9b8090ea21640c9151",
    },
  ],
  async run({ store, serviceAccountId, flags, terminal, signal }) {
    const { env } = terminal;
    const { grantProblem, newLink } = await import("../../link-store");
    const { describeLink, linkAsJson } = await import("./store-record");
    const { parseImport } = await import("./store-import-format");
    const input = await readStandardInput(terminal, {
      signal,
      most: MOST_INPUT,
      fix: "Give one authorization as JSON, such as: ou-link store import ser_… < authorization.json",
    });
    const { key, authorization, tokens } = await parseImport(input.toString("utf8"), {
      serviceAccountId,
      clientId: (flags.clientId ?? env["CRONOFY_CLIENT_ID"]) || undefined,
      dataCenter: (flags.dataCenter ?? env["CRONOFY_DATA_CENTER"]) || undefined,
      now: new Date(),
    });
    const problem = grantProblem(
      { scope: authorization.scope, sub: authorization.organizationalUnitId },
      serviceAccountId,
    );
    if (problem !== null) {
      throw new CliError(
        `The authorization is not for the Organizational Unit of ${serviceAccountId}: ${problem}.`,
        "Give the one that an administrator made for the unit; what destroys the link would revoke this one.",
        EXIT_CODE.usage,
      );
    }
    const link = await store.locked(
      key,
      async (record) => {
        const current = await record.current();
        if (current !== null && current.authorization !== null && !flags.replace) {
          throw new CliError(
            `${serviceAccountId} has an authorization in ${store.description} already.`,
            "Look at it with ou-link store show; give --replace to put this one in its place.",
          );
        }
        // A link that lives goes on: whoever declares it still does, and nobody is awaited any more.
        const living = current === null || current.ended !== null ? newLink(key) : current;
        const next: LinkRecord = {
          ...living,
          awaited: null,
          redeemingSince: null,
          authorization: { ...authorization, declarationId: living.declaration?.id ?? null },
          tokens,
        };
        await record.write(next);
        return next;
      },
      signal,
    );
    if (flags.json) terminal.print(JSON.stringify({ ...linkAsJson(link), store: store.description }));
    else terminal.print(`Stored in ${store.description}: ${describeLink(link)}`);
    return EXIT_CODE.ok;
  },
});
