import type { ResourceCall, ResourceDefinition } from "../definition";
import type { CallContext } from "../server/handlers";
import { objectType } from "../schema/attribute";
import type { Attributes } from "../schema/attribute";
import type { ImportResourceState_Request } from "../wire/generated/tfplugin6";
import { ImportResourceState_Response } from "../wire/generated/tfplugin6";
import { DiagnosticError, Diagnostics } from "./diagnostics";
import { encodeDynamicValue } from "./dynamic-value";
import { PrivateState } from "./private-state";
import { identityOf, importedIdentity } from "./resource-identity";
import { stateFrom } from "./returned-state";

/** Turns an import id, or an identity, into a state that `read` completes. */
export async function importResourceState(
  definition: ResourceDefinition<Attributes, unknown>,
  client: unknown,
  request: ImportResourceState_Request,
  { signal, log }: CallContext,
): Promise<ImportResourceState_Response> {
  const diagnostics = new Diagnostics();
  const response = ImportResourceState_Response.fromPartial({});
  try {
    const { schema } = definition;
    const warn = diagnostics.warning.bind(diagnostics);
    const privateState = PrivateState.read(Buffer.alloc(0));
    const call = { signal, log, warn, private: privateState };
    const imported = await importedState(definition, client, request, call);
    const operation = { typeName: request.typeName, name: "import" };
    const state = stateFrom(imported, schema, operation);
    response.importedResources = [
      {
        typeName: request.typeName,
        state: encodeDynamicValue(state, objectType(schema)),
        private: privateState.toWire(),
        identity: identityOf(definition, state, undefined, operation) ?? request.identity,
      },
    ];
  } catch (error) {
    diagnostics.thrown(error, log);
  }
  response.diagnostics = diagnostics.toWire();
  return response;
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
