import type { AttributeChange } from "./attribute-change";
import type { FindingClass } from "./finding-class";
import type { ResourceChange } from "./plan-json";

/** The resource that a report is about. */
export const LINK_TYPE = "cronofy_organizational_unit_link";

type Values = Readonly<Record<string, unknown>>;

/** What one plan says of one link. */
export interface LinkInPlan {
  readonly address: string;
  readonly name: string;
  readonly index: string | number | null;
  /** What a refresh found that the state did not know. */
  readonly drift: ResourceChange | null;
  /** What an apply would do. */
  readonly change: ResourceChange | null;
  /** What is known of it after the refresh; null where it is not made yet. */
  readonly observed: Values | null;
}

/** A finding before it has a place in a report. */
export interface LinkFinding {
  readonly class: FindingClass;
  readonly summary: string;
  readonly nextAction: string;
  readonly changes: readonly AttributeChange[];
}

/** What minting anew changes by itself. Any other change is asked for by the configuration. */
const MINTED_ANEW: ReadonlySet<string> = new Set([
  "status",
  "linked",
  "authorization_required",
  "authorization_url",
  "ou_link_token",
  "minted_at",
  "assumed_expires_at",
  "next_action",
]);

/** What a link that works loses when its last URL is used or lapses. */
const LAPSING: ReadonlySet<string> = new Set(["authorization_url", "ou_link_token", "assumed_expires_at"]);

const APPLY_CATCHES_UP = "Nothing to do: the next apply takes it into the state.";

/** Classifies what a plan says of a link. A link that is linked and stays as it is has no finding. */
export function linkFindings(link: LinkInPlan): LinkFinding[] {
  const findings = [observation(link), intention(link)];
  return findings.filter((each) => each !== null);
}

/** What became of the link, whoever did it. */
function observation({ drift, observed }: LinkInPlan): LinkFinding | null {
  // What is to be done next is told by itself.
  const changes = (drift?.changes ?? []).filter(({ name }) => name !== "next_action");
  if (observed === null) {
    if (drift?.actions.includes("delete") !== true) return null;
    const nextAction = "Find out who removed it; an apply makes it anew.";
    return { class: "drift", summary: "The link is gone.", nextAction, changes };
  }
  const wasStatus = drift?.before?.["status"] ?? null;
  const nextAction = typeof observed["next_action"] === "string" ? observed["next_action"] : "Look at the plan.";
  const found = (kind: FindingClass, summary: string): LinkFinding => ({
    class: kind,
    summary,
    nextAction,
    changes,
  });
  switch (observed["status"]) {
    case "unlinked":
      return found("drift", "The link was made, and Cronofy no longer accepts its authorization.");
    case "stale":
      return found("stale", "The authorization URL has lapsed unused.");
    case "pending":
      return found("pending", "The administrator has not authorized yet.");
    case "linked":
      if (changes.length === 0) return null;
      if (wasStatus !== "linked") return { ...found("progress", "The link was made."), nextAction: APPLY_CATCHES_UP };
      return linkedStill(changes, drift?.before ?? {});
    default:
      return observed["linked_at"]
        ? found("drift", "The link was made, and its authorization is no longer in the store.")
        : found("pending", "Whether the administrator has authorized cannot be told.");
  }
}

/** A link that was linked before and is now, but not in the same way. */
function linkedStill(changes: readonly AttributeChange[], before: Values): LinkFinding {
  const names = changes.map(({ name }) => name);
  const hadUrl = before["assumed_expires_at"] !== null && before["assumed_expires_at"] !== undefined;
  if (names.every((name) => LAPSING.has(name)) || (hadUrl && names.includes("linked_at"))) {
    const summary = names.includes("linked_at") ? "The link was made anew." : "An unused authorization URL has lapsed.";
    return { class: "progress", summary, nextAction: APPLY_CATCHES_UP, changes };
  }
  if (names.every((name) => name === "invitation_url")) {
    const summary = "The link service has another address or key, and so has the invitation.";
    return {
      class: "configuration",
      summary,
      nextAction: "Send the new invitation where one is still needed.",
      changes,
    };
  }
  return {
    class: "drift",
    summary: `Changed outside of Terraform: ${names.join(", ")}.`,
    nextAction: "Find out who approved the link anew, and for which unit.",
    changes,
  };
}

/** What the configuration asks for, beyond what follows from what became of the link. */
function intention({ change, observed }: LinkInPlan): LinkFinding | null {
  if (change === null) return null;
  const asked = (summary: string, changes = change.changes): LinkFinding => ({
    class: "configuration",
    summary,
    nextAction: "Review the plan and apply it.",
    changes,
  });
  switch (change.actions.join()) {
    case "no-op":
      if (change.isImport) return asked("An apply takes the link into the state.");
      return change.previousAddress === null ? null : asked(`An apply moves it from ${change.previousAddress}.`);
    case "create":
      return asked("An apply makes the link.");
    case "delete":
      return asked("An apply destroys the link.");
    case "forget":
      return asked("An apply forgets the link and leaves it as it is.");
    case "update": {
      const isLost = observed?.["status"] === "stale" || observed?.["status"] === "unlinked";
      const changes = change.changes.filter(({ name }) => !(isLost && MINTED_ANEW.has(name)));
      if (changes.length === 0) return null;
      return asked(`An apply changes ${changes.map(({ name }) => name).join(", ")}.`, changes);
    }
    default:
      return change.actions.includes("create") ? asked("An apply replaces the link.") : null;
  }
}
