import { Decimal } from "./numeric";
import { pathText } from "./path";
import type { Path } from "./path";
import type { Type } from "./type";
import { CodecError, NULL, emptyPayload, known } from "./value";
import type { AnyValue, ObjectPayload } from "./value";

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

/**
 * The reverse of {@link toPlain}; `undefined` counts as null.
 *
 * @param path where the value belongs, for the error.
 * @throws TypeMismatch when the value is not of the type.
 */
export function fromPlain(plain: unknown, type: Type, path: Path = []): AnyValue {
  if (plain === null || plain === undefined) return NULL;
  const mismatch = (): never => {
    throw new TypeMismatch(path, plain, type);
  };
  switch (type.kind) {
    case "list":
    case "set":
      if (!Array.isArray(plain)) return mismatch();
      return known(plain.map((each, index) => fromPlain(each, type.element, [...path, { index }])));
    case "map":
      if (!(plain instanceof Map)) return mismatch();
      return known(
        new Map(
          [...(plain as Map<string, unknown>)].map(([key, each]) => [
            key,
            fromPlain(each, type.element, [...path, { key }]),
          ]),
        ),
      );
    case "object": {
      if (typeof plain !== "object" || Array.isArray(plain) || plain instanceof Map) return mismatch();
      const payload = emptyPayload();
      for (const [name, each] of type.attributes) {
        payload[name] = fromPlain((plain as Record<string, unknown>)[name], each, [...path, name]);
      }
      return known(payload);
    }
    case "string":
      return typeof plain === "string" ? known(plain) : mismatch();
    case "bool":
      return typeof plain === "boolean" ? known(plain) : mismatch();
    case "number":
      if (typeof plain === "number" && Number.isNaN(plain)) return mismatch();
      return typeof plain === "number" || typeof plain === "bigint" || plain instanceof Decimal
        ? known(plain)
        : mismatch();
  }
}

/**
 * A value that is not of the type that the schema gives it. The message says where, what is there, and what should be:
 * `labels["a"] a number, where the schema has a string`.
 */
export class TypeMismatch extends CodecError {
  constructor(path: Path, plain: unknown, type: Type) {
    super(`${pathText(path) || "the whole"} ${kindOf(plain)}, where the schema has ${articled(type.kind)}`);
  }
}

function kindOf(plain: unknown): string {
  if (Array.isArray(plain)) return `a list of ${plain.length}`;
  if (plain instanceof Map) return "a map";
  if (typeof plain === "number" && Number.isNaN(plain)) return "no number (NaN)";
  return articled(typeof plain);
}

function articled(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? "an" : "a"} ${noun}`;
}
