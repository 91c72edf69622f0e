import { CronofyError, OAuthError, RateLimitedError, UnauthorizedError, UnreachableError } from "../cronofy";
import type { CronofyClient, Secret } from "../cronofy";
import { newLink } from "./link-record";
import type { AuthorizedLink, LinkKey, LinkRecord } from "./link-record";
import type { LinkStore } from "./link-store";
import { expiryOf } from "./renew-tokens";

export interface RedeemOptions {
  readonly code: Secret;
  /** Exactly that of the authorization URL. */
  readonly redirectUri: string;
  /** The conferencing provider that the URL asked for; null where it asked for none. */
  readonly conferencingProviderName: string | null;
  readonly now: () => Date;
  readonly signal?: AbortSignal;
}

/** The link was ended while its administrator was on the way: nobody wants the authorization. */
export class LinkEndedError extends Error {
  override readonly name = "LinkEndedError";

  constructor() {
    super("The link was ended before its administrator came back, so the code was not sent.");
  }
}

/**
 * Redeems the code with which an administrator came back, and records the authorization in the place of an earlier one.
 * That a code is being sent is recorded before, so that a process which dies in between leaves word of it. Durable when
 * it resolves.
 *
 * @throws LinkStoreError or LinkEndedError before the code is spent, where the store cannot take the record or the link is
 *   over; a CronofyError.
 */
export function redeemCode(
  store: Pick<LinkStore, "locked">,
  client: CronofyClient,
  key: LinkKey,
  { code, redirectUri, conferencingProviderName, now, signal }: RedeemOptions,
): Promise<AuthorizedLink> {
  return store.locked(
    key,
    async (record) => {
      const before = (await record.current()) ?? newLink(key);
      if (before.ended !== null) throw new LinkEndedError();
      const askedAt = now();
      await record.write({ ...before, redeemingSince: askedAt.toISOString() });
      const tokens = await client.redeemCode({ code, redirectUri }, signal).catch(async (error: unknown) => {
        // Where the code is certainly not spent, or certainly in vain, nothing is under way any more.
        if (isSettled(error)) await record.write(before);
        throw error;
      });
      const link: AuthorizedLink = {
        ...before,
        awaited: null,
        redeemingSince: null,
        authorization: {
          organizationalUnitId: tokens.sub,
          scope: tokens.scope,
          redirectUri,
          linkedAt: now().toISOString(),
          conferencingProviderName,
          declarationId: before.declaration?.id ?? null,
          accessTokenExpiresAt: expiryOf(tokens.expiresIn, askedAt),
          confirmedAt: null,
          refusedAt: null,
        },
        tokens: { refreshToken: tokens.refreshToken, accessToken: tokens.accessToken },
      };
      await record.write(link);
      if (tokens.sub !== null) return link;

      const sub = await subOf(client, tokens.accessToken, signal);
      const named = { ...link, authorization: { ...link.authorization, organizationalUnitId: sub } };
      if (sub !== null) await record.write(named);
      return named;
    },
    signal,
  );
}

/**
 * Since when a code has been under way, where that is longer than a redemption can take: its process ended before it
 * could say what came of it, so that the authorization may exist at Cronofy although no record has it.
 */
export function unfinishedSince(link: Pick<LinkRecord, "redeemingSince">, now: Date): string | null {
  const { redeemingSince } = link;
  if (redeemingSince === null) return null;
  return now.getTime() - Date.parse(redeemingSince) >= REDEMPTION_TIME ? redeemingSince : null;
}

/** Milliseconds: no redemption takes longer, its retries and the waits for a store's lock included. */
const REDEMPTION_TIME = 5 * 60_000;

function isSettled(error: unknown): boolean {
  if (error instanceof UnreachableError) return !error.sent;
  return error instanceof RateLimitedError || error instanceof OAuthError || error instanceof UnauthorizedError;
}

/** The unit's `sub`, which Cronofy is not documented to tell with the tokens; null where it does not tell it here either. */
async function subOf(
  client: CronofyClient,
  accessToken: Secret,
  signal: AbortSignal | undefined,
): Promise<string | null> {
  try {
    return (await client.userInfo(accessToken, signal)).sub;
  } catch (error) {
    // The authorization is made and recorded, whatever becomes of this.
    if (error instanceof CronofyError || signal?.aborted === true) return null;
    throw error;
  }
}
