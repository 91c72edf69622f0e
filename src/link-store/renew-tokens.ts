import { linkIdText } from "../link";
import { CronofyError, OAuthError } from "../cronofy";
import type { CallBounds, CronofyClient, Secret } from "../cronofy";
import { keepMerged } from "./keep";
import { authorizedLink } from "./link-record";
import type { AuthorizedLink } from "./link-record";
import type { LockedRecord } from "./link-store";
import { LinkStoreError } from "./link-store-error";
import { lockLost } from "./lock-errors";

/** Milliseconds before its end from which an access token is no longer used: clocks differ and requests take time. */
const EXPIRY_MARGIN = 60_000;

/** The access token that can still be used, if there is one. */
export function usableAccessToken({ authorization, tokens }: AuthorizedLink, now: Date): Secret | null {
  // Not a number where its end is not known: then it is not used.
  const left = Date.parse(authorization.accessTokenExpiresAt ?? "") - now.getTime();
  return left > EXPIRY_MARGIN ? tokens.accessToken : null;
}

/** When an access token ends, counted from before it was asked for. */
export function expiryOf(expiresIn: number, askedAt: Date): string {
  return new Date(askedAt.getTime() + expiresIn * 1_000).toISOString();
}

/**
 * Refreshes the tokens of a locked record. The new ones are durable when this resolves, and not used before. Where the
 * store does not take them any more, the authorization is revoked: nobody would hold a token of it.
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
      // Whoever saw a refusal in the meantime had sent the token that these ones replace.
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
    // Else the record still has the refresh token that works.
    if (refreshToken.reveal() !== sent) throw await notKept(error, client, refreshToken, link.serviceAccountId);
  }
  if (kept === null) {
    // Whoever ended the link had only the old token to revoke.
    if ((await record.current())?.ended) await isRevoked(client, refreshToken);
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
  const ended = (await isRevoked(client, refreshToken)) ? "so it was revoked" : "and it could not be revoked either";
  return new LinkStoreError(
    error.code,
    error.location,
    `${error.message} Cronofy had replaced the tokens of ${serviceAccountId}'s authorization by then, and the new ones ` +
      `could not be kept, ${ended}: its administrator must authorize anew.`,
    { cause: error },
  );
}

/** Revokes what cannot be kept; false where Cronofy does not do it now. */
export async function isRevoked(client: Pick<CronofyClient, "revoke">, token: Secret): Promise<boolean> {
  try {
    await client.revoke({ token });
    return true;
  } catch (error) {
    if (error instanceof CronofyError) return false;
    throw error;
  }
}
