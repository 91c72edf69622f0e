import type { Attribute, Attributes } from "../schema/attribute";
import { toPlain } from "../values/plain";
import { NULL, emptyPayload, holdsUnknown } from "../values/value";
import type { AnyValue, ObjectPayload } from "../values/value";
import { counterpart, mapNestedObjects, objectOrNull } from "./nested-objects";

/**
 * The object in the spelling that is known already, wherever an attribute says that both mean the same.
 *
 * @param known the object as it was spelled before.
 */
export function keepSpelling(object: ObjectPayload, known: ObjectPayload, schema: Attributes): ObjectPayload {
  const result = emptyPayload();
  for (const [name, attribute] of Object.entries(schema)) {
    result[name] = spelledAsBefore(object[name] ?? NULL, known[name] ?? NULL, attribute);
  }
  return result;
}

function spelledAsBefore(value: AnyValue, before: AnyValue, { type, options, nested }: Attribute): AnyValue {
  if (value.kind !== "known" || before.kind !== "known") return value;
  const same = options.semanticEquals as ((one: unknown, other: unknown) => boolean) | undefined;
  if (same !== undefined && !holdsUnknown(value) && !holdsUnknown(before)) {
    return same(toPlain(before, type), toPlain(value, type)) ? before : value;
  }
  if (nested === undefined) return value;
  return mapNestedObjects(value, nested.mode, (object, index) => {
    const known = objectOrNull(counterpart(before, nested.mode, index));
    return known === null ? object : keepSpelling(object, known, nested.attributes);
  });
}
