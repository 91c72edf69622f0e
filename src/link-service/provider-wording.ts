/** What an administrator reads of a conferencing provider before they begin. */
export interface ProviderWording {
  /** As its users call it. */
  readonly name: string;
  /** What the administrator needs to have. */
  readonly needs: string;
}

/**
 * The names that Cronofy's documentation of Enterprise Conferencing lists. That a free Zoom account will not do is
 * stated there; of the others it only says that an administrator of the account authorizes.
 */
const WORDING: Readonly<Record<string, ProviderWording>> = {
  zoom_enterprise: {
    name: "Zoom",
    needs: "An administrator's account of Zoom, on a paid plan. Zoom's free plan cannot be connected.",
  },
  webex_enterprise: { name: "Webex", needs: "An administrator's account of Webex for your organization." },
  ms_teams: { name: "Microsoft Teams", needs: "An administrator's account of Microsoft 365 for your organization." },
  google_meet: { name: "Google Meet", needs: "An administrator's account of Google Workspace for your organization." },
  indeed: { name: "Indeed", needs: "An administrator's account of Indeed for your organization." },
};

const ANY_PROVIDER: ProviderWording = {
  name: "your conferencing service",
  needs:
    "An administrator's account of your conferencing service, which you choose from a list. Of Zoom it must be one on a " +
    "paid plan.",
};

/** @param name Cronofy's name of a provider; one that is not known shows Cronofy's list, as none does. */
export function providerWording(name: string | undefined): ProviderWording {
  return name !== undefined && Object.hasOwn(WORDING, name) ? (WORDING[name] ?? ANY_PROVIDER) : ANY_PROVIDER;
}
