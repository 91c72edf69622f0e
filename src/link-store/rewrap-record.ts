import type { LinkStore, ListedRecord } from "./link-store";
import type { StoreKeys } from "./store-keys";

/** What came of a record: written anew, as it should be already, or gone before it was its turn. */
export type RewrapOutcome = "rewritten" | "unchanged" | "gone";

/**
 * Encrypts a record with the key that writes, if it is in the clear or encrypted with another key. Takes the record's
 * lock, so that no token is lost to someone who renews it at the same time.
 *
 * @throws LinkStoreError, as for a damaged record or an unknown key; the record is then left as it is.
 */
export async function rewrapRecord(
  store: LinkStore,
  { link, encryptedWith }: ListedRecord & { readonly link: NonNullable<ListedRecord["link"]> },
  keys: StoreKeys,
  signal?: AbortSignal,
): Promise<RewrapOutcome> {
  if (encryptedWith === keys.writingId) return "unchanged";
  return store.locked(
    link,
    async (record) => {
      const current = await record.current();
      if (current === null) return "gone";
      await record.write(current);
      return "rewritten";
    },
    signal,
  );
}
