import { randomUUID } from "node:crypto";
import { isDataCenterId } from "../cronofy";
import type { Secret } from "../cronofy";
import type { LinkKey } from "./link-record";
import { readLinkJwt, signLinkJwt } from "./link-jwt";
import type { JwtPurpose } from "./link-jwt";

/** What travels with the administrator: which link they come back for. */
export interface LinkState extends LinkKey {
  readonly redirectUri: string;
  /**
   * The only browser that may come back with it, in words of the link service. Absent where the flow did not begin in a
   * browser that is known, as with an authorization URL that Terraform outputs.
   */
  readonly browser?: string;
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

const PURPOSE: JwtPurpose = {
  type: "ou-link-state+jwt",
  audience: "ou-link/callback",
  keyLabel: "ou-link link state v1",
};

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
  { dataCenter, clientId, serviceAccountId, redirectUri, browser }: LinkState,
  linkSecret: Secret,
  { now, id = randomUUID() }: SignOptions,
): Promise<string> {
  const claims = {
    data_center: dataCenter,
    client_id: clientId,
    redirect_uri: redirectUri,
    ...(browser !== undefined && { browser }),
    sub: serviceAccountId,
    iat: Math.floor(now().getTime() / 1_000),
    jti: id,
  };
  return signLinkJwt(PURPOSE, claims, linkSecret);
}

/**
 * Reads a `state` that came back.
 *
 * @throws LinkStateError where it is not, unaltered, one that {@link signLinkState} made with the same secret.
 */
export async function verifyLinkState(token: string, linkSecret: Secret): Promise<VerifiedLinkState> {
  // A state has no expiry, so it does not matter what time it is.
  const result = await readLinkJwt(PURPOSE, token, linkSecret, new Date(0));
  if ("failure" in result) {
    throw new LinkStateError(result.failure === "expired" ? "wrong-purpose" : result.failure);
  }
  const {
    data_center: dataCenter,
    client_id: clientId,
    sub,
    redirect_uri: redirectUri,
    jti: id,
    iat,
    browser,
  } = result.claims;
  if (
    typeof dataCenter !== "string" ||
    !isDataCenterId(dataCenter) ||
    typeof clientId !== "string" ||
    typeof sub !== "string" ||
    typeof redirectUri !== "string" ||
    typeof id !== "string" ||
    typeof iat !== "number" ||
    (browser !== undefined && typeof browser !== "string")
  ) {
    throw new LinkStateError("wrong-purpose");
  }
  return {
    dataCenter,
    clientId,
    serviceAccountId: sub,
    redirectUri,
    ...(browser !== undefined && { browser }),
    id,
    issuedAt: new Date(iat * 1_000),
  };
}
