import { asObject, asText } from "./json-object";
import type { JsonObject } from "./json-object";
import { tellsOfError } from "./response-error";

/**
 * Whose access token it is, and what hangs on it. Cronofy documents this for accounts but not for Organizational Units,
 * so any of it may be missing.
 */
export interface UserInfo {
  readonly sub: string | null;
  /** Cronofy's name for the kind of subject, such as `account` or `service_account`. */
  readonly type: string | null;
  readonly authorization: { readonly scope: string | null; readonly status: string | null } | null;
  readonly conferencingProfiles: readonly ConferencingProfile[];
  /** The whole answer. */
  readonly raw: JsonObject;
}

/** A conferencing service that an account can use. */
export interface ConferencingProfile {
  /** An open set, and not the names that an authorization URL takes. */
  readonly providerName: string | null;
  readonly profileId: string | null;
  readonly profileName: string | null;
  readonly connected: boolean | null;
}

/**
 * Reads an answer of `/v1/userinfo`.
 *
 * @returns null where it tells of an error, which is no evidence that the access token works.
 */
export function userInfoFrom(raw: JsonObject): UserInfo | null {
  if (tellsOfError(raw)) return null;
  // The dots are part of the keys.
  const data = asObject(raw["cronofy.data"]) ?? {};
  const authorization = asObject(data["authorization"]);
  const profiles: unknown = data["conferencing_profiles"];
  return {
    sub: asText(raw["sub"]),
    type: asText(raw["cronofy.type"]),
    authorization: authorization && { scope: asText(authorization["scope"]), status: asText(authorization["status"]) },
    conferencingProfiles: (Array.isArray(profiles) ? profiles : []).map(conferencingProfile),
    raw,
  };
}

function conferencingProfile(profile: unknown): ConferencingProfile {
  const json = asObject(profile) ?? {};
  const connected = json["profile_connected"];
  return {
    providerName: asText(json["provider_name"]),
    profileId: asText(json["profile_id"]),
    profileName: asText(json["profile_name"]),
    connected: typeof connected === "boolean" ? connected : null,
  };
}
