import { objectType } from "../schema/attribute";
import type { Attribute, Attributes } from "../schema/attribute";
import type { Planned } from "../schema/models";
import { equalWhereKnown } from "../values/equal";
import { pathText } from "../values/path";
import type { Path } from "../values/path";
import { TypeMismatch, fromPlain } from "../values/plain";
import { NULL, attributesOf, emptyPayload, holdsUnknown, unknownsAsNull } from "../values/value";
import type { AnyValue, ObjectPayload } from "../values/value";
import { mistakeOf } from "./diagnostics";
import type { Operation } from "./diagnostics";
import { counterpart, mapNestedObjects, nestedObjects } from "./nested-objects";
import { keepSpelling, plannedModel, proposeState } from "./plan-rules";

/**
 * A state that a function of the provider has returned.
 *
 * @throws DiagnosticError that names the function and the attribute when a value is not of the schema's type, or when
 *   something write-only would be stored.
 */
export function stateFrom(plain: unknown, schema: Attributes, operation: Operation): AnyValue {
  try {
    const state = fromPlain(plain, objectType(schema));
    const kept = writeOnlyKept(state, schema);
    if (kept !== undefined) throw mistakeOf(operation, `stores ${pathText(kept)}, which is write-only.`);
    return state;
  } catch (error) {
    if (error instanceof TypeMismatch) throw mistakeOf(operation, `gives ${error.message}.`);
    throw error;
  }
}

/** Where a state holds something write-only. */
export function writeOnlyKept(state: AnyValue, schema: Attributes, path: Path = []): Path | undefined {
  for (const [name, { options, nested }] of Object.entries(schema)) {
    const value = attributesOf(state)[name] ?? NULL;
    const place = [...path, name];
    if (options.writeOnly === true && value.kind !== "null") return place;
    if (nested === undefined) continue;
    for (const { steps, value: object } of nestedObjects(value, nested.mode)) {
      const kept = writeOnlyKept(object, nested.attributes, [...place, ...steps]);
      if (kept !== undefined) return kept;
    }
  }
  return undefined;
}

/**
 * A configuration together with what is computed for it, as data sources and ephemeral resources answer: defaults
 * where it is silent, and whatever is computed from `compute`.
 *
 * @param config wholly known.
 * @throws DiagnosticError that names the attribute of which `compute` says nothing, or something else than was set.
 */
export async function computedResult(
  config: ObjectPayload,
  schema: Attributes,
  operation: Operation,
  compute: (model: Planned<Attributes>) => Promise<Returned>,
): Promise<ObjectPayload> {
  const plan = proposeState(config, config, null, schema);
  const computed = await compute(plannedModel(plan, config, schema));
  const { state, fault } = appliedState(plan, computed, schema);
  if (fault !== undefined) throw mistakeOf(operation, fault);
  return state;
}

/** What a function of the provider has returned, or reached so far: some attributes by name. */
export type Returned = Readonly<Record<string, unknown>>;

/** What became of an apply. */
interface Applied {
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
      faults.push(`gives ${error.message}.`);
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
  if (equalWhereKnown(actual, planned, type)) return undefined;
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

/** Removes what is write-only: a provider may return it, and it must not be stored. */
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
