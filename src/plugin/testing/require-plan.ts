import { isDeepStrictEqual } from "node:util";
import type { Plan, PlannedActions } from "./plan";

/** What a plan is expected to be. Without any of it: empty. */
export interface PlanExpectation {
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
