import { LinkInvitationError, LinkStoreError, isAuthorized, signOAuthState, verifyInvitation } from "../link-store";
import type { LinkInvitation, LinkKey, LinkStore } from "../link-store";
import { CronofyError, authorizationUrl } from "../cronofy";
import type { CronofyClient, Secret } from "../cronofy";
import { browserFingerprint, formToken, isFormToken, mayComeFromOwnPage } from "./browser";
import { FORM_TOKEN_FIELD } from "./invitation-page";
import type { Outcome, OutcomeKind } from "./outcome";

/** What it takes to answer an administrator who opens an invitation. */
interface InvitationOptions {
  readonly client: CronofyClient;
  readonly store: LinkStore;
  readonly linkSecret: Secret;
  /** The address that browsers use for this service. */
  readonly publicUrl: string;
  /** Our own redirect URI. */
  readonly callbackUrl: string;
  readonly now: () => Date;
  readonly mintLimit: MintLimit;
}

/** An invitation that holds, and whose link is not made yet. */
interface OpenInvitation {
  readonly kind: "invited";
  readonly link: LinkKey;
  readonly invitation: LinkInvitation;
}

/** Where the browser goes next. */
interface Departure {
  readonly kind: "sent-to-cronofy";
  readonly link: LinkKey;
  /** Holds a link token. */
  readonly location: string;
}

/** The most characters of an invitation; ours have some hundred. */
const MAX_LENGTH = 8_192;

/** Bytes: the form has one short field. */
const MAX_BODY = 4 * 1024;

/** Reads an invitation, and whether anything is left to do. It changes nothing, for programs that scan mail open it too. */
export async function openInvitation(token: string, options: InvitationOptions): Promise<OpenInvitation | Outcome> {
  if (token.length > MAX_LENGTH) return { kind: "invitation-not-ours", detail: "It is too long." };
  try {
    const invitation = await verifyInvitation(token, options.linkSecret, options.now());
    const { dataCenter, clientId, serviceAccountId } = invitation;
    const link: LinkKey = { dataCenter, clientId, serviceAccountId };
    const mismatch = mismatchOf(invitation, options);
    if (mismatch !== null) return { kind: "invitation-elsewhere", link, detail: mismatch };
    const closed = await closedBecause(invitation, link, options);
    if (closed !== null) return closed;
    return { kind: "invited", link, invitation };
  } catch (error) {
    if (!(error instanceof LinkInvitationError)) throw error;
    const kind = error.code === "expired" ? "invitation-expired" : "invitation-not-ours";
    return { kind, detail: error.message };
  }
}

/**
 * Why an invitation is not for this service, and what to do. It names both sides' values: all of them are in the operator's
 * configuration, and none is secret.
 *
 * @returns null where it is for this service
 */
function mismatchOf(
  { dataCenter, clientId, redirectUri }: LinkInvitation,
  { client, callbackUrl }: Pick<InvitationOptions, "client" | "callbackUrl">,
): string | null {
  const pairs = [
    ["data center", dataCenter, client.dataCenter],
    ["client id", clientId, client.clientId],
    ["redirect URI", redirectUri, callbackUrl],
  ] as const;
  const differences = pairs
    .filter(([, theirs, own]) => theirs !== own)
    .map(([name, theirs, own]) => `${name} ${theirs} (here: ${own})`);
  if (differences.length === 0) return null;
  return `The invitation was signed for ${differences.join(", ")}. Configure the provider and this service alike.`;
}

/** Why an invitation leads nowhere: its link is over, made, or not known here. Null where it is open. */
export async function closedBecause(
  { lifeId }: LinkInvitation,
  link: LinkKey,
  { store }: Pick<InvitationOptions, "store">,
): Promise<Outcome | null> {
  try {
    const record = await store.look(link);
    if (record === null) return { kind: "not-in-store", link, detail: anotherStore(store) };
    if (record.ended !== null) {
      return { kind: "withdrawn", link, detail: `The link was ended at ${record.ended.at}.` };
    }
    if (record.lifeId !== lifeId) {
      return { kind: "withdrawn", link, detail: "The link began anew, with another invitation." };
    }
    return isAuthorized(record) && record.awaited === null ? { kind: "linked-before", link } : null;
  } catch (error) {
    if (!(error instanceof LinkStoreError)) throw error;
    return { kind: "cannot-begin-yet", link, detail: error.message };
  }
}

function anotherStore({ description }: LinkStore): string {
  return (
    `No record of the link is in ${description}, which this service uses, although its invitation was signed with our ` +
    "secret. Most likely the provider's link_store is another one: give both the same folder or database, then apply."
  );
}

/**
 * Answers the button of an invitation: mints a link token, now that the administrator is there to use it.
 *
 * @param token the invitation
 * @param browser the browser that pressed the button, and the only one that may come back; null where it brought no cookie
 */
