import { hkdfSync } from "node:crypto";
import type { Secret } from "../cronofy";

/** Deriving takes longer than signing, and a service signs with the same few keys all day. */
const KEYS = new WeakMap<Secret, Map<string, Uint8Array>>();

/**
 * A key of 32 bytes for one purpose, derived from a secret by HKDF-SHA256 (RFC 5869), so that what one purpose signs
 * means nothing to another.
 *
 * @param label the purpose; a different one makes a key that is unrelated
 */
export function derivedKey(secret: Secret, label: string): Uint8Array {
  const keys = KEYS.get(secret) ?? new Map<string, Uint8Array>();
  KEYS.set(secret, keys);
  const key = keys.get(label) ?? new Uint8Array(hkdfSync("sha256", secret.reveal(), "", label, 32));
  keys.set(label, key);
  return key;
}
