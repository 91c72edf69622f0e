import { hkdfSync } from "node:crypto";
import type { Secret } from "../../cronofy";

/** The claims of a JWT that was verified, as they came. */
export type JwtClaims = Readonly<Record<string, unknown>>;

/** Why a text is not a JWT that we signed for a purpose. */
export type LinkJwtFailure =
  /** It is no signed JWT at all. */
  | "malformed"
  /** It was altered, or signed with another secret or for another purpose. */
  | "tampered"
  /** It is signed with our key, but does not say what it should. */
  | "wrong-purpose"
  /** Its `exp` is over. */
  | "expired";

const ALGORITHM = "HS256";

/**
 * Signs claims for a purpose. The JWT holds neither a time nor its purpose: the same claims make the same JWT, and
 * every byte counts, because Terraform writes it into its state after each object.
 *
 * @param purpose a label of the key. Each purpose has a key of its own, so that nothing passes for what it is not.
 */
export async function signLinkJwt(purpose: string, claims: JwtClaims, linkSecret: Secret): Promise<string> {
  const { SignJWT } = await import("jose");
  return new SignJWT({ ...claims }).setProtectedHeader({ alg: ALGORITHM }).sign(derivedKey(linkSecret, purpose));
}

/**
 * Reads a JWT that came back.
 *
 * @param now what its `exp` is compared with, where it has one
 * @returns its claims, or why it is none of ours
 */
export async function readLinkJwt(
  purpose: string,
  token: string,
  linkSecret: Secret,
  now: Date,
): Promise<{ readonly claims: JwtClaims } | { readonly failure: LinkJwtFailure }> {
  const { errors, jwtVerify } = await import("jose");
  const options = { algorithms: [ALGORITHM], currentDate: now };
  try {
    return { claims: (await jwtVerify(token, derivedKey(linkSecret, purpose), options)).payload };
  } catch (error) {
    if (error instanceof errors.JWTExpired) return { failure: "expired" };
    if (error instanceof errors.JWTClaimValidationFailed) return { failure: "wrong-purpose" };
    if (error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JOSEAlgNotAllowed) {
      return { failure: "tampered" };
    }
    if (error instanceof errors.JOSEError) return { failure: "malformed" };
    throw error;
  }
}

/** Derived keys are kept, because deriving one takes longer than signing with it. */
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
