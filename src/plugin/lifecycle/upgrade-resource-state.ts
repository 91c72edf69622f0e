import { DiagnosticError } from "../definition";
import type { ResourceDefinition } from "../definition";
import { objectType } from "../schema/attribute";
import type { Attributes } from "../schema/attribute";
import { decodeUtf8, fromJson, isJsonObject, parseJson } from "../values/json";
import { encodeDynamicValue } from "../values/msgpack";
import { pathText } from "../values/path";
import { CodecError } from "../values/value";
import { UpgradeResourceState_Response } from "../wire/generated/tfplugin6";
import type { UpgradeResourceState_Request } from "../wire/generated/tfplugin6";
import type { CallContext } from "../wire/handlers";
import { answer, mistakeOf } from "./diagnostics";
import type { ProviderParts } from "./provider-parts";
import { writeOnlyKept } from "./returned-state";

/** Brings a stored state to the schema's version. Terraform asks for every object on every run, also at one version. */
export function upgradeResourceState(
  parts: ProviderParts,
  request: UpgradeResourceState_Request,
  context: CallContext,
): Promise<UpgradeResourceState_Response> {
  const { typeName } = request;
  return answer(UpgradeResourceState_Response.fromPartial({}), context, (response) => {
    const definition = parts.resource(typeName);
    const type = objectType(definition.schema);
    try {
      const state = fromJson(upgraded(definition, request), type);
      const kept = writeOnlyKept(state, definition.schema);
      if (kept !== undefined) {
        throw mistakeOf({ typeName, name: "upgrade" }, `stores ${pathText(kept)}, which is write-only.`);
      }
      response.upgradedState = encodeDynamicValue(state, type);
    } catch (error) {
      throw error instanceof CodecError ? unreadable(typeName, error.message) : error;
    }
  });
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
