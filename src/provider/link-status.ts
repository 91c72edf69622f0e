/** What can be known of a link. */
export const LINK_STATUSES = ["pending", "stale", "linked", "unlinked", "unknown"] as const;
export type LinkStatus = (typeof LINK_STATUSES)[number];

/** Whether an administrator still has to act. Where nothing is known, nobody is sent for. */
export function needsAuthorization(status: LinkStatus): boolean {
  return status === "pending" || status === "stale" || status === "unlinked";
}

/**
 * What has to happen next, in one sentence for a person.
 *
 * @param remint the resource's `remint` argument.
 */
export function nextAction(status: LinkStatus, remint: string | null): string {
  const anew =
    remint === "never"
      ? "Change keepers and apply to mint a new authorization URL"
      : "Apply to mint a new authorization URL";
  switch (status) {
    case "pending":
      return "Send the administrator to the authorization URL before it lapses.";
    case "stale":
      return `The authorization URL has lapsed unused. ${anew}, then send the administrator to it.`;
    case "linked":
      return "Nothing to do: the Organizational Unit is linked.";
    case "unlinked":
      return `Cronofy no longer accepts the authorization. ${anew}, then send the administrator to it.`;
    case "unknown":
      return "Nothing is known of the link. Ask the administrator, or change keepers and apply to mint a new authorization URL.";
  }
}
