import { randomBytes } from "node:crypto";
import type { DataCenterId, Secret } from "../cronofy";

/** What a link is kept under. */
export interface LinkKey {
  readonly dataCenter: DataCenterId;
  readonly clientId: string;
  /** The calendar service account whose Organizational Unit is linked. */
  readonly serviceAccountId: string;
}

/** Who declares a link: one resource instance in one Terraform state. */
export interface Declaration {
  /** The instance's own, at random. */
  readonly id: string;
  /** When it declared the link. */
  readonly at: string;
  /** The machine and folder in which Terraform ran, as far as is known; null where nobody said. */
  readonly place: string | null;
}

/** An administrator is awaited. */
export interface Awaited {
  /** Since when. Minting a further URL does not move it. */
  readonly since: string;
  /** The conferencing provider that they are asked for; null where they choose from a list. */
  readonly conferencingProviderName: string | null;
}

/** An authorization, as far as it is no secret. */
export interface AuthorizationFacts {
  /** The unit's `sub`; null where Cronofy has not told it. */
  readonly organizationalUnitId: string | null;
  readonly scope: string;
  /** The redirect URI with which the code was redeemed. */
  readonly redirectUri: string;
  /** When the code was redeemed. */
  readonly linkedAt: string;
  /** The conferencing provider that the administrator was asked for; null where they chose from a list, or nobody knows. */
  readonly conferencingProviderName: string | null;
  /** The declaration for which the administrator authorized; null where there was none. */
  readonly declarationId: string | null;
  readonly accessTokenExpiresAt: string | null;
  /**
   * When Cronofy last answered for the authorization, as far as that was recorded: at each renewal of the tokens, and
   * at every answer where `ObserveOptions.maxAge` asks for it.
   */
  readonly confirmedAt: string | null;
  /** When Cronofy was first seen to refuse the authorization; only a new one changes that. */
  readonly refusedAt: string | null;
}

/** The link was ended. */
export interface Ended {
  readonly at: string;
  readonly by: "destroy" | "forget" | "failed-apply";
}

/** What is known of a link and no secret, so that it can be read without a key. Times are ISO 8601 in UTC. */
export interface LinkFacts extends LinkKey {
  /**
   * The random id of this life of the link, which lasts from its first declaration to its end. An invitation to another
   * life is withdrawn.
   */
  readonly lifeId: string;
  /** The one declaration that the link belongs to; null where nobody declares it, as after `ou-link authorize`. */
  readonly declaration: Declaration | null;
  /** Null where nobody is awaited. Where there is an authorization too, the administrator was asked anew. */
  readonly awaited: Awaited | null;
  /**
   * When a code was sent to Cronofy whose result was never recorded; null where there is none. It stays when a later
   * code makes the link, because the earlier code's authorization may still exist at Cronofy.
   */
  readonly redeemingSince: string | null;
  /** The fingerprint of the code that was sent last, which is not sent again; null where none was. */
  readonly sentCode: string | null;
  readonly authorization: AuthorizationFacts | null;
  readonly ended: Ended | null;
}

/** The tokens of an authorization. */
export interface Tokens {
  readonly refreshToken: Secret;
  /** The last access token, used until shortly before it expires. */
  readonly accessToken: Secret | null;
}

/** A link as it is kept between runs. */
export interface LinkRecord extends LinkFacts {
  /** The tokens of the authorization; null where there is none. */
  readonly tokens: Tokens | null;
}

/** A link that has been authorized, whether or not Cronofy still accepts that. */
export interface AuthorizedLink extends LinkRecord {
  readonly authorization: AuthorizationFacts;
  readonly tokens: Tokens;
}

/** Where a link is in its life. */
export type RecordState = "invited" | "redeeming" | "authorized" | "refused" | "ended";

/** Where a link is in its life. One that is asked anew while it works is `authorized`. */
export function stateOf(facts: LinkFacts): RecordState {
  const { ended, authorization } = facts;
  if (ended !== null) return "ended";
  if (isRedeeming(facts)) return "redeeming";
  if (authorization === null) return "invited";
  return authorization.refusedAt === null ? "authorized" : "refused";
}

/** Whether a code is under way, as far as the record tells: one was sent, and the link has not been made since. */
export function isRedeeming({
  authorization,
  redeemingSince,
}: Pick<LinkFacts, "authorization" | "redeemingSince">): boolean {
  if (redeemingSince === null) return false;
  return authorization === null || Date.parse(authorization.linkedAt) < Date.parse(redeemingSince);
}

/** Whether a record holds an authorization that nobody has seen Cronofy refuse. */
export function isAuthorized(facts: LinkFacts): boolean {
  return facts.authorization !== null && facts.authorization.refusedAt === null;
}

/** The record with its tokens; null where it has no authorization. */
export function authorizedLink(record: LinkRecord): AuthorizedLink | null {
  const { authorization, tokens } = record;
  return authorization !== null && tokens !== null ? { ...record, authorization, tokens } : null;
}

/** The beginning of a link's life: nobody declares it, and nobody is awaited. */
export function newLink({ dataCenter, clientId, serviceAccountId }: LinkKey): LinkRecord {
  return {
    dataCenter,
    clientId,
    serviceAccountId,
    lifeId: randomBytes(16).toString("base64url"),
    declaration: null,
    awaited: null,
    redeemingSince: null,
    sentCode: null,
    authorization: null,
    ended: null,
    tokens: null,
  };
}
