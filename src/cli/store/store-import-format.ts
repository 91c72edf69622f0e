import type { AuthorizationFacts, LinkKey, Tokens } from "../../link-store";
import { DATA_CENTERS, Secret } from "../../cronofy";
import { addressProblem, credentialProblem, serviceAccountProblem, textProblem } from "../../link";
import type { TextProblem } from "../../link";
import { CliError } from "../command-line/cli-error";
import { EXIT_CODE } from "../command-line/exit-code";

/** What is taken where the JSON does not say it. */
export interface ImportDefaults {
  readonly serviceAccountId: string;
  readonly clientId: string | undefined;
  readonly dataCenter: string | undefined;
  readonly now: Date;
}

/** An authorization that was made elsewhere, and the link that it is for. */
export interface ImportedAuthorization {
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
  const { z } = await import("zod");
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
