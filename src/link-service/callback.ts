import {
  AuthorizationDroppedError,
  CodeSpentError,
  LinkEndedError,
  OAuthStateError,
  LinkStoreError,
  invitationOf,
  invitationUrl,
  isAuthorized,
  isUnspent,
  redeemCode,
  sharedUnits,
  verifyOAuthState,
} from "../link-store";
import type { AuthorizedLink, OAuthState, LinkStore, StateAudience } from "../link-store";
import { CronofyError, InvalidArgumentError, OAuthError, parseCallbackUrl } from "../cronofy";
import type { Callback, CronofyClient, Secret } from "../cronofy";
import { browserFingerprint } from "./browser";
import type { LinkCompleted } from "./webhook";
import { closedBecause } from "./invitation";
import type { Outcome, OutcomeKind } from "./outcome";
import { WORDING } from "./outcome";

/** What it takes to answer an administrator who returns. */
interface CallbackOptions {
  readonly client: CronofyClient;
  readonly store: LinkStore;
  readonly linkSecret: Secret;
  /** The address that browsers use for this service. */
  readonly publicUrl: string;
  /** Our own redirect URI. */
  readonly callbackUrl: string;
  readonly now: () => Date;
  readonly onLinked: (event: LinkCompleted) => void;
}

/**
 * Takes an administrator's return from Cronofy: verifies `state`, redeems `code` once, stores the authorization.
 *
 * A state that was signed for a browser works in that browser only, and until its link is made: after that, the record is
 * younger than the state. A state from Terraform's output works in any browser; it cannot be used twice because the link
 * token beside it works once. Every code is sent once. Only the store remembers any of this, and all instances share it.
 *
 * @param url the address with which the browser came
 * @param browser which one that is, where it is known
 */
export async function answerCallback(url: URL, browser: string | null, options: CallbackOptions): Promise<Outcome> {
  try {
    const callback = parseCallbackUrl(url);
    const link = await verifyOAuthState(callback.state ?? "", options.linkSecret, audienceOf(options));
    const { began } = link;
    if (began !== undefined && (browser === null || began.browser !== browserFingerprint(browser))) {
      return { kind: "other-browser", link, detail: OTHER_BROWSER };
    }
    if (callback.kind === "refused") {
      const refused = { link, ...refusal(callback.error, url.searchParams.get("error_description")) };
      return withWayBack(refused, link, options);
    }
    return await withWayBack(await redeem(callback, link, options), link, options);
  } catch (error) {
    if (error instanceof OAuthStateError) return { kind: "state-not-ours", detail: detailOf(error, options) };
    if (error instanceof InvalidArgumentError) return { kind: "incomplete-answer", detail: error.message };
    throw error;
  }
}

/** What states have to be signed for. */
function audienceOf({ client, callbackUrl }: CallbackOptions): StateAudience {
  return { dataCenter: client.dataCenter, clientId: client.clientId, redirectUri: callbackUrl };
}

/** Why a state is not ours. Where different settings may be the cause, it names ours, of which none is secret. */
function detailOf({ code, message }: OAuthStateError, options: CallbackOptions): string {
  if (code !== "tampered") return message;
  const { dataCenter, clientId, redirectUri } = audienceOf(options);
  return `${message} Here: data center ${dataCenter}, client id ${clientId}, redirect URI ${redirectUri}.`;
}

const OTHER_BROWSER =
  "The browser did not bring the cookie of the one that accepted the invitation. It may keep none, or somebody was " +
  "given the address of another person's return.";

/** Offers the invitation with which the flow began, where it goes on working after such an outcome. */
async function withWayBack(outcome: Outcome, link: OAuthState, options: CallbackOptions): Promise<Outcome> {
  const invitation = invitationOf(link);
  if (invitation === null || WORDING[outcome.kind].nextByInvitation === undefined) return outcome;
  if (invitation.expiresAt !== undefined && invitation.expiresAt <= options.now()) return outcome;
  const closed = await closedBecause(invitation, link, options);
  // The store may answer again by the time they begin again.
  if (closed !== null && closed.kind !== "cannot-begin-yet") return outcome;
  return { ...outcome, beginAgain: await invitationUrl(options.publicUrl, invitation, options.linkSecret) };
}

