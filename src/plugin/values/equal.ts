import { equalNumeric } from "./numeric";
import type { Numeric } from "./numeric";
import type { Type } from "./type";
import { NULL, holdsUnknown } from "./value";
import type { AnyValue, ObjectPayload } from "./value";

/** Whether two values of `type` are the same; sets compare without order. */
export function equalValues(a: AnyValue, b: AnyValue, type: Type): boolean {
  if (a === b) return true;
  if (a.kind !== "known" || b.kind !== "known") return a.kind === b.kind;
  const [one, other] = [a.value, b.value] as unknown[];
  if (one === other) return true;
  switch (type.kind) {
    case "bool":
      return false;
    case "string":
      return (one as string).normalize("NFC") === (other as string).normalize("NFC");
    case "number":
      return equalNumeric(one as Numeric, other as Numeric);
    case "list":
      return inOrder(one as readonly AnyValue[], other as readonly AnyValue[], type.element);
    case "set":
      return equalSets(one as readonly AnyValue[], other as readonly AnyValue[], type.element);
    case "map":
      return equalMaps(one as ReadonlyMap<string, AnyValue>, other as ReadonlyMap<string, AnyValue>, type.element);
    case "object":
      for (const [name, each] of type.attributes) {
        if (!equalValues((one as ObjectPayload)[name] ?? NULL, (other as ObjectPayload)[name] ?? NULL, each)) {
          return false;
        }
      }
      return true;
  }
}

function inOrder(one: readonly AnyValue[], other: readonly AnyValue[], element: Type): boolean {
  return one.length === other.length && one.every((each, index) => equalValues(each, other[index] ?? NULL, element));
}

/** Usually both have the same order. If not, each element needs a match of its own in the other set. */
function equalSets(one: readonly AnyValue[], other: readonly AnyValue[], element: Type): boolean {
  if (one.length !== other.length) return false;
  if (inOrder(one, other, element)) return true;
  const rest = [...other];
  return one.every((each) => {
    const index = rest.findIndex((candidate) => equalValues(each, candidate, element));
    if (index >= 0) rest.splice(index, 1);
    return index >= 0;
  });
}

function equalMaps(one: ReadonlyMap<string, AnyValue>, other: ReadonlyMap<string, AnyValue>, element: Type): boolean {
  if (one.size !== other.size) return false;
  let composed: ReadonlyMap<string, AnyValue> | undefined;
  for (const [key, each] of one) {
    let found = other.get(key);
    if (found === undefined) {
      composed ??= new Map([...other].map(([name, value]) => [name.normalize("NFC"), value]));
      found = composed.get(key.normalize("NFC"));
    }
    if (found === undefined || !equalValues(each, found, element)) return false;
  }
  return true;
}

/** Whether `actual` is what `planned` said, which may have left all or parts of it unknown. */
export function equalWhereKnown(actual: AnyValue, planned: AnyValue, type: Type): boolean {
  if (planned.kind === "unknown") return true;
  if (actual.kind !== "known" || planned.kind !== "known" || !holdsUnknown(planned)) {
    return equalValues(actual, planned, type);
  }
  switch (type.kind) {
    case "list":
      return inOrderWhereKnown(elementsOf(actual), elementsOf(planned), type.element);
    case "set":
      return equalSetsWhereKnown(elementsOf(actual), elementsOf(planned), type.element);
    case "map": {
      const [entries, expected] = [actual.value, planned.value] as ReadonlyMap<string, AnyValue>[];
      if (entries === undefined || expected === undefined || entries.size !== expected.size) return false;
      return [...expected].every(([key, each]) => {
        const found = entries.get(key);
        return found !== undefined && equalWhereKnown(found, each, type.element);
      });
    }
    case "object": {
      const [object, expected] = [actual.value, planned.value] as ObjectPayload[];
      return [...type.attributes].every(([name, each]) =>
        equalWhereKnown(object?.[name] ?? NULL, expected?.[name] ?? NULL, each),
      );
    }
    default:
      return equalValues(actual, planned, type);
  }
}

function elementsOf(value: AnyValue): readonly AnyValue[] {
  return value.kind === "known" ? (value.value as readonly AnyValue[]) : [];
}

function inOrderWhereKnown(actual: readonly AnyValue[], planned: readonly AnyValue[], element: Type): boolean {
  return (
    actual.length === planned.length &&
    planned.every((each, index) => equalWhereKnown(actual[index] ?? NULL, each, element))
  );
}

/** Elements that were unknown may turn out to be equal, so a set may shrink. */
function equalSetsWhereKnown(actual: readonly AnyValue[], planned: readonly AnyValue[], element: Type): boolean {
  return (
    actual.length <= planned.length &&
    planned.every((expected) => actual.some((each) => equalWhereKnown(each, expected, element))) &&
    actual.every((each) => planned.some((expected) => equalWhereKnown(each, expected, element)))
  );
}
