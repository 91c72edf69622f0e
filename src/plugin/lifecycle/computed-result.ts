import type { Attributes } from "../schema/attribute";
import type { Planned } from "../schema/models";
import type { ObjectPayload } from "../values/value";
import { appliedState } from "./applied-state";
import type { Returned } from "./applied-state";
import { mistakeOf } from "./operation";
import type { Operation } from "./operation";
import { proposeState } from "./plan-rules";
import { plannedModel } from "./planned-model";

/**
 * A configuration together with what is computed for it, as data sources and ephemeral resources answer: defaults
 * where it is silent, and whatever is computed from `compute`.
 *
 * @param config wholly known.
 * @throws DiagnosticError that names the attribute of which `compute` says nothing, or something else than was set.
 */
export async function computedResult(
  config: ObjectPayload,
  schema: Attributes,
  operation: Operation,
  compute: (model: Planned<Attributes>) => Promise<Returned>,
): Promise<ObjectPayload> {
  const plan = proposeState(config, config, null, schema);
  const computed = await compute(plannedModel(plan, config, schema));
  const { state, fault } = appliedState(plan, computed, schema);
  if (fault !== undefined) throw mistakeOf(operation, fault);
  return state;
}
