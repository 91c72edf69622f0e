import type { ApplyCall } from "../definition";
import { objectType } from "../schema/attribute";
import type { Attributes } from "../schema/attribute";
import type { State } from "../schema/models";
import { decodeDynamicValue, encodeDynamicValue } from "../values/msgpack";
import { toPlain } from "../values/plain";
import { PrivateState } from "../values/private-state";
import { NULL, attributesOf, known } from "../values/value";
import type { AnyValue } from "../values/value";
import { ApplyResourceChange_Response } from "../wire/generated/tfplugin6";
import type { ApplyResourceChange_Request } from "../wire/generated/tfplugin6";
import type { CallContext } from "../wire/handlers";
import { underDeadline } from "./deadline";
import type { Bounds } from "./deadline";
import { answer, mistakeOf } from "./diagnostics";
import type { Operation } from "./diagnostics";
import { plannedModel } from "./plan-rules";
import type { ProviderParts } from "./provider-parts";
import { identityOf } from "./resource-identity";
import { appliedState } from "./returned-state";
import type { Returned } from "./returned-state";

/**
 * Carries out a planned change. The answer starts as the prior state, and whatever the operation has reached replaces
 * it: Terraform keeps what this answer holds even when the operation failed.
 */
export function applyResourceChange(
  parts: ProviderParts,
  request: ApplyResourceChange_Request,
  context: CallContext,
): Promise<ApplyResourceChange_Response> {
  const asBefore = ApplyResourceChange_Response.fromPartial({
    newState: request.priorState,
    private: request.plannedPrivate,
    newIdentity: request.plannedIdentity,
  });
  return answer(asBefore, context, async (response, { warning }) => {
    const { typeName } = request;
    const { signal, log } = context;
    const definition = parts.resource(typeName);
    const { client } = parts;
    const { schema } = definition;
    const type = objectType(schema);
    const privateState = PrivateState.read(request.plannedPrivate);
    const prior = decodeDynamicValue(request.priorState, type);
    const planned = decodeDynamicValue(request.plannedState, type);
    const config = decodeDynamicValue(request.config, type);
    const plan = attributesOf(planned);
    const priorState = () => toPlain(prior, type) as State<Attributes>;
    let reached: Returned = {};
    const call: Omit<ApplyCall<Attributes>, keyof Bounds> = {
      log,
      private: privateState,
      warn: warning,
      reached: (computed) => {
        reached = { ...reached, ...computed };
      },
    };
    const keep = (state: AnyValue, operation: Operation) => {
      response.newState = encodeDynamicValue(state, type);
      response.private = privateState.toWire();
      response.newIdentity = identityOf(definition, state, request.plannedIdentity, operation);
    };

    if (planned.kind !== "known") {
      await underDeadline("delete", schema, attributesOf(prior), signal, (bounds) =>
        definition.delete(priorState(), client, { ...call, ...bounds }),
      );
      return keep(NULL, { typeName, name: "delete" });
    }
    const name = prior.kind === "known" ? "update" : "create";
    const operation = { typeName, name };
    const model = plannedModel(plan, attributesOf(config), schema);
    try {
      const computed = await underDeadline(name, schema, plan, signal, (bounds) =>
        prior.kind === "known"
          ? definition.update(model, priorState(), client, { ...call, ...bounds })
          : definition.create(model, client, { ...call, ...bounds }),
      );
      reached = { ...reached, ...computed };
    } catch (error) {
      if (Object.keys(reached).length > 0) keep(known(appliedState(plan, reached, schema).state), operation);
      throw error;
    }
    const { state, fault } = appliedState(plan, reached, schema);
    keep(known(state), operation);
    if (fault !== undefined) throw mistakeOf(operation, fault);
  });
}
