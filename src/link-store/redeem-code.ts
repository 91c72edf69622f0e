import { createHash } from "node:crypto";
import { CronofyError, OAuthError, UnreachableError } from "../cronofy";
import type { CronofyClient, Secret, UserInfo } from "../cronofy";
import { grantProblem } from "./grant";
import { keepMerged, expiryOf, tryToRevoke } from "./renew-tokens";
import { isRedeeming, newLink } from "./link-record";
import type { AuthorizedLink, LinkFacts, LinkKey, LinkRecord } from "./link-record";
import type { LinkStore, LockedRecord } from "./link-store";
import { LinkStoreError } from "./link-store-error";

interface RedeemOptions {
  readonly code: Secret;
  /** Exactly that of the authorization URL. */
  readonly redirectUri: string;
  /** The conferencing provider that the URL asked for; null where it asked for none. */
  readonly conferencingProviderName: string | null;
  /**
   * When the administrator was sent to Cronofy. If the link was made later than that, somebody has come back already.
   * @default nobody knows
   */
  readonly sentAt?: Date;
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

/** This code or another one made the link before. It was not sent. */
export class CodeSpentError extends Error {
  override readonly name = "CodeSpentError";
}

/** The code was redeemed, but the authorization is not in the store. The message says why, and what became of it. */
export class AuthorizationDroppedError extends Error {
  override readonly name = "AuthorizationDroppedError";

