import type { DataCenterId, Secret } from "../cronofy";

/** Which link an authorization is for. */
export interface LinkKey {
  readonly dataCenter: DataCenterId;
  readonly clientId: string;
  /** The calendar service account whose Organizational Unit is linked. */
  readonly serviceAccountId: string;
}

/** An Organizational Unit's authorization, as it is kept between runs. Times are ISO 8601 in UTC. */
export interface Authorization extends LinkKey {
  /** The unit's `sub`; null where Cronofy has not told it. */
  readonly organizationalUnitId: string | null;
  readonly scope: string;
  /** The redirect URI with which the code was redeemed. */
  readonly redirectUri: string;
  /** When the code was redeemed. */
  readonly linkedAt: string;
  readonly refreshToken: Secret;
  /** The last access token, used until shortly before it expires. */
  readonly accessToken: Secret | null;
  readonly accessTokenExpiresAt: string | null;
  /** When Cronofy last answered for the authorization, where somebody wanted that kept; see `ObserveOptions.maxAge`. */
  readonly confirmedAt: string | null;
  /** When Cronofy was first seen to refuse the authorization; only a new one changes that. */
  readonly refusedAt: string | null;
}
