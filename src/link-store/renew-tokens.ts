import { OAuthError } from "../cronofy";
import type { CallBounds, CronofyClient, Secret } from "../cronofy";
import type { AuthorizedLink } from "./link-record";
import type { LockedRecord } from "./link-store";

/** Milliseconds before its end from which an access token is no longer used: clocks differ and requests take time. */
const EXPIRY_MARGIN = 60_000;

/** The access token that can still be used, if there is one. */
export function usableAccessToken({ authorization, tokens }: AuthorizedLink, now: Date): Secret | null {
  const { accessTokenExpiresAt } = authorization;
  if (tokens.accessToken === null || accessTokenExpiresAt === null) return null;
  return Date.parse(accessTokenExpiresAt) - now.getTime() > EXPIRY_MARGIN ? tokens.accessToken : null;
}

/** When an access token ends, counted from before it was asked for. */
export function expiryOf(expiresIn: number, askedAt: Date): string {
  return new Date(askedAt.getTime() + expiresIn * 1_000).toISOString();
}

/**
 * Refreshes the tokens of a locked record. The new ones are durable when this resolves, and not used before.
 *
 * @returns null where Cronofy refuses the refresh token.
 */
export async function renewTokens(
  record: LockedRecord,
  link: AuthorizedLink,
  client: CronofyClient,
  { now, ...bounds }: CallBounds & { readonly now: () => Date },
): Promise<{ readonly link: AuthorizedLink; readonly accessToken: Secret } | null> {
  const askedAt = now();
  try {
    const { refreshToken, accessToken, expiresIn, scope } = await client.refresh(link.tokens.refreshToken, bounds);
    const renewed: AuthorizedLink = {
      ...link,
      authorization: {
        ...link.authorization,
        accessTokenExpiresAt: expiryOf(expiresIn, askedAt),
        scope: scope === "" ? link.authorization.scope : scope,
      },
      tokens: { refreshToken, accessToken },
    };
    await record.write(renewed);
    return { link: renewed, accessToken };
  } catch (error) {
    if (error instanceof OAuthError && error.error === "invalid_grant") return null;
    throw error;
  }
}
