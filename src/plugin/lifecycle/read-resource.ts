import { objectType } from "../schema/attribute";
import type { Attributes } from "../schema/attribute";
import type { State } from "../schema/models";
import { decodeDynamicValue, encodeDynamicValue } from "../values/msgpack";
import { toPlain } from "../values/plain";
import { PrivateState } from "../values/private-state";
import { attributesOf, known } from "../values/value";
import { ReadResource_Response } from "../wire/generated/tfplugin6";
import type { ReadResource_Request } from "../wire/generated/tfplugin6";
import type { CallContext } from "../wire/handlers";
import { underDeadline } from "./deadline";
import { answer } from "./diagnostics";
import { keepSpelling } from "./plan-rules";
import type { ProviderParts } from "./provider-parts";
import { identityOf } from "./resource-identity";
import { stateFrom } from "./returned-state";

/** Asks a resource how things are. The answer starts as what was known: a failure loses nothing. */
export function readResource(
  parts: ProviderParts,
  request: ReadResource_Request,
  { signal, log }: CallContext,
): Promise<ReadResource_Response> {
  const asKnown = ReadResource_Response.fromPartial({
    newState: request.currentState,
    private: request.private,
    newIdentity: request.currentIdentity,
  });
  return answer(asKnown, { signal, log }, async (response, { warning }) => {
    const definition = parts.resource(request.typeName);
    const { client } = parts;
    const { schema } = definition;
    const type = objectType(schema);
    const operation = { typeName: request.typeName, name: "read" };
    const current = decodeDynamicValue(request.currentState, type);
    if (current.kind !== "known") return;
    const privateState = PrivateState.read(request.private);
    const read = await underDeadline("read", schema, attributesOf(current), signal, (bounds) =>
      definition.read(toPlain(current, type) as State<Attributes>, client, {
        ...bounds,
        log,
        private: privateState,
        warn: warning,
      }),
    );
    const found = stateFrom(read, schema, operation);
    const state =
      found.kind === "known" ? known(keepSpelling(attributesOf(found), attributesOf(current), schema)) : found;
    const identity = identityOf(definition, state, request.currentIdentity, operation);
    response.newState = encodeDynamicValue(state, type);
    response.private = privateState.toWire();
    response.newIdentity = identity;
  });
}
