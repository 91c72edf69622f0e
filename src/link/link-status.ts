/** What can be known of a link, and what each status means, for everybody who tells of it. */
export const LINK_STATUS_MEANINGS = {
  pending: "an administrator is awaited",
  stale: "an administrator is awaited, but the authorization URL has lapsed and there is no invitation",
  linked: "the recorded authorization works: Cronofy answered for it",
  unlinked: "it worked once; Cronofy refuses it now, or it was ended",
  unknown: "there is no evidence either way",
} as const;

export type LinkStatus = keyof typeof LINK_STATUS_MEANINGS;

/** All of them, in the order of a link's life. */
export const LINK_STATUSES = Object.keys(LINK_STATUS_MEANINGS) as readonly LinkStatus[];

/** The status of that name; `unknown` for what is none. */
export function linkStatus(text: unknown): LinkStatus {
  return LINK_STATUSES.find((status) => status === text) ?? "unknown";
}

/** Whether the link waits for a human who was asked. */
export function isWaiting(status: LinkStatus): boolean {
  return status === "pending" || status === "stale";
}

/** Whether the link was made once, and works no longer: somebody has to be asked anew. */
export function isLost(status: LinkStatus): boolean {
  return status === "unlinked";
}

/**
 * Since when a link is what it is: one time, for whoever tells it. RFC 3339; null where nothing tells.
 *
 * @param link the link's attributes
 */
export function linkSince(link: {
  readonly status: LinkStatus;
  readonly awaited_since: string | null;
  readonly linked_at: string | null;
}): string | null {
  if (isWaiting(link.status)) return link.awaited_since;
  return link.status === "linked" ? link.linked_at : null;
}
