export type DataCenterId = "au" | "ca" | "de" | "sg" | "uk" | "us";

/** One of Cronofy's separate installations. Credentials, accounts and tokens mean nothing in another one. */
export interface DataCenter {
  /** The name that Cronofy's SDKs use. */
  readonly id: DataCenterId;
  readonly country: string;
  /** Origin of the API. */
  readonly apiUrl: string;
  /** Origin of the pages that an administrator sees. */
  readonly appUrl: string;
}

/** All data centers, as Cronofy's documentation of Enterprise Conferencing lists them. */
export const DATA_CENTERS: readonly DataCenter[] = [
  { id: "au", country: "Australia", apiUrl: "https://api-au.cronofy.com", appUrl: "https://app-au.cronofy.com" },
  { id: "ca", country: "Canada", apiUrl: "https://api-ca.cronofy.com", appUrl: "https://app-ca.cronofy.com" },
  { id: "de", country: "Germany", apiUrl: "https://api-de.cronofy.com", appUrl: "https://app-de.cronofy.com" },
  { id: "sg", country: "Singapore", apiUrl: "https://api-sg.cronofy.com", appUrl: "https://app-sg.cronofy.com" },
  { id: "uk", country: "United Kingdom", apiUrl: "https://api-uk.cronofy.com", appUrl: "https://app-uk.cronofy.com" },
  { id: "us", country: "United States", apiUrl: "https://api.cronofy.com", appUrl: "https://app.cronofy.com" },
];

/** The data center of that id. */
export function dataCenter(id: DataCenterId): DataCenter {
  const found = DATA_CENTERS.find((each) => each.id === id);
  if (found === undefined) throw new TypeError(`No data center ${JSON.stringify(id)}.`);
  return found;
}

/** Whether a text is the id of a data center. */
export function isDataCenterId(text: string): text is DataCenterId {
  return DATA_CENTERS.some(({ id }) => id === text);
}

/**
 * The conferencing providers that an authorization URL may name, as Cronofy's documentation of Enterprise Conferencing
 * lists them. Cronofy takes any other name too, and lets the administrator choose from a list.
 */
export const CONFERENCING_PROVIDER_NAMES = [
  "indeed",
  "webex_enterprise",
  "zoom_enterprise",
  "google_meet",
  "ms_teams",
] as const;

export type ConferencingProviderName = (typeof CONFERENCING_PROVIDER_NAMES)[number];

/** The query parameters of an authorization URL that nobody can override. */
export const RESERVED_AUTHORIZATION_PARAMETERS: readonly string[] = [
  "response_type",
  "client_id",
  "redirect_uri",
  "state",
  "scope",
  "capabilities[]",
  "capabilities",
  "ou_link_token",
  "conferencing_provider_name",
];
