import type { ResourceDefinition } from "../definition";
import { objectTypeOf } from "../schema/element-types";
import type { IdentityAttributes } from "../schema/identity";
import type { Attributes } from "../schema/attribute";
import type { State } from "../schema/models";
import { equalValues } from "../values/equal";
import { CodecError } from "../values/codec-error";
import { decodeJson } from "../values/json";
import { TypeMismatch, fromPlain, toPlain } from "../values/plain";
import type { AnyValue, ObjectPayload } from "../values/value";
import { NULL } from "../values/value";
import { encodeType } from "../values/type";
import { ResourceIdentitySchema } from "../wire/generated/tfplugin6";
import type {
  ResourceIdentityData,
  UpgradeResourceIdentity_Request,
  UpgradeResourceIdentity_Response,
} from "../wire/generated/tfplugin6";
import type { CallContext } from "../server/handlers";
import { DiagnosticError, Diagnostics } from "./diagnostics";
import { decodeDynamicValue, encodeDynamicValue } from "./dynamic-value";
import { mistakeOf } from "./operation";
import type { Operation } from "./operation";

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
    if (error instanceof TypeMismatch) throw mistakeOf(operation, `gives as identity ${error.finding}.`);
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
  { identity }: Definition,
  { rawIdentity, typeName }: UpgradeResourceIdentity_Request,
  { log }: CallContext,
): UpgradeResourceIdentity_Response {
  const diagnostics = new Diagnostics();
  const response: UpgradeResourceIdentity_Response = { upgradedIdentity: undefined, diagnostics: [] };
  try {
    if (identity === undefined || rawIdentity === undefined || rawIdentity.json.length === 0) {
      throw unreadable(typeName, "this version of the provider knows none");
    }
    const type = objectTypeOf(identity.attributes);
    response.upgradedIdentity = { identityData: encodeDynamicValue(decodeJson(rawIdentity.json, type), type) };
  } catch (error) {
    diagnostics.thrown(error instanceof CodecError ? unreadable(typeName, error.message) : error, log);
  }
  response.diagnostics = diagnostics.toWire();
  return response;
}

function unreadable(typeName: string, reason: string): DiagnosticError {
  return new DiagnosticError({
    summary: "Stored identity cannot be read",
    detail:
      `The stored identity of this ${typeName} cannot be read: ${reason}. ` +
      "Nothing was changed. Import the object anew, or restore a state that this provider wrote.",
  });
}
