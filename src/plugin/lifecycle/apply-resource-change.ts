import type { ApplyCall, ResourceDefinition } from "../definition";
import type { CallContext } from "../server/handlers";
import { objectType } from "../schema/attribute";
import type { Attributes, Planned, State } from "../schema/attribute";
import { equalValues } from "../values/equal";
import { fromPlain, toPlain } from "../values/plain";
import { NULL, emptyPayload, known } from "../values/value";
import type { AnyValue, ObjectPayload } from "../values/value";
import type { ApplyResourceChange_Request } from "../wire/generated/tfplugin6";
import { ApplyResourceChange_Response } from "../wire/generated/tfplugin6";
import { underDeadline } from "./deadline";
import { Diagnostics, providerMistake } from "./diagnostics";
import { attributesOf, decodeDynamicValue, encodeDynamicValue } from "./dynamic-value";
import { PrivateState } from "./private-state";

type Reached = Readonly<Record<string, unknown>>;

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
  });
  try {
    const prior = decodeDynamicValue(request.priorState, type);
    const planned = decodeDynamicValue(request.plannedState, type);
    const plan = attributesOf(planned);
    let reached: Reached | undefined;
    const call: Omit<ApplyCall<Attributes>, "signal"> = {
      log,
      private: privateState,
      warn: (finding) => diagnostics.warning(finding),
      reached: (computed) => {
        reached = { ...reached, ...computed };
      },
    };
    const keep = (state: AnyValue) => {
      response.newState = encodeDynamicValue(state, type);
      response.private = privateState.toWire();
    };
    try {
      if (planned.kind !== "known") {
        await underDeadline("delete", schema, attributesOf(prior), signal, (bounded) =>
          definition.delete(toPlain(prior, type) as State<Attributes>, client, { ...call, signal: bounded }),
        );
        keep(NULL);
      } else {
        const operation = prior.kind === "known" ? "update" : "create";
        const model = plannedModel(plan, schema);
        const computed = await underDeadline(operation, schema, plan, signal, (bounded) =>
          prior.kind === "known"
            ? definition.update(model, toPlain(prior, type) as State<Attributes>, client, { ...call, signal: bounded })
            : definition.create(model, client, { ...call, signal: bounded }),
        );
        const result = { ...reached, ...computed };
        keep(known(mergeReached(plan, result, schema)));
        assertApplyKeptPlan(plan, result, schema, operation);
      }
    } catch (error) {
      if (reached !== undefined && planned.kind === "known") keep(known(mergeReached(plan, reached, schema)));
      throw error;
    }
  } catch (error) {
    diagnostics.thrown(error, log);
  }
  response.diagnostics = diagnostics.toWire();
  return response;
}

/** What the configuration decided, unwrapped; what is computed keeps its wrapping, for it may be unknown. */
function plannedModel(plan: ObjectPayload, schema: Attributes): Planned<Attributes> {
  const model: Record<string, unknown> = {};
  for (const [name, { type, options }] of Object.entries(schema)) {
    const value = plan[name] ?? NULL;
    model[name] = options.computed === true && options.default === undefined ? value : toPlain(value, type);
  }
  return model;
}

/** The planned state with what was reached in place of what was unknown; what is still unknown becomes null. */
function mergeReached(plan: ObjectPayload, reached: Reached, schema: Attributes): ObjectPayload {
  const state = emptyPayload();
  for (const [name, { type }] of Object.entries(schema)) {
    const planned = plan[name] ?? NULL;
    state[name] = Object.hasOwn(reached, name)
      ? fromPlain(reached[name], type)
      : planned.kind === "unknown"
        ? NULL
        : planned;
  }
  return state;
}

function assertApplyKeptPlan(plan: ObjectPayload, result: Reached, schema: Attributes, operation: string): void {
  for (const [name, { type }] of Object.entries(schema)) {
    const planned = plan[name] ?? NULL;
    if (!Object.hasOwn(result, name)) {
      if (planned.kind === "unknown") throw providerMistake(`After ${operation}, nothing is said of ${name}.`);
    } else if (planned.kind !== "unknown" && !equalValues(fromPlain(result[name], type), planned, type)) {
      throw providerMistake(`The ${operation} gives ${name} another value than was planned.`);
    }
  }
}
