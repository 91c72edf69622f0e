import type { Change, ResourceDefinition } from "../definition";
import type { CallContext } from "../server/handlers";
import { objectType } from "../schema/attribute";
import type { Attributes } from "../schema/attribute";
import type { State } from "../schema/models";
import { pathToWire } from "../values/path";
import { toPlain } from "../values/plain";
import { known } from "../values/value";
import type { PlanResourceChange_Request } from "../wire/generated/tfplugin6";
import { PlanResourceChange_Response } from "../wire/generated/tfplugin6";
import { Diagnostics } from "./diagnostics";
import { attributesOf, decodeDynamicValue, encodeDynamicValue } from "./dynamic-value";
import { mistakeOf } from "./operation";
import { changedAttributes, planFault, proposeState, replacementPaths } from "./plan-rules";
import { PrivateState } from "./private-state";

/** Plans a change: the rules of the schema first, then the resource's own word, then the check of both. */
export async function planResourceChange(
  definition: ResourceDefinition<Attributes, unknown>,
  client: unknown,
  request: PlanResourceChange_Request,
  { signal, log }: CallContext,
): Promise<PlanResourceChange_Response> {
  const { schema } = definition;
  const diagnostics = new Diagnostics();
  const type = objectType(schema);
  const response = PlanResourceChange_Response.fromPartial({
    plannedState: request.proposedNewState,
    plannedPrivate: request.priorPrivate,
  });
  try {
    const proposed = decodeDynamicValue(request.proposedNewState, type);
    const priorValue = decodeDynamicValue(request.priorState, type);
    const prior = priorValue.kind === "known" ? attributesOf(priorValue) : null;
    // Terraform 1.17 plans again before it applies, and hands over what the first plan kept.
    const { priorPrivate, plannedPrivate } = request;
    const privateState = PrivateState.read(plannedPrivate.length > 0 ? plannedPrivate : priorPrivate);
    const warn = diagnostics.warning.bind(diagnostics);
    const call = { signal, log, private: privateState, warn };
    if (proposed.kind !== "known") {
      if (prior !== null) await definition.planDestroy?.(toPlain(priorValue, type) as State<Attributes>, client, call);
    } else {
      const config = attributesOf(decodeDynamicValue(request.config, type));
      const planned = proposeState(attributesOf(proposed), config, prior, schema);
      if (prior !== null) response.plannedIdentity = request.priorIdentity;

      const change: Change<Attributes> = {
        action: prior === null ? "create" : "update",
        config,
        prior: prior === null ? null : (toPlain(priorValue, type) as State<Attributes>),
        planned,
        changes: (...names) =>
          prior === null || changedAttributes(planned, prior, schema).some((name) => names.includes(name)),
      };
      await definition.plan?.(change, client, call);
      const fault = planFault(planned, config, prior, schema);
      if (fault !== undefined) throw mistakeOf({ typeName: request.typeName, name: "plan" }, fault);
      response.plannedState = encodeDynamicValue(known(planned), type);
      response.plannedPrivate = privateState.toWire();
      if (prior !== null) response.requiresReplace = replacementPaths(planned, prior, schema).map(pathToWire);
    }
  } catch (error) {
    diagnostics.thrown(error, log);
  }
  response.diagnostics = diagnostics.toWire();
  return response;
}
