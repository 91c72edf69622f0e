/** What an administrator reads of a conferencing provider before they begin. */
interface ProviderWording {
  /** As its users call it. */
  readonly name: string;
  /** What the administrator needs to have. */
  readonly needs: string;
  /** What Cronofy asks the provider for, and what it does not. */
  readonly permissions: string;
}

/**
 * The names that Cronofy's documentation of Enterprise Conferencing lists. That a free Zoom account will not do, and
 * which permissions Zoom is asked for, is stated there; of the others it only says that an administrator of the account
 * lets Cronofy make conferencing details for any user or room.
 */
const WORDING: Readonly<Record<string, ProviderWording>> = {
  zoom_enterprise: {
    name: "Zoom",
    needs: "A Zoom administrator's account on a paid plan. Zoom's free plan cannot be connected.",
    permissions:
      "In Zoom it asks to see your users and rooms and to manage their meetings, and for nothing else " +
      "(user:read:admin, room:read:admin, meeting:write:admin).",
  },
  webex_enterprise: {
    name: "Webex",
    needs: "A Webex administrator's account for your organization.",
    permissions: permissionsIn("Webex"),
  },
  ms_teams: {
    name: "Microsoft Teams",
    needs: "A Microsoft 365 administrator's account for your organization.",
    permissions: permissionsIn("Microsoft Teams"),
  },
  google_meet: {
    name: "Google Meet",
    needs: "A Google Workspace administrator's account for your organization.",
    permissions: permissionsIn("Google Meet"),
  },
  indeed: {
    name: "Indeed",
    needs: "An Indeed administrator's account for your organization.",
    permissions: permissionsIn("Indeed"),
  },
};

const ANY_PROVIDER: ProviderWording = {
  name: "your conferencing service",
  needs:
    "An administrator's account of your conferencing service, which you choose from a list. With Zoom it must be on a " +
    "paid plan.",
  permissions: permissionsIn("your conferencing service"),
};

/** @param name Cronofy's name of a provider; one that is not known shows Cronofy's list, as none does. */
export function providerWording(name: string | undefined): ProviderWording {
  return name !== undefined && Object.hasOwn(WORDING, name) ? (WORDING[name] ?? ANY_PROVIDER) : ANY_PROVIDER;
}

function permissionsIn(provider: string): string {
  return `In ${provider} it asks to create meeting details for any user or room.`;
}
