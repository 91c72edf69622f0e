import type * as Zod from "zod";
import { DATA_CENTERS, Secret } from "../cronofy";
import type { AuthorizationFacts, LinkFacts, LinkKey, LinkRecord, Tokens } from "./link-record";
import type { ListedRecord } from "./link-store";
import { LinkStoreError } from "./link-store-error";
import { decryptRecord, encryptRecord, readRecordHeader, STORE_KEY_VARIABLE } from "./record-encryption";
import type { StoreKeys } from "./record-encryption";

/** Raised when the format changes so that older versions would misread a record. */
const VERSION = 1;

/**
 * Writes a link as the text of a record: its facts for everybody, its tokens encrypted where there are keys. This is the
 * one place where tokens are revealed.
 */
export async function formatRecord(record: LinkRecord, keys: StoreKeys | null): Promise<string> {
  const facts = factsAsJson(record);
  const tokens = record.tokens && {
    refresh_token: record.tokens.refreshToken.reveal(),
    access_token: record.tokens.accessToken?.reveal() ?? null,
  };
  const content =
    keys === null ? { link: facts, tokens } : { jwe: await encryptRecord(JSON.stringify(tokens), facts, keys) };
  return `${JSON.stringify({ version: VERSION, ...content }, null, 2)}\n`;
}

/**
 * Reads the text of a record, as that of one link.
 *
 * @param keys what encrypted records are read with. Where there are any, no record in the clear is read, because
 *   somebody without a key could have written it.
 * @param location where the record is, for errors.
 * @throws LinkStoreError: corrupt, newer-format, other-link, unknown-key or not-encrypted. No message quotes the
 *   record's values but the link that it is for, and no parser's error is passed on, for those quote tokens.
 */
export async function parseRecord(
  text: string,
  key: LinkKey,
  keys: StoreKeys | null,
  location: string,
): Promise<LinkRecord> {
  const { facts, sealed } = await openRecord(text, location);
  const named = await parseFacts(facts, key, location);
  if (sealed === null) {
    if (keys !== null && !keys.takeClear) throw notEncrypted(location);
    return withTokens(named, member(parseJson(text), "tokens"), location);
  }

  const decrypted = await decryptRecord(sealed.jwe, sealed.keyId, keys, location);
  if (decrypted === null) throw corrupt(location, "it was altered after it was encrypted");
  return withTokens(named, parseJson(decrypted), location);
}

/** Reads a record without its tokens, which takes no key. Nothing proves what it says. */
export async function parseRecordFacts(text: string, key: LinkKey, location: string): Promise<LinkFacts> {
  return parseFacts((await openRecord(text, location)).facts, key, location);
}

/** What a record shows without a key, and without any of its tokens. */
export async function listRecord(text: string, location: string): Promise<ListedRecord> {
  try {
    const { facts, sealed } = await openRecord(text, location);
    const link = (await factsSchema()).safeParse(facts);
    return { location, link: link.success ? factsFrom(link.data) : null, encryptedWith: sealed?.keyId ?? null };
  } catch (error) {
    if (!(error instanceof LinkStoreError)) throw error;
    return { location, link: null, encryptedWith: null };
  }
}

/** Puts listed records in the order of their links, damaged ones last. */
export function inOrder(records: readonly ListedRecord[]): readonly ListedRecord[] {
  const sortKey = ({ link, location }: ListedRecord) =>
    link === null ? ["~", location] : ["", link.serviceAccountId, link.dataCenter, link.clientId, location];
  // No two are at the same location.
  const compare = (a: string, b: string) => (a < b ? -1 : 1);
  return [...records].sort((a, b) => compare(sortKey(a).join("\0"), sortKey(b).join("\0")));
}

/** Whether a record is of that very link. */
export function isOf(record: LinkKey, key: LinkKey): boolean {
  return (
    record.dataCenter === key.dataCenter &&
    record.clientId === key.clientId &&
    record.serviceAccountId === key.serviceAccountId
  );
}

/** The two halves of a record: what it says of its link, and what is encrypted, where something is. */
async function openRecord(
  text: string,
  location: string,
): Promise<{ readonly facts: unknown; readonly sealed: { readonly jwe: string; readonly keyId: string } | null }> {
  const json = parseJson(text);
  if (json === undefined) throw corrupt(location, "it is not JSON");
  const version = member(json, "version");
  if (!Number.isInteger(version)) throw corrupt(location, "it has no version");
  if (Number(version) > VERSION) {
    throw new LinkStoreError(
      "newer-format",
      location,
      `The record ${location} was written by a newer version (format ${String(version)}, this one reads up to ` +
        `${VERSION}). Update whatever reads it.`,
    );
  }
  const jwe = member(json, "jwe");
  if (jwe === undefined) return { facts: member(json, "link"), sealed: null };
  const header = typeof jwe === "string" ? await readRecordHeader(jwe) : null;
  if (typeof jwe !== "string" || header === null) throw corrupt(location, "its encryption has no proper header");
  return { facts: header.link, sealed: { jwe, keyId: header.keyId } };
}

function withTokens(facts: LinkFacts, json: unknown, location: string): LinkRecord {
  if ((json === null) !== (facts.authorization === null)) throw corrupt(location, "it lacks proper tokens");
  if (json === null) return { ...facts, tokens: null };
  const [refreshToken, accessToken] = [member(json, "refresh_token"), member(json, "access_token")];
  const isProper =
    typeof refreshToken === "string" &&
    refreshToken !== "" &&
    (accessToken === null || (typeof accessToken === "string" && accessToken !== ""));
  if (!isProper) throw corrupt(location, "it lacks proper tokens");
  const tokens: Tokens = {
    refreshToken: new Secret(refreshToken),
    accessToken: accessToken === null ? null : new Secret(accessToken),
  };
  return { ...facts, tokens };
}

