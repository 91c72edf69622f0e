import type { Numeric } from "../../../src/plugin/values/numeric";
import type { Type } from "../../../src/plugin/values/type";
import { NULL } from "../../../src/plugin/values/value";
import type { AnyValue, ObjectPayload } from "../../../src/plugin/values/value";

/** A value as a text that is the same for the same value: `?` where it is unknown, and the elements of sets sorted. */
export function valueText(value: AnyValue, type: Type): string {
  if (value.kind !== "known") return value.kind === "unknown" ? "?" : "null";
  const payload = value.value;
  switch (type.kind) {
    case "list":
      return `[${(payload as readonly AnyValue[]).map((each) => valueText(each, type.element)).join()}]`;
    case "set":
      return `{${(payload as readonly AnyValue[])
        .map((each) => valueText(each, type.element))
        .sort()
        .join()}}`;
    case "map":
      return `{${[...(payload as ReadonlyMap<string, AnyValue>)]
        .map(([key, each]) => `${JSON.stringify(key)}=${valueText(each, type.element)}`)
        .sort()
        .join()}}`;
    case "object":
      return `{${[...type.attributes]
        .map(([name, each]) => `${name}=${valueText((payload as ObjectPayload)[name] ?? NULL, each)}`)
        .sort()
        .join()}}`;
    default:
      return typeof payload === "string" ? JSON.stringify(payload) : (payload as Numeric | boolean).toString();
  }
}