async function redeem(
  { code }: Extract<Callback, { kind: "code" }>,
  link: OAuthState,
  options: CallbackOptions,
): Promise<Outcome> {
  const { client, callbackUrl: redirectUri, now, onLinked } = options;
  try {
    const made = await redeemCode(options.store, client, link, {
      code,
      redirectUri,
      conferencingProviderName: link.conferencingProviderName ?? null,
      // It is not known where the flow began without an invitation.
      ...(link.began !== undefined && { sentAt: link.began.sentAt }),
      now,
      // No signal: an administrator who closes the page has approved all the same.
    });
    const { serviceAccountId, dataCenter } = made;
    const { organizationalUnitId, linkedAt } = made.authorization;
    onLinked({ serviceAccountId, dataCenter, organizationalUnitId, linkedAt });
    const shared = await unitSharedBy(made, options.store);
    return { kind: "linked", link, organizationalUnitId, ...(shared !== null && { detail: shared }) };
  } catch (error) {
    if (error instanceof CodeSpentError) return spent(link, options, error.message);
    if (error instanceof LinkEndedError) return { kind: "withdrawn", link, detail: error.message };
    if (error instanceof AuthorizationDroppedError) {
      return { kind: DROPPED_BECAUSE[error.reason], link, detail: error.message };
    }
    if (error instanceof CronofyError) {
      if (error instanceof OAuthError && error.error === "invalid_grant") return spent(link, options, error.message);
      return { kind: failureOf(error), link, detail: error.message };
    }
    if (error instanceof LinkStoreError) return { kind: "store-unavailable", link, detail: error.message };
    throw error;
  }
}

const DROPPED_BECAUSE = {
  "wrong-grant": "wrong-grant",
  "not-kept": "not-stored",
  "link-ended": "withdrawn",
} as const satisfies Readonly<Record<AuthorizationDroppedError["reason"], OutcomeKind>>;

/** A sentence for the operator where other service accounts have the same unit; null where none has. */
async function unitSharedBy(made: AuthorizedLink, store: LinkStore): Promise<string | null> {
  try {
    const links = (await store.list()).flatMap(({ link }) => (link !== null && isAuthorized(link) ? [link] : []));
    const shared = sharedUnits([made, ...links]).find(
      ({ serviceAccountIds: [first] }) => first === made.serviceAccountId,
    );
    return shared?.says ?? null;
  } catch (error) {
    if (error instanceof LinkStoreError) return null;
    throw error;
  }
}

/** A code works no longer. Perhaps it made the link before. */
async function spent(link: OAuthState, { store }: CallbackOptions, detail: string): Promise<Outcome> {
  try {
    const record = await store.look(link);
    if (record !== null && isAuthorized(record)) return { kind: "already-linked", link, detail };
  } catch (error) {
    if (!(error instanceof LinkStoreError)) throw error;
  }
  return { kind: "code-expired", link, detail };
}

/** Tells apart what may be tried again, what must not be, and what no attempt will change. */
function failureOf(error: CronofyError): OutcomeKind {
  switch (error.code) {
    case "rate_limited":
    case "invalid_argument":
      return "cronofy-unreachable";
    case "unreachable":
    case "unexpected_response":
      return isUnspent(error) ? "cronofy-unreachable" : "redemption-uncertain";
    case "server_error":
      return "redemption-uncertain";
    case "oauth_error":
    case "unauthorized":
    case "plan_lacks_feature":
    case "forbidden":
    case "not_found":
    case "invalid_parameters":
    case "account_locked":
      return "misconfigured";
  }
}

/** The longest description that is shown. */
const MAX_DESCRIPTION = 200;

/**
 * What an error code of RFC 6749, section 4.1.2.1, amounts to.
 *
 * @param error the code, checked for its characters and length
 * @param description `error_description` as it came, or null
 */
function refusal(error: string, description: string | null): Outcome {
  const cronofySays = readable(description);
  const said = cronofySays === null ? "" : `, and said: ${cronofySays}`;
  const answered = `Cronofy answered the administrator with ${error}${said}.`;
  const outcome = (kind: OutcomeKind, advice = ""): Outcome => ({
    kind,
    detail: `${answered}${advice}`,
    cronofySays,
  });
  switch (error) {
    case "access_denied":
      return outcome("declined");
    case "server_error":
      return outcome("cronofy-failed");
    case "temporarily_unavailable":
      return outcome("cronofy-busy");
    case "invalid_request":
      return outcome("invalid-request", " Check the link's arguments, first of all authorization_parameters.");
    case "unauthorized_client":
      return outcome("unauthorized-client", " Check that the application's plan includes Enterprise Conferencing.");
    case "unsupported_response_type":
      return outcome("unsupported-response-type", " Report this: only response_type=code is ever sent.");
    case "invalid_scope":
      return outcome("invalid-scope", " Check that organizational_unit_use_integrations is open to the application.");
    default:
      return outcome("refused-otherwise", " RFC 6749 has no such code for this step: ask Cronofy what it means.");
  }
}

/** Somebody else's text as one bounded line, without control characters or marks that change the direction of writing. */
function readable(text: string | null): string | null {
  const line = (text ?? "").replace(/[\p{C}\p{Z}]+/gu, " ").trim();
  if (line === "") return null;
  const characters = [...line];
  return characters.length > MAX_DESCRIPTION ? `${characters.slice(0, MAX_DESCRIPTION).join("")}…` : line;
}
