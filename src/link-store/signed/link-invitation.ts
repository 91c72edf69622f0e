import { isDataCenterId } from "../../cronofy";
import type { Secret } from "../../cronofy";
import type { LinkKey } from "../link-record";
import { readLinkJwt, signLinkJwt } from "./link-jwt";
import type { LinkJwtFailure } from "./link-jwt";

/** What an administrator is invited to link, and how. */
export interface LinkInvitation extends LinkKey {
  /** The life of the link that it is for: see `LinkFacts.lifeId`. */
  readonly lifeId: string;
  /** That of the link service, exactly. */
  readonly redirectUri: string;
  /** Spares the administrator the choice of a conferencing provider. */
  readonly conferencingProviderName?: string;
  /** Further query parameters of the authorization URL, such as a locale. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Whole seconds; fractions are cut off. Without it, the invitation holds for as long as the link secret does. */
  readonly expiresAt?: Date;
}

/** An invitation that cannot be accepted. The message quotes nothing of it. */
export class LinkInvitationError extends Error {
  override readonly name = "LinkInvitationError";

  constructor(readonly code: LinkJwtFailure) {
    super(MESSAGES[code]);
  }
}

const MESSAGES: Readonly<Record<LinkJwtFailure, string>> = {
  malformed: "The invitation is not one of ours, or not whole. Open the whole address that was sent.",
  tampered:
    "The invitation's signature does not hold. Check that the provider and the link service use the same link secret, " +
    "then send a new invitation.",
  "wrong-purpose": "What came as an invitation was signed for something else. Send the invitation URL.",
  expired: "The invitation has expired. Send a new one.",
};

/** What its key is derived for. */
const PURPOSE = "ou-link invitation v1";

/**
 * Signs an invitation. It uses neither a clock nor chance: the same invitation and secret make the same text, so that
 * Terraform can output it and plan nothing.
 *
 * @returns a JWT; whoever has it can have an authorization URL minted, so treat it as a secret.
 */
export function signInvitation(
  {
    dataCenter,
    clientId,
    serviceAccountId,
    lifeId,
    redirectUri,
    conferencingProviderName,
    parameters = {},
    expiresAt,
  }: LinkInvitation,
  linkSecret: Secret,
): Promise<string> {
  // They are sorted, because the order of a map means nothing.
  const sorted = Object.entries(parameters).sort(([left], [right]) => (left < right ? -1 : 1));
  const claims = {
    data_center: dataCenter,
    client_id: clientId,
    redirect_uri: redirectUri,
    ...(conferencingProviderName !== undefined && { provider: conferencingProviderName }),
    ...(sorted.length > 0 && { parameters: Object.fromEntries(sorted) }),
    life: lifeId,
    sub: serviceAccountId,
    ...(expiresAt !== undefined && { exp: Math.floor(expiresAt.getTime() / 1_000) }),
  };
  return signLinkJwt(PURPOSE, claims, linkSecret);
}

/**
 * The address to send to an administrator: {@link signInvitation} below a link service's public address.
 *
 * @param linkServiceUrl the link service's public address, such as `https://links.example.com`
 */
export async function invitationUrl(
  linkServiceUrl: string,
  invitation: LinkInvitation,
  linkSecret: Secret,
): Promise<string> {
  return `${linkServiceUrl.replace(/\/+$/, "")}/invitations/${await signInvitation(invitation, linkSecret)}`;
}

/**
 * Where a link service takes administrators back from Cronofy: the `redirect_uri` of its links.
 *
 * @param linkServiceUrl the link service's public address, such as `https://links.example.com`
 */
export function callbackUrl(linkServiceUrl: string): string {
  const url = new URL(linkServiceUrl);
  // The path is set, not resolved: one that begins with two slashes would be taken for another host.
  url.pathname = `${url.pathname.replace(/\/+$/, "")}/callback`;
  [url.search, url.hash] = ["", ""];
  return url.href;
}

/**
 * Reads an invitation with which an administrator came.
 *
 * @throws LinkInvitationError where it is not, unaltered and in its time, one that {@link signInvitation} made with the
 *   same secret.
 */
export async function verifyInvitation(token: string, linkSecret: Secret, now: Date): Promise<LinkInvitation> {
  const result = await readLinkJwt(PURPOSE, token, linkSecret, now);
  if ("failure" in result) throw new LinkInvitationError(result.failure);
  const {
    data_center: dataCenter,
    client_id: clientId,
    life: lifeId,
    redirect_uri: redirectUri,
    provider: conferencingProviderName,
    parameters,
    sub,
    exp,
  } = result.claims;
  if (
    typeof dataCenter !== "string" ||
    !isDataCenterId(dataCenter) ||
    typeof clientId !== "string" ||
    typeof lifeId !== "string" ||
    typeof sub !== "string" ||
    typeof redirectUri !== "string" ||
    (conferencingProviderName !== undefined && typeof conferencingProviderName !== "string") ||
    (parameters !== undefined && !isTexts(parameters))
  ) {
    throw new LinkInvitationError("wrong-purpose");
  }
  return {
    dataCenter,
    clientId,
    serviceAccountId: sub,
    lifeId,
    redirectUri,
    ...(conferencingProviderName !== undefined && { conferencingProviderName }),
    ...(parameters !== undefined && { parameters }),
    ...(typeof exp === "number" && { expiresAt: new Date(exp * 1_000) }),
  };
}

/** Whether a claim is an object of texts. */
export function isTexts(value: unknown): value is Readonly<Record<string, string>> {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((each) => typeof each === "string")
  );
}
