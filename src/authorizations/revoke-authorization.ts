import type { CronofyClient } from "../cronofy";
import type { LinkKey } from "./authorization";
import type { AuthorizationStore } from "./authorization-store";

/**
 * Revokes a link's authorization at Cronofy, then forgets its record. Where a step fails the record is still there, and
 * doing all of it again is safe.
 *
 * @throws CronofyError, AuthorizationStoreError.
 */
export async function revokeAuthorization(
  store: AuthorizationStore,
  client: CronofyClient,
  key: LinkKey,
  signal?: AbortSignal,
): Promise<"revoked" | "not-recorded"> {
  // A store that was never written to is not made just to find nothing in it.
  if ((await store.read(key)) === null) return "not-recorded";
  return store.locked(
    key,
    async (record) => {
      const current = await record.current();
      if (current === null) return "not-recorded";
      await client.revoke({ token: current.refreshToken }, signal);
      await record.forget();
      return "revoked";
    },
    signal,
  );
}
