import type { LinkKey } from "./link-record";
import { LinkStoreError } from "./link-store-error";
import { STORE_KEY_VARIABLE } from "./store-keys";
import type { StoreKeys } from "./store-keys";

const MANAGEMENT = "dir";
const ENCRYPTION = "A256GCM";
const TYPE = "ou-link-authorization+jwe";

/** What an encrypted record shows to whoever has no key. */
export interface RecordHeader {
  /** The id of the key that it takes to read the record. */
  readonly keyId: string;
  /** The link as the header has it: names, of which nothing is proven before the record is decrypted. */
  readonly link: { readonly [K in keyof LinkKey]: string };
}

/**
 * Encrypts a record's text with the writing key, as a compact JWE (RFC 7516). Its protected header names the link, and
 * thereby binds the tokens to it: under another link's name they no longer pass.
 */
export async function encryptRecord(text: string, link: LinkKey, keys: StoreKeys): Promise<string> {
  const { CompactEncrypt } = await import("jose");
  return new CompactEncrypt(new TextEncoder().encode(text))
    .setProtectedHeader({
      alg: MANAGEMENT,
      enc: ENCRYPTION,
      typ: TYPE,
      kid: keys.writing.id,
      data_center: link.dataCenter,
      client_id: link.clientId,
      service_account_id: link.serviceAccountId,
    })
    .encrypt(keys.writing.bytes);
}

/** Reads the header of an encrypted record; null where it is none that we write. */
export async function readRecordHeader(jwe: string): Promise<RecordHeader | null> {
  const { decodeProtectedHeader } = await import("jose");
  let header: Readonly<Record<string, unknown>>;
  try {
    header = decodeProtectedHeader(jwe);
  } catch {
    return null;
  }
  const { typ, kid, data_center: dataCenter, client_id: clientId, service_account_id: serviceAccountId } = header;
  if (
    typ !== TYPE ||
    typeof kid !== "string" ||
    typeof dataCenter !== "string" ||
    typeof clientId !== "string" ||
    typeof serviceAccountId !== "string"
  ) {
    return null;
  }
  return { keyId: kid, link: { dataCenter, clientId, serviceAccountId } };
}

/**
 * Decrypts a record.
 *
 * @param location where the record is, for errors.
 * @returns null where the record is not, unaltered, what its key has encrypted.
 * @throws LinkStoreError `unknown-key`.
 */
export async function decryptRecord(
  jwe: string,
  { keyId }: RecordHeader,
  keys: StoreKeys | null,
  location: string,
): Promise<string | null> {
  const key = keys?.find(keyId);
  if (key === undefined) throw unknownKey(keyId, keys, location);
  const { compactDecrypt } = await import("jose");
  try {
    const { plaintext } = await compactDecrypt(jwe, key.bytes, {
      keyManagementAlgorithms: [MANAGEMENT],
      contentEncryptionAlgorithms: [ENCRYPTION],
    });
    return new TextDecoder().decode(plaintext);
  } catch {
    return null;
  }
}

function unknownKey(keyId: string, keys: StoreKeys | null, location: string): LinkStoreError {
  const held = keys === null ? "which is not set" : `which holds ${keys.ids.join(", ")}`;
  return new LinkStoreError(
    "unknown-key",
    location,
    `The authorization record ${location} is encrypted with the key ${keyId}, and that is not in ` +
      `${STORE_KEY_VARIABLE}, ${held}. The record was left as it is. Add its key to ${STORE_KEY_VARIABLE}, separated by ` +
      "a comma; the first key writes.",
  );
}
