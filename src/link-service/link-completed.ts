import type { AuthorizedLink } from "../link-store";
import type { DataCenterId } from "../cronofy";

/** An administrator has approved, and the authorization is stored. Holds no token. */
export interface LinkCompleted {
  readonly serviceAccountId: string;
  readonly dataCenter: DataCenterId;
  /** The unit's `sub`; null where Cronofy has not told it. */
  readonly organizationalUnitId: string | null;
  /** ISO 8601 in UTC. */
  readonly linkedAt: string;
}

/** What there is to tell of an authorization that was just stored. */
export function linkCompleted({ serviceAccountId, dataCenter, authorization }: AuthorizedLink): LinkCompleted {
  const { organizationalUnitId, linkedAt } = authorization;
  return { serviceAccountId, dataCenter, organizationalUnitId, linkedAt };
}
