import { LinkStoreError } from "./link-store-error";
import { STORE_KEY_VARIABLE } from "./store-keys";
import type { StoreKeys } from "./store-keys";

const MANAGEMENT = "dir";
const ENCRYPTION = "A256GCM";
const TYPE = "ou-link-record+jwe";

/** What an encrypted record shows to whoever has no key. Nothing of it is proven before the record is decrypted. */
export interface RecordHeader {
  /** The id of the key that it takes to read the record. */
  readonly keyId: string;
  /** What the record says of its link, as it came. */
  readonly link: unknown;
}

/**
 * Encrypts a record's tokens with the writing key, as a compact JWE (RFC 7516). Its protected header holds what is no
 * secret of the link, and thereby binds the tokens to it: beside anything else they no longer pass.
 */
export async function encryptRecord(tokens: string, link: object, keys: StoreKeys): Promise<string> {
  const { CompactEncrypt } = await import("jose");
  return new CompactEncrypt(new TextEncoder().encode(tokens))
    .setProtectedHeader({ alg: MANAGEMENT, enc: ENCRYPTION, typ: TYPE, kid: keys.writing.id, link })
    .encrypt(keys.writing.bytes);
}

/** Reads the header of an encrypted record; null where it is none that we write. */
export async function readRecordHeader(jwe: string): Promise<RecordHeader | null> {
  const { decodeProtectedHeader } = await import("jose");
  try {
    const { typ, kid, link } = decodeProtectedHeader(jwe) as Readonly<Record<string, unknown>>;
    return typ === TYPE && typeof kid === "string" ? { keyId: kid, link } : null;
  } catch {
    return null;
  }
}

/**
 * Decrypts the tokens of a record.
 *
 * @param location where the record is, for errors.
 * @returns null where the record is not, unaltered, what its key has encrypted.
 * @throws LinkStoreError `unknown-key`.
 */
export async function decryptRecord(
  jwe: string,
  keyId: string,
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
    `The record ${location} is encrypted with the key ${keyId}, and that is not in ` +
      `${STORE_KEY_VARIABLE}, ${held}. The record was left as it is. Add its key to ${STORE_KEY_VARIABLE}, separated by ` +
      "a comma; the first key writes.",
  );
}
