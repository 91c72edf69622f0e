import { DiagnosticError } from "../definition";
import type { ResourceDefinition } from "../definition";
import type { Attributes } from "../schema/attribute";
import { objectTypeOf } from "../schema/element-types";
import type { IdentityAttributes } from "../schema/identity";
import type { State } from "../schema/models";
import { equalValues } from "../values/equal";
import { decodeJson } from "../values/json";
import { decodeDynamicValue, encodeDynamicValue } from "../values/msgpack";
import { TypeMismatch, fromPlain, toPlain } from "../values/plain";
import { encodeType } from "../values/type";
import { CodecError, NULL } from "../values/value";
import type { AnyValue, ObjectPayload } from "../values/value";
import { ResourceIdentitySchema } from "../wire/generated/tfplugin6";
import type {
  ResourceIdentityData,
  UpgradeResourceIdentity_Request,
  UpgradeResourceIdentity_Response,
} from "../wire/generated/tfplugin6";
import type { CallContext } from "../wire/handlers";
import { answer, mistakeOf } from "./diagnostics";
import type { Operation } from "./diagnostics";
import type { ProviderParts } from "./provider-parts";

type Definition = ResourceDefinition<Attributes, unknown, IdentityAttributes>;

/** The schema of an identity as Terraform takes it over the wire. */
export function identitySchemaToWire({ attributes }: NonNullable<Definition["identity"]>) {
  return ResourceIdentitySchema.fromPartial({
    identityAttributes: Object.entries(attributes).map(([name, { type, options }]) => ({
      name,
      type: encodeType(type),
      requiredForImport: options.requiredForImport ?? false,
      optionalForImport: options.optionalForImport ?? false,
      description: options.description,
    })),
  });
}

/**
 * The identity of an object in a state, or nothing where the resource has none or cannot tell yet.
 *
 * @param before what Terraform has stored: an identity stays what it is for an object's life.
 * @throws DiagnosticError that names the function which gives an object another identity.
 */
export function identityOf(
  { identity, schema }: Definition,
  state: AnyValue,
  before: ResourceIdentityData | undefined,
  operation: Operation,
): ResourceIdentityData | undefined {
  if (identity === undefined || state.kind !== "known") return undefined;
  const plain = identity.of(toPlain(state, objectTypeOf(schema)) as State<Attributes>);
  if (plain === null) return undefined;
  const type = objectTypeOf(identity.attributes);
  try {
    const value = fromPlain(plain, type);
    const stored = decodeDynamicValue(before?.identityData, type);
    if (stored.kind === "known" && !equalValues(stored, value, type)) {
      throw mistakeOf(operation, "gives the object another identity than it has.");
    }
    return { identityData: encodeDynamicValue(value, type) };
  } catch (error) {
    if (error instanceof TypeMismatch) throw mistakeOf(operation, `gives as identity ${error.message}.`);
    throw error;
  }
}

/**
 * The identity by which an object is imported.
 *
 * @throws DiagnosticError that names the attribute which an import must give and does not.
 */
export function importedIdentity({ identity }: Definition, data: ResourceIdentityData): Record<string, unknown> {
  const attributes = identity?.attributes ?? {};
  const type = objectTypeOf(attributes);
  const value = decodeDynamicValue(data.identityData, type);
  for (const [name, { options }] of Object.entries(attributes)) {
    const given = value.kind === "known" ? ((value.value as ObjectPayload)[name] ?? NULL) : NULL;
    if (options.requiredForImport !== true || given.kind === "known") continue;
    throw new DiagnosticError({
      summary: "Incomplete identity",
      detail: `An import by identity must give ${name}: ${options.description}`,
      path: [name],
    });
  }
  return toPlain(value, type) as Record<string, unknown>;
}

/** Reads a stored identity. There is one version of its schema; Terraform asks for every object all the same. */
export function upgradeResourceIdentity(
  parts: ProviderParts,
  { rawIdentity, typeName }: UpgradeResourceIdentity_Request,
  context: CallContext,
): Promise<UpgradeResourceIdentity_Response> {
  return answer(
    { upgradedIdentity: undefined, diagnostics: [] },
    context,
    (response: UpgradeResourceIdentity_Response) => {
      const { identity } = parts.resource(typeName);
      if (identity === undefined || rawIdentity === undefined || rawIdentity.json.length === 0) {
        throw unreadable(typeName, "this version of the provider knows none");
      }
      const type = objectTypeOf(identity.attributes);
      try {
        response.upgradedIdentity = { identityData: encodeDynamicValue(decodeJson(rawIdentity.json, type), type) };
      } catch (error) {
        throw error instanceof CodecError ? unreadable(typeName, error.message) : error;
      }
    },
  );
}

function unreadable(typeName: string, reason: string): DiagnosticError {
  return new DiagnosticError({
    summary: "Stored identity cannot be read",
    detail:
      `The stored identity of this ${typeName} cannot be read: ${reason}. ` +
      "Nothing was changed. Import the object anew, or restore a state that this provider wrote.",
  });
}
