import { CronofyError, OAuthError, UnauthorizedError } from "../cronofy";
import type { CallBounds, CronofyClient, Secret, UserInfo } from "../cronofy";
import { isAccessTokenSource } from "./access-token-source";
import type { AccessTokenSource, LinkSource } from "./access-token-source";
import type { Authorization, LinkKey } from "./link-record";
import type { LinkStore, LockedRecord } from "./link-store";
import { LinkStoreError } from "./link-store-error";
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
      /** ISO 8601: when it was first seen, or, from a source of access tokens, when the authorization was made. */
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

export interface ObserveOptions extends CallBounds {
  readonly now: () => Date;
  /**
   * Milliseconds for which Cronofy's last answer for an authorization is good enough, and then kept in its record.
   * @default 0: Cronofy is always asked
   */
  readonly maxAge?: number;
}

/**
 * Asks Cronofy whether a link's recorded authorization works. Takes one request while the access token is fresh, and
 * none where the last answer is good enough; else the tokens are refreshed first, under the record's lock. A refusal is
 * recorded and not asked about again: only a new authorization ends it. What a source of access tokens hands out is
 * fresh, and nothing is recorded of it.
 *
 * Never throws for lack of evidence; throws an aborted signal's reason.
 */
export async function observeLink(
  source: LinkSource,
  client: CronofyClient,
  key: LinkKey,
  options: ObserveOptions,
): Promise<LinkEvidence> {
  try {
    return isAccessTokenSource(source)
      ? await observeGranted(source, client, key, options)
      : await observeRecorded(source, client, key, options);
  } catch (error) {
    if (error instanceof LinkStoreError) return { kind: "unavailable", reason: error.message, cause: error };
    if (error instanceof CronofyError) return { kind: "unavailable", reason: reasonOf(error, client), cause: error };
    throw error;
  }
}

async function observeRecorded(
  store: LinkStore,
  client: CronofyClient,
  key: LinkKey,
  options: ObserveOptions,
): Promise<LinkEvidence> {
  const { now, signal } = options;
  const recorded = await store.read(key);
  if (recorded === null) return { kind: "not-recorded" };
  if (recorded.refusedAt !== null) return refused(recorded, recorded.refusedAt);
  if (isConfirmed(recorded, options)) return linked(recorded);

  const cached = usableAccessToken(recorded, now());
  const info = cached && (await userInfoUnlessRefused(client, cached, options));
  if (info === null) {
    return store.locked(key, (record) => observeRenewed(record, client, cached, options), signal);
  }
  const named = withUnit(recorded, info);
  await keepConfirmation(store, named, options);
  return linked(named);
}

/** Whether Cronofy has answered for an authorization lately enough. A clock that was moved back proves nothing. */
function isConfirmed({ confirmedAt }: Authorization, { now, maxAge = 0 }: ObserveOptions): boolean {
  if (confirmedAt === null) return false;
  const age = now().getTime() - Date.parse(confirmedAt);
  return age >= 0 && age < maxAge;
}

/** Remembers an answer for the next time. What cannot be remembered now is asked again then. */
async function keepConfirmation(
  store: LinkStore,
  confirmed: Authorization,
  { now, maxAge = 0, signal }: ObserveOptions,
): Promise<void> {
  if (maxAge === 0) return;
  const confirmedAt = now().toISOString();
  try {
    await store.locked(
      confirmed,
      async (record) => {
        const current = await record.current();
        // Another administrator may have come in between: the answer was not for that authorization.
        if (current === null || current.linkedAt !== confirmed.linkedAt || current.refusedAt !== null) return;
        await record.write({ ...current, organizationalUnitId: confirmed.organizationalUnitId, confirmedAt });
      },
      signal,
    );
  } catch (error) {
    if (!(error instanceof LinkStoreError)) throw error;
  }
}

async function observeGranted(
  source: AccessTokenSource,
  client: CronofyClient,
  key: LinkKey,
  options: ObserveOptions,
): Promise<LinkEvidence> {
  const granted = await source.accessToken(key, options.signal);
  if (granted === null) return { kind: "not-recorded" };
  const info = await userInfoUnlessRefused(client, granted.accessToken, options);
  if (info !== null) return linked(withUnit(granted, info));
  // Nothing remembers when Cronofy first refused, and "now" would be news each time. What is refused is as old as the
  // authorization: once a new one is asked for, it is no longer news.
  return refused(key, granted.linkedAt);
}

/** @param stale the access token that Cronofy has just refused, if any. */
async function observeRenewed(
  record: LockedRecord,
  client: CronofyClient,
  stale: Secret | null,
  options: ObserveOptions,
): Promise<LinkEvidence> {
  const { now, maxAge = 0 } = options;
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
  const info = await userInfoUnlessRefused(client, token, options);
  if (info === null) return recordRefusal(record, current, now());
  const named = withUnit(current, info);
  if (maxAge > 0) await record.write({ ...named, confirmedAt: now().toISOString() });
  return linked(named);
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
  bounds: CallBounds,
): Promise<UserInfo | null> {
  try {
    return await client.userInfo(accessToken, bounds);
  } catch (error) {
    if (error instanceof UnauthorizedError) return null;
    throw error;
  }
}

/** An authorization with the name of its unit, which Cronofy may have told only now. */
function withUnit<A extends Pick<Authorization, "organizationalUnitId">>(authorization: A, { sub }: UserInfo): A {
  return { ...authorization, organizationalUnitId: authorization.organizationalUnitId ?? sub };
}

function linked({
  organizationalUnitId,
  scope,
  linkedAt,
}: Pick<Authorization, "organizationalUnitId" | "scope" | "linkedAt">): LinkEvidence {
  return { kind: "linked", organizationalUnitId, scope, linkedAt };
}

function refused({ serviceAccountId }: LinkKey, refusedAt: string): LinkEvidence {
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
