import { DATA_CENTERS, Secret, isDataCenterId } from "../cronofy";
import type { Authorization, LinkKey } from "./link-record";
import type { ListedRecord } from "./link-store";
import { LinkStoreError } from "./link-store-error";
import { decryptRecord, encryptRecord, readRecordHeader } from "./record-encryption";
import type { StoreKeys } from "./store-keys";

/** A record in the clear. Raised when it changes so that older versions would misread it. */
const PLAIN_VERSION = 1;

/** A record of the first format inside a JWE. */
const ENCRYPTED_VERSION = 2;

/**
 * Writes an authorization as the text of a record, encrypted where there are keys. This is the one place where its tokens
 * are revealed.
 */
export async function formatRecord(authorization: Authorization, keys: StoreKeys | null): Promise<string> {
  const text = formatPlainRecord(authorization);
  if (keys === null) return text;
  const jwe = await encryptRecord(text, authorization, keys);
  return `${JSON.stringify({ version: ENCRYPTED_VERSION, jwe }, null, 2)}\n`;
}

function formatPlainRecord(authorization: Authorization): string {
  const record = {
    version: PLAIN_VERSION,
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
    confirmed_at: authorization.confirmedAt,
    refused_at: authorization.refusedAt,
  };
  return `${JSON.stringify(record, null, 2)}\n`;
}

/**
 * Reads the text of a record, as that of one link.
 *
 * @param keys what encrypted records are read with; one in the clear needs none, and is encrypted when next written.
 * @param location where the record is, for errors.
 * @throws LinkStoreError: corrupt, newer-format, other-link or unknown-key. No message quotes the record's values
 *   but the link that it is for, and no parser's error is passed on, for those quote tokens.
 */
export async function parseRecord(
  text: string,
  key: LinkKey,
  keys: StoreKeys | null,
  location: string,
): Promise<Authorization> {
  const json = parseJson(text);
  if (json === undefined) throw corrupt(location, "it is not JSON");

  const version = member(json, "version");
  if (!Number.isInteger(version)) throw corrupt(location, "it has no version");
  if (Number(version) > ENCRYPTED_VERSION) {
    throw new LinkStoreError(
      "newer-format",
      location,
      `The authorization record ${location} was written by a newer version (format ${String(version)}, this one ` +
        `reads up to ${ENCRYPTED_VERSION}). Update whatever reads it.`,
    );
  }
  if (version !== ENCRYPTED_VERSION) return parsePlainRecord(json, key, location);

  const jwe = member(json, "jwe");
  const header = typeof jwe === "string" ? await readRecordHeader(jwe) : null;
  if (typeof jwe !== "string" || header === null) throw corrupt(location, "its encryption has no proper header");
  const decrypted = await decryptRecord(jwe, header, keys, location);
  if (decrypted === null) throw corrupt(location, "it was altered after it was encrypted");
  return parsePlainRecord(parseJson(decrypted), key, location);
}

/** Tells of a record what can be told without a key and without any of its tokens. */
export async function listRecord(text: string, location: string): Promise<ListedRecord> {
  const json = parseJson(text);
  const jwe = member(json, "jwe");
  if (typeof jwe === "string") {
    const header = await readRecordHeader(jwe);
    return { location, link: header && linkFrom(header.link), encryptedWith: header?.keyId ?? null };
  }
  const link = linkFrom({
    dataCenter: member(json, "data_center"),
    clientId: member(json, "client_id"),
    serviceAccountId: member(json, "service_account_id"),
  });
  return { location, link, encryptedWith: null };
}

/** Puts listed records in the order of their links, damaged ones last. */
export function inOrder(records: readonly ListedRecord[]): readonly ListedRecord[] {
  const sortKey = ({ link, location }: ListedRecord) =>
    link === null ? ["~", location] : ["", link.serviceAccountId, link.dataCenter, link.clientId, location];
  const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return [...records].sort((a, b) => compare(sortKey(a).join("\0"), sortKey(b).join("\0")));
}

async function parsePlainRecord(json: unknown, key: LinkKey, location: string): Promise<Authorization> {
  const { z } = await import("zod");
  const filled = z.string().min(1);
  const time = z.iso.datetime();
  const parsed = z
    .object({
      version: z.literal(PLAIN_VERSION),
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
      confirmed_at: time.nullable().default(null),
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
    confirmedAt: record.confirmed_at,
    refusedAt: record.refused_at,
  };
  if (!isOf(authorization, key)) {
    throw new LinkStoreError(
      "other-link",
      location,
      `The authorization record ${location} is of ${describe(authorization)}, not of ${describe(key)}, in ` +
        "whose place it was put. It was left as it is. Put it back in its own place, or move it away.",
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

function linkFrom(named: { readonly [K in keyof LinkKey]: unknown }): LinkKey | null {
  const { dataCenter, clientId, serviceAccountId } = named;
  if (typeof dataCenter !== "string" || typeof clientId !== "string" || typeof serviceAccountId !== "string")
    return null;
  return isDataCenterId(dataCenter) ? { dataCenter, clientId, serviceAccountId } : null;
}

function member(json: unknown, name: string): unknown {
  return typeof json === "object" && json !== null ? (json as Readonly<Record<string, unknown>>)[name] : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function corrupt(location: string, what: string): LinkStoreError {
  return new LinkStoreError(
    "corrupt",
    location,
    `The authorization record ${location} is damaged: ${what}. It was left as it is. Restore it from a backup, or move ` +
      "it away and have the administrator authorize anew.",
  );
}