async function parseFacts(json: unknown, key: LinkKey, location: string): Promise<LinkFacts> {
  const parsed = (await factsSchema()).safeParse(json);
  if (!parsed.success) {
    const fields = new Set(parsed.error.issues.map(({ path }) => path.join(".") || "link"));
    throw corrupt(location, `it lacks a proper ${[...fields].join(", ")}`);
  }
  const facts = factsFrom(parsed.data);
  if (isOf(facts, key)) return facts;
  throw new LinkStoreError(
    "other-link",
    location,
    `The record ${location} is of ${describe(facts)}, not of ${describe(key)}, in whose place it was put. It was left ` +
      "as it is. Put it back in its own place, or move it away.",
  );
}

function factsAsJson(facts: LinkFacts): FactsJson {
  const { declaration, awaited, authorization, ended } = facts;
  return {
    data_center: facts.dataCenter,
    client_id: facts.clientId,
    service_account_id: facts.serviceAccountId,
    life_id: facts.lifeId,
    declaration: declaration && { id: declaration.id, at: declaration.at, place: declaration.place },
    awaited: awaited && { since: awaited.since, conferencing_provider_name: awaited.conferencingProviderName },
    redeeming_since: facts.redeemingSince,
    sent_code: facts.sentCode,
    authorization: authorization && {
      organizational_unit_id: authorization.organizationalUnitId,
      scope: authorization.scope,
      redirect_uri: authorization.redirectUri,
      linked_at: authorization.linkedAt,
      conferencing_provider_name: authorization.conferencingProviderName,
      declaration_id: authorization.declarationId,
      access_token_expires_at: authorization.accessTokenExpiresAt,
      confirmed_at: authorization.confirmedAt,
      refused_at: authorization.refusedAt,
    },
    ended: ended && { at: ended.at, by: ended.by },
  };
}

function factsFrom(json: FactsJson): LinkFacts {
  const { awaited, authorization } = json;
  return {
    dataCenter: json.data_center,
    clientId: json.client_id,
    serviceAccountId: json.service_account_id,
    lifeId: json.life_id,
    declaration: json.declaration,
    awaited: awaited && { since: awaited.since, conferencingProviderName: awaited.conferencing_provider_name },
    redeemingSince: json.redeeming_since,
    sentCode: json.sent_code,
    authorization: authorization && authorizationFrom(authorization),
    ended: json.ended,
  };
}

function authorizationFrom(json: NonNullable<FactsJson["authorization"]>): AuthorizationFacts {
  return {
    organizationalUnitId: json.organizational_unit_id,
    scope: json.scope,
    redirectUri: json.redirect_uri,
    linkedAt: json.linked_at,
    conferencingProviderName: json.conferencing_provider_name,
    declarationId: json.declaration_id,
    accessTokenExpiresAt: json.access_token_expires_at,
    confirmedAt: json.confirmed_at,
    refusedAt: json.refused_at,
  };
}

type FactsSchema = ReturnType<typeof makeFactsSchema>;
type FactsJson = ReturnType<FactsSchema["parse"]>;

/** Loaded and made when it is first needed: most of what the provider does needs none of it. */
let schema: Promise<FactsSchema> | undefined;

function factsSchema(): Promise<FactsSchema> {
  return (schema ??= import("zod").then(makeFactsSchema));
}

function makeFactsSchema({ z }: typeof Zod) {
  const filled = z.string().min(1);
  const time = z.iso.datetime();
  return z.object({
    data_center: z.enum(DATA_CENTERS.map(({ id }) => id)),
    client_id: filled,
    service_account_id: filled,
    life_id: filled,
    declaration: z.object({ id: filled, at: time, place: filled.nullable() }).nullable(),
    awaited: z.object({ since: time, conferencing_provider_name: filled.nullable() }).nullable(),
    redeeming_since: time.nullable(),
    sent_code: filled.nullable(),
    authorization: z
      .object({
        organizational_unit_id: filled.nullable(),
        scope: z.string(),
        redirect_uri: filled,
        linked_at: time,
        conferencing_provider_name: filled.nullable(),
        declaration_id: filled.nullable(),
        access_token_expires_at: time.nullable(),
        confirmed_at: time.nullable(),
        refused_at: time.nullable(),
      })
      .nullable(),
    ended: z.object({ at: time, by: z.enum(["destroy", "forget", "failed-apply"]) }).nullable(),
  });
}

function describe({ dataCenter, clientId, serviceAccountId }: LinkKey): string {
  return `${serviceAccountId} (data center ${dataCenter}, client id ${clientId})`;
}

function member(json: unknown, name: string): unknown {
  return (json as Readonly<Record<string, unknown>> | null | undefined)?.[name];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function notEncrypted(location: string): LinkStoreError {
  return new LinkStoreError(
    "not-encrypted",
    location,
    `The record ${location} is in the clear although ${STORE_KEY_VARIABLE} is set, so anybody who can write there may have ` +
      "made it. It was left as it is. If it is yours, encrypt it with: ou-link store rewrap",
  );
}

function corrupt(location: string, what: string): LinkStoreError {
  return new LinkStoreError(
    "corrupt",
    location,
    `The record ${location} is damaged: ${what}. It was left as it is. Restore it from a backup, or move it away and ` +
      "have the administrator authorize anew.",
  );
}
