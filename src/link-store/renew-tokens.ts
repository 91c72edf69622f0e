import { OAuthError } from "../cronofy";
import type { CallBounds, CronofyClient, Secret } from "../cronofy";
import type { Authorization } from "./link-record";
import type { LockedRecord } from "./link-store";

/** Milliseconds before its end from which an access token is no longer used: clocks differ and requests take time. */
const EXPIRY_MARGIN = 60_000;

/** The access token that can still be used, if there is one. */
export function usableAccessToken(authorization: Authorization, now: Date): Secret | null {
  const { accessToken, accessTokenExpiresAt } = authorization;
  if (accessToken === null || accessTokenExpiresAt === null) return null;
  return Date.parse(accessTokenExpiresAt) - now.getTime() > EXPIRY_MARGIN ? accessToken : null;
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
  authorization: Authorization,
  client: CronofyClient,
  { now, ...bounds }: CallBounds & { readonly now: () => Date },
): Promise<(Authorization & { readonly accessToken: Secret }) | null> {
  const askedAt = now();
  try {
    const { refreshToken, accessToken, expiresIn, scope } = await client.refresh(authorization.refreshToken, bounds);
    const next = {
      ...authorization,
      refreshToken,
      accessToken,
      accessTokenExpiresAt: expiryOf(expiresIn, askedAt),
      scope: scope === "" ? authorization.scope : scope,
    };
    await record.write(next);
    return next;
  } catch (error) {
    if (error instanceof OAuthError && error.error === "invalid_grant") return null;
    throw error;
  }
}
