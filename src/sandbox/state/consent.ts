import { ORGANIZATIONAL_UNIT_SCOPE } from "./authorizations";
import type { OrganizationalUnit, ServiceAccount } from "./directory";
import type { LinkToken, LinkTokenRefusal } from "./link-tokens";
import type { LocalCronofy } from "./local-cronofy";

/** The names on the page of what the administrator may connect, by `conferencing_provider_name`. */
export const CONFERENCING_PROVIDERS: ReadonlyMap<string, string> = new Map([
  ["zoom_enterprise", "Zoom"],
  ["webex_enterprise", "Webex"],
  ["ms_teams", "Microsoft Teams"],
  ["google_meet", "Google Meet"],
  ["indeed", "Indeed"],
]);

/** A verified authorization request, ready for an administrator to decide. */
export interface Consent {
  readonly serviceAccount: ServiceAccount;
  readonly linkToken: LinkToken;
  readonly redirectUri: string;
  readonly state: string | null;
  /** The provider that the URL asks for, or null where the administrator picks one. */
  readonly preselectedProvider: string | null;
  /** Units of the same organization that may be joined. */
  readonly units: readonly OrganizationalUnit[];
}

/** What the administrator filled in. A field that was left out is null. */
export interface Answers {
  readonly provedAccess: boolean;
  readonly conferencingProviderName: string | null;
  /** `new`, or the id of a unit. */
  readonly organizationalUnit: string | null;
}

/** What to do about each field of {@link Answers} that is wrong. */
export type AnswerProblems = Partial<Record<keyof Answers, string>>;

/** An authorization request that cannot be shown to the administrator, nor sent back to its sender. */
export class ConsentError extends Error {
  override readonly name = "ConsentError";
  readonly status: 400 | 410;
  readonly title: string;

  constructor(status: 400 | 410, title: string, message: string) {
    super(message);
    this.status = status;
    this.title = title;
  }
}

/** An authorization request that goes back to its sender with an error code of RFC 6749 section 4.1.2.1. */
export class ConsentRedirect extends Error {
  override readonly name = "ConsentRedirect";
  readonly redirectTo: string;

  constructor(redirectTo: string) {
    super("The authorization request is refused.");
    this.redirectTo = redirectTo;
  }
}

/** Where the administrator's page lives on the app host. */
export const CONSENT_PATH = "/organizational_unit_oauth";

/** Each parameter that has one right value: its name, that value, and the error code for any other. */
const FIXED_PARAMETERS = [
  ["response_type", "code", "unsupported_response_type"],
  ["scope", ORGANIZATIONAL_UNIT_SCOPE, "invalid_scope"],
  ["capabilities[]", "conferencing", "invalid_request"],
] as const;

const LINK_TOKEN_ERRORS: Readonly<Record<LinkTokenRefusal, readonly [400 | 410, string, string]>> = {
  unknown: [400, "This link is not valid", "Its ou_link_token is unknown here. Ask for a new link."],
  expired: [410, "This link has expired", "It was only good for a short time. Ask for a new link."],
  used: [410, "This link was already used", "Each link works once. If nothing was connected, ask for a new link."],
};

/**
 * Verifies an authorization request.
 * @param step `open` when the page is opened, `resume` when its form comes back
 * @throws ConsentError, or ConsentRedirect where the assumptions send errors back to the application
 */
export function readConsent(cronofy: LocalCronofy, query: URLSearchParams, step: "open" | "resume"): Consent {
  const clientId = single(query, "client_id");
  if (clientId !== cronofy.client.client_id) {
    throw new ConsentError(400, "Unknown application", "No application has the client_id of this link.");
  }
  const redirectUri = verifiedRedirectUri(cronofy, single(query, "redirect_uri"));
  const state = single(query, "state");
  for (const [name, expected, code] of FIXED_PARAMETERS) {
    if (single(query, name) === expected) continue;
    if (cronofy.assumptions.authorizationRequestErrors === "redirect") {
      throw new ConsentRedirect(withQuery(redirectUri, { error: code, state }));
    }
    throw new ConsentError(400, "This link is not complete", `Its parameter ${name} has to be ${expected}.`);
  }
  const requestedProvider = single(query, "conferencing_provider_name");
  const linkToken = cronofy.linkTokens[step](single(query, "ou_link_token") ?? "");
  if (typeof linkToken === "string") throw new ConsentError(...LINK_TOKEN_ERRORS[linkToken]);
  const serviceAccount = cronofy.directory.serviceAccount(linkToken.service_account_id);
  if (serviceAccount === undefined) {
    throw new ConsentError(400, "The calendars are disconnected", "Connect the service account again, then try anew.");
  }
  return {
    serviceAccount,
    linkToken,
    redirectUri,
    state,
    preselectedProvider:
      requestedProvider !== null && CONFERENCING_PROVIDERS.has(requestedProvider) ? requestedProvider : null,
    units: cronofy.directory.unitsFor(serviceAccount),
  };
}

