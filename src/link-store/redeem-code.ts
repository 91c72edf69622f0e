import { createHash } from "node:crypto";
import {
  CronofyError,
  InvalidArgumentError,
  OAuthError,
  RateLimitedError,
  UnauthorizedError,
  UnexpectedResponseError,
  UnreachableError,
} from "../cronofy";
import type { CronofyClient, Secret, UserInfo } from "../cronofy";
import { grantProblem } from "./grant";
import { keepMerged } from "./keep";
import { isRedeeming, newLink } from "./link-record";
import type { AuthorizedLink, LinkFacts, LinkKey, LinkRecord } from "./link-record";
import type { LinkStore, LockedRecord } from "./link-store";
import { LinkStoreError } from "./link-store-error";
import { expiryOf, isRevoked } from "./renew-tokens";

export interface RedeemOptions {
  readonly code: Secret;
  /** Exactly that of the authorization URL. */
  readonly redirectUri: string;
  /** The conferencing provider that the URL asked for; null where it asked for none. */
  readonly conferencingProviderName: string | null;
  /**
   * When the administrator was sent to Cronofy: where the link was made since, somebody has come back already.
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

/** The code did its work before, or another one did. It was not sent. */
export class CodeSpentError extends Error {
  override readonly name = "CodeSpentError";
}

/** The code was redeemed, and what it gave is not in the store. The message says why, and what became of it. */
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
 * Before the code is sent, the store has proved that it can take the authorization, and has it on record that a code is
 * under way: a process that dies in between leaves word of it. What is granted is looked at; what is not the unit's, or
 * cannot be kept after all, is revoked. Durable when it resolves.
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
    // Where the code is certainly not spent, or certainly in vain, nothing is under way any more.
    if (isUnspent(error)) await keep(before);
    else if (error instanceof OAuthError) await keep(refused);
    throw error;
  });

  const drop = async (reason: AuthorizationDroppedError["reason"], why: string, cause?: unknown): Promise<never> => {
    const isEnded = await isRevoked(client, tokens.refreshToken);
    // What is not written now leaves word that a code was under way, or of an authorization that Cronofy refuses.
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
  // Whoever looks next asks for it again.
  if (info.sub !== null) await record.write(named).catch(ignoreStore);
  return named;
}

/** Characters of a code's fingerprint: 96 bits, which tell nothing of the code. */
const FINGERPRINT_LENGTH = 16;

function ignoreStore(error: unknown): void {
  if (!(error instanceof LinkStoreError)) throw error;
}

/**
 * Since when a code has been under way, where that is longer than a redemption can take: its process ended before it
 * could say what came of it, so that the authorization may exist at Cronofy although no record has it.
 */
export function unfinishedSince(link: Pick<LinkFacts, "authorization" | "redeemingSince">, now: Date): string | null {
  const { redeemingSince } = link;
  if (redeemingSince === null || !isRedeeming(link)) return null;
  return now.getTime() - Date.parse(redeemingSince) >= REDEMPTION_TIME ? redeemingSince : null;
}

/** Milliseconds: no redemption takes longer, its retries and the waits for a store's lock included. */
const REDEMPTION_TIME = 5 * 60_000;

/** Whether Cronofy certainly did not look at a code that was to be redeemed: it is good still. */
export function isUnspent(error: unknown): boolean {
  if (error instanceof OAuthError) return error.error === "invalid_client";
  if (error instanceof UnreachableError) return !error.sent;
  // A proxy asks for credentials, and has passed nothing on.
  if (error instanceof UnexpectedResponseError) return error.status === 407;
  // Cronofy was not even asked.
  if (error instanceof InvalidArgumentError) return true;
  return error instanceof RateLimitedError || error instanceof UnauthorizedError;
}

/** Whose authorization it is, which Cronofy is not documented to tell with the tokens; null where it cannot be had now. */
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
