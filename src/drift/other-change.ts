import type { LinkFinding } from "./finding-class";
import { isKnown, unknownAction } from "./plan-gaps";
import type { RelevantAttribute, ResourceChange } from "./plan-json";

/**
 * What happened to a resource that is no link, outside of Terraform. That a data source was read, or that an object is
 * imported or forgotten, is no drift: nobody changed anything.
 */
export function otherDrift(change: ResourceChange): LinkFinding | null {
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
export function otherConfiguration(change: ResourceChange): LinkFinding | null {
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