  constructor(
    /** It is not the unit's; it could not be kept; or the link was ended meanwhile. */
    readonly reason: "wrong-grant" | "not-kept" | "link-ended",
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * Redeems the code with which an administrator came back, and records the authorization in the place of an earlier one.
 * Before the code is sent, the store proves that it can take the authorization, and records that a code is under way,
 * so that a process that dies leaves a trace. A grant that is not the unit's, or that cannot be kept after all, is
 * revoked. The record is durable when this resolves.
 *
 * @throws LinkStoreError, LinkEndedError or CodeSpentError before the code is spent; a CronofyError;
 *   AuthorizationDroppedError.
 */
export function redeemCode(
  store: Pick<LinkStore, "locked">,
  client: CronofyClient,
  key: LinkKey,
  options: RedeemOptions,
): Promise<AuthorizedLink> {
  return store.locked(key, (record) => redeemLocked(record, client, key, options), options.signal);
}

async function redeemLocked(
  record: LockedRecord,
  client: CronofyClient,
  key: LinkKey,
  { code, redirectUri, conferencingProviderName, sentAt, now, signal }: RedeemOptions,
): Promise<AuthorizedLink> {
  const before = (await record.current()) ?? newLink(key);
  const sentCode = createHash("sha256").update(code.reveal()).digest("base64url").slice(0, FINGERPRINT_LENGTH);
  if (before.ended !== null) throw new LinkEndedError();
  if (before.sentCode === sentCode) throw new CodeSpentError("The same code came again; it was not sent again.");
  if (sentAt !== undefined && Date.parse(before.authorization?.linkedAt ?? "") >= sentAt.getTime()) {
    throw new CodeSpentError("The link was made after its administrator was sent; the code was not sent.");
  }
  const refused = { ...before, sentCode };
  const keep = await record.reserve();
  const askedAt = now();
  await record.write({ ...before, sentCode, redeemingSince: askedAt.toISOString() });
  const tokens = await client.redeemCode({ code, redirectUri }, signal).catch(async (error: unknown) => {
    // Nothing is under way any more where the code was certainly not spent, or certainly refused.
    if (isUnspent(error)) await keep(before);
    else if (error instanceof OAuthError) await keep(refused);
    throw error;
  });

  const drop = async (reason: AuthorizationDroppedError["reason"], why: string, cause?: unknown): Promise<never> => {
    const isEnded = await tryToRevoke(client, tokens.refreshToken);
    // Where this fails, the record still says that a code is under way, or has an authorization that Cronofy refuses.
    if (reason === "wrong-grant") await record.write(refused).catch(ignoreStore);
    const end = isEnded ? "It was revoked." : "It could not be revoked either just now, and goes on at Cronofy.";
    throw new AuthorizationDroppedError(reason, `${why} ${end}`, { cause });
  };
  const wrong = (problem: string) =>
    drop(
      "wrong-grant",
      `What Cronofy granted is not for the Organizational Unit of ${key.serviceAccountId}: ${problem}.`,
    );

  const problem = grantProblem(tokens, key.serviceAccountId);
  if (problem !== null) return wrong(problem);
  const authorized = (current: LinkRecord): AuthorizedLink => ({
    ...current,
    awaited: null,
    redeemingSince: before.redeemingSince,
    sentCode,
    authorization: {
      organizationalUnitId: tokens.sub,
      scope: tokens.scope,
      redirectUri,
      linkedAt: now().toISOString(),
      conferencingProviderName,
      declarationId: current.declaration?.id ?? null,
      accessTokenExpiresAt: expiryOf(tokens.expiresIn, askedAt),
      confirmedAt: null,
      refusedAt: null,
    },
    tokens: { refreshToken: tokens.refreshToken, accessToken: tokens.accessToken },
  });
  const link = await keepMerged(record, keep, authorized(before), (current) =>
    current.ended === null ? authorized(current) : null,
  ).catch((error: unknown) => {
    if (!(error instanceof LinkStoreError)) throw error;
    return drop("not-kept", `The code was redeemed, and the authorization cannot be kept. ${error.message}`, error);
  });
  if (link === null) return drop("link-ended", "The link was ended while its code was redeemed.");
  if (tokens.sub !== null) return link;

  const info = await userInfoOf(client, tokens.accessToken, signal);
  if (info === null) return link;
  const other = grantProblem({ scope: "", sub: info.sub, type: info.type }, key.serviceAccountId);
  if (other !== null) return wrong(other);
  const named = { ...link, authorization: { ...link.authorization, organizationalUnitId: info.sub } };
  // Where this fails, the next reader asks Cronofy again.
  if (info.sub !== null) await record.write(named).catch(ignoreStore);
  return named;
}

/** Characters of a code's fingerprint: 96 bits, which tell nothing of the code. */
const FINGERPRINT_LENGTH = 16;

function ignoreStore(error: unknown): void {
  if (!(error instanceof LinkStoreError)) throw error;
}

/**
 * Since when a code has been under way, where that is longer than a redemption can take; else null. Its process ended
 * before it recorded the result, so the authorization may exist at Cronofy although no record has it.
 */
export function unfinishedSince(link: Pick<LinkFacts, "authorization" | "redeemingSince">, now: Date): string | null {
  const { redeemingSince } = link;
  if (redeemingSince === null || !isRedeeming(link)) return null;
  return now.getTime() - Date.parse(redeemingSince) >= REDEMPTION_TIME ? redeemingSince : null;
}

/** Milliseconds: no redemption takes longer, its retries and the waits for a store's lock included. */
const REDEMPTION_TIME = 5 * 60_000;

/** Whether Cronofy certainly did not look at a code that was to be redeemed, so that it still works. */
export function isUnspent(error: unknown): boolean {
  if (!(error instanceof CronofyError)) return false;
  switch (error.code) {
    case "rate_limited":
    case "unauthorized":
    case "invalid_argument":
      return true;
    case "oauth_error":
      return error instanceof OAuthError && error.error === "invalid_client";
    case "unreachable":
      return error instanceof UnreachableError && !error.sent;
    case "unexpected_response":
      // A proxy asked for credentials and passed nothing on.
      return error.status === 407;
    case "plan_lacks_feature":
    case "forbidden":
    case "not_found":
    case "invalid_parameters":
    case "account_locked":
    case "server_error":
      return false;
  }
}

/** Whose authorization it is: Cronofy may not tell that with the tokens. Null where it cannot be told now. */
async function userInfoOf(
  client: CronofyClient,
  accessToken: Secret,
  signal: AbortSignal | undefined,
): Promise<UserInfo | null> {
  try {
    return await client.userInfo(accessToken, signal);
  } catch (error) {
    // The authorization is made and recorded, whatever becomes of this.
    if (error instanceof CronofyError || signal?.aborted === true) return null;
    throw error;
  }
}
