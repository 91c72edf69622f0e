import type { CronofyClient } from "../cronofy";
import { isAuthorized, newLink } from "./link-record";
import type { Declaration, Ended, LinkFacts, LinkKey, LinkRecord } from "./link-record";
import type { LinkStore } from "./link-store";

/** How a link is declared. */
export interface DeclareOptions {
  readonly declaration: Declaration;
  /** The conferencing provider that an administrator is asked for; null where they choose. */
  readonly conferencingProviderName: string | null;
  /** Whether an administrator is asked although the link may work, or somebody is awaited already. */
  readonly asksAnew: boolean;
  readonly now: Date;
  readonly signal?: AbortSignal;
}

/** A link before and after it was declared. */
export interface Declared {
  readonly link: LinkFacts;
  /** What was recorded before; null where nothing was. */
  readonly earlier: LinkRecord | null;
}

/**
 * Records that a link is declared; from now on it belongs to that declaration. A recorded authorization is adopted.
 * Where none works, an administrator is awaited; if one was awaited before, the time since when stays. A link that was
 * ended begins a new life.
 *
 * @throws LinkStoreError where the store cannot take the record: then no administrator may be asked.
 */
export function declareLink(store: LinkStore, key: LinkKey, options: DeclareOptions): Promise<Declared> {
  const { declaration, conferencingProviderName, asksAnew, now, signal } = options;
  return store.locked(
    key,
    async (record) => {
      const earlier = await record.current();
      const living = livingLink(earlier, key);
      const isAwaited = asksAnew || living.awaited !== null || !isAuthorized(living);
      const since = asksAnew ? now.toISOString() : (living.awaited?.since ?? now.toISOString());
      const link: LinkRecord = {
        ...living,
        declaration,
        awaited: isAwaited ? { since, conferencingProviderName } : null,
      };
      await record.write(link);
      return { link, earlier };
    },
    signal,
  );
}

/**
 * Awaits an administrator of a declared link anew, whether or not it works.
 *
 * @returns since when they are awaited; null where nobody declares such a link.
 */
export function askAnew(store: LinkStore, key: LinkKey, now: Date, signal?: AbortSignal): Promise<string | null> {
  return store.locked(
    key,
    async (record) => {
      const link = await record.current();
      if (link === null || link.ended !== null || link.declaration === null) return null;
      const { awaited, authorization } = link;
      const { conferencingProviderName = null } = awaited ?? authorization ?? {};
      const since = now.toISOString();
      await record.write({ ...link, awaited: { since, conferencingProviderName } });
      return since;
    },
    signal,
  );
}

/**
 * Opens a link for an administrator to authorize without a declaration: its life goes on, or a new one begins.
 *
 * @throws LinkStoreError where the store cannot take the record: then no administrator may be asked.
 */
export function openLink(store: LinkStore, key: LinkKey, signal?: AbortSignal): Promise<LinkFacts> {
  return store.locked(
    key,
    async (record) => {
      const earlier = await record.current();
      const link = livingLink(earlier, key);
      if (link !== earlier) await record.write(link);
      return link;
    },
    signal,
  );
}

/**
 * The record, or the beginning of a new life where there is none or it has ended. A code of the old life is not sent in
 * the new one either.
 */
function livingLink(record: LinkRecord | null, key: LinkKey): LinkRecord {
  if (record === null) return newLink(key);
  return record.ended === null ? record : { ...newLink(key), sentCode: record.sentCode };
}

/**
 * Takes back a declaration whose apply failed before anybody was asked: the link is declared as it was before. Where an
 * administrator or another declaration came meanwhile, what they recorded stays, and so do renewed tokens.
 */
