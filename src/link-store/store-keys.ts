import { createHash } from "node:crypto";
import { textProblem } from "../link";
import { LinkStoreError } from "./link-store-error";

/** The environment variable that holds the keys with which records are encrypted. */
export const STORE_KEY_VARIABLE = "OU_LINK_STORE_KEY";

/** AES-256 takes as many. */
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

  /** Whether records in the clear are taken beside them, to be encrypted. */
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

  /** The same keys for whoever encrypts what is in the clear. */
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
