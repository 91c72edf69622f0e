import type { LinkRecord } from "./link-record";
import type { LockedRecord } from "./link-store";
import { LinkStoreError } from "./link-store-error";

/** How often a record is written that others change again and again. */
const ATTEMPTS = 3;

/**
 * Writes what must not be lost. Where another process has changed the record since, as it may while this one is halted,
 * both are kept.
 *
 * @param keep what `reserve` returned.
 * @param merged the next record, made of what is there; null where that is to stay.
 * @returns what was written; null where another's record stayed.
 * @throws LinkStoreError where the store did not take it for as long as one would wait.
 */
export async function keepMerged<T extends LinkRecord>(
  record: LockedRecord,
  keep: (next: LinkRecord) => Promise<void>,
  first: T,
  merged: (current: LinkRecord) => T | null,
): Promise<T | null> {
  let next: T | null = first;
  for (let attempt = 1; next !== null; attempt++) {
    try {
      await keep(next);
      return next;
    } catch (error) {
      const isChanged = error instanceof LinkStoreError && error.code === "lock-lost";
      if (!isChanged || attempt === ATTEMPTS) throw error;
      const current = await record.current();
      next = current === null ? first : merged(current);
    }
  }
  return null;
}
