import type * as Jose from "jose";
import type { Secret } from "../cronofy";
import { derivedKey } from "./derived-key";

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

/** Loaded when first needed: most of what the provider does needs none of it. */
let jose: Promise<typeof Jose> | undefined;

/**
 * Signs claims for a purpose. Says nothing of its own, such as when: the same claims make the same JWT. Nor does it say what
 * it is for: Terraform writes it into its state after each object, so every byte counts.
 *
 * @param purpose a label of the key. Each purpose has a key of its own, so that nothing passes for what it is not.
 */
export async function signLinkJwt(purpose: string, claims: JwtClaims, linkSecret: Secret): Promise<string> {
  const { SignJWT } = await (jose ??= import("jose"));
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
  const { errors, jwtVerify } = await (jose ??= import("jose"));
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
