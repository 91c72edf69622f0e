import { CronofyError } from "../cronofy";
import type { CronofyClient, Secret } from "../cronofy";
import type { Authorization, LinkKey } from "./link-record";
import type { LinkStore } from "./link-store";
import { expiryOf } from "./renew-tokens";

export interface RedeemOptions {
  readonly code: Secret;
  /** Exactly that of the authorization URL. */
  readonly redirectUri: string;
  readonly now: () => Date;
  readonly signal?: AbortSignal;
}

/**
 * Redeems the code with which an administrator came back, and records the authorization in the place of an earlier one.
 * Durable when it resolves.
 *
 * @throws LinkStoreError before the code is spent, where the store cannot take the record; a CronofyError.
 */
export function redeemAuthorization(
  store: Pick<LinkStore, "locked">,
  client: CronofyClient,
  key: LinkKey,
  { code, redirectUri, now, signal }: RedeemOptions,
): Promise<Authorization> {
  return store.locked(
    key,
    async (record) => {
      // A record that must not be replaced, such as a damaged one, is found while the code can still be used again.
      await record.current();
      const askedAt = now();
      const tokens = await client.redeemCode({ code, redirectUri }, signal);
      const authorization: Authorization = {
        dataCenter: key.dataCenter,
        clientId: key.clientId,
        serviceAccountId: key.serviceAccountId,
        organizationalUnitId: tokens.sub,
        scope: tokens.scope,
        redirectUri,
        linkedAt: now().toISOString(),
        refreshToken: tokens.refreshToken,
        accessToken: tokens.accessToken,
        accessTokenExpiresAt: expiryOf(tokens.expiresIn, askedAt),
        confirmedAt: null,
        refusedAt: null,
      };
      await record.write(authorization);
      if (tokens.sub !== null) return authorization;

      const named = { ...authorization, organizationalUnitId: await subOf(client, tokens.accessToken, signal) };
      if (named.organizationalUnitId !== null) await record.write(named);
      return named;
    },
    signal,
  );
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
