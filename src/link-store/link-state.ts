import { randomUUID } from "node:crypto";
import { isDataCenterId } from "../cronofy";
import type { Secret } from "../cronofy";
import type { LinkKey } from "./link-record";
import { isTexts } from "./link-invitation";
import type { LinkInvitation } from "./link-invitation";
import { readLinkJwt, signLinkJwt } from "./link-jwt";
import type { JwtPurpose } from "./link-jwt";

/** What travels with the administrator: which link they come back for. */
export interface LinkState extends LinkKey {
  readonly redirectUri: string;
  /** The conferencing provider that the authorization URL asks for. */
  readonly conferencingProviderName?: string;
  /** Where the flow began. Absent where that was no invitation, as with an authorization URL that Terraform outputs. */
  readonly began?: Beginning;
}

/** How a flow began: with what invitation, and in which browser. */
export interface Beginning {
  /** The only browser that may come back, in words of the link service. */
  readonly browser: string;
  /** What {@link invitationOf} needs to make the invitation again. */
  readonly lifeId: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly expiresAt?: Date;
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
  { dataCenter, clientId, serviceAccountId, redirectUri, conferencingProviderName, began }: LinkState,
  linkSecret: Secret,
  { now, id = randomUUID() }: SignOptions,
): Promise<string> {
  const claims = {
    data_center: dataCenter,
    client_id: clientId,
    redirect_uri: redirectUri,
    ...(conferencingProviderName !== undefined && { conferencing_provider_name: conferencingProviderName }),
    ...(began !== undefined && {
      browser: began.browser,
      life_id: began.lifeId,
      ...(began.parameters !== undefined && { parameters: began.parameters }),
      ...(began.expiresAt !== undefined && { invitation_exp: Math.floor(began.expiresAt.getTime() / 1_000) }),
    }),
    sub: serviceAccountId,
    iat: Math.floor(now().getTime() / 1_000),
    jti: id,
  };
  return signLinkJwt(PURPOSE, claims, linkSecret);
}

/** The invitation with which a flow began, so that it can begin again; null where it began otherwise. */
export function invitationOf(state: LinkState): LinkInvitation | null {
  if (state.began === undefined) return null;
  const { dataCenter, clientId, serviceAccountId, redirectUri, conferencingProviderName, began } = state;
  return {
    dataCenter,
    clientId,
    serviceAccountId,
    redirectUri,
    lifeId: began.lifeId,
    ...(conferencingProviderName !== undefined && { conferencingProviderName }),
    ...(began.parameters !== undefined && { parameters: began.parameters }),
    ...(began.expiresAt !== undefined && { expiresAt: began.expiresAt }),
  };
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
  const { claims } = result;
  const {
    data_center: dataCenter,
    client_id: clientId,
    sub,
    redirect_uri: redirectUri,
    conferencing_provider_name: conferencingProviderName,
    jti: id,
    iat,
  } = claims;
  const began = beginningFrom(claims);
  if (
    typeof dataCenter !== "string" ||
    !isDataCenterId(dataCenter) ||
    typeof clientId !== "string" ||
    typeof sub !== "string" ||
    typeof redirectUri !== "string" ||
    typeof id !== "string" ||
    typeof iat !== "number" ||
    (conferencingProviderName !== undefined && typeof conferencingProviderName !== "string") ||
    began === null
  ) {
    throw new LinkStateError("wrong-purpose");
  }
  return {
    dataCenter,
    clientId,
    serviceAccountId: sub,
    redirectUri,
    ...(conferencingProviderName !== undefined && { conferencingProviderName }),
    ...(began !== undefined && { began }),
    id,
    issuedAt: new Date(iat * 1_000),
  };
}

/** @returns undefined where there is none, and null where it is not one of ours. */
function beginningFrom(claims: Readonly<Record<string, unknown>>): Beginning | undefined | null {
  const { browser, life_id: lifeId, parameters, invitation_exp: expiry } = claims;
  if (browser === undefined) return undefined;
  if (
    typeof browser !== "string" ||
    typeof lifeId !== "string" ||
    (parameters !== undefined && !isTexts(parameters)) ||
    (expiry !== undefined && typeof expiry !== "number")
  ) {
    return null;
  }
  return {
    browser,
    lifeId,
    ...(parameters !== undefined && { parameters }),
    ...(expiry !== undefined && { expiresAt: new Date(expiry * 1_000) }),
  };
}
