import type { Change } from "../definition";
import { objectType } from "../schema/attribute";
import type { Attributes } from "../schema/attribute";
import type { State } from "../schema/models";
import { decodeDynamicValue, encodeDynamicValue } from "../values/msgpack";
import { pathToWire } from "../values/path";
import { toPlain } from "../values/plain";
import { PrivateState } from "../values/private-state";
import { attributesOf, known } from "../values/value";
import { PlanResourceChange_Response } from "../wire/generated/tfplugin6";
import type { PlanResourceChange_Request } from "../wire/generated/tfplugin6";
import type { CallContext } from "../wire/handlers";
import { answer, mistakeOf } from "./diagnostics";
import { changedAttributes, planFault, proposeState, replacementPaths } from "./plan-rules";
import type { ProviderParts } from "./provider-parts";

/** Plans a change: the rules of the schema first, then the resource's own word, then the check of both. */
export function planResourceChange(
  parts: ProviderParts,
  request: PlanResourceChange_Request,
  context: CallContext,
): Promise<PlanResourceChange_Response> {
  const asProposed = PlanResourceChange_Response.fromPartial({
    plannedState: request.proposedNewState,
    plannedPrivate: request.priorPrivate,
  });
  return answer(asProposed, context, async (response, { warning }) => {
    const definition = parts.resource(request.typeName);
    const { client } = parts;
    const { schema } = definition;
    const type = objectType(schema);
    const proposed = decodeDynamicValue(request.proposedNewState, type);
    const priorValue = decodeDynamicValue(request.priorState, type);
    const prior = priorValue.kind === "known" ? attributesOf(priorValue) : null;
    // Terraform 1.17 plans again before it applies, and hands over what the first plan kept.
    const { priorPrivate, plannedPrivate } = request;
    const privateState = PrivateState.read(plannedPrivate.length > 0 ? plannedPrivate : priorPrivate);
    const { signal, log } = context;
    const call = { signal, log, private: privateState, warn: warning };
    if (proposed.kind !== "known") {
      if (prior !== null) await definition.planDestroy?.(toPlain(priorValue, type) as State<Attributes>, client, call);
      return;
    }
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
  });
}
