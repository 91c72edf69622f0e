import type { LinkKey } from "../link-store";
import type { CronofyClient } from "../cronofy";

/** What we are to links. */
interface OwnSide {
  readonly client: Pick<CronofyClient, "dataCenter" | "clientId">;
  /** Our own redirect URI. */
  readonly callbackUrl: string;
}

/**
 * What something was signed for and we are not. Both sides' values are in the operator's configuration, none is secret.
 *
 * @returns null where it is for us, otherwise the rest of a sentence about it
 */
export function mismatchOf(
  signed: LinkKey & { readonly redirectUri: string },
  { client, callbackUrl }: OwnSide,
): string | null {
  const pairs = [
    ["data center", signed.dataCenter, client.dataCenter],
    ["client id", signed.clientId, client.clientId],
    ["redirect URI", signed.redirectUri, callbackUrl],
  ] as const;
  const differences = pairs
    .filter(([, theirs, own]) => theirs !== own)
    .map(([name, theirs, own]) => `${name} ${theirs} (here: ${own})`);
  if (differences.length === 0) return null;
  return `was signed for ${differences.join(", ")}. Configure the provider and this service alike.`;
}
