import type { ValidationReport } from "../definition";
import type { Attribute, Attributes } from "../schema/attribute";
import type { Values } from "../schema/models";
import type { Validator } from "../schema/validators";
import { pathText } from "../values/path";
import type { Path, PathStep } from "../values/path";
import { toPlain } from "../values/plain";
import type { Type } from "../values/type";
import { NULL, holdsUnknown } from "../values/value";
import type { AnyValue, ObjectPayload } from "../values/value";
import { attributesOf } from "./dynamic-value";
import type { Diagnostics } from "./diagnostics";
import { nestedObjects } from "./nested-objects";

/** What of a configuration is checked beside the values themselves. */
export interface ConfigurationChecks {
  /** The check of the whole. */
  readonly whole?: ((config: Values<Attributes>, report: ValidationReport) => void | Promise<void>) | undefined;
  /** Whether the client knows write-only attributes: where it does not, their values would end up in its state. */
  readonly writeOnlyAllowed: boolean;
}

/**
 * Runs every attribute's validators on what is known of a configuration, then the check of the whole. What is not
 * known yet is not judged: Terraform asks again when it is.
 */
export async function checkConfiguration(
  config: AnyValue,
  schema: Attributes,
  checks: ConfigurationChecks,
  diagnostics: Diagnostics,
): Promise<void> {
  if (config.kind !== "known") return;
  const values = attributesOf(config);
  checkAttributes(values, schema, [], checks, diagnostics);
  await checks.whole?.(values, diagnostics);
}

function checkAttributes(
  values: ObjectPayload,
  schema: Attributes,
  path: Path,
  checks: ConfigurationChecks,
  diagnostics: Diagnostics,
): void {
  for (const [name, attribute] of Object.entries(schema)) {
    checkAttribute(values[name] ?? NULL, attribute, [...path, name], checks, diagnostics);
  }
}

function checkAttribute(
  value: AnyValue,
  { type, options, nested }: Attribute,
  path: Path,
  checks: ConfigurationChecks,
  diagnostics: Diagnostics,
): void {
  if (options.required !== true && options.optional !== true && value.kind !== "null") {
    return diagnostics.error({
      summary: "Cannot set a value for a read-only attribute",
      detail: `The provider alone says what ${pathText(path)} is. Remove the line that sets it.`,
      path,
    });
  }
  if (options.writeOnly === true && value.kind !== "null" && !checks.writeOnlyAllowed) {
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
      checkAttributes(attributesOf(object), nested.attributes, [...path, ...steps], checks, diagnostics);
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
    // Whatever else could be said of a value that cannot be used follows from that.
    if (severity === "error") return;
  }
}
