import { asObject, asText } from "./json-object";
import type { JsonObject } from "./json-object";

/**
 * What Cronofy documents of `/v1/userinfo` beside {@link UserInfo}, and for accounts and service accounts only. Any of it
 * may be missing, and what is not named here is ignored, as Cronofy asks of its clients.
 */
export interface UserDetails {
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
