import { CodecError } from "./codec-error";
import type { Type } from "./type";
import { NULL, emptyPayload, known } from "./value";
import type { AnyValue, ObjectPayload, Payload } from "./value";

/**
 * A wholly known value without its wrapping: `null` for null, and the same inside lists, maps and objects.
 *
 * @throws CodecError when some part of it is unknown.
 */
export function toPlain(value: AnyValue, type: Type): unknown {
  if (value.kind === "unknown") throw new CodecError("an unknown value where everything should be known");
  if (value.kind === "null") return null;
  const payload = value.value;
  switch (type.kind) {
    case "list":
    case "set":
      return (payload as readonly AnyValue[]).map((each) => toPlain(each, type.element));
    case "tuple":
      return (payload as readonly AnyValue[]).map((each, index) => toPlain(each, type.elements[index] as Type));
    case "map":
      return new Map(
        [...(payload as ReadonlyMap<string, AnyValue>)].map(([key, each]) => [key, toPlain(each, type.element)]),
      );
    case "object": {
      const plain = Object.create(null) as Record<string, unknown>;
      for (const [name, each] of type.attributes) plain[name] = toPlain((payload as ObjectPayload)[name] ?? NULL, each);
      return plain;
    }
    default:
      return payload;
  }
}

/** The reverse of {@link toPlain}; `undefined` counts as null. */
export function fromPlain(plain: unknown, type: Type): AnyValue {
  if (plain === null || plain === undefined) return NULL;
  switch (type.kind) {
    case "list":
    case "set":
      if (!Array.isArray(plain)) break;
      return known(plain.map((each) => fromPlain(each, type.element)));
    case "tuple":
      if (!Array.isArray(plain)) break;
      return known(plain.map((each, index) => fromPlain(each, type.elements[index] as Type)));
    case "map":
      if (!(plain instanceof Map)) break;
      return known(
        new Map([...(plain as Map<string, unknown>)].map(([key, each]) => [key, fromPlain(each, type.element)])),
      );
    case "object": {
      if (typeof plain !== "object") break;
      const payload = emptyPayload();
      for (const [name, each] of type.attributes) {
        payload[name] = fromPlain((plain as Record<string, unknown>)[name], each);
      }
      return known(payload);
    }
    default:
      return known(plain as Payload);
  }
  throw new CodecError(`a ${typeof plain} where a ${type.kind} is expected`);
}
