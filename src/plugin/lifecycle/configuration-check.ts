import type { ValidationReport } from "../definition";
import type { AnyOptions, Attribute, Attributes, Values } from "../schema/attribute";
import type { Validator } from "../schema/validators";
import type { Path } from "../values/path";
import { toPlain } from "../values/plain";
import { NULL, holdsUnknown } from "../values/value";
import type { AnyValue, ObjectPayload } from "../values/value";
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
  if (attribute.options.validators === undefined || holdsUnknown(value)) return;
  for (const problem of problemsOf(toPlain(value, attribute.type), attribute.options)) {
    const { severity, summary, detail } = problem;
    diagnostics[severity ?? "error"]({ summary, detail, path });
  }
}

function problemsOf(plain: unknown, options: AnyOptions) {
  const validators = (options.validators ?? []) as readonly Validator<unknown>[];
  return validators.map((validate) => validate(plain)).filter((problem) => problem !== undefined);
}
