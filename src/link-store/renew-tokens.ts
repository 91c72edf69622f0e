import { linkIdText } from "../link";
import { CronofyError, OAuthError } from "../cronofy";
import type { CallBounds, CronofyClient, Secret } from "../cronofy";
import { authorizedLink } from "./link-record";
import type { AuthorizedLink, LinkRecord } from "./link-record";
import type { LockedRecord } from "./link-store";
import { LinkStoreError, lockLost } from "./link-store-error";

/** An access token is no longer used so many milliseconds before it expires: clocks differ, and requests take time. */
const EXPIRY_MARGIN = 60_000;

/** The access token that can still be used, if there is one. */
export function usableAccessToken({ authorization, tokens }: AuthorizedLink, now: Date): Secret | null {
  // NaN where the expiry is not known: then the token is not used.
  const left = Date.parse(authorization.accessTokenExpiresAt ?? "") - now.getTime();
  return left > EXPIRY_MARGIN ? tokens.accessToken : null;
}

/** When an access token expires, counted from before it was asked for. */
export function expiryOf(expiresIn: number, askedAt: Date): string {
  return new Date(askedAt.getTime() + expiresIn * 1_000).toISOString();
}

/**
 * Refreshes the tokens of a locked record. The new ones are durable when this resolves, and not used before. Where the
 * store cannot take them after all, the authorization is revoked, because nobody would hold a token of it.
 *
 * @returns null where Cronofy refuses the refresh token.
 * @throws LinkStoreError before anything is asked, where the record could not be written; CronofyError.
 */
export async function renewTokens(
  record: LockedRecord,
  link: AuthorizedLink,
  client: CronofyClient,
  { now, ...bounds }: CallBounds & { readonly now: () => Date },
): Promise<{ readonly link: AuthorizedLink; readonly accessToken: Secret } | null> {
  const keep = await record.reserve();
  const askedAt = now();
  const granted = await client.refresh(link.tokens.refreshToken, bounds).catch((error: unknown) => {
    if (error instanceof OAuthError && error.error === "invalid_grant") return null;
    throw error;
  });
  if (granted === null) return null;
  const { refreshToken, accessToken, expiresIn, scope } = granted;
  const sent = link.tokens.refreshToken.reveal();
  const renewed = (before: AuthorizedLink): AuthorizedLink => ({
    ...before,
    authorization: {
      ...before.authorization,
      accessTokenExpiresAt: expiryOf(expiresIn, askedAt),
      confirmedAt: askedAt.toISOString(),
      scope: scope === "" ? before.authorization.scope : scope,
      // A refusal that somebody saw meanwhile was of the token that these ones replace.
      refusedAt: null,
    },
    tokens: { refreshToken, accessToken },
  });
  let kept: AuthorizedLink | null = renewed(link);
  try {
    kept = await keepMerged(record, keep, kept, (current) => {
      const there = authorizedLink(current);
      return there?.tokens.refreshToken.reveal() === sent ? renewed(there) : null;
    });
  } catch (error) {
    if (!(error instanceof LinkStoreError)) throw error;
    // Where Cronofy did not replace the refresh token, the record still has the one that works.
    if (refreshToken.reveal() !== sent) throw await notKept(error, client, refreshToken, link.serviceAccountId);
  }
  if (kept === null) {
    // The process that ended the link could revoke the old token only.
    if ((await record.current())?.ended) await tryToRevoke(client, refreshToken);
    throw lockLost(`the record of ${linkIdText(link)}`, link.serviceAccountId);
  }
  return { link: kept, accessToken };
}

async function notKept(
  error: LinkStoreError,
  client: CronofyClient,
  refreshToken: Secret,
  serviceAccountId: string,
): Promise<LinkStoreError> {
  const ended = (await tryToRevoke(client, refreshToken)) ? "so it was revoked" : "and it could not be revoked either";
  return new LinkStoreError(
    error.code,
    error.location,
    `${error.message} Cronofy had replaced the tokens of ${serviceAccountId}'s authorization by then, and the new ones ` +
      `could not be kept, ${ended}: its administrator must authorize anew.`,
    { cause: error },
  );
}

/** Revokes what cannot be kept; false where Cronofy cannot do it now. */
export async function tryToRevoke(client: Pick<CronofyClient, "revoke">, token: Secret): Promise<boolean> {
  try {
    await client.revoke({ token });
    return true;
  } catch (error) {
    if (error instanceof CronofyError) return false;
    throw error;
  }
}

/** How often we try to write a record that others keep changing. */
const ATTEMPTS = 3;

/**
 * Writes a record that must not be lost. Where another process changed the record while this one was halted, both
 * changes are kept.
 *
 * @param keep what `reserve` returned.
 * @param merged makes the next record from the current one; null where the current one is to stay.
 * @returns what was written; null where another's record stayed.
 * @throws LinkStoreError where the store did not take it for as long as one would wait.
 */
export async function keepMerged<T extends LinkRecord>(
  record: LockedRecord,
  keep: (next: LinkRecord) => Promise<void>,
  first: T,
  merged: (current: LinkRecord) => T | null,
): Promise<T | null> {
  let next: T | null = first;
  for (let attempt = 1; next !== null; attempt++) {
    try {
      await keep(next);
      return next;
    } catch (error) {
      const isChanged = error instanceof LinkStoreError && error.code === "lock-lost";
      if (!isChanged || attempt === ATTEMPTS) throw error;
      const current = await record.current();
      next = current === null ? first : merged(current);
    }
  }
  return null;
}
