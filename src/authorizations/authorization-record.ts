import { DATA_CENTERS, Secret } from "../cronofy";
import type { Authorization, LinkKey } from "./authorization";
import { AuthorizationStoreError } from "./authorization-store-error";

/** Raised when a record changes so that older versions would misread it. */
const FORMAT_VERSION = 1;

/** Writes an authorization as the text of a record. This is the one place where its tokens are revealed. */
export function formatRecord(authorization: Authorization): string {
  const record = {
    version: FORMAT_VERSION,
    data_center: authorization.dataCenter,
    client_id: authorization.clientId,
    service_account_id: authorization.serviceAccountId,
    organizational_unit_id: authorization.organizationalUnitId,
    scope: authorization.scope,
    redirect_uri: authorization.redirectUri,
    linked_at: authorization.linkedAt,
    refresh_token: authorization.refreshToken.reveal(),
    access_token: authorization.accessToken?.reveal() ?? null,
    access_token_expires_at: authorization.accessTokenExpiresAt,
    refused_at: authorization.refusedAt,
  };
  return `${JSON.stringify(record, null, 2)}\n`;
}

/**
 * Reads the text of a record, as that of one link.
 *
 * @param location where the record is, for errors.
 * @throws AuthorizationStoreError: corrupt, newer-format or other-link. No message quotes the record's values but the
 *   link that it is for, and no parser's error is passed on, for those quote tokens.
 */
export async function parseRecord(text: string, key: LinkKey, location: string): Promise<Authorization> {
  const { z } = await import("zod");
  const json = parseJson(text);
  if (json === undefined) throw corrupt(location, "it is not JSON");

  const head = z.object({ version: z.int() }).safeParse(json);
  if (!head.success) throw corrupt(location, "it has no version");
  if (head.data.version > FORMAT_VERSION) {
    throw new AuthorizationStoreError(
      "newer-format",
      location,
      `The authorization record ${location} was written by a newer version (format ${head.data.version}, this one ` +
        `reads up to ${FORMAT_VERSION}). Update whatever reads it.`,
    );
  }

  const filled = z.string().min(1);
  const time = z.iso.datetime();
  const parsed = z
    .object({
      version: z.literal(FORMAT_VERSION),
      data_center: z.enum(DATA_CENTERS.map(({ id }) => id)),
      client_id: filled,
      service_account_id: filled,
      organizational_unit_id: filled.nullable(),
      scope: z.string(),
      redirect_uri: filled,
      linked_at: time,
      refresh_token: filled,
      access_token: filled.nullable(),
      access_token_expires_at: time.nullable(),
      refused_at: time.nullable(),
    })
    .safeParse(json);
  if (!parsed.success) {
    const fields = new Set(parsed.error.issues.map(({ path }) => String(path[0])));
    throw corrupt(location, `it lacks a proper ${[...fields].join(", ")}`);
  }

  const record = parsed.data;
  const authorization: Authorization = {
    dataCenter: record.data_center,
    clientId: record.client_id,
    serviceAccountId: record.service_account_id,
    organizationalUnitId: record.organizational_unit_id,
    scope: record.scope,
    redirectUri: record.redirect_uri,
    linkedAt: record.linked_at,
    refreshToken: new Secret(record.refresh_token),
    accessToken: record.access_token === null ? null : new Secret(record.access_token),
    accessTokenExpiresAt: record.access_token_expires_at,
    refusedAt: record.refused_at,
  };
  if (!isOf(authorization, key)) {
    throw new AuthorizationStoreError(
      "other-link",
      location,
      `The authorization record ${location} is of ${describe(authorization)}, not of ${describe(key)}. Check the data ` +
        "center and client id; to link the service account with these, move the record away first.",
    );
  }
  return authorization;
}

/** Whether an authorization is for that very link. */
export function isOf(authorization: LinkKey, key: LinkKey): boolean {
  return (
    authorization.dataCenter === key.dataCenter &&
    authorization.clientId === key.clientId &&
    authorization.serviceAccountId === key.serviceAccountId
  );
}

function describe({ dataCenter, clientId, serviceAccountId }: LinkKey): string {
  return `${serviceAccountId} (data center ${dataCenter}, client id ${clientId})`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function corrupt(location: string, what: string): AuthorizationStoreError {
  return new AuthorizationStoreError(
    "corrupt",
    location,
    `The authorization record ${location} is damaged: ${what}. It was left as it is. Restore it from a backup, or move ` +
      "it away and have the administrator authorize anew.",
  );
}
