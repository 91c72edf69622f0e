import type { Attribute, Attributes } from "../schema/attribute";
import { agrees } from "../values/agree";
import type { Path } from "../values/path";
import { pathText } from "../values/path";
import { NULL, emptyPayload, holdsUnknown, unknownsAsNull } from "../values/value";
import type { AnyValue, ObjectPayload } from "../values/value";
import { counterpart, nestedObjects } from "./nested-objects";
import { objectFrom } from "./operation";
import type { Operation } from "./operation";
import { keepSpelling } from "./semantic-equality";

/** What a function of the provider has returned, or reached so far: some attributes by name. */
export type Returned = Readonly<Record<string, unknown>>;

/**
 * The planned state with what was returned in it, in the plan's spelling where both mean the same. What is still
 * unknown becomes null.
 *
 * @throws DiagnosticError that names the function and the attribute when a value is not of the schema's type.
 */
export function appliedState(
  plan: ObjectPayload,
  returned: Returned,
  schema: Attributes,
  operation: Operation,
): ObjectPayload {
  const values = objectFrom(returned, schema, operation) as AnyValue & { readonly value: ObjectPayload };
  const state = emptyPayload();
  for (const name of Object.keys(schema)) {
    state[name] = Object.hasOwn(returned, name) ? (values.value[name] ?? NULL) : unknownsAsNull(plan[name] ?? NULL);
  }
  return keepSpelling(state, plan, schema);
}

/**
 * How what was returned breaks the plan, such as `gives title another value than was planned`, or nothing. Terraform
 * would call it an inconsistent result.
 */
export function applyFault(
  plan: ObjectPayload,
  state: ObjectPayload,
  returned: Returned,
  schema: Attributes,
): string | undefined {
  for (const [name, attribute] of Object.entries(schema)) {
    const planned = plan[name] ?? NULL;
    if (!Object.hasOwn(returned, name)) {
      if (holdsUnknown(planned)) return `says nothing of ${name}.`;
      continue;
    }
    const path = disagreement(state[name] ?? NULL, planned, attribute, [name]);
    if (path !== undefined) return `gives ${pathText(path)} another value than was planned.`;
  }
  return undefined;
}

/** The innermost attribute in which a result is not what was planned. */
function disagreement(actual: AnyValue, planned: AnyValue, attribute: Attribute, path: Path): Path | undefined {
  const { type, nested } = attribute;
  if (agrees(actual, planned, type)) return undefined;
  if (nested === undefined || nested.mode === "set") return path;
  for (const { key, steps, value } of nestedObjects(planned, nested.mode)) {
    const found = counterpart(actual, nested.mode, key);
    if (found.kind !== "known" || value.kind !== "known") continue;
    const [one, other] = [found.value, value.value] as ObjectPayload[];
    for (const [name, inner] of Object.entries(nested.attributes)) {
      const place = [...path, ...steps, name];
      const culprit = disagreement(one?.[name] ?? NULL, other?.[name] ?? NULL, inner, place);
      if (culprit !== undefined) return culprit;
    }
  }
  return path;
}
