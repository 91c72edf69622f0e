import { randomBytes } from "node:crypto";
import type { Secret } from "../../cronofy";
import type { LinkKey } from "../link-record";
import { isTexts } from "./link-invitation";
import type { LinkInvitation } from "./link-invitation";
import { readLinkJwt, signLinkJwt } from "./link-jwt";
import type { JwtClaims } from "./link-jwt";

/** What a state is signed for: an application and its redirect URI. */
export interface StateAudience extends Omit<LinkKey, "serviceAccountId"> {
  readonly redirectUri: string;
}

/** What travels with the administrator: which link they come back for. */
export interface OAuthState extends LinkKey, StateAudience {
  /** The conferencing provider that the authorization URL asks for. */
  readonly conferencingProviderName?: string;
  /**
   * How the flow began; absent where it was not with an invitation, as with an authorization URL that Terraform
   * outputs.
   */
  readonly began?: Beginning;
}

/** How a flow began: with what invitation, and in which browser. */
interface Beginning {
  /** The fingerprint of the only browser that may come back. */
  readonly browser: string;
  /** When the administrator was sent to Cronofy. Whole seconds; fractions are cut off. */
  readonly sentAt: Date;
  /** What {@link invitationOf} needs to make the invitation again. */
  readonly lifeId: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly expiresAt?: Date;
}

export type OAuthStateErrorCode =
  /** It is no signed state at all. */
  | "malformed"
  /** It was altered, or signed with another secret, or for another data center, client id or redirect URI. */
  | "tampered"
  /** It is signed with our key, but is no state of a link. */
  | "wrong-purpose";

/** A `state` that did not come from us. The message quotes nothing of it. */
export class OAuthStateError extends Error {
  override readonly name = "OAuthStateError";

  constructor(readonly code: OAuthStateErrorCode) {
    super(MESSAGES[code]);
  }
}

const MESSAGES: Readonly<Record<OAuthStateErrorCode, string>> = {
  malformed: "The state is not one of ours. Start over from the authorization URL, and do not alter it.",
  tampered:
    "The state's signature does not hold. Check that both sides use the same link secret, data center, client id and " +
    "redirect URI, then start over from a new authorization URL.",
  "wrong-purpose": "The state was signed for something else. Start over from the authorization URL.",
};

/**
 * The purpose of a state's key. Application and redirect URI are part of it and no claims, because the verifying side
 * knows them, and the authorization URL around a state has them already.
 */
function purposeOf({ dataCenter, clientId, redirectUri }: StateAudience): string {
  return JSON.stringify(["ou-link link state v1", dataCenter, clientId, redirectUri]);
}

/** Bytes by which each state differs from any other. */
const ID_BYTES = 16;

/**
 * Signs the OAuth `state` of an authorization URL: a JWT that names the link. It does not expire: an administrator may
 * take their time, and the link token beside it lapses.
 *
 * @param id different for every state
 */
export async function signOAuthState(
  state: OAuthState,
  linkSecret: Secret,
  id = randomBytes(ID_BYTES).toString("base64url"),
): Promise<string> {
  const { serviceAccountId, conferencingProviderName, began } = state;
  const claims = {
    ...(conferencingProviderName !== undefined && { provider: conferencingProviderName }),
    ...(began !== undefined && {
      browser: began.browser,
      iat: Math.floor(began.sentAt.getTime() / 1_000),
      life: began.lifeId,
      ...(began.parameters !== undefined && { parameters: began.parameters }),
      ...(began.expiresAt !== undefined && { until: Math.floor(began.expiresAt.getTime() / 1_000) }),
    }),
    sub: serviceAccountId,
    jti: id,
  };
  return signLinkJwt(purposeOf(state), claims, linkSecret);
}

/** The invitation with which a flow began, so that it can begin again; null where it began otherwise. */
export function invitationOf(state: OAuthState): LinkInvitation | null {
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
 * @param audience what it has to be signed for
 * @throws OAuthStateError where it is not, unaltered, one that {@link signOAuthState} made with the same secret for the same
 *   audience.
 */
export async function verifyOAuthState(
  token: string,
  linkSecret: Secret,
  { dataCenter, clientId, redirectUri }: StateAudience,
): Promise<OAuthState> {
  const audience = { dataCenter, clientId, redirectUri };
  // A state has no expiry, so it does not matter what time it is.
  const result = await readLinkJwt(purposeOf(audience), token, linkSecret, new Date(0));
  if ("failure" in result) {
    throw new OAuthStateError(result.failure === "expired" ? "wrong-purpose" : result.failure);
  }
  const { sub, provider } = result.claims;
  const began = beginningFrom(result.claims);
  if (typeof sub !== "string" || (provider !== undefined && typeof provider !== "string") || began === null) {
    throw new OAuthStateError("wrong-purpose");
  }
  return {
    ...audience,
    serviceAccountId: sub,
    ...(provider !== undefined && { conferencingProviderName: provider }),
    ...(began !== undefined && { began }),
  };
}

/** @returns undefined where there is none, and null where it is not one of ours. */
function beginningFrom(claims: JwtClaims): Beginning | undefined | null {
  const { browser, iat, life, parameters, until } = claims;
  if (browser === undefined) return undefined;
  if (
    typeof browser !== "string" ||
    typeof iat !== "number" ||
    typeof life !== "string" ||
    (parameters !== undefined && !isTexts(parameters)) ||
    (until !== undefined && typeof until !== "number")
  ) {
    return null;
  }
  return {
    browser,
    sentAt: new Date(iat * 1_000),
    lifeId: life,
    ...(parameters !== undefined && { parameters }),
    ...(until !== undefined && { expiresAt: new Date(until * 1_000) }),
  };
}