export async function acceptInvitation(
  token: string,
  request: Request,
  browser: string | null,
  options: InvitationOptions,
): Promise<Departure | Outcome> {
  // The form is read first: one that is too long is refused, whatever else is wrong with it.
  const form = await readForm(request);
  if (form === "too-large") return { kind: form };
  const opened = await openInvitation(token, options);
  if (opened.kind !== "invited") return opened;
  const { link } = opened;
  if (!mayComeFromOwnPage(request.headers, options.publicUrl)) {
    return { kind: "form-not-ours", link, detail: "Another site's page posted the form." };
  }
  if (browser === null) return { kind: "form-not-ours", link, detail: "The browser brought no cookie." };
  if (!isFormToken(form?.get(FORM_TOKEN_FIELD) ?? "", formToken(browser, token, options.linkSecret))) {
    const detail = form === null ? "The form broke off." : "The form's token is not this browser's.";
    return { kind: "form-not-ours", link, detail };
  }
  return depart(opened, browser, options);
}

/**
 * Reads a posted form from its stream, whether or not its length is told. Hono's own limit would wrap the server's `Request`
 * in another one, which the runtime refuses for a `Request` that is not its own.
 *
 * @returns null where the browser left before the end
 */
async function readForm({ headers, body }: Request): Promise<URLSearchParams | "too-large" | null> {
  if (Number(headers.get("content-length")) > MAX_BODY) return "too-large";
  const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = body?.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader?.read()) {
      length += part.value.length;
      if (length > MAX_BODY) return "too-large";
      chunks.push(part.value);
    }
  } catch {
    return null;
  }
  return new URLSearchParams(Buffer.concat(chunks).toString());
}

async function depart(
  { link, invitation }: OpenInvitation,
  browser: string,
  { client, linkSecret, callbackUrl: redirectUri, now, mintLimit }: InvitationOptions,
): Promise<Departure | Outcome> {
  const retryAfter = mintLimit.count(invitation.lifeId, now());
  if (retryAfter > 0) {
    const detail = "Somebody presses its button again and again; no link token was asked for.";
    return { kind: "pressed-too-often", link, retryAfter, detail };
  }
  try {
    const ouLinkToken = await client.createLinkToken(link.serviceAccountId);
    const { conferencingProviderName, parameters, lifeId, expiresAt } = invitation;
    const asked = {
      redirectUri,
      ...(conferencingProviderName !== undefined && { conferencingProviderName }),
    };
    const began = {
      browser: browserFingerprint(browser),
      sentAt: now(),
      lifeId,
      ...(parameters !== undefined && { parameters }),
      ...(expiresAt !== undefined && { expiresAt }),
    };
    const location = authorizationUrl({
      appUrl: client.appUrl,
      clientId: client.clientId,
      state: await signOAuthState({ ...link, ...asked, began }, linkSecret),
      ouLinkToken,
      ...asked,
      ...(parameters !== undefined && { parameters }),
    });
    return { kind: "sent-to-cronofy", link, location };
  } catch (error) {
    if (!(error instanceof CronofyError)) throw error;
    return { kind: failureToBegin(error), link, detail: error.message };
  }
}

function failureToBegin({ code }: CronofyError): OutcomeKind {
  switch (code) {
    case "rate_limited":
    case "server_error":
    case "unreachable":
      return "cannot-begin-yet";
    case "oauth_error":
    case "unauthorized":
    case "plan_lacks_feature":
    case "forbidden":
    case "not_found":
    case "invalid_parameters":
    case "account_locked":
    case "unexpected_response":
    case "invalid_argument":
      return "cannot-begin";
  }
}

/** Link tokens for one invitation in a minute: enough for some colleagues who press the button again and again. */
const MOST = 10;
/** Milliseconds. */
const MINUTE = 60_000;
/** How many invitations are remembered. */
const CAPACITY = 1_000;

/**
 * Keeps one invitation from using up the application's rate limit at Cronofy, as far as this process sends. Each press of an
 * invitation's button mints a link token.
 */
export class MintLimit {
  /** When link tokens were asked for, by the invitation's life; the latest invitation comes last. */
  private readonly asked = new Map<string, readonly number[]>();

  /**
   * Counts one more, unless that is too many.
   *
   * @returns seconds to wait; 0 where it was counted
   */
  count(lifeId: string, at: Date): number {
    const now = at.getTime();
    // A clock that was moved back has left times in the future.
    const recent = (this.asked.get(lifeId) ?? []).filter((time) => time <= now && time > now - MINUTE);
    const [first = now] = recent;
    if (recent.length >= MOST) return Math.ceil((first + MINUTE - now) / 1_000);
    this.asked.delete(lifeId);
    this.asked.set(lifeId, [...recent, now]);
    for (const oldest of this.asked.keys()) {
      if (this.asked.size <= CAPACITY) break;
      this.asked.delete(oldest);
    }
    return 0;
  }
}
