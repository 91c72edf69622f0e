import {
  AuthorizationDroppedError,
  CodeSpentError,
  LinkEndedError,
  LinkStateError,
  LinkStoreError,
  invitationOf,
  invitationUrl,
  isAuthorized,
  isUnspent,
  redeemCode,
  sharedUnits,
  verifyLinkState,
} from "../link-store";
import type { AuthorizedLink, LinkState, LinkStore, StateAudience } from "../link-store";
import {
  CronofyError,
  InvalidArgumentError,
  OAuthError,
  ServerError,
  UnauthorizedError,
  UnexpectedResponseError,
  UnreachableError,
  parseCallbackUrl,
} from "../cronofy";
import type { Callback, CronofyClient, Secret } from "../cronofy";
import { browserFingerprint } from "./browser-cookie";
import { linkCompleted } from "./link-completed";
import type { LinkCompleted } from "./link-completed";
import { closedBecause } from "./invitation";
import type { Outcome } from "./outcome";
import { refusal } from "./refusal";
import { WORDING } from "./wording";

/** What it takes to answer an administrator who returns. */
export interface CallbackOptions {
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
 * A state that was signed for a browser is good in that browser only, and until its link is made: who comes with it
 * again, be it with another code, meets a record that is younger than the state. A state from Terraform's output is for
 * whichever browser comes, and what keeps it from being used again is that the link token beside it works once. Every code
 * is sent once. Nothing but the store needs to remember any of this, and that is shared by all instances.
 *
 * @param url the address with which the browser came
 * @param browser which one that is, where it is known
 */
export async function answerCallback(url: URL, browser: string | null, options: CallbackOptions): Promise<Outcome> {
  try {
    const callback = parseCallbackUrl(url);
    const link = await verifyLinkState(callback.state ?? "", options.linkSecret, audienceOf(options));
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
    if (error instanceof LinkStateError) return { kind: "state-not-ours", detail: detailOf(error, options) };
    if (error instanceof InvalidArgumentError) return { kind: "incomplete-answer", detail: error.message };
    throw error;
  }
}

/** What states have to be signed for. */
function audienceOf({ client, callbackUrl }: CallbackOptions): StateAudience {
  return { dataCenter: client.dataCenter, clientId: client.clientId, redirectUri: callbackUrl };
}

/** Why a state is not ours, with our side of what has to be alike where that may be the cause. None of it is secret. */
function detailOf({ code, message }: LinkStateError, options: CallbackOptions): string {
  if (code !== "tampered") return message;
  const { dataCenter, clientId, redirectUri } = audienceOf(options);
  return `${message} Here: data center ${dataCenter}, client id ${clientId}, redirect URI ${redirectUri}.`;
}

const OTHER_BROWSER =
  "The browser did not bring the cookie of the one that accepted the invitation. It may keep none, or somebody was " +
  "given the address of another person's return.";

/** Offers the invitation with which the flow began, where it goes on working after such an outcome. */
async function withWayBack(outcome: Outcome, link: LinkState, options: CallbackOptions): Promise<Outcome> {
  const invitation = invitationOf(link);
  if (invitation === null || WORDING[outcome.kind].nextByInvitation === undefined) return outcome;
  if (invitation.expiresAt !== undefined && invitation.expiresAt <= options.now()) return outcome;
  const closed = await closedBecause(invitation, link, options);
  // A store that does not answer now may do so by the time that they begin again.
  if (closed !== null && closed.kind !== "cannot-begin-yet") return outcome;
  return { ...outcome, beginAgain: await invitationUrl(options.publicUrl, invitation, options.linkSecret) };
}

async function redeem(
  { code }: Extract<Callback, { kind: "code" }>,
  link: LinkState,
  options: CallbackOptions,
): Promise<Outcome> {
  const { client, callbackUrl: redirectUri, now, onLinked } = options;
  try {
    const made = await redeemCode(options.store, client, link, {
      code,
      redirectUri,
      conferencingProviderName: link.conferencingProviderName ?? null,
      // Where the flow began elsewhere, nobody knows.
      ...(link.began !== undefined && { sentAt: link.began.sentAt }),
      now,
      // No signal: an administrator who closes the page has approved all the same.
    });
    onLinked(linkCompleted(made));
    const { organizationalUnitId } = made.authorization;
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
} as const satisfies Readonly<Record<AuthorizationDroppedError["reason"], Outcome["kind"]>>;

/** What the operator is to know where others have the same unit; null where none has. */
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

/** A code that works no longer: perhaps because it did its work before. */
async function spent(link: LinkState, { store }: CallbackOptions, detail: string): Promise<Outcome> {
  try {
    const record = await store.look(link);
    if (record !== null && isAuthorized(record)) return { kind: "already-linked", link, detail };
  } catch (error) {
    if (!(error instanceof LinkStoreError)) throw error;
  }
  return { kind: "code-expired", link, detail };
}

/** Tells apart what may be tried again, what must not be, and what no trying will change. */
function failureOf(error: CronofyError): Outcome["kind"] {
  if (error instanceof OAuthError || error instanceof UnauthorizedError) return "misconfigured";
  if (isUnspent(error)) return "cronofy-unreachable";
  const isUncertain =
    error instanceof UnreachableError || error instanceof ServerError || error instanceof UnexpectedResponseError;
  return isUncertain ? "redemption-uncertain" : "misconfigured";
}
