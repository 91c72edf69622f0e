import type { ApplyCall, ResourceDefinition } from "../definition";
import type { CallContext } from "../server/handlers";
import { objectType } from "../schema/attribute";
import type { Attributes } from "../schema/attribute";
import type { State } from "../schema/models";
import { toPlain } from "../values/plain";
import { NULL, known } from "../values/value";
import type { AnyValue } from "../values/value";
import type { ApplyResourceChange_Request } from "../wire/generated/tfplugin6";
import { ApplyResourceChange_Response } from "../wire/generated/tfplugin6";
import { appliedState } from "./applied-state";
import type { Returned } from "./applied-state";
import { underDeadline } from "./deadline";
import type { Bounds } from "./deadline";
import { Diagnostics } from "./diagnostics";
import { attributesOf, decodeDynamicValue, encodeDynamicValue } from "./dynamic-value";
import { mistakeOf } from "./operation";
import type { Operation } from "./operation";
import { plannedModel } from "./planned-model";
import { PrivateState } from "./private-state";
import { identityOf } from "./resource-identity";

/**
 * Carries out a planned change. The answer starts as the prior state, and whatever the operation has reached replaces
 * it: Terraform keeps what this answer holds even when the operation failed.
 */
export async function applyResourceChange(
  definition: ResourceDefinition<Attributes, unknown>,
  client: unknown,
  request: ApplyResourceChange_Request,
  { signal, log }: CallContext,
): Promise<ApplyResourceChange_Response> {
  const { schema } = definition;
  const diagnostics = new Diagnostics();
  const type = objectType(schema);
  const privateState = PrivateState.read(request.plannedPrivate);
  const response = ApplyResourceChange_Response.fromPartial({
    newState: request.priorState,
    private: request.plannedPrivate,
    newIdentity: request.plannedIdentity,
  });
  try {
    const prior = decodeDynamicValue(request.priorState, type);
    const planned = decodeDynamicValue(request.plannedState, type);
    const config = decodeDynamicValue(request.config, type);
    const plan = attributesOf(planned);
    const priorState = () => toPlain(prior, type) as State<Attributes>;
    let reached: Returned = {};
    const call: Omit<ApplyCall<Attributes>, keyof Bounds> = {
      log,
      private: privateState,
      warn: (finding) => diagnostics.warning(finding),
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
      keep(NULL, { typeName: request.typeName, name: "delete" });
    } else {
      const name = prior.kind === "known" ? "update" : "create";
      const operation = { typeName: request.typeName, name };
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
    }
  } catch (error) {
    diagnostics.thrown(error, log);
  }
  response.diagnostics = diagnostics.toWire();
  return response;
}