/** What the page offers first: the preselected provider, and an existing unit before a new one. */
export function suggestedAnswers(consent: Consent): Answers {
  return {
    provedAccess: false,
    conferencingProviderName: consent.preselectedProvider,
    organizationalUnit: consent.units[0]?.organizational_unit_id ?? "new",
  };
}

/** The problems that keep the answers from being approved. There are none where they may be. */
export function problemsOf({ assumptions }: LocalCronofy, consent: Consent, answers: Answers): AnswerProblems {
  const { preselectedProvider, units } = consent;
  const { provedAccess, conferencingProviderName: provider, organizationalUnit } = answers;
  const problems: AnswerProblems = {};
  if (!provedAccess) problems.provedAccess = `Confirm that you administer ${consent.serviceAccount.email}.`;
  if (provider === null || !CONFERENCING_PROVIDERS.has(provider)) {
    problems.conferencingProviderName = "Choose a conferencing service.";
  } else if (preselectedProvider !== null && provider !== preselectedProvider) {
    problems.conferencingProviderName = `This link is for ${CONFERENCING_PROVIDERS.get(preselectedProvider)} alone.`;
  } else if (assumptions.freePlanRefusal === "page" && isFreeZoom(consent, answers)) {
    problems.conferencingProviderName =
      "Your Zoom account is on the Free plan, which cannot be connected. Move it to a paid plan, then try again.";
  }
  if (organizationalUnit !== "new" && !units.some((each) => each.organizational_unit_id === organizationalUnit)) {
    problems.organizationalUnit = "Choose a new unit or one of your organization.";
  }
  return problems;
}

/**
 * Joins service account and conferencing service in a unit.
 * @param answers in which {@link problemsOf} found no problem
 * @returns where the browser goes next, with `state` and `code`, or with `error` where a Free plan is refused that way
 */
export function approve(cronofy: LocalCronofy, consent: Consent, answers: Answers): string {
  if (isFreeZoom(consent, answers)) return refuse(cronofy, consent);
  const { service_account_id, domain } = consent.serviceAccount;
  const unit = cronofy.directory.unit(answers.organizationalUnit ?? "") ?? cronofy.directory.addUnit(domain);
  const conferencing_provider_name = answers.conferencingProviderName ?? "";
  cronofy.directory.link(unit, { service_account_id, conferencing_provider_name });
  cronofy.linkTokens.decide(consent.linkToken, "approved");
  const code = cronofy.authorizations.issueCode(
    {
      sub: unit.organizational_unit_id,
      type: "organizational_unit",
      scope: ORGANIZATIONAL_UNIT_SCOPE,
      service_account_id,
    },
    consent.redirectUri,
  );
  return withQuery(consent.redirectUri, { code, state: consent.state });
}

/** Whether the account that signs in is the one behind the link. The sandbox asks for no password. */
export function isAdministrator({ serviceAccount }: Consent, email: string): boolean {
  return email.trim().toLowerCase() === serviceAccount.email.toLowerCase();
}

/** @returns where the browser goes next, with `error=access_denied` and `state` */
export function refuse(cronofy: LocalCronofy, consent: Consent): string {
  cronofy.linkTokens.decide(consent.linkToken, "refused");
  return withQuery(consent.redirectUri, { error: "access_denied", state: consent.state });
}

function isFreeZoom({ serviceAccount }: Consent, { conferencingProviderName }: Answers): boolean {
  return conferencingProviderName === "zoom_enterprise" && serviceAccount.zoom_plan === "free";
}

/** A parameter's value, or null where it is absent. RFC 6749 section 3.1 allows each parameter once. */
function single(query: URLSearchParams, name: string): string | null {
  const [first, second] = query.getAll(name);
  if (second !== undefined) {
    throw new ConsentError(400, "This link is not valid", `Its parameter ${name} is there more than once.`);
  }
  return first ?? null;
}

function verifiedRedirectUri(cronofy: LocalCronofy, uri: string | null): string {
  const title = "The way back is not valid";
  // Only printable ASCII is taken: the URL parser mends other characters, but a Location header may not hold them.
  if (uri === null || !/^https?:\/\/[\x21-\x7e]+$/i.test(uri) || uri.includes("#") || !URL.canParse(uri)) {
    throw new ConsentError(400, title, "The redirect_uri has to be an absolute http or https URL without a fragment.");
  }
  const { redirectUris } = cronofy.client;
  if (redirectUris !== null && !redirectUris.includes(uri)) {
    throw new ConsentError(400, title, "The redirect_uri is not one of those registered for the application.");
  }
  return uri;
}

/** Appends to the URI as it is, since the client compares it letter by letter. */
function withQuery(uri: string, parameters: Readonly<Record<string, string | null>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== null) query.set(name, value);
  return `${uri}${uri.includes("?") ? "&" : "?"}${query.toString()}`;
}
