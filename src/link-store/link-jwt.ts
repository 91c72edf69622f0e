import type * as Jose from "jose";
import type { Secret } from "../cronofy";
import { derivedKey } from "./derived-key";

/** What a JWT of ours is for. Each purpose has a key, a type and an audience of its own, so none passes for another. */
export interface JwtPurpose {
  /** The header's `typ`. */
  readonly type: string;
  readonly audience: string;
  /** Keeps this purpose's key apart from whatever else the link secret signs. */
  readonly keyLabel: string;
}

/** The claims of a JWT that was verified, as they came. */
export type JwtClaims = Readonly<Record<string, unknown>>;

/** Why a text is not a JWT that we signed for a purpose. */
export type LinkJwtFailure =
  /** It is no signed JWT at all. */
  | "malformed"
  /** It was altered, or signed with another secret. */
  | "tampered"
  /** It is signed with our key, but is something else. */
  | "wrong-purpose"
  /** Its `exp` is over. */
  | "expired";

const ALGORITHM = "HS256";

/** Loaded when first needed: most of what the provider does needs none of it. */
let jose: Promise<typeof Jose> | undefined;

/** Signs claims for a purpose. Says nothing of its own, such as when: the same claims make the same JWT. */
export async function signLinkJwt(purpose: JwtPurpose, claims: JwtClaims, linkSecret: Secret): Promise<string> {
  const { SignJWT } = await (jose ??= import("jose"));
  return new SignJWT({ ...claims })
    .setProtectedHeader({ alg: ALGORITHM, typ: purpose.type })
    .setAudience(purpose.audience)
    .sign(derivedKey(linkSecret, purpose.keyLabel));
}

/**
 * Reads a JWT that came back.
 *
 * @param now what its `exp` is compared with, where it has one
 * @returns its claims, or why it is none of ours
 */
export async function readLinkJwt(
  purpose: JwtPurpose,
  token: string,
  linkSecret: Secret,
  now: Date,
): Promise<{ readonly claims: JwtClaims } | { readonly failure: LinkJwtFailure }> {
  const { errors, jwtVerify } = await (jose ??= import("jose"));
  const options = { algorithms: [ALGORITHM], typ: purpose.type, audience: purpose.audience, currentDate: now };
  try {
    return { claims: (await jwtVerify(token, derivedKey(linkSecret, purpose.keyLabel), options)).payload };
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
