import { DiagnosticError } from "../definition";
import type { ResourceCall, ResourceDefinition } from "../definition";
import { objectType } from "../schema/attribute";
import type { Attributes } from "../schema/attribute";
import { encodeDynamicValue } from "../values/msgpack";
import { PrivateState } from "../values/private-state";
import { ImportResourceState_Response } from "../wire/generated/tfplugin6";
import type { ImportResourceState_Request } from "../wire/generated/tfplugin6";
import type { CallContext } from "../wire/handlers";
import { answer } from "./diagnostics";
import type { ProviderParts } from "./provider-parts";
import { identityOf, importedIdentity } from "./resource-identity";
import { stateFrom } from "./returned-state";

/** Turns an import id, or an identity, into a state that `read` completes. */
export function importResourceState(
  parts: ProviderParts,
  request: ImportResourceState_Request,
  { signal, log }: CallContext,
): Promise<ImportResourceState_Response> {
  return answer(ImportResourceState_Response.fromPartial({}), { signal, log }, async (response, { warning }) => {
    const { typeName } = request;
    const definition = parts.resource(typeName);
    const { schema } = definition;
    const privateState = PrivateState.read(Buffer.alloc(0));
    const call = { signal, log, warn: warning, private: privateState };
    const imported = await importedState(definition, parts.client, request, call);
    const operation = { typeName, name: "import" };
    const state = stateFrom(imported, schema, operation);
    response.importedResources = [
      {
        typeName,
        state: encodeDynamicValue(state, objectType(schema)),
        private: privateState.toWire(),
        identity: identityOf(definition, state, undefined, operation) ?? request.identity,
      },
    ];
  });
}

function importedState(
  definition: ResourceDefinition<Attributes, unknown>,
  client: unknown,
  { typeName, id, identity }: ImportResourceState_Request,
  call: ResourceCall,
): Promise<unknown> {
  if (identity?.identityData !== undefined) {
    if (definition.importByIdentity === undefined) {
      throw new DiagnosticError({
        summary: "Import by identity is not supported",
        detail: `${typeName} is imported by its id.`,
      });
    }
    return definition.importByIdentity(importedIdentity(definition, identity), client, call);
  }
  if (definition.import === undefined) {
    throw new DiagnosticError({
      summary: "Import is not supported",
      detail: `${typeName} cannot be imported; declare it and apply.`,
    });
  }
  return definition.import(id, client, call);
}
