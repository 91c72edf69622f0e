import { AuthorizationStoreError, LinkStateError, redeemAuthorization, verifyLinkState } from "../authorizations";
import type { AuthorizationStore, VerifiedLinkState } from "../authorizations";
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
import type { Outcome } from "./outcome";
import type { SentCodes } from "./sent-codes";

/** What it takes to answer an administrator who returns. */
export interface CallbackOptions {
  readonly client: CronofyClient;
  readonly store: AuthorizationStore;
  readonly linkSecret: Secret;
  /** Our own redirect URI. */
  readonly callbackUrl: string;
  readonly sentCodes: SentCodes;
  readonly now: () => Date;
}

/**
 * Takes an administrator's return from Cronofy: verifies `state`, redeems `code` once, stores the authorization.
 *
 * @param url the address with which the browser came
 */
export async function answerCallback(url: URL, options: CallbackOptions): Promise<Outcome> {
  try {
    const callback = parseCallbackUrl(url);
    const link = await verifyLinkState(callback.state ?? "", options.linkSecret);
    const mismatch = mismatchOf(link, options);
    if (mismatch !== null) return { kind: "for-another-service", link, detail: mismatch };
    if (callback.kind === "refused") return { link, ...refusal(callback.error) };
    const outcome = await options.sentCodes.once(callback.code.reveal(), () => redeem(callback, link, options));
    return outcome ?? (await spent(link, options, "The same code came again; it was not sent again."));
  } catch (error) {
    if (error instanceof LinkStateError) return { kind: "state-not-ours", detail: error.message };
    if (error instanceof InvalidArgumentError) return { kind: "incomplete-answer", detail: error.message };
    throw error;
  }
}

/** What the state was signed for and we are not. Both sides' values are in the operator's configuration, none is secret. */
function mismatchOf(link: VerifiedLinkState, { client, callbackUrl }: CallbackOptions): string | null {
  const pairs = [
    ["data center", link.dataCenter, client.dataCenter],
    ["client id", link.clientId, client.clientId],
    ["redirect URI", link.redirectUri, callbackUrl],
  ] as const;
  const differences = pairs
    .filter(([, signed, own]) => signed !== own)
    .map(([name, signed, own]) => `${name} ${signed} (here: ${own})`);
  if (differences.length === 0) return null;
  return `The state was signed for ${differences.join(", ")}. Configure the provider and this service alike.`;
}

/** What an error code of RFC 6749, section 4.1.2.1, amounts to. */
function refusal(error: string): Outcome {
  switch (error) {
    case "access_denied":
      return { kind: "declined" };
    case "server_error":
      return { kind: "cronofy-failed", detail: "Cronofy answered the administrator with server_error." };
    case "temporarily_unavailable":
      return { kind: "cronofy-busy", detail: "Cronofy answered the administrator with temporarily_unavailable." };
    default:
      return {
        kind: "request-refused",
        detail: `Cronofy answered the administrator with ${error}. Check the link's arguments and the application's plan.`,
      };
  }
}

async function redeem(
  { code }: Extract<Callback, { kind: "code" }>,
  link: VerifiedLinkState,
  options: CallbackOptions,
): Promise<Outcome> {
  const { client, callbackUrl: redirectUri, now } = options;
  const progress: Progress = { redeemed: false, stored: false };
  try {
    const { organizationalUnitId } = await redeemAuthorization(watched(options.store, progress), client, link, {
      code,
      redirectUri,
      now,
      // No signal: an administrator who closes the page has approved all the same.
    });
    return { kind: "linked", link, organizationalUnitId };
  } catch (error) {
    if (error instanceof CronofyError) {
      if (error instanceof OAuthError && error.error === "invalid_grant") return spent(link, options, error.message);
      return { kind: failureOf(error), link, detail: error.message };
    }
    if (progress.stored) return { kind: "linked", link };
    if (progress.redeemed) return { kind: "not-stored", link, detail: messageOf(error) };
    if (error instanceof AuthorizationStoreError) return { kind: "store-unavailable", link, detail: error.message };
    throw error;
  }
}

/** A code that works no longer: perhaps because it did its work before. */
async function spent(link: VerifiedLinkState, { store }: CallbackOptions, detail: string): Promise<Outcome> {
  try {
    const authorization = await store.read(link);
    if (authorization !== null && authorization.refusedAt === null) return { kind: "already-linked", link, detail };
  } catch (error) {
    if (!(error instanceof AuthorizationStoreError)) throw error;
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
  stored: boolean;
}

/** The same store, which marks that a redeemed authorization was brought to it, and that it took it. */
function watched(store: AuthorizationStore, progress: Progress): Pick<AuthorizationStore, "locked"> {
  return {
    locked: (key, work, signal) =>
      store.locked(
        key,
        (record) =>
          work({
            current: () => record.current(),
            forget: () => record.forget(),
            async write(next) {
              progress.redeemed = true;
              await record.write(next);
              progress.stored = true;
            },
          }),
        signal,
      ),
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
