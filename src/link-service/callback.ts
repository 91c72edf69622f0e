import {
  LinkEndedError,
  LinkStateError,
  LinkStoreError,
  authorizedLink,
  invitationOf,
  invitationUrl,
  isAuthorized,
  redeemCode,
  verifyLinkState,
} from "../link-store";
import type { AuthorizedLink, LinkFacts, LinkStore, VerifiedLinkState } from "../link-store";
import {
  CronofyError,
  InvalidArgumentError,
  OAuthError,
  RateLimitedError,
  ServerError,
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
import { mismatchOf } from "./own-link";
import { refusal } from "./refusal";
import type { SentCodes } from "./sent-codes";
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
  readonly sentCodes: SentCodes;
  readonly now: () => Date;
  readonly onLinked: (event: LinkCompleted) => void;
}

/**
 * Takes an administrator's return from Cronofy: verifies `state`, redeems `code` once, stores the authorization.
 *
 * A state that was signed for a browser is good in that browser only, and until its link is made: who comes with it
 * again, be it with another code, meets a record that is younger than the state. So nothing but the store needs to
 * remember it, and that is shared by all instances. A state from Terraform's output is for whichever browser comes, and
 * what keeps it from being used again is that the link token beside it and every code work once.
 *
 * @param url the address with which the browser came
 * @param browser which one that is, where it is known
 */
export async function answerCallback(url: URL, browser: string | null, options: CallbackOptions): Promise<Outcome> {
  try {
    const callback = parseCallbackUrl(url);
    const link = await verifyLinkState(callback.state ?? "", options.linkSecret);
    const mismatch = mismatchOf(link, options);
    if (mismatch !== null) return { kind: "for-another-service", link, detail: `The state ${mismatch}` };
    const { began } = link;
    if (began !== undefined && (browser === null || began.browser !== browserFingerprint(browser))) {
      return { kind: "other-browser", link, detail: OTHER_BROWSER };
    }
    if (callback.kind === "refused") {
      const refused = { link, ...refusal(callback.error, url.searchParams.get("error_description")) };
      return withWayBack(refused, link, options);
    }
    const outcome = await options.sentCodes.once(callback.code.reveal(), () => redeem(callback, link, options));
    const known = outcome ?? (await spent(link, options, "The same code came again; it was not sent again."));
    return await withWayBack(known, link, options);
  } catch (error) {
    if (error instanceof LinkStateError) return { kind: "state-not-ours", detail: error.message };
    if (error instanceof InvalidArgumentError) return { kind: "incomplete-answer", detail: error.message };
    throw error;
  }
}

const OTHER_BROWSER =
  "The browser did not bring the cookie of the one that accepted the invitation. It may keep none, or somebody was " +
  "given the address of another person's return.";

/** Offers the invitation with which the flow began, where it goes on working after such an outcome. */
async function withWayBack(outcome: Outcome, link: VerifiedLinkState, options: CallbackOptions): Promise<Outcome> {
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
  link: VerifiedLinkState,
  options: CallbackOptions,
): Promise<Outcome> {
  const { client, callbackUrl: redirectUri, now, onLinked } = options;
  const progress: Progress = { redeemed: false, stored: null };
  const linked = (made: AuthorizedLink): Outcome => {
    onLinked(linkCompleted(made));
    return { kind: "linked", link, organizationalUnitId: made.authorization.organizationalUnitId };
  };
  try {
    const made = await redeemCode(watched(options.store, link, progress), client, link, {
      code,
      redirectUri,
      conferencingProviderName: link.conferencingProviderName ?? null,
      now,
      // No signal: an administrator who closes the page has approved all the same.
    });
    return linked(made);
  } catch (error) {
    if (error instanceof StateSpentError) return spent(link, options, error.message);
    if (error instanceof LinkEndedError) return { kind: "withdrawn", link, detail: error.message };
    if (error instanceof CronofyError) {
      if (error instanceof OAuthError && error.error === "invalid_grant") return spent(link, options, error.message);
      return { kind: failureOf(error), link, detail: error.message };
    }
    if (progress.stored !== null) return linked(progress.stored);
    if (progress.redeemed) return { kind: "not-stored", link, detail: messageOf(error) };
    if (error instanceof LinkStoreError) return { kind: "store-unavailable", link, detail: error.message };
    throw error;
  }
}

/** A code that works no longer: perhaps because it did its work before. */
async function spent(link: VerifiedLinkState, { store }: CallbackOptions, detail: string): Promise<Outcome> {
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
  if (error instanceof RateLimitedError || (error instanceof UnreachableError && !error.sent)) {
    return "cronofy-unreachable";
  }
  const isUncertain =
    error instanceof UnreachableError || error instanceof ServerError || error instanceof UnexpectedResponseError;
  return isUncertain ? "redemption-uncertain" : "misconfigured";
}

/** How far a redemption came. */
interface Progress {
  redeemed: boolean;
  stored: AuthorizedLink | null;
}

/** The link of a state was made after the state was signed. */
class StateSpentError extends Error {
  override readonly name = "StateSpentError";
}

/**
 * The same store, which marks that a redeemed authorization was brought to it, and that it took it. Under the lock, and
 * so before any other instance, it turns away a state that has done its work.
 */
function watched(store: LinkStore, state: VerifiedLinkState, progress: Progress): Pick<LinkStore, "locked"> {
  return {
    locked: (key, work, signal) =>
      store.locked(
        key,
        async (record) => {
          const current = await record.current();
          const before = current?.authorization?.linkedAt;
          if (isSpent(state, current)) {
            throw new StateSpentError("The link was made after this state was signed; the code was not sent.");
          }
          return work({
            current: () => record.current(),
            async write(next) {
              const made = authorizedLink(next);
              const isNew = made !== null && made.redeemingSince === null && made.authorization.linkedAt !== before;
              progress.redeemed ||= isNew;
              await record.write(next);
              if (isNew) progress.stored = made;
            },
          });
        },
        signal,
      ),
  };
}

/** Where the flow began elsewhere, the state's time is another machine's and tells nothing. */
function isSpent({ began, issuedAt }: VerifiedLinkState, current: LinkFacts | null): boolean {
  const linkedAt = current?.authorization?.linkedAt;
  return began !== undefined && linkedAt !== undefined && Date.parse(linkedAt) >= issuedAt.getTime();
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