export function withdrawDeclaration(
  store: LinkStore,
  key: LinkKey,
  { link, earlier }: Declared,
  now: Date,
): Promise<void> {
  return store.locked(key, async (record) => {
    const current = await record.current();
    if (current === null || current.ended !== null || current.declaration?.id !== link.declaration?.id) return;
    const isRedeemed = current.authorization?.linkedAt !== earlier?.authorization?.linkedAt;
    if (isRedeemed || current.redeemingSince !== (earlier?.redeemingSince ?? null)) return;
    if (earlier === null) return record.write(endedRecord(current, "failed-apply", now));
    const { declaration, awaited } = earlier;
    return record.write(earlier.ended === null ? { ...current, declaration, awaited } : earlier);
  });
}

/** What came of ending a declaration. */
export type Ending =
  /**
   * The authorization was revoked and the link ended. `redeemingSince`: when a code was sent whose result is not known.
   */
  | { readonly kind: "revoked"; readonly redeemingSince?: string }
  /** No authorization was recorded; the link was ended. */
  | { readonly kind: "ended"; readonly redeemingSince?: string }
  /** The authorization stays, and belongs to no declaration. */
  | { readonly kind: "kept" }
  /** It was ended before. */
  | { readonly kind: "ended-before"; readonly ended: Ended }
  /** The link belongs to another declaration, so nothing was done. */
  | { readonly kind: "declared-elsewhere"; readonly declaration: Declaration; readonly link: LinkFacts }
  | { readonly kind: "not-recorded" };

/** How a declaration ends. */
export interface EndOptions {
  /** The resource instance's own declaration; null where it knows none. */
  readonly declarationId: string | null;
  readonly now: Date;
  readonly signal?: AbortSignal;
}

/**
 * Revokes a link's authorization at Cronofy and records that the link was ended. Where a step fails, the record still
 * has the authorization, and it is safe to do all of it again. A link that belongs to another declaration is left
 * alone.
 *
 * @throws CronofyError, LinkStoreError.
 */
export function endLink(
  store: LinkStore,
  client: Pick<CronofyClient, "revoke">,
  key: LinkKey,
  options: EndOptions,
): Promise<Ending> {
  return ending(store, key, options, async (current, write) => {
    const { tokens } = current;
    if (tokens !== null) await client.revoke({ token: tokens.refreshToken }, options.signal);
    await write(endedRecord(current, "destroy", options.now));
    return { kind: tokens === null ? "ended" : "revoked", ...unfinished(current) };
  });
}

/** Leaves a link's authorization to whoever declares the link next. One that has none is ended: nobody is awaited. */
export function releaseLink(store: LinkStore, key: LinkKey, options: EndOptions): Promise<Ending> {
  return ending(store, key, options, async (current, write) => {
    if (current.tokens === null) {
      await write(endedRecord(current, "destroy", options.now));
      return { kind: "ended", ...unfinished(current) };
    }
    await write({ ...current, declaration: null, awaited: null });
    return { kind: "kept" };
  });
}

function unfinished({ redeemingSince }: LinkFacts): { readonly redeemingSince?: string } {
  return redeemingSince === null ? {} : { redeemingSince };
}

/** What a record becomes when its link ends. It keeps no token. */
export function endedRecord(record: LinkRecord, by: Ended["by"], now: Date): LinkRecord {
  return {
    ...record,
    awaited: null,
    redeemingSince: null,
    authorization: null,
    tokens: null,
    ended: { at: now.toISOString(), by },
  };
}

async function ending(
  store: LinkStore,
  key: LinkKey,
  { declarationId, signal }: EndOptions,
  work: (current: LinkRecord, write: (next: LinkRecord) => Promise<void>) => Promise<Ending>,
): Promise<Ending> {
  // Taking the lock would make a store that is not there yet.
  if ((await store.look(key)) === null) return { kind: "not-recorded" };
  return store.locked(
    key,
    async (record): Promise<Ending> => {
      const current = await record.current();
      if (current === null) return { kind: "not-recorded" };
      const { declaration, ended } = current;
      if (ended !== null) return { kind: "ended-before", ended };
      if (declaration !== null && declaration.id !== declarationId) {
        return { kind: "declared-elsewhere", declaration, link: current };
      }
      return work(current, (next) => record.write(next));
    },
    signal,
  );
}
