import { Secret } from "./secret";

/** The documented bound of `expires_in`. */
const MAX_EXPIRES_IN = 2_147_483_647;

/** A JSON object of which nothing is known. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** @returns the object that a text states, or null where it states none. */
export function parseJsonObject(text: string): JsonObject | null {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return null;
  }
}

export function asObject(value: unknown): JsonObject | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
}

/** @returns null for anything but a text of at least one character. */
export function asText(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

/**
 * What is wrong with the body of a success, worded to follow "the answer"; null for a JSON object that tells of no error.
 */
export function bodyProblem(text: string): string | null {
  const json = parseJsonObject(text);
  if (json !== null) return tellsOfError(json) ? "tells of an error, although its status does not" : null;
  if (text.trim() === "") return "is not a JSON object but empty";
  return isWebPage(text) ? "is not a JSON object but a web page" : "is not a JSON object";
}

/** Whether a body is HTML, such as a proxy's or a network's sign-in page, whatever it is called. */
export function isWebPage(text: string): boolean {
  return text.trimStart().startsWith("<");
}

/** Whether an answer has what Cronofy's errors have: `error` at the token endpoints, `errors` elsewhere. */
function tellsOfError(json: JsonObject): boolean {
  return (json["error"] ?? json["errors"] ?? null) !== null;
}

/** What Cronofy grants for a code or a refresh token. */
export interface TokenSet {
  readonly accessToken: Secret;
  /** Is stored before the access token is used: the one that was sent may work no longer. */
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
 * Reads a token endpoint's answer. Whatever is not vital may be missing, because rotated tokens must not be lost for
 * that.
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

/**
 * Whose access token it is, and what belongs to it. Cronofy documents this for accounts but not for Organizational
 * Units, so any of it may be missing.
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
interface ConferencingProfile {
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

/**
 * What else Cronofy documents of `/v1/userinfo`, for accounts and service accounts only. Any of it may be missing. Members
 * that are not named here are ignored, as Cronofy asks of its clients.
 */
interface UserDetails {
  readonly email: string | null;
  readonly name: string | null;
  /** A name of the IANA time zone database. */
  readonly zoneinfo: string | null;
  /** The most that may be asked for people and rooms; for service accounts. Separated by spaces. */
  readonly delegatedScope: string | null;
  /** For service accounts. */
  readonly serviceAccount: { readonly providerName: string | null; readonly domain: string | null } | null;
  /** Where a person renews each conferencing profile, by `profile_id`: for those that are disconnected. */
  readonly relinkUrls: ReadonlyMap<string, string>;
}

/** Reads the members of an answer of `/v1/userinfo` that only accounts and service accounts have. */
export function userDetailsFrom(raw: JsonObject): UserDetails {
  // The dots are part of the keys.
  const data = asObject(raw["cronofy.data"]) ?? {};
  const serviceAccount = asObject(data["service_account"]);
  const profiles: unknown = data["conferencing_profiles"];
  return {
    email: asText(raw["email"]),
    name: asText(raw["name"]),
    zoneinfo: asText(raw["zoneinfo"]),
    delegatedScope: asText(asObject(data["authorization"])?.["delegated_scope"]),
    serviceAccount: serviceAccount && {
      providerName: asText(serviceAccount["provider_name"]),
      domain: asText(serviceAccount["domain"]),
    },
    relinkUrls: new Map((Array.isArray(profiles) ? profiles : []).flatMap(relinkUrl)),
  };
}

function relinkUrl(profile: unknown): [string, string][] {
  const json = asObject(profile) ?? {};
  const [id, url] = [asText(json["profile_id"]), asText(json["profile_relink_url"])];
  return id === null || url === null ? [] : [[id, url]];
}
