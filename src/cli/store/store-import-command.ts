import { Option } from "commander";
import { addressProblem, credentialProblem, serviceAccountProblem, textProblem } from "../../link";
import type { TextProblem } from "../../link";
import type { AuthorizationFacts, LinkKey, LinkRecord, Tokens } from "../../link-store";
import { CliError, EXIT_CODE } from "../command-line/cli-error";
import { readStandardInput } from "../command-line/standard-input";
import { printJson } from "../command-line/terminal";
import { linkOptions, storeSubcommand } from "./store-subcommand";
import type { LinkFlags } from "./store-subcommand";

/** Bytes: an authorization is far smaller. */
const MOST_INPUT = 1024 * 1024;

interface ImportFlags extends LinkFlags {
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
    if (flags.json) printJson(terminal, { ...linkAsJson(link), store: store.description });
    else terminal.print(`Stored in ${store.description}: ${describeLink(link)}`);
    return EXIT_CODE.ok;
  },
});

/** What is taken where the JSON does not say it. */
interface ImportDefaults {
  readonly serviceAccountId: string;
  readonly clientId: string | undefined;
  readonly dataCenter: string | undefined;
  readonly now: Date;
}

/** An authorization that was made elsewhere, and the link that it is for. */
interface ImportedAuthorization {
  readonly key: LinkKey;
  readonly authorization: Omit<AuthorizationFacts, "declarationId">;
  readonly tokens: Tokens;
}

/**
 * Reads an authorization that another application has made. Names are those of a token endpoint's answer and of
 * `ou-link store show --json`; what is not known is ignored.
 *
 * @throws CliError that names the fields which are missing or wrong, and quotes no value.
 */
export async function parseImport(text: string, defaults: ImportDefaults): Promise<ImportedAuthorization> {
  const [{ z }, { DATA_CENTERS, Secret }] = await Promise.all([import("zod"), import("../../cronofy")]);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw wrong("What came on standard input is not JSON.");
  }
  const fit = (problem: (text: string) => TextProblem | undefined) =>
    z.string().refine((each) => problem(each) === undefined);
  const credential = fit(credentialProblem);
  const filled = fit(textProblem);
  const time = z.iso
    .datetime({ offset: true })
    // In UTC, a time may be of a year that has no four digits, and no record with it can be read again.
    .refine((each) => /^\d/.test(new Date(each).toJSON() ?? ""));
  const parsed = z
    .object({
      refresh_token: credential,
      redirect_uri: fit(addressProblem),
      service_account_id: z
        .literal(defaults.serviceAccountId)
        .prefault(defaults.serviceAccountId)
        .pipe(fit(serviceAccountProblem)),
      client_id: defaults.clientId === undefined ? credential : credential.prefault(defaults.clientId),
      data_center: z.enum(DATA_CENTERS.map(({ id }) => id)).default((defaults.dataCenter ?? "us") as "us"),
      scope: z.string().default(""),
      organizational_unit_id: filled.nullish(),
      sub: filled.nullish(),
      authorized_conferencing_provider_name: filled.nullish(),
      linked_at: time.default(defaults.now.toISOString()),
      access_token: credential.nullish(),
      access_token_expires_at: time.nullish(),
    })
    .safeParse(json);
  if (!parsed.success) {
    const fields = new Set(parsed.error.issues.map(({ path }) => String(path[0] ?? "object")));
    throw wrong(`The JSON on standard input lacks a proper ${[...fields].join(", ")}.`);
  }
  const { data } = parsed;
  // Without its end, an access token cannot be used: it is renewed at the first use.
  const expiry = data.access_token_expires_at ?? null;
  const token = data.access_token ?? null;
  const isUsable = token !== null && expiry !== null;
  return {
    key: { dataCenter: data.data_center, clientId: data.client_id, serviceAccountId: data.service_account_id },
    authorization: {
      organizationalUnitId: data.organizational_unit_id ?? data.sub ?? null,
      scope: data.scope,
      redirectUri: data.redirect_uri,
      linkedAt: new Date(data.linked_at).toISOString(),
      conferencingProviderName: data.authorized_conferencing_provider_name ?? null,
      accessTokenExpiresAt: isUsable ? new Date(expiry).toISOString() : null,
      confirmedAt: null,
      refusedAt: null,
    },
    tokens: {
      refreshToken: new Secret(data.refresh_token),
      accessToken: isUsable ? new Secret(token) : null,
    },
  };
}

function wrong(what: string): CliError {
  return new CliError(
    what,
    "Give one JSON object with refresh_token and redirect_uri (the one with which the code was redeemed), and where they " +
      "are known client_id (else --client-id or CRONOFY_CLIENT_ID),\ndata_center, scope, organizational_unit_id or sub, " +
      "linked_at, authorized_conferencing_provider_name, access_token\nand access_token_expires_at; times as " +
      "2026-03-01T10:00:00Z. service_account_id, if it is there, must be the one on the command line.",
    EXIT_CODE.usage,
  );
}
