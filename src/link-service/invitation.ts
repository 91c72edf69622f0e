import { LinkInvitationError, LinkStoreError, isAuthorized, signLinkState, verifyInvitation } from "../link-store";
import type { LinkInvitation, LinkKey, LinkStore } from "../link-store";
import { CronofyError, RateLimitedError, ServerError, UnreachableError, authorizationUrl } from "../cronofy";
import type { CronofyClient, Secret } from "../cronofy";
import { browserFingerprint } from "./browser-cookie";
import type { MintLimit } from "./mint-limit";
import type { Outcome } from "./outcome";

/** What it takes to answer an administrator who opens an invitation. */
export interface InvitationOptions {
  readonly client: CronofyClient;
  readonly store: LinkStore;
  readonly linkSecret: Secret;
  /** Our own redirect URI. */
  readonly callbackUrl: string;
  readonly now: () => Date;
}

/** An invitation that holds, and whose link is not made yet. */
export interface OpenInvitation {
  readonly kind: "invited";
  readonly link: LinkKey;
  readonly invitation: LinkInvitation;
}

/** Where the browser goes next. */
export interface Departure {
  readonly kind: "sent-to-cronofy";
  readonly link: LinkKey;
  /** Holds a link token. */
  readonly location: string;
}

/** Signed ones are some hundred characters long. */
const MAX_LENGTH = 8_192;

/** Reads an invitation, and whether there is anything left to do. Changes nothing: programs that look into mail do this. */
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
 * What an invitation was signed for and we are not. Both sides' values are in the operator's configuration, none is secret.
 *
 * @returns null where it is for us, otherwise a sentence about it and what to do
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
 * Mints a link token, now that the administrator is there to use it.
 *
 * @param browser the only one that may come back
 */
export async function acceptInvitation(
  { link, invitation }: OpenInvitation,
  browser: string,
  { client, linkSecret, callbackUrl, now, mintLimit }: InvitationOptions & { readonly mintLimit: MintLimit },
): Promise<Departure | Outcome> {
  const retryAfter = mintLimit.count(invitation.lifeId, now());
  if (retryAfter > 0) {
    const detail = "Somebody presses its button again and again; no link token was asked for.";
    return { kind: "pressed-too-often", link, retryAfter, detail };
  }
  try {
    const ouLinkToken = await client.createLinkToken(link.serviceAccountId);
    const { conferencingProviderName, parameters, lifeId, expiresAt } = invitation;
    const state = {
      ...link,
      redirectUri: callbackUrl,
      ...(conferencingProviderName !== undefined && { conferencingProviderName }),
      began: {
        browser: browserFingerprint(browser),
        sentAt: now(),
        lifeId,
        ...(parameters !== undefined && { parameters }),
        ...(expiresAt !== undefined && { expiresAt }),
      },
    };
    const location = authorizationUrl({
      appUrl: client.appUrl,
      clientId: client.clientId,
      redirectUri: callbackUrl,
      state: await signLinkState(state, linkSecret),
      ouLinkToken,
      ...(conferencingProviderName !== undefined && { conferencingProviderName }),
      ...(parameters !== undefined && { parameters }),
    });
    return { kind: "sent-to-cronofy", link, location };
  } catch (error) {
    if (!(error instanceof CronofyError)) throw error;
    const mayPass = [RateLimitedError, ServerError, UnreachableError].some((it) => error instanceof it);
    return { kind: mayPass ? "cannot-begin-yet" : "cannot-begin", link, detail: error.message };
  }
}
