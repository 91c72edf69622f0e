import { isDeepStrictEqual } from "node:util";
import { attributeDifferences } from "./attribute-differences";
import type { TerraformChange, TerraformPlan, TerraformResourceChange } from "./terraform-workspace";

/** What Terraform does to a resource; `replace` in whichever order, `read` of a data source that waits for an apply. */
export type PlannedAction = "no-op" | "create" | "read" | "update" | "replace" | "delete" | "forget";

/** Actions by address. A resource that is not mentioned is to be left alone. */
export type PlannedActions = Readonly<Record<string, PlannedAction>>;

/** What a plan proposes, by address. */
export class Plan {
  constructor(
    /** `terraform show -json` of the plan, for what has no accessor here. */
    readonly json: TerraformPlan,
    /** Terraform's own judgement: neither a resource nor an output is to change. */
    readonly isEmpty: boolean,
  ) {}

  /**
   * What is to happen to a resource, which may be nothing (`["no-op"]`).
   *
   * @throws Error that lists what is there when this is not
   */
  change(address: string): TerraformResourceChange["change"] {
    const found = this.changes.find((each) => each.address === address);
    if (found !== undefined) return found.change;
    const there = this.changes.length === 0 ? "It knows none." : `It knows ${addressesOf(this.changes)}.`;
    throw new Error(`The plan knows no resource ${address}. ${there}`);
  }

  /**
   * What has happened to a resource since the state was written, as far as Terraform thinks it worth telling.
   *
   * @throws Error that lists what is there when this is not
   */
  drift(address: string): TerraformResourceChange["change"] {
    const drift = this.json.resource_drift ?? [];
    const found = drift.find((each) => each.address === address);
    if (found !== undefined) return found.change;
    const there = drift.length === 0 ? "It has none." : `It has that of ${addressesOf(drift)}.`;
    throw new Error(`The plan has no drift of ${address}. ${there}`);
  }

  /** The action for each resource that is not left alone. */
  get actions(): PlannedActions {
    const actions = this.changes.map(({ address, change }) => [address, actionOf(change)] as const);
    return Object.fromEntries(actions.filter(([, action]) => action !== "no-op"));
  }

  /** The outputs that are to change, by name. */
  get outputChanges(): Readonly<Record<string, TerraformChange>> {
    const outputs = Object.entries(this.json.output_changes ?? {});
    return Object.fromEntries(outputs.filter(([, change]) => actionOf(change) !== "no-op"));
  }

  /** For people: the resources and outputs that are to change, the action, and how their attributes differ. */
  describe(): string {
    const resources = this.changes.flatMap(({ address, previous_address, change }) => {
      // Either may come with an action, or alone.
      const moved = previous_address === undefined ? [] : [`${previous_address}: moves to ${address}`];
      const imported = change.importing === undefined ? [] : [`${address}: import`];
      const changed = actionOf(change) === "no-op" ? [] : [describe(address, change)];
      return [...moved, ...imported, ...changed];
    });
    const outputs = Object.entries(this.outputChanges).map(([name, change]) => describe(`output.${name}`, change));
    const all = [...resources, ...outputs];
    return all.length === 0 ? "nothing" : all.join("\n");
  }

  private get changes(): readonly TerraformResourceChange[] {
    return this.json.resource_changes ?? [];
  }
}

/** Terraform writes a replacement as two actions, in the order in which it goes about it. */
function actionOf({ actions }: TerraformChange): PlannedAction {
  return actions.length === 2 ? "replace" : (actions[0] as PlannedAction);
}

function describe(address: string, change: TerraformChange): string {
  const action = actionOf(change);
  // What is made or removed differs in every attribute; that would only hide the address.
  const differences = action === "update" || action === "replace" ? attributeDifferences(change) : [];
  return [`${address}: ${action}`, ...differences.map((each) => `  ${each}`)].join("\n");
}

function addressesOf(changes: readonly TerraformResourceChange[]): string {
  return changes.map(({ address }) => address).join(", ");
}

/** What a plan is expected to be. Without any of it: empty. */
interface PlanExpectation {
  /** Exactly these actions on resources; whether outputs change too is no matter. */
  readonly actions?: PlannedActions | undefined;
  /** Some change, whichever. */
  readonly nonEmpty?: boolean | undefined;
}

/** A plan was not what the test expects. */
export class UnexpectedPlanError extends Error {
  override readonly name = "UnexpectedPlanError";

  /** @param plan is not kept: a test runner would print it, with what is sensitive in it */
  constructor(problem: string, plan: Plan) {
    super(`${problem}\n\n${plan.describe()}`);
  }
}

/**
 * Holds a plan against what the test expects.
 *
 * @param which begins the message, such as `The plan after terraform apply`
 * @throws UnexpectedPlanError that names every address, its action, and the attributes that differ
 */
export function requirePlan(which: string, plan: Plan, { actions, nonEmpty }: PlanExpectation): void {
  if (actions !== undefined) requireActions(which, plan, actions);
  if (nonEmpty && plan.isEmpty) throw new UnexpectedPlanError(`${which} proposes nothing, and should.`, plan);
  if (actions === undefined && !nonEmpty && !plan.isEmpty) {
    throw new UnexpectedPlanError(`${which} is not empty. It proposes:`, plan);
  }
}

/** @throws UnexpectedPlanError, as {@link requirePlan} */
export function requireActions(which: string, plan: Plan, expected: PlannedActions): void {
  const changes = Object.fromEntries(Object.entries(expected).filter(([, action]) => action !== "no-op"));
  if (isDeepStrictEqual({ ...plan.actions }, changes)) return;
  const wanted = Object.entries(changes).map(([address, action]) => `${address}: ${action}`);
  const wish = wanted.length === 0 ? "should change no resource" : `should propose ${wanted.join(", ")}`;
  throw new UnexpectedPlanError(`${which} ${wish}. It proposes:`, plan);
}
