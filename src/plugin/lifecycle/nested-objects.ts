import type { Attributes, NestingMode } from "../schema/attribute";
import type { PathStep } from "../values/path";
import { NULL, UNKNOWN, known, objectPayload } from "../values/value";
import type { AnyValue, ObjectPayload } from "../values/value";

/** One of the objects that a nested attribute holds. */
interface NestedObject {
  /** Its place in a list; 0 for a single object. */
  readonly index: number;
  /** The steps that lead to it from the attribute; none for a single object. */
  readonly steps: readonly PathStep[];
  /** The object itself; null or unknown where an element is. */
  readonly value: AnyValue;
}

/** The objects within the value of a nested attribute; none where it is null or unknown. */
export function nestedObjects(value: AnyValue, mode: NestingMode): readonly NestedObject[] {
  if (value.kind !== "known") return [];
  if (mode === "single") return [{ index: 0, steps: [], value }];
  return (value.value as readonly AnyValue[]).map((each, index) => ({ index, steps: [{ index }], value: each }));
}

/** The value of a nested attribute with each of its known objects replaced. */
export function mapNestedObjects(
  value: AnyValue,
  mode: NestingMode,
  replace: (object: ObjectPayload, index: number) => ObjectPayload,
): AnyValue {
  if (value.kind !== "known") return value;
  const objects = nestedObjects(value, mode).map(({ index, value: each }) =>
    each.kind === "known" ? known(replace(each.value as ObjectPayload, index)) : each,
  );
  return mode === "single" ? (objects[0] ?? value) : known(objects);
}

/** What stands in another value of the same attribute at the same place; null where nothing does. */
export function counterpart(other: AnyValue, mode: NestingMode, index: number): AnyValue {
  if (other.kind !== "known") return NULL;
  return mode === "single" ? other : ((other.value as readonly AnyValue[])[index] ?? NULL);
}

/** The attributes of an object; null where there is none. */
export function objectOrNull(value: AnyValue): ObjectPayload | null {
  return value.kind === "known" ? (value.value as ObjectPayload) : null;
}

/**
 * The attributes of a configured object; all unknown where it is, as Terraform proposes it, so that nothing in it
 * counts as left out. Null where there is none.
 */
export function configuredObject(value: AnyValue, attributes: Attributes): ObjectPayload | null {
  if (value.kind !== "unknown") return objectOrNull(value);
  return objectPayload(Object.keys(attributes).map((name) => [name, UNKNOWN]));
}
