import type { ResourceDefinition } from "../definition";
import type { CallContext } from "../server/handlers";
import { objectType } from "../schema/attribute";
import type { Attributes } from "../schema/attribute";
import { decodeUtf8, fromJson, isJsonObject, parseJson } from "../values/json";
import { CodecError } from "../values/codec-error";
import { pathText } from "../values/path";
import type { UpgradeResourceState_Request } from "../wire/generated/tfplugin6";
import { UpgradeResourceState_Response } from "../wire/generated/tfplugin6";
import { DiagnosticError, Diagnostics } from "./diagnostics";
import { encodeDynamicValue } from "./dynamic-value";
import { mistakeOf } from "./operation";
import { writeOnlyKept } from "./returned-state";

/** Brings a stored state to the schema's version. Terraform asks for every object on every run, also at one version. */
export function upgradeResourceState(
  definition: ResourceDefinition<Attributes, unknown>,
  request: UpgradeResourceState_Request,
  { log }: CallContext,
): UpgradeResourceState_Response {
  const diagnostics = new Diagnostics();
  const response = UpgradeResourceState_Response.fromPartial({});
  try {
    const type = objectType(definition.schema);
    const state = fromJson(upgraded(definition, request), type);
    const kept = writeOnlyKept(state, definition.schema);
    if (kept !== undefined) {
      const operation = { typeName: request.typeName, name: "upgrade" };
      throw mistakeOf(operation, `stores ${pathText(kept)}, which is write-only.`);
    }
    response.upgradedState = encodeDynamicValue(state, type);
  } catch (error) {
    diagnostics.thrown(error instanceof CodecError ? unreadable(request.typeName, error.message) : error, log);
  }
  response.diagnostics = diagnostics.toWire();
  return response;
}

function upgraded(
  definition: ResourceDefinition<Attributes, unknown>,
  { rawState, version: stored, typeName }: UpgradeResourceState_Request,
) {
  if (rawState === undefined || rawState.json.length === 0) {
    throw unreadable(typeName, "it was written by Terraform 0.11 or older");
  }
  const state = parseJson(decodeUtf8(rawState.json));
  const { version = 0 } = definition;
  if (stored >= version) return state;
  if (definition.upgrade === undefined || !isJsonObject(state)) {
    throw unreadable(typeName, `nothing leads from version ${stored} of its schema to ${version}`);
  }
  return definition.upgrade(state, stored);
}

function unreadable(typeName: string, reason: string): DiagnosticError {
  return new DiagnosticError({
    summary: "Stored state cannot be read",
    detail:
      `The state of this ${typeName} cannot be brought to the current schema: ${reason}. ` +
      "Nothing was changed. Import the object anew, or restore a state that this provider wrote.",
  });
}
