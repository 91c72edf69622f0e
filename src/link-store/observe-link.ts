import { CronofyError, OAuthError, UnauthorizedError } from "../cronofy";
import type { CallBounds, CronofyClient, Secret, UserInfo } from "../cronofy";
import { isAccessTokenSource } from "./link-store";
import type { AccessTokenSource, LinkSource, LinkStore, LockedRecord } from "./link-store";
import { grantProblem } from "./grant";
import type { AuthorizationFacts, AuthorizedLink, LinkFacts, LinkKey } from "./link-record";
import { LinkStoreError } from "./link-store-error";
import { renewTokens, usableAccessToken } from "./renew-tokens";

/** What everybody may know of an authorization; a source of access tokens knows no more. */
type KnownAuthorization = Pick<
  AuthorizationFacts,
  "organizationalUnitId" | "scope" | "linkedAt" | "conferencingProviderName"
>;

/** What can be known of a link. `link` is null where a source of access tokens keeps its own records. */
export type LinkEvidence =
  /** Cronofy answers for the authorization, or did when it was last asked. */
  | { readonly kind: "linked"; readonly authorization: KnownAuthorization; readonly link: LinkFacts | null }
  /** Cronofy refuses the authorization, now or ever since. */
  | {
      readonly kind: "refused";
      readonly authorization: KnownAuthorization;
      readonly link: LinkFacts | null;
      /** One sentence. */
      readonly reason: string;
    }
  /** Nobody has authorized yet. */
  | { readonly kind: "awaited"; readonly link: LinkFacts }
  /** The link was ended. */
  | { readonly kind: "ended"; readonly link: LinkFacts & { readonly ended: NonNullable<LinkFacts["ended"]> } }
  /** A source of access tokens has none. */
  | { readonly kind: "not-authorized" }
  /** The store has no record of the link. */
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
   * Milliseconds for which Cronofy's last answer is recent enough. Above 0, each answer is recorded.
   * @default 0: Cronofy is always asked
   */
  readonly maxAge?: number;
}

/**
 * Asks Cronofy whether a link's recorded authorization works. This takes one request while the access token is fresh, and
 * none where the last answer is recent enough; otherwise the tokens are refreshed first, under the record's lock. A refusal
 * is recorded, and Cronofy is not asked again until there is a new authorization. A source of access tokens hands out fresh
 * ones, and nothing is recorded of them.
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

/**
 * Tells what the record of a link says, without asking Cronofy. It needs neither a key nor a credential, so nothing proves
 * the record. An authorization says when Cronofy last answered for it.
 *
 * Never throws for lack of evidence.
 */
