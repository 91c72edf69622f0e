import { asText } from "./json-object";
import type { JsonObject } from "./json-object";
import { Secret } from "./secret";

/** What Cronofy grants for a code or a refresh token. */
export interface TokenSet {
  readonly accessToken: Secret;
  /** To be stored before the access token is used: the one that was sent may have stopped to work. */
  readonly refreshToken: Secret;
  /** Seconds, roughly; 0 where the answer does not say. */
  readonly expiresIn: number;
  /** Separated by spaces; empty where the answer does not say. */
  readonly scope: string;
  /** Whose authorization it is. No answer to a refresh is documented to say so, nor any for Organizational Units. */
  readonly sub: string | null;
  /** Where it is a person's calendar account. */
  readonly accountId: string | null;
  /** Where it is a service account. */
  readonly serviceAccountId: string | null;
}

/**
 * Reads a token endpoint's answer. What is not vital may be missing: rotated tokens are not thrown away for that.
 *
 * @param sent the refresh token that was used, which stays in force where the answer has no other (RFC 6749 6).
 * @returns null where a token is missing.
 */
export function tokenSetFrom(json: JsonObject, sent: Secret | null): TokenSet | null {
  const accessToken = asText(json["access_token"]);
  const returned = asText(json["refresh_token"]);
  const refreshToken = returned === null ? sent : new Secret(returned);
  if (accessToken === null || refreshToken === null) return null;
  const expiresIn = json["expires_in"];
  return {
    accessToken: new Secret(accessToken),
    refreshToken,
    expiresIn: typeof expiresIn === "number" && expiresIn > 0 && expiresIn <= MAX_EXPIRES_IN ? expiresIn : 0,
    scope: asText(json["scope"]) ?? "",
    sub: asText(json["sub"]),
    accountId: asText(json["account_id"]),
    serviceAccountId: asText(json["service_account_id"]),
  };
}

/** The documented bound of `expires_in`. */
const MAX_EXPIRES_IN = 2_147_483_647;
