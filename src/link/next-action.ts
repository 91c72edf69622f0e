import type { AuthorizeWith } from "./link-attributes";
import type { LinkStatus } from "./link-status";

/** What the next action depends on. */
export interface Situation {
  readonly status: LinkStatus;
  readonly authorizeWith: AuthorizeWith;
  /** The resource's `remint`. */
  readonly remint: string | null;
  /** Whether an administrator is awaited, which may be so although the link works. */
  readonly isAwaited: boolean;
  /** Whether there is a URL that has not lapsed; matters with `url` alone. */
  readonly hasUrl: boolean;
  /** The conferencing provider that the configuration names; null for any. */
  readonly wanted: string | null;
  /** The one that was asked for when the administrator authorized; null where that is not known, or none was named. */
  readonly authorized: string | null;
}

/** What has to happen next, in one or two sentences for a person. Holds no secret. */
export function nextAction(situation: Situation): string {
  const { status, authorizeWith, remint, isAwaited } = situation;
  const send =
    authorizeWith === "invitation" ? "Send the administrator the invitation" : "send the administrator to it";
  const anew =
    remint === "never"
      ? "Change keepers and apply to mint a new authorization URL"
      : "Apply to mint a new authorization URL";
  switch (status) {
    case "pending":
      return authorizeWith === "invitation"
        ? `${send}, if that is not done: it works until the link is made.`
        : "Send the administrator to the authorization URL before it lapses.";
    case "stale":
      return `The authorization URL has lapsed unused. ${anew}, then ${send}.`;
    case "linked":
      return isAwaited ? askedAnew(situation) : settled(situation);
    case "unlinked":
      return authorizeWith === "invitation"
        ? "The authorization works no longer. Apply to ask the administrator anew, then send the invitation."
        : `The authorization works no longer. ${anew}, then ${send}.`;
    case "unknown":
      return "Nothing is known of the link. Ask the administrator, or change keepers and apply to ask them anew.";
  }
}

function askedAnew({ authorizeWith, hasUrl }: Situation): string {
  const linked = "The link works, and the administrator has been asked to authorize anew";
  if (authorizeWith === "invitation") return `${linked}: send them the invitation, if that is not done.`;
  return hasUrl
    ? `${linked}: send them to the authorization URL before it lapses.`
    : `${linked}, but the URL has lapsed: change keepers and apply to mint another.`;
}

function settled({ wanted, authorized }: Situation): string {
  if (wanted === null || authorized === null || wanted === authorized) {
    return "Nothing to do: the Organizational Unit is linked.";
  }
  return (
    `Linked, but the administrator was asked for ${authorized} and the configuration names ${wanted}: change keepers ` +
    "and apply to ask them anew, or name what they authorized."
  );
}
