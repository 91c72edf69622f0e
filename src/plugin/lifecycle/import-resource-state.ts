import type { ResourceDefinition } from "../definition";
import type { CallContext } from "../server/handlers";
import { objectType } from "../schema/attribute";
import type { Attributes } from "../schema/attribute";
import { fromPlain } from "../values/plain";
import type { ImportResourceState_Request } from "../wire/generated/tfplugin6";
import { ImportResourceState_Response } from "../wire/generated/tfplugin6";
import { DiagnosticError, Diagnostics } from "./diagnostics";
import { encodeDynamicValue } from "./dynamic-value";

/** Turns an import id into a state that `read` completes. */
export async function importResourceState(
  definition: ResourceDefinition<Attributes, unknown>,
  client: unknown,
  request: ImportResourceState_Request,
  { signal, log }: CallContext,
): Promise<ImportResourceState_Response> {
  const diagnostics = new Diagnostics();
  const response = ImportResourceState_Response.fromPartial({});
  try {
    if (definition.import === undefined) {
      throw new DiagnosticError({
        summary: "Import is not supported",
        detail: `${request.typeName} cannot be imported; declare it and apply.`,
      });
    }
    const warn = diagnostics.warning.bind(diagnostics);
    const state = await definition.import(request.id, client, { signal, log, warn });
    const type = objectType(definition.schema);
    response.importedResources = [
      {
        typeName: request.typeName,
        state: encodeDynamicValue(fromPlain(state, type), type),
        private: Buffer.alloc(0),
        identity: undefined,
      },
    ];
  } catch (error) {
    diagnostics.thrown(error, log);
  }
  response.diagnostics = diagnostics.toWire();
  return response;
}
