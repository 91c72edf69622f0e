import { AWAITING_ATTRIBUTES, LAPSING_ATTRIBUTES, MINTED_ATTRIBUTES, isLost, isWaiting, linkStatus } from "../link";
import type { FindingClass } from "./finding-class";
import { deferral, unknownAction } from "./plan-findings";
import type { PlanFinding } from "./plan-findings";
import type { AttributeChange, DeferredChange, ResourceChange } from "./plan-json";

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
  /** What an apply would do with earlier objects of it, which a replacement has left. */
  readonly deposed: readonly ResourceChange[];
  /** What an apply cannot do yet. */
  readonly deferred: DeferredChange | null;
  /** What is known of it after the refresh; null where it is not made yet. */
  readonly observed: Values | null;
  /** The address where the same plan makes the link that it destroys here, or destroys the one that it makes here. */
  readonly otherAddress: string | null;
}

/** Attributes that change as a consequence: no configuration asks for them. */
const FOLLOWING: ReadonlySet<string> = new Set([...AWAITING_ATTRIBUTES, ...MINTED_ATTRIBUTES, "invitation_url"]);

/** What a link that works loses when its last URL is used or lapses. */
const LAPSING: ReadonlySet<string> = new Set(LAPSING_ATTRIBUTES);

const APPLY_CATCHES_UP = "Nothing to do: the next apply takes it into the state.";
const REVIEW = "Review the plan and apply it.";
const KEEP_IT =
  "Review the plan: an administrator would have to come again. Where only the address changes, use a moved block; where " +
  'another state takes the link over, a removed block; to leave the authorization alone, first apply on_destroy = "keep".';

/** Classifies what a plan says of a link. A link that is linked and stays as it is has no finding. */
export function linkFindings(link: LinkInPlan): PlanFinding[] {
  const deferred = link.deferred === null ? null : deferral(link.deferred);
  const findings = [
    observation(link),
    intention(link),
    deferred,
    ...link.deposed.map((change) => earlierObject(change, link)),
  ];
  return findings.filter((each) => each !== null);
}

/** What somebody has to do next about a link, whatever a plan found of it. */
export function linkNextAction({ observed, change }: LinkInPlan, findings: readonly PlanFinding[]): string {
  if (observed === null) return REVIEW;
  const asked = findings.find((finding) => finding.class === "configuration" || finding.class === "incomplete");
  const isSettled = observed["status"] === "linked" && observed["authorization_required"] !== true;
  // Nobody should be asked to authorize a link that goes, and a working link is not done while an apply still has to
  // change it.
  if (asked !== undefined && (isSettled || change?.actions.includes("delete") === true)) return asked.nextAction;
  return textOf(observed, "next_action") ?? "";
}

/** What became of the link, whoever did it. */
function observation({ drift, observed }: LinkInPlan): PlanFinding | null {
  // A finding tells the next action in a field of its own.
  const changes = (drift?.changes ?? []).filter(({ name }) => name !== "next_action");
  if (observed === null) {
    if (drift === null) return null;
    if (!drift.actions.includes("delete")) return unknownAction(drift.actions);
    const nextAction = "Find out who removed it; an apply makes it anew.";
    return { class: "drift", summary: "The link is gone.", nextAction, changes };
  }
  const nextAction = textOf(observed, "next_action") ?? "Look at the plan.";
  const found = (kind: FindingClass, summary: string): PlanFinding => ({
    class: kind,
    summary,
    nextAction,
    changes,
  });
  switch (linkStatus(observed["status"])) {
    case "unlinked":
      return found("drift", "The link was made and works no longer: Cronofy refuses it, or it was ended.");
    case "stale":
      return found("stale", "The authorization URL has lapsed unused.");
    case "pending":
      return found("pending", "The administrator has not authorized yet.");
    case "linked": {
      const changed = changes.length === 0 ? null : linkedNow(changes, drift?.before ?? {});
      const isAskedAnew = observed["authorization_required"] === true && changed?.class !== "drift";
      return isAskedAnew
        ? found("pending", "The link works, and its administrator has been asked to authorize anew.")
        : changed;
    }
    case "unknown":
      return observed["linked_at"]
        ? found("drift", "The link was made, and its authorization is no longer in the store.")
        : found("pending", "Whether the administrator has authorized cannot be told.");
  }
}

/** A link that is linked now, and was not before, or not in the same way. */
function linkedNow(changes: readonly AttributeChange[], before: Values): PlanFinding {
  const progress = (summary: string): PlanFinding => {
    return { class: "progress", summary, nextAction: APPLY_CATCHES_UP, changes };
  };
  if (before["status"] !== "linked") return progress("The link was made.");
  const names = changes.map(({ name }) => name);
  const wasAwaited = before["authorization_required"] === true || typeof before["assumed_expires_at"] === "string";
  if (wasAwaited && names.includes("linked_at")) return progress("The link was made anew.");
  if (names.every((name) => LAPSING.has(name))) return progress("An unused authorization URL has lapsed.");
  if (names.every((name) => name === "awaited_since" || name === "authorization_required")) {
    return progress("The administrator who was asked anew is awaited no longer.");
  }
  if (names.every((name) => name === "invitation_url")) {
    const summary = "The link service has another address or key, and so has the invitation.";
    const nextAction = "Send the new invitation where one is still needed.";
    return { class: "configuration", summary, nextAction, changes };
  }
  const summary = `Changed outside of Terraform: ${names.join(", ")}.`;
  const nextAction = "Find out who approved the link anew, and for which unit.";
  return { class: "drift", summary, nextAction, changes };
}

