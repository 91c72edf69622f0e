/** What the administrator may connect, by `conferencing_provider_name`, with the name shown on the page. */
export const CONFERENCING_PROVIDERS: ReadonlyMap<string, string> = new Map([
  ["zoom_enterprise", "Zoom"],
  ["webex_enterprise", "Webex"],
  ["ms_teams", "Microsoft Teams"],
  ["google_meet", "Google Meet"],
  ["indeed", "Indeed"],
]);
