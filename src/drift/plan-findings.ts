import type { FindingClass } from "./finding-class";
import type {
  AttributeChange,
  CheckResult,
  DeferredChange,
  RelevantAttribute,
  ResourceChange,
  TerraformPlanJson,
} from "./plan-json";

/** What a plan says of one link, resource or check; a report makes a `Finding` of it. */
export interface PlanFinding {
  readonly class: FindingClass;
  readonly summary: string;
  readonly nextAction: string;
  readonly changes: readonly AttributeChange[];
  /** The key of the earlier object that it is about; absent where it is about the present one. */
  readonly deposed?: string;
}

/**
 * What happened to a resource that is no link, outside of Terraform. A data source that was read, or an object that is
 * imported or forgotten, is no drift: nobody changed anything.
 */
export function otherDrift(change: ResourceChange): PlanFinding | null {
  if (change.mode !== "managed" || change.isImport) return null;
  if (change.actions.includes("delete")) {
    const nextAction = "Find out who removed it; an apply makes it anew.";
    return { class: "other-drift", summary: "It is gone.", nextAction, changes: change.changes };
  }
  if (!isKnown(change.actions)) return unknownAction(change.actions);
  if (!change.actions.includes("update") || change.changes.length === 0) return null;
  return {
    class: "other-drift",
    summary: `Changed outside of Terraform: ${change.changes.map(({ name }) => name).join(", ")}.`,
    nextAction: "Take the change into the configuration, or apply to undo it.",
    changes: change.changes,
  };
}

const ASKED: ReadonlyMap<string, string> = new Map([
  ["create", "An apply makes it."],
  ["update", "An apply changes it."],
  ["delete", "An apply destroys it."],
  ["delete,create", "An apply replaces it."],
  ["create,delete", "An apply replaces it."],
  ["create,forget", "An apply makes it anew, and forgets the present object and leaves it as it is."],
  ["forget", "An apply forgets it and leaves it as it is."],
]);

/** What the configuration asks for of a resource that is no link. */
export function otherConfiguration(change: ResourceChange): PlanFinding | null {
  if (change.mode !== "managed") return null;
  if (!isKnown(change.actions)) return unknownAction(change.actions);
  const summary = ASKED.get(change.actions.join());
  if (summary === undefined) return null;
  const nextAction = "Review the plan and apply it.";
  return { class: "other-configuration", summary, nextAction, changes: change.changes };
}

/** Tells whether something in a plan depends on an attribute that has drifted. */
export class Relevance {
  private readonly attributes = new Map<string, string[]>();

  constructor(relevant: readonly RelevantAttribute[]) {
    for (const { resource, attribute } of relevant) {
      const names = this.attributes.get(resource) ?? [];
      // Without a path, the whole resource is relevant.
      names.push(attribute.length === 0 ? "" : String(attribute[0]));
      this.attributes.set(resource, names);
    }
  }

  has({ address, changes }: Pick<ResourceChange, "address" | "changes">): boolean {
    // Relevant attributes name resources without their keys.
    const names = this.attributes.get(address) ?? this.attributes.get(withoutKeys(address));
    return names !== undefined && names.some((name) => name === "" || changes.some((each) => each.name === name));
  }
}

/** `module.m["a"].demo.b[0]` → `module.m.demo.b`. A key may hold brackets and escaped quotation marks. */
export function withoutKeys(address: string): string {
  return address.replace(/\[(?:\d+|"(?:[^"\\]|\\.)*")\]/g, "");
}

/** What a finding about no resource in particular has for an address. */
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

/** Whether we know what an apply does with these actions. */
export function isKnown(actions: readonly string[]): boolean {
  return KNOWN_ACTIONS.has(actions.join());
}

/** Says that nobody can tell what an apply does, or what happened. */
export function unknownAction(actions: readonly string[]): PlanFinding {
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

/** Says that a change has to wait for a later plan. */
export function deferral({ reason }: DeferredChange): PlanFinding {
  return gap(`It is not planned yet: ${REASONS.get(reason) ?? reason}.`, "Apply what is planned, and plan again.");
}

/** Says that only a part was planned; null where all was, or where something else says why not. */
export function partialPlan({ isComplete, deferred, isErrored }: TerraformPlanJson): PlanFinding | null {
  if (isComplete || deferred.length > 0 || isErrored) return null;
  return gap(
    "Only a part of what is declared was planned, as -target does; nothing is known of the rest.",
    "Plan all of it.",
  );
}

/**
 * Tells of a check that does not hold, or that was not evaluated. While an apply still has something to do, it is
 * normal that checks are not evaluated, and the change has its own finding.
 */
export function checkFinding(
  { kind, status, problems }: CheckResult,
  { isComplete, hasState, changes }: TerraformPlanJson,
): PlanFinding | null {
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

function gap(summary: string, nextAction: string): PlanFinding {
  return { class: "incomplete", summary, nextAction, changes: [] };
}
