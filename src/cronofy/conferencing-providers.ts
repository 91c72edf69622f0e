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