export async function lookAtLink(store: LinkStore, key: LinkKey): Promise<LinkEvidence> {
  try {
    const link = await store.look(key);
    return withoutAsking(link) ?? { kind: "linked", authorization: link?.authorization as AuthorizationFacts, link };
  } catch (error) {
    if (error instanceof LinkStoreError) return { kind: "unavailable", reason: error.message, cause: error };
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
  const known = withoutAsking(recorded);
  if (known !== null) return known;
  const link = recorded as AuthorizedLink;
  if (isConfirmed(link, options)) return linked(link);

  const cached = usableAccessToken(link, now());
  const info = cached && (await userInfoUnlessRefused(client, cached, options));
  if (info === null) {
    return store.locked(key, (record) => observeRenewed(record, client, cached, options), signal);
  }
  const other = notOfTheUnit(info, key);
  if (other !== null) return other;
  const named = withUnit(link, info);
  await keepConfirmation(store, named, options);
  return linked(named);
}

/** What a record tells by itself; null where Cronofy has to be asked about its authorization. */
function withoutAsking(record: LinkFacts | null): LinkEvidence | null {
  if (record === null) return { kind: "not-recorded" };
  const { ended, authorization } = record;
  if (ended !== null) return { kind: "ended", link: { ...record, ended } };
  if (authorization === null) return { kind: "awaited", link: record };
  return authorization.refusedAt === null ? null : refused(authorization, record, record.serviceAccountId);
}

/** Whether Cronofy's last answer is recent enough. One from the future proves nothing: a clock was moved back. */
function isConfirmed({ authorization }: AuthorizedLink, { now, maxAge = 0 }: ObserveOptions): boolean {
  if (authorization.confirmedAt === null) return false;
  const age = now().getTime() - Date.parse(authorization.confirmedAt);
  return age >= 0 && age < maxAge;
}

/** Records an answer, so that Cronofy is not asked again soon. If the store cannot take it, the next reader asks again. */
async function keepConfirmation(
  store: LinkStore,
  confirmed: AuthorizedLink,
  { now, maxAge = 0, signal }: ObserveOptions,
): Promise<void> {
  if (maxAge === 0) return;
  const confirmedAt = now().toISOString();
  const { linkedAt, organizationalUnitId } = confirmed.authorization;
  try {
    await store.locked(
      confirmed,
      async (record) => {
        const current = await record.current();
        const authorization = current?.authorization ?? null;
        // Another administrator may have come meanwhile. The answer was not for their authorization.
        if (current === null || authorization?.linkedAt !== linkedAt || authorization.refusedAt !== null) return;
        await record.write({ ...current, authorization: { ...authorization, organizationalUnitId, confirmedAt } });
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
  if (granted === null) return { kind: "not-authorized" };
  const info = await userInfoUnlessRefused(client, granted.accessToken, options);
  const other = info && notOfTheUnit(info, key);
  if (other !== null) return other;
  const { organizationalUnitId, scope, linkedAt } = granted;
  const unit = organizationalUnitId ?? info?.sub ?? null;
  const authorization = { organizationalUnitId: unit, scope, linkedAt, conferencingProviderName: null };
  return info === null
    ? refused(authorization, null, key.serviceAccountId)
    : { kind: "linked", authorization, link: null };
}

/** @param stale the access token that Cronofy has just refused, if any. */
async function observeRenewed(
  record: LockedRecord,
  client: CronofyClient,
  stale: Secret | null,
  options: ObserveOptions,
): Promise<LinkEvidence> {
  const { now, maxAge = 0 } = options;
  const current = await record.current();
  const known = withoutAsking(current);
  if (known !== null) return known;
  let link = current as AuthorizedLink;

  // The last holder of the lock may have refreshed them already.
  let token = usableAccessToken(link, now());
  if (token === null || token.reveal() === stale?.reveal()) {
    const renewed = await renewTokens(record, link, client, options);
    if (renewed === null) return recordRefusal(record, link, now());
    link = renewed.link;
    token = renewed.accessToken;
  }
  const info = await userInfoUnlessRefused(client, token, options);
  if (info === null) return recordRefusal(record, link, now());
  const other = notOfTheUnit(info, link);
  if (other !== null) return other;
  const named = withUnit(link, info);
  if (maxAge > 0) {
    await record.write({ ...named, authorization: { ...named.authorization, confirmedAt: now().toISOString() } });
  }
  return linked(named);
}

/** Records a refusal. The tokens stay, for it may still be necessary to revoke them. */
async function recordRefusal(record: LockedRecord, link: AuthorizedLink, now: Date): Promise<LinkEvidence> {
  const next = { ...link, authorization: { ...link.authorization, refusedAt: now.toISOString() } };
  await record.write(next);
  return refused(next.authorization, next, link.serviceAccountId);
}

async function userInfoUnlessRefused(
  client: CronofyClient,
  accessToken: Secret,
  bounds: CallBounds,
): Promise<UserInfo | null> {
  try {
    return await client.userInfo(accessToken, bounds);
  } catch (error) {
    // A 403 is no such refusal: the token is accepted, and the application lacks something.
    if (error instanceof UnauthorizedError) return null;
    throw error;
  }
}

/** The evidence where an authorization is not the unit's, as an imported one may be; null where nothing says so. */
function notOfTheUnit({ sub, type }: UserInfo, { serviceAccountId }: LinkKey): LinkEvidence | null {
  const problem = grantProblem({ scope: "", sub, type }, serviceAccountId);
  if (problem === null) return null;
  const reason =
    `The authorization that is kept for ${serviceAccountId} is not for its Organizational Unit: ${problem}. Take it out ` +
    "with ou-link store forget, which revokes nothing, and have an administrator authorize.";
  return { kind: "unavailable", reason, cause: null };
}

/** A link with its unit's `sub`, which Cronofy may not have told before. */
function withUnit(link: AuthorizedLink, { sub }: UserInfo): AuthorizedLink {
  const { authorization } = link;
  return {
    ...link,
    authorization: { ...authorization, organizationalUnitId: authorization.organizationalUnitId ?? sub },
  };
}

function linked(link: AuthorizedLink): LinkEvidence {
  return { kind: "linked", authorization: link.authorization, link };
}

function refused(authorization: KnownAuthorization, link: LinkFacts | null, serviceAccountId: string): LinkEvidence {
  const reason = `Cronofy no longer accepts the authorization of ${serviceAccountId}'s Organizational Unit.`;
  return { kind: "refused", authorization, link, reason };
}

/** Why there is no evidence. Where our own credentials are wrong, that says nothing about the authorization. */
function reasonOf(error: CronofyError, { clientId, dataCenter }: CronofyClient): string {
  const isOurs =
    (error instanceof OAuthError && error.error === "invalid_client") || error instanceof UnauthorizedError;
  return isOurs
    ? `Cronofy does not accept the client secret of the application ${clientId} in the data center ${dataCenter}, so ` +
        "its links cannot be checked. Check the client id, the client secret and the data center."
    : error.message;
}
