import type { ResourceDefinition } from "../definition";
import type { CallContext } from "../server/handlers";
import type { Attributes, State } from "../schema/attribute";
import { objectType } from "../schema/attribute";
import { fromPlain, toPlain } from "../values/plain";
import type { ReadResource_Request } from "../wire/generated/tfplugin6";
import { ReadResource_Response } from "../wire/generated/tfplugin6";
import { underDeadline } from "./deadline";
import { Diagnostics } from "./diagnostics";
import { attributesOf, decodeDynamicValue, encodeDynamicValue } from "./dynamic-value";
import { PrivateState } from "./private-state";

/** Asks a resource how things are. The answer starts as what was known: a failure loses nothing. */
export async function readResource(
  definition: ResourceDefinition<Attributes, unknown>,
  client: unknown,
  request: ReadResource_Request,
  { signal, log }: CallContext,
): Promise<ReadResource_Response> {
  const { schema } = definition;
  const diagnostics = new Diagnostics();
  const type = objectType(schema);
  const response = ReadResource_Response.fromPartial({ newState: request.currentState, private: request.private });
  try {
    const current = decodeDynamicValue(request.currentState, type);
    if (current.kind === "known") {
      const privateState = PrivateState.read(request.private);
      const state = await underDeadline("read", schema, attributesOf(current), signal, (bounded) =>
        definition.read(toPlain(current, type) as State<Attributes>, client, {
          signal: bounded,
          log,
          private: privateState,
          warn: (finding) => diagnostics.warning(finding),
        }),
      );
      response.newState = encodeDynamicValue(fromPlain(state, type), type);
      response.private = privateState.toWire();
    }
  } catch (error) {
    diagnostics.thrown(error, log);
  }
  response.diagnostics = diagnostics.toWire();
  return response;
}
