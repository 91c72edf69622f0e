import type { ValidationReport } from "../definition";
import { objectType } from "../schema/attribute";
import type { Attribute, Attributes } from "../schema/attribute";
import type { Values } from "../schema/models";
import type { Validator } from "../schema/validators";
import { decodeDynamicValue } from "../values/msgpack";
import { pathText } from "../values/path";
import type { Path, PathStep } from "../values/path";
import { toPlain } from "../values/plain";
import type { Type } from "../values/type";
import { NULL, attributesOf, holdsUnknown } from "../values/value";
import type { AnyValue, ObjectPayload } from "../values/value";
import type { ClientCapabilities, Diagnostic, DynamicValue } from "../wire/generated/tfplugin6";
import type { CallContext } from "../wire/handlers";
import { answer } from "./diagnostics";
import type { Diagnostics } from "./diagnostics";
import { nestedObjects } from "./nested-objects";

/** What has a configuration: the provider block, or a part of the provider. */
interface Configurable {
  readonly schema: Attributes;
  validate?(config: Values<Attributes>, report: ValidationReport): void | Promise<void>;
}

/** What Terraform asks for when it validates a configuration. */
interface ConfigurationRequest {
  readonly config: DynamicValue | undefined;
  /** Where the configuration may hold something write-only. */
  readonly clientCapabilities?: ClientCapabilities | undefined;
}

/**
 * Runs every attribute's validators on what is known of a configuration, then the check of the whole. What is not
 * known yet is not judged: Terraform asks again when it is.
 *
 * @param find what has the configuration; where it throws, the answer says so.
 */
export function checkConfiguration(
  find: () => Configurable,
  { config, clientCapabilities }: ConfigurationRequest,
  context: CallContext,
): Promise<{ diagnostics: Diagnostic[] }> {
  return answer({ diagnostics: [] }, context, async (_, diagnostics) => {
    const definition = find();
    const value = decodeDynamicValue(config, objectType(definition.schema));
    if (value.kind !== "known") return;
    const values = attributesOf(value);
    // A client that does not know write-only attributes would store their values in its state.
    const writeOnlyAllowed = clientCapabilities?.writeOnlyAttributesAllowed ?? false;
    checkAttributes(values, definition.schema, [], { writeOnlyAllowed, diagnostics });
    await definition.validate?.(values, diagnostics);
  });
}

/** What goes along into nested attributes. */
interface Check {
  readonly writeOnlyAllowed: boolean;
  readonly diagnostics: Diagnostics;
}

function checkAttributes(values: ObjectPayload, schema: Attributes, path: Path, check: Check): void {
  for (const [name, attribute] of Object.entries(schema)) {
    checkAttribute(values[name] ?? NULL, attribute, [...path, name], check);
  }
}

function checkAttribute(value: AnyValue, { type, options, nested }: Attribute, path: Path, check: Check): void {
  const { writeOnlyAllowed, diagnostics } = check;
  if (options.required !== true && options.optional !== true && value.kind !== "null") {
    return diagnostics.error({
      summary: "Cannot set a value for a read-only attribute",
      detail: `The provider alone says what ${pathText(path)} is. Remove the line that sets it.`,
      path,
    });
  }
  if (options.writeOnly === true && value.kind !== "null" && !writeOnlyAllowed) {
    diagnostics.error({
      summary: "Write-only attributes are not supported here",
      detail:
        `${pathText(path)} is write-only: it must not be stored, and this version of Terraform would store it. ` +
        "Use Terraform 1.11 or OpenTofu 1.11, or later, or leave it out.",
      path,
    });
  }
  // Terraform itself says no more than that something is deprecated, or says it only where the value is used.
  if (options.deprecated !== undefined && value.kind !== "null") {
    diagnostics.warning({ summary: "Deprecated attribute", detail: options.deprecated, path });
  }
  if (value.kind !== "known") return;
  if (nested !== undefined) {
    for (const { steps, value: object } of nestedObjects(value, nested.mode)) {
      if (object.kind !== "known") continue;
      checkAttributes(attributesOf(object), nested.attributes, [...path, ...steps], check);
    }
  }
  if (options.elementValidators !== undefined) {
    for (const [steps, element, elementType] of elementsOf(value, type)) {
      judge(element, elementType, options.elementValidators, [...path, ...steps], diagnostics);
    }
  }
  if (options.validators !== undefined) judge(value, type, options.validators, path, diagnostics);
}

/** The elements of a collection with the steps to each. Into a set there are none. */
function elementsOf(value: AnyValue, type: Type): (readonly [readonly PathStep[], AnyValue, Type])[] {
  if (value.kind !== "known") return [];
  switch (type.kind) {
    case "list":
      return (value.value as readonly AnyValue[]).map((each, index) => [[{ index }], each, type.element]);
    case "set":
      return (value.value as readonly AnyValue[]).map((each) => [[], each, type.element]);
    case "map":
      return [...(value.value as ReadonlyMap<string, AnyValue>)].map(([key, each]) => [[{ key }], each, type.element]);
    default:
      return [];
  }
}

function judge(
  value: AnyValue,
  type: Type,
  validators: readonly Validator<never>[],
  path: Path,
  diagnostics: Diagnostics,
): void {
  if (value.kind !== "known" || holdsUnknown(value)) return;
  const plain = toPlain(value, type);
  for (const validate of validators as readonly Validator<unknown>[]) {
    const problem = validate(plain);
    if (problem === undefined) continue;
    const { severity = "error", summary, detail } = problem;
    diagnostics[severity]({ summary, detail, path });
    // Further errors would only follow from the first error.
    if (severity === "error") return;
  }
}
