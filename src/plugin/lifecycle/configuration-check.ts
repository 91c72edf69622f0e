import type { ValidationReport } from "../definition";
import type { AnyOptions, Attribute, Attributes, Values } from "../schema/attribute";
import type { Validator } from "../schema/validators";
import type { Path } from "../values/path";
import { toPlain } from "../values/plain";
import { NULL } from "../values/value";
import type { AnyValue, Dynamic, ObjectPayload, Payload } from "../values/value";
import type { Type } from "../values/type";
import { attributesOf } from "./dynamic-value";
import type { Diagnostics } from "./diagnostics";

/**
 * Runs every attribute's validators on what is known of a configuration, then the check of the whole. What is not
 * known yet is not judged: Terraform asks again when it is.
 */
export function checkConfiguration(
  config: AnyValue,
  schema: Attributes,
  checkWhole: ((config: Values<Attributes>, report: ValidationReport) => void) | undefined,
  diagnostics: Diagnostics,
): void {
  if (config.kind !== "known") return;
  const values = config.value as ObjectPayload;
  checkAttributes(values, schema, [], diagnostics);
  checkWhole?.(values, diagnostics);
}

function checkAttributes(values: ObjectPayload, schema: Attributes, path: Path, diagnostics: Diagnostics): void {
  for (const [name, attribute] of Object.entries(schema)) {
    checkAttribute(values[name] ?? NULL, attribute, [...path, name], diagnostics);
  }
}

function checkAttribute(value: AnyValue, attribute: Attribute, path: Path, diagnostics: Diagnostics): void {
  if (value.kind !== "known") return;
  if (attribute.nested !== undefined) checkAttributes(attributesOf(value), attribute.nested, path, diagnostics);
  if (attribute.options.validators === undefined || !isWhollyKnown(value, attribute.type)) return;
  for (const problem of problemsOf(toPlain(value, attribute.type), attribute.options)) {
    const { severity, summary, detail } = problem;
    diagnostics[severity ?? "error"]({ summary, detail, path });
  }
}

function problemsOf(plain: unknown, options: AnyOptions) {
  const validators = (options.validators ?? []) as readonly Validator<unknown>[];
  return validators.map((validate) => validate(plain)).filter((problem) => problem !== undefined);
}

function isWhollyKnown(value: AnyValue, type: Type): boolean {
  if (value.kind !== "known") return value.kind === "null";
  return partsOf(value.value, type).every(([part, partType]) => isWhollyKnown(part, partType));
}

function partsOf(payload: Payload, type: Type): readonly (readonly [AnyValue, Type])[] {
  switch (type.kind) {
    case "list":
    case "set":
      return (payload as readonly AnyValue[]).map((each) => [each, type.element]);
    case "tuple":
      return (payload as readonly AnyValue[]).map((each, index) => [each, type.elements[index] as Type]);
    case "map":
      return [...(payload as ReadonlyMap<string, AnyValue>).values()].map((each) => [each, type.element]);
    case "object":
      return [...type.attributes].map(([name, each]) => [(payload as ObjectPayload)[name] ?? NULL, each]);
    case "dynamic":
      return [[(payload as Dynamic).value, (payload as Dynamic).type]];
    default:
      return [];
  }
}
