import { equalValues } from "./equal";
import type { Type } from "./type";
import { NULL, holdsUnknown } from "./value";
import type { AnyValue, ObjectPayload } from "./value";

/** Whether `actual` is what `planned` said, which may have left all or parts of it unknown. */
export function agrees(actual: AnyValue, planned: AnyValue, type: Type): boolean {
  if (planned.kind === "unknown") return true;
  if (actual.kind !== "known" || planned.kind !== "known" || !holdsUnknown(planned)) {
    return equalValues(actual, planned, type);
  }
  switch (type.kind) {
    case "list":
      return agreeInOrder(elementsOf(actual), elementsOf(planned), type.element);
    case "set":
      return agreeWithoutOrder(elementsOf(actual), elementsOf(planned), type.element);
    case "map": {
      const [entries, expected] = [actual.value, planned.value] as ReadonlyMap<string, AnyValue>[];
      if (entries === undefined || expected === undefined || entries.size !== expected.size) return false;
      return [...expected].every(([key, each]) => {
        const found = entries.get(key);
        return found !== undefined && agrees(found, each, type.element);
      });
    }
    case "object": {
      const [object, expected] = [actual.value, planned.value] as ObjectPayload[];
      return [...type.attributes].every(([name, each]) =>
        agrees(object?.[name] ?? NULL, expected?.[name] ?? NULL, each),
      );
    }
    default:
      return equalValues(actual, planned, type);
  }
}

function elementsOf(value: AnyValue): readonly AnyValue[] {
  return value.kind === "known" ? (value.value as readonly AnyValue[]) : [];
}

function agreeInOrder(actual: readonly AnyValue[], planned: readonly AnyValue[], element: Type): boolean {
  return (
    actual.length === planned.length && planned.every((each, index) => agrees(actual[index] ?? NULL, each, element))
  );
}

/** Elements that were unknown may turn out alike, so a set may shrink. */
function agreeWithoutOrder(actual: readonly AnyValue[], planned: readonly AnyValue[], element: Type): boolean {
  return (
    actual.length <= planned.length &&
    planned.every((expected) => actual.some((each) => agrees(each, expected, element))) &&
    actual.every((each) => planned.some((expected) => agrees(each, expected, element)))
  );
}
