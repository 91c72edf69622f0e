import type { Attribute, Attributes } from "../schema/attribute";
import { agrees } from "../values/agree";
import type { Path } from "../values/path";
import { pathText } from "../values/path";
import { TypeMismatch, fromPlain } from "../values/plain";
import { NULL, emptyPayload, holdsUnknown, unknownsAsNull } from "../values/value";
import type { AnyValue, ObjectPayload } from "../values/value";
import { counterpart, mapNestedObjects, nestedObjects } from "./nested-objects";
import { keepSpelling } from "./semantic-equality";

/** What a function of the provider has returned, or reached so far: some attributes by name. */
export type Returned = Readonly<Record<string, unknown>>;

/** What became of an apply. */
export interface Applied {
  /** Nothing in it is unknown, write-only, or of another type than the schema's: Terraform can store it in any case. */
  readonly state: ObjectPayload;
  /**
   * What Terraform would call an inconsistent result, such as `gives title another value than was planned`. The state
   * is to be kept all the same, for the object may be there.
   */
  readonly fault: string | undefined;
}

/**
 * The planned state with what was returned in it, in the plan's spelling where both mean the same. What is still
 * unknown becomes null.
 */
export function appliedState(plan: ObjectPayload, returned: Returned, schema: Attributes): Applied {
  const values = emptyPayload();
  const faults: string[] = [];
  for (const [name, { type }] of Object.entries(schema)) {
    const planned = plan[name] ?? NULL;
    values[name] = unknownsAsNull(planned);
    if (!Object.hasOwn(returned, name)) {
      if (holdsUnknown(planned)) faults.push(`says nothing of ${name}.`);
      continue;
    }
    try {
      values[name] = fromPlain(returned[name], type, [name]);
    } catch (error) {
      if (!(error instanceof TypeMismatch)) throw error;
      faults.push(`gives ${error.finding}.`);
    }
  }
  const state = keepSpelling(values, plan, schema);
  for (const [name, attribute] of Object.entries(schema)) {
    const path = disagreement(state[name] ?? NULL, plan[name] ?? NULL, attribute, [name]);
    if (path !== undefined) faults.push(`gives ${pathText(path)} another value than was planned.`);
  }
  return { state: withoutWriteOnly(state, schema), fault: faults[0] };
}

/** The innermost attribute in which a result is not what was planned. */
function disagreement(actual: AnyValue, planned: AnyValue, attribute: Attribute, path: Path): Path | undefined {
  const { type, nested } = attribute;
  if (agrees(actual, planned, type)) return undefined;
  if (nested === undefined) return path;
  for (const { index, steps, value } of nestedObjects(planned, nested.mode)) {
    const found = counterpart(actual, nested.mode, index);
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

/** What a provider hands out of what it must not store ends here, whatever else is wrong. */
function withoutWriteOnly(object: ObjectPayload, schema: Attributes): ObjectPayload {
  const result = emptyPayload();
  for (const [name, { options, nested }] of Object.entries(schema)) {
    const value = object[name] ?? NULL;
    if (options.writeOnly === true) result[name] = NULL;
    else if (nested === undefined) result[name] = value;
    else result[name] = mapNestedObjects(value, nested.mode, (each) => withoutWriteOnly(each, nested.attributes));
  }
  return result;
}
