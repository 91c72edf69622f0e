import type { ResourceDefinition } from "../definition";
import type { CallContext } from "../server/handlers";
import type { Attributes } from "../schema/attribute";
import { objectType } from "../schema/attribute";
import type { State } from "../schema/models";
import { toPlain } from "../values/plain";
import { known } from "../values/value";
import type { ReadResource_Request } from "../wire/generated/tfplugin6";
import { ReadResource_Response } from "../wire/generated/tfplugin6";
import { underDeadline } from "./deadline";
import { Diagnostics } from "./diagnostics";
import { attributesOf, decodeDynamicValue, encodeDynamicValue } from "./dynamic-value";
import { PrivateState } from "./private-state";
import { identityOf } from "./resource-identity";
import { stateFrom } from "./returned-state";
import { keepSpelling } from "./semantic-equality";

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
  const operation = { typeName: request.typeName, name: "read" };
  const response = ReadResource_Response.fromPartial({
    newState: request.currentState,
    private: request.private,
    newIdentity: request.currentIdentity,
  });
  try {
    const current = decodeDynamicValue(request.currentState, type);
    if (current.kind === "known") {
      const privateState = PrivateState.read(request.private);
      const read = await underDeadline("read", schema, attributesOf(current), signal, (bounds) =>
        definition.read(toPlain(current, type) as State<Attributes>, client, {
          ...bounds,
          log,
          private: privateState,
          warn: (finding) => diagnostics.warning(finding),
        }),
      );
      const found = stateFrom(read, schema, operation);
      const state =
        found.kind === "known" ? known(keepSpelling(attributesOf(found), attributesOf(current), schema)) : found;
      const identity = identityOf(definition, state, request.currentIdentity, operation);
      response.newState = encodeDynamicValue(state, type);
      response.private = privateState.toWire();
      response.newIdentity = identity;
    }
  } catch (error) {
    diagnostics.thrown(error, log);
  }
  response.diagnostics = diagnostics.toWire();
  return response;
}
