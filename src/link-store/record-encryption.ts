import { createHash } from "node:crypto";
import { textProblem } from "../link";
import type { LinkStore, ListedRecord } from "./link-store";
import { LinkStoreError } from "./link-store-error";

/** The environment variable that holds the keys with which records are encrypted. */
export const STORE_KEY_VARIABLE = "OU_LINK_STORE_KEY";

/** The length of a key of AES-256. */
const KEY_BYTES = 32;

/** Characters of a key's id: 96 bits, enough to tell keys apart. */
const KEY_ID_LENGTH = 16;

interface StoreKey {
  readonly id: string;
  readonly bytes: Uint8Array;
}

/** The keys with which records are encrypted: the first one writes, and all of them read. */
export class StoreKeys {
  readonly #keys: readonly StoreKey[];

  /** Whether records in the clear are read too, so that they can be encrypted. */
  readonly takeClear: boolean;

  private constructor(keys: readonly StoreKey[], takeClear = false) {
    this.#keys = keys;
    this.takeClear = takeClear;
  }

  /**
   * Reads keys as `OU_LINK_STORE_KEY` gives them: each 32 bytes as base64, base64url or hex, separated by commas.
   *
   * @returns null where the text is empty: records are then written in the clear.
   * @throws LinkStoreError `bad-key`, which quotes nothing of the text.
   */
  static parse(text: string | undefined): StoreKeys | null {
    if (text === undefined || text === "") return null;
    const problem = textProblem(text);
    if (problem !== undefined) throw badKey(problem.detail);
    const keys = text.split(",").map((part, index, parts) => {
      const bytes = keyBytes(part.trim());
      if (bytes === null) {
        const which = parts.length === 1 ? "It" : `Its key number ${index + 1} of ${parts.length}`;
        throw badKey(`${which} is not ${KEY_BYTES} random bytes as base64, base64url or hex.`);
      }
      return { id: keyIdOf(bytes), bytes };
    });
    return new StoreKeys(keys);
  }

  /** The same keys, which also read records in the clear, so that they can be encrypted. */
  takingClear(): StoreKeys {
    return new StoreKeys(this.#keys, true);
  }

  /** The id of the key that writes. */
  get writingId(): string {
    return this.writing.id;
  }

  /** The ids of all keys, that of the writing one first. */
  get ids(): readonly string[] {
    return this.#keys.map(({ id }) => id);
  }

  /** The key that writes. */
  get writing(): StoreKey {
    // There is no way to make an instance without a key.
    return this.#keys[0] as StoreKey;
  }

  /** The key of that id, if it is among these. */
  find(id: string): StoreKey | undefined {
    return this.#keys.find((key) => key.id === id);
  }
}

/** A key's id: the beginning of its JWK thumbprint (RFC 7638 with SHA-256), which tells nothing of the key. */
function keyIdOf(bytes: Uint8Array): string {
  const jwk = JSON.stringify({ k: Buffer.from(bytes).toString("base64url"), kty: "oct" });
  return createHash("sha256").update(jwk).digest("base64url").slice(0, KEY_ID_LENGTH);
}

function keyBytes(text: string): Uint8Array | null {
  if (/^[0-9a-f]{64}$/i.test(text)) return notAllAlike(Buffer.from(text, "hex"));
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return null;
  return notAllAlike(Buffer.from(text, "base64url"));
}

/** Thirty-two equal bytes are somebody's placeholder. */
function notAllAlike(bytes: Buffer): Uint8Array | null {
  return bytes.every((byte) => byte === bytes[0]) ? null : new Uint8Array(bytes);
}

function badKey(problem: string): LinkStoreError {
  return new LinkStoreError(
    "bad-key",
    STORE_KEY_VARIABLE,
    `${STORE_KEY_VARIABLE} cannot be used. ${problem} Make a key with: openssl rand -base64 32. Several keys are ` +
      "separated by commas; the first one writes.",
  );
}

const MANAGEMENT = "dir";
const ENCRYPTION = "A256GCM";
const TYPE = "ou-link-record+jwe";

/** What an encrypted record shows without its key. Nothing of it is proven before the record is decrypted. */
interface RecordHeader {
  /** The id of the key that it takes to read the record. */
  readonly keyId: string;
  /** What the record says of its link, as it came. */
  readonly link: unknown;
}

/**
 * Encrypts a record's tokens with the writing key, as a compact JWE (RFC 7516). Its protected header holds what is no
 * secret of the link, so the tokens are bound to it.
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

/** What became of a record: it was written anew, needed no change, or was gone. */
export type RewrapOutcome = "rewritten" | "unchanged" | "gone";

/**
 * Encrypts a record with the key that writes, if it is in the clear or encrypted with another key. Takes the record's
 * lock, so that no token is lost to someone who renews it at the same time.
 *
 * @throws LinkStoreError, as for a damaged record or an unknown key; the record is then left as it is.
 */
export async function rewrapRecord(
  store: LinkStore,
  { link, encryptedWith }: ListedRecord & { readonly link: NonNullable<ListedRecord["link"]> },
  keys: StoreKeys,
  signal?: AbortSignal,
): Promise<RewrapOutcome> {
  if (encryptedWith === keys.writingId) return "unchanged";
  return store.locked(
    link,
    async (record) => {
      const current = await record.current();
      if (current === null) return "gone";
      await record.write(current);
      return "rewritten";
    },
    signal,
  );
}