/** What the configuration asks for, beyond what follows from what became of the link. */
function intention({ address, change, observed, otherAddress }: LinkInPlan): PlanFinding | null {
  if (change === null) return null;
  const asked = (summary: string, nextAction = REVIEW, changes = change.changes): PlanFinding => ({
    class: "configuration",
    summary,
    nextAction,
    changes,
  });
  switch (change.actions.join()) {
    case "no-op":
      if (change.isImport) return asked("An apply takes the link into the state.");
      return change.previousAddress === null ? null : asked(`An apply moves it from ${change.previousAddress}.`);
    case "create":
      return otherAddress === null
        ? asked("An apply makes the link.")
        : asked(
            `An apply makes the link, which it destroys as ${otherAddress}: a rename without a moved block.`,
            useMoved(otherAddress, address),
          );
    case "delete":
      return otherAddress === null
        ? asked(`An apply destroys the link${endingWords(change.before)}.`, advice(change.before))
        : asked(
            `An apply destroys the link, and makes the same one as ${otherAddress}: a rename without a moved block.`,
            useMoved(address, otherAddress),
          );
    case "forget":
      return asked("An apply forgets the link and leaves it as it is.");
    case "update": {
      const own = change.changes.filter(({ name }) => !FOLLOWING.has(name));
      const status = linkStatus(textOf(observed, "status"));
      if (own.length === 0 && (isLost(status) || status === "stale")) return null;
      const changes = own.length > 0 ? own : change.changes;
      const asksAnew = own.some(({ name }) => name === "keepers") ? ", so that the administrator is asked anew" : "";
      return asked(`An apply changes ${changes.map(({ name }) => name).join(", ")}${asksAnew}.`, REVIEW, changes);
    }
    case "create,forget":
      return asked("An apply makes the link anew, and forgets the present object and leaves it as it is.");
    case "create,delete":
    case "delete,create":
      return replacement(change, otherAddress, asked);
    default:
      return unknownAction(change.actions);
  }
}

function replacement(
  { address, actions, before, after }: ResourceChange,
  otherAddress: string | null,
  asked: (summary: string, nextAction?: string) => PlanFinding,
): PlanFinding {
  const account = textOf(after, "service_account_id");
  if (account === textOf(before, "service_account_id")) {
    // A link that is made first adopts the authorization. One that is destroyed first leaves it only if it is to be
    // kept.
    const isLinked = textOf(before, "status") === "linked";
    const takesOver = actions[0] === "create" || (isLinked && textOf(before, "on_destroy") === "keep");
    return takesOver
      ? asked("An apply replaces the link, and the new one takes over what there is of it.")
      : asked(
          `An apply replaces the link${endingWords(before)}.`,
          isLinked ? `${KEEP_IT} With create_before_destroy, the new one takes the authorization over.` : REVIEW,
        );
  }
  const by = account === null ? "another" : `that of ${account}`;
  return otherAddress === null
    ? asked(`An apply replaces the link by ${by}${endingWords(before)}.`, advice(before))
    : asked(
        `An apply replaces the link by ${by}, and makes the present one as ${otherAddress}.`,
        useMoved(address, otherAddress),
      );
}

/** An object that a replacement has left. It owns nothing any more where the link's present object is of the same unit. */
function earlierObject(change: ResourceChange, { observed, change: present }: LinkInPlan): PlanFinding {
  const { before, changes } = change;
  const account = textOf(before, "service_account_id");
  const deposed = change.deposed ?? "";
  const object = `an earlier object of the link (deposed ${deposed}), which a replacement has left`;
  const finding = (summary: string, nextAction: string): PlanFinding => {
    return { class: "configuration", summary, nextAction, changes, deposed };
  };
  if (change.actions.includes("forget")) return finding(`An apply forgets ${object}.`, REVIEW);
  const isSame = textOf(observed ?? present?.after ?? null, "service_account_id") === account;
  return isSame
    ? finding(
        `An apply destroys ${object}. The authorization stays: it belongs to the link's present object.`,
        "Apply, so that the replacement is done.",
      )
    : finding(`An apply destroys ${object}${endingWords(before)}.`, advice(before));
}

/** What ends with an object of a link, in words that go on after "destroys the link". */
function endingWords(values: Values | null): string {
  const status = linkStatus(textOf(values, "status"));
  const keeps = textOf(values, "on_destroy") === "keep";
  if (status === "linked") {
    return keeps ? " and leaves its working authorization as it is" : " and ends its working authorization";
  }
  if (isWaiting(status))
    return textOf(values, "authorize_with") === "invitation" ? " and withdraws its invitation" : "";
  return status === "unknown" && !keeps ? " and ends its authorization, if there is one" : "";
}

function advice(values: Values | null): string {
  return textOf(values, "status") === "linked" && textOf(values, "on_destroy") !== "keep" ? KEEP_IT : REVIEW;
}

function useMoved(from: string, to: string): string {
  return (
    `Add a moved block from ${from} to ${to}. Without it, the link ends where it is destroyed first, and goes on where ` +
    "it is made first: then the new one adopts it."
  );
}

function textOf(values: Values | null, attribute: string): string | null {
  const value = values?.[attribute];
  return typeof value === "string" ? value : null;
}
