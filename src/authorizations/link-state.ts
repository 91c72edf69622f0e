import { hkdfSync, randomUUID } from "node:crypto";
import { isDataCenterId } from "../cronofy";
import type { Secret } from "../cronofy";
import type { LinkKey } from "./authorization";

/** What travels with the administrator: which link they come back for. */
export interface LinkState extends LinkKey {
  readonly redirectUri: string;
}

/** A state that we have signed. */
export interface VerifiedLinkState extends LinkState {
  /** Different for every state. */
  readonly id: string;
  readonly issuedAt: Date;
}

export type LinkStateErrorCode =
  /** It is no signed state at all. */
  | "malformed"
  /** It was altered, or signed with another secret. */
  | "tampered"
  /** It is signed with our key, but is no state of a link. */
  | "wrong-purpose";

/** A `state` that did not come from us. The message quotes nothing of it. */
export class LinkStateError extends Error {
  override readonly name = "LinkStateError";

  constructor(readonly code: LinkStateErrorCode) {
    super(MESSAGES[code]);
  }
}

const MESSAGES: Readonly<Record<LinkStateErrorCode, string>> = {
  malformed: "The state is not one of ours. Start over from the authorization URL, and do not alter it.",
  tampered:
    "The state's signature does not hold. Check that both sides use the same link secret, then start over from a new " +
    "authorization URL.",
  "wrong-purpose": "The state was signed for something else. Start over from the authorization URL.",
};

const ALGORITHM = "HS256";
const TYPE = "ou-link-state+jwt";
const AUDIENCE = "ou-link/callback";

/** Keeps the key of states apart from whatever else the secret signs. */
const KEY_LABEL = "ou-link link state v1";

export interface SignOptions {
  readonly now: () => Date;
  /** @default a random UUID */
  readonly id?: string;
}

/**
 * Signs the OAuth `state` of an authorization URL: a JWT that names the link. It does not expire, for an administrator
 * takes the time they take, and the link token beside it lapses.
 */
export async function signLinkState(
  { dataCenter, clientId, serviceAccountId, redirectUri }: LinkState,
  linkSecret: Secret,
  { now, id = randomUUID() }: SignOptions,
): Promise<string> {
  const { SignJWT } = await import("jose");
  return new SignJWT({ data_center: dataCenter, client_id: clientId, redirect_uri: redirectUri })
    .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
    .setAudience(AUDIENCE)
    .setSubject(serviceAccountId)
    .setIssuedAt(now())
    .setJti(id)
    .sign(keyFrom(linkSecret));
}

/**
 * Reads a `state` that came back.
 *
 * @throws LinkStateError where it is not, unaltered, one that {@link signLinkState} made with the same secret.
 */
export async function verifyLinkState(token: string, linkSecret: Secret): Promise<VerifiedLinkState> {
  const { errors, jwtVerify } = await import("jose");
  let claims: Readonly<Record<string, unknown>>;
  try {
    const options = { algorithms: [ALGORITHM], typ: TYPE, audience: AUDIENCE };
    claims = (await jwtVerify(token, keyFrom(linkSecret), options)).payload;
  } catch (error) {
    if (error instanceof errors.JWTClaimValidationFailed) throw new LinkStateError("wrong-purpose");
    if (error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JOSEAlgNotAllowed) {
      throw new LinkStateError("tampered");
    }
    if (error instanceof errors.JOSEError) throw new LinkStateError("malformed");
    throw error;
  }
  const { data_center: dataCenter, client_id: clientId, sub, redirect_uri: redirectUri, jti: id, iat } = claims;
  if (
    typeof dataCenter !== "string" ||
    !isDataCenterId(dataCenter) ||
    typeof clientId !== "string" ||
    typeof sub !== "string" ||
    typeof redirectUri !== "string" ||
    typeof id !== "string" ||
    typeof iat !== "number"
  ) {
    throw new LinkStateError("wrong-purpose");
  }
  return { dataCenter, clientId, serviceAccountId: sub, redirectUri, id, issuedAt: new Date(iat * 1_000) };
}

function keyFrom(secret: Secret): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", secret.reveal(), "", KEY_LABEL, 32));
}
