import { encodeMsgpack } from "./msgpack";
import { equalNumeric } from "./numeric";
import type { Numeric } from "./numeric";
import type { Type } from "./type";
import { Dynamic, NULL, emptyPayload, known } from "./value";
import type { AnyValue, ObjectPayload } from "./value";

/** Whether two values of `type` are the same; sets compare without order. */
export function equalValues(a: AnyValue, b: AnyValue, type: Type): boolean {
  if (a.kind !== "known" || b.kind !== "known") return a.kind === b.kind;
  if (type.kind === "number") return equalNumeric(a.value as Numeric, b.value as Numeric);
  if (type.kind === "string") {
    return (a.value as string).normalize("NFC") === (b.value as string).normalize("NFC");
  }
  if (type.kind === "bool") return a.value === b.value;
  return canonical(a, type).equals(canonical(b, type));
}

/** The encoding with the elements of sets in one order. */
function canonical(value: AnyValue, type: Type): Buffer {
  return encodeMsgpack(sorted(value, type), type);
}

function sorted(value: AnyValue, type: Type): AnyValue {
  if (value.kind !== "known") return value;
  const payload = value.value;
  switch (type.kind) {
    case "list":
      return known((payload as readonly AnyValue[]).map((element) => sorted(element, type.element)));
    case "set": {
      const elements = (payload as readonly AnyValue[]).map((element) => sorted(element, type.element));
      const keyed = elements.map((element) => [encodeMsgpack(element, type.element), element] as const);
      return known(keyed.sort(([x], [y]) => Buffer.compare(x, y)).map(([, element]) => element));
    }
    case "tuple":
      return known(
        (payload as readonly AnyValue[]).map((element, index) => sorted(element, type.elements[index] as Type)),
      );
    case "map": {
      const entries = payload as ReadonlyMap<string, AnyValue>;
      return known(new Map([...entries].map(([key, each]) => [key, sorted(each, type.element)])));
    }
    case "object": {
      const object = emptyPayload();
      for (const [name, each] of type.attributes) object[name] = sorted((payload as ObjectPayload)[name] ?? NULL, each);
      return known(object);
    }
    case "dynamic": {
      const dynamic = payload as Dynamic;
      return known(new Dynamic(dynamic.type, sorted(dynamic.value, dynamic.type)));
    }
    default:
      return value;
  }
}
