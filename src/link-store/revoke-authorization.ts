import type { CronofyClient } from "../cronofy";
import { isAccessTokenSource } from "./access-token-source";
import type { LinkSource } from "./access-token-source";
import type { LinkKey } from "./link-record";

/**
 * Revokes a link's authorization at Cronofy, then forgets its record. Where a step fails the record is still there, and
 * doing all of it again is safe. With a source of access tokens it is revoked by such a token, which Cronofy takes as
 * well, and there is no record of ours to forget.
 *
 * @throws CronofyError, LinkStoreError.
 */
export async function revokeAuthorization(
  source: LinkSource,
  client: CronofyClient,
  key: LinkKey,
  signal?: AbortSignal,
): Promise<"revoked" | "not-recorded"> {
  if (isAccessTokenSource(source)) {
    const granted = await source.accessToken(key, signal);
    if (granted === null) return "not-recorded";
    await client.revoke({ token: granted.accessToken }, signal);
    return "revoked";
  }
  // A store that was never written to is not made just to find nothing in it.
  if ((await source.read(key)) === null) return "not-recorded";
  return source.locked(
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
