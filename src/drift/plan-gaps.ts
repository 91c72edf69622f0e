import type { LinkFinding } from "./finding-class";
import type { CheckResult, DeferredChange, TerraformPlanJson } from "./plan-json";

/** What stands in the place of an address where something is told of no resource in particular. */
export const ALL_OF_THE_PLAN = "(all of the plan)";

/** https://developer.hashicorp.com/terraform/internals/json-format#change-representation */
const KNOWN_ACTIONS: ReadonlySet<string> = new Set([
  "no-op",
  "create",
  "read",
  "update",
  "delete",
  "forget",
  "delete,create",
  "create,delete",
  "create,forget",
]);

/** Whether it can be told what an apply does. */
export function isKnown(actions: readonly string[]): boolean {
  return KNOWN_ACTIONS.has(actions.join());
}

/** That it cannot be told what an apply does, or what happened. */
export function unknownAction(actions: readonly string[]): LinkFinding {
  const what = actions.length === 0 ? "names no action for it" : `says ${JSON.stringify(actions.join())} of it`;
  return gap(`The plan ${what}, which ou-link does not understand.`, "Read the plan itself, and update ou-link.");
}

/** https://developer.hashicorp.com/terraform/internals/json-format#plan-representation */
const REASONS: ReadonlyMap<string, string> = new Map([
  ["", "Terraform does not say why"],
  ["unknown", "Terraform does not say why"],
  ["instance_count_unknown", "how many there are is known only after an apply"],
  ["resource_config_unknown", "its arguments are known only after an apply"],
  ["provider_config_unknown", "its provider's configuration is known only after an apply"],
  ["absent_prereq", "what it needs is not there yet"],
  ["deferred_prereq", "what it depends on has to wait"],
]);

/** That what an apply is to do has to wait. */
export function deferral({ reason }: DeferredChange): LinkFinding {
  return gap(`It is not planned yet: ${REASONS.get(reason) ?? reason}.`, "Apply what is planned, and plan again.");
}

/** That only some of what is declared was planned; null where all was, or where it is told why not. */
export function partialPlan({ isComplete, deferred, isErrored }: TerraformPlanJson): LinkFinding | null {
  if (isComplete || deferred.length > 0 || isErrored) return null;
  return gap(
    "Only a part of what is declared was planned, as -target does; nothing is known of the rest.",
    "Plan all of it.",
  );
}

/**
 * A check that does not hold; or one of which nothing tells whether it does. Where an apply has yet to do something,
 * that is how checks are, and the change is told by itself.
 */
export function checkFinding(
  { kind, status, problems }: CheckResult,
  { isComplete, hasState, changes }: TerraformPlanJson,
): LinkFinding | null {
  const what = kind === "check" ? "The check" : "A condition of it";
  if (status === "fail" || status === "error") {
    const told = problems.length === 0 ? "." : `: ${problems.join(" ")}`;
    const summary = status === "fail" ? `${what} does not hold${told}` : `${what} cannot be evaluated${told}`;
    return { class: "failed-check", summary, nextAction: "See to what it is about.", changes: [] };
  }
  if (status !== "unknown" || !isComplete || !hasState) return null;
  const isPending = changes?.some(({ actions }) => !["no-op", "read"].includes(actions.join())) ?? false;
  return isPending ? null : gap(`${what} was not evaluated.`, "Plan all of it, and see whether it holds.");
}

function gap(summary: string, nextAction: string): LinkFinding {
  return { class: "incomplete", summary, nextAction, changes: [] };
}
