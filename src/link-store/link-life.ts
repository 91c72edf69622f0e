import type { CronofyClient } from "../cronofy";
import { isAuthorized, newLink } from "./link-record";
import type { Declaration, Ended, LinkFacts, LinkKey, LinkRecord } from "./link-record";
import type { LinkStore } from "./link-store";

/** That a link is declared, and whom for. */
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
 * Records that a link is declared, and has it belong to that declaration from now on. An authorization that is recorded
 * is adopted; where there is none that works, an administrator is awaited, since when somebody was first. A link that was
 * ended begins a new life.
 *
 * @throws LinkStoreError where the store cannot take the record: then nobody must be sent for.
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
 * The link's life, for whoever has an administrator authorize it without declaring it: the one that goes on, or a new one
 * where there is none.
 *
 * @throws LinkStoreError where the store cannot take the record: then nobody must be sent for.
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

/** A record whose life goes on, or the beginning of a new one: the code of the last one is not sent in it either. */
function livingLink(record: LinkRecord | null, key: LinkKey): LinkRecord {
  if (record === null) return newLink(key);
  return record.ended === null ? record : { ...newLink(key), sentCode: record.sentCode };
}

/**
 * Takes back a declaration whose apply failed before anybody could be sent for: the link is declared as it was before.
 * Where an administrator or another declaration came in between, theirs stays, and so do tokens that were renewed.
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
  /** The authorization was revoked and the link ended. With when a code was sent of which nothing more is known. */
  | { readonly kind: "revoked"; readonly redeemingSince?: string }
  /** No authorization was recorded; the link was ended. With the same. */
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
  /** That of the resource instance; null where it does not know any of its own. */
  readonly declarationId: string | null;
  readonly now: Date;
  readonly signal?: AbortSignal;
}

/**
 * Revokes a link's authorization at Cronofy and records that the link was ended. Where a step fails the record still has
 * the authorization, and doing all of it again is safe. A link that belongs to another declaration is left alone.
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
  // A store that was never written to is not made just to find nothing in it.
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
