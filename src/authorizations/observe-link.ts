import { CronofyError, OAuthError, UnauthorizedError } from "../cronofy";
import type { CronofyClient, Secret, UserInfo } from "../cronofy";
import type { Authorization, LinkKey } from "./authorization";
import type { AuthorizationStore, LockedRecord } from "./authorization-store";
import { AuthorizationStoreError } from "./authorization-store-error";
import { renewTokens, usableAccessToken } from "./renew-tokens";

/** What can be known of a link. */
export type LinkEvidence =
  /** Cronofy answered for the authorization just now. */
  | {
      readonly kind: "linked";
      /** The unit's `sub`; null where Cronofy does not tell it. */
      readonly organizationalUnitId: string | null;
      readonly scope: string;
      /** ISO 8601. */
      readonly linkedAt: string;
    }
  /** Cronofy refuses the authorization, now or ever since. */
  | {
      readonly kind: "refused";
      /** ISO 8601: when it was first seen. */
      readonly refusedAt: string;
      /** One sentence. */
      readonly reason: string;
    }
  | { readonly kind: "not-recorded" }
  /** Nothing can be told now. */
  | {
      readonly kind: "unavailable";
      /** Sentences for a person: what happened, and what to do. */
      readonly reason: string;
      readonly cause: unknown;
    };

export interface ObserveOptions {
  readonly now: () => Date;
  readonly signal?: AbortSignal;
}

/**
 * Asks Cronofy whether a link's recorded authorization works. Takes one request while the access token is fresh; else
 * the tokens are refreshed first, under the record's lock. A refusal is recorded and not asked about again: only a new
 * authorization ends it.
 *
 * Never throws for lack of evidence; throws an aborted signal's reason.
 */
export async function observeLink(
  store: AuthorizationStore,
  client: CronofyClient,
  key: LinkKey,
  options: ObserveOptions,
): Promise<LinkEvidence> {
  const { now, signal } = options;
  try {
    const recorded = await store.read(key);
    if (recorded === null) return { kind: "not-recorded" };
    if (recorded.refusedAt !== null) return refused(recorded, recorded.refusedAt);

    const cached = usableAccessToken(recorded, now());
    const info = cached && (await userInfoUnlessRefused(client, cached, signal));
    if (info !== null) return linked(recorded, info);

    return await store.locked(key, (record) => observeRenewed(record, client, cached, options), signal);
  } catch (error) {
    if (error instanceof AuthorizationStoreError) return { kind: "unavailable", reason: error.message, cause: error };
    if (error instanceof CronofyError) return { kind: "unavailable", reason: reasonOf(error, client), cause: error };
    throw error;
  }
}

/** @param stale the access token that Cronofy has just refused, if any. */
async function observeRenewed(
  record: LockedRecord,
  client: CronofyClient,
  stale: Secret | null,
  options: ObserveOptions,
): Promise<LinkEvidence> {
  const { now, signal } = options;
  let current = await record.current();
  if (current === null) return { kind: "not-recorded" };
  if (current.refusedAt !== null) return refused(current, current.refusedAt);

  // Whoever held the lock before us may have refreshed already.
  let token = usableAccessToken(current, now());
  if (token === null || token.reveal() === stale?.reveal()) {
    const renewed = await renewTokens(record, current, client, options);
    if (renewed === null) return recordRefusal(record, current, now());
    current = renewed;
    token = renewed.accessToken;
  }
  const info = await userInfoUnlessRefused(client, token, signal);
  return info === null ? recordRefusal(record, current, now()) : linked(current, info);
}

/** Keeps the tokens: what Cronofy refuses may still have to be revoked. */
async function recordRefusal(record: LockedRecord, current: Authorization, now: Date): Promise<LinkEvidence> {
  const refusedAt = now.toISOString();
  await record.write({ ...current, refusedAt });
  return refused(current, refusedAt);
}

async function userInfoUnlessRefused(
  client: CronofyClient,
  accessToken: Secret,
  signal: AbortSignal | undefined,
): Promise<UserInfo | null> {
  try {
    return await client.userInfo(accessToken, signal);
  } catch (error) {
    if (error instanceof UnauthorizedError) return null;
    throw error;
  }
}

function linked({ organizationalUnitId, scope, linkedAt }: Authorization, { sub }: UserInfo): LinkEvidence {
  return { kind: "linked", organizationalUnitId: organizationalUnitId ?? sub, scope, linkedAt };
}

function refused({ serviceAccountId }: Authorization, refusedAt: string): LinkEvidence {
  const reason = `Cronofy no longer accepts the authorization of ${serviceAccountId}'s Organizational Unit.`;
  return { kind: "refused", refusedAt, reason };
}

/** Wrong credentials of ours say nothing about the authorization. */
function reasonOf(error: CronofyError, { clientId, dataCenter }: CronofyClient): string {
  const isOurs =
    (error instanceof OAuthError && error.error === "invalid_client") ||
    (error instanceof UnauthorizedError && error.operation === "refresh the tokens");
  return isOurs
    ? `Cronofy does not accept the client secret of the application ${clientId} in the data center ${dataCenter}, so ` +
        "its links cannot be checked. Check the client id, the client secret and the data center."
    : error.message;
}
