import type { Numeric } from "../../../src/plugin";

/**
 * A value of the plain model as a configuration would write it.
 *
 * @param value what an attribute's `default` option holds.
 * @see https://developer.hashicorp.com/terraform/language/syntax/configuration
 */
export function valueExpression(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "string") return quoted(value);
  if (Array.isArray(value)) return `[${value.map(valueExpression).join(", ")}]`;
  if (value instanceof Map) return braced([...(value as Map<string, unknown>)], quoted);
  if (isPlainObject(value)) return braced(Object.entries(value), (name) => name);
  return (value as Numeric | boolean).toString();
}

function braced(entries: readonly (readonly [string, unknown])[], key: (name: string) => string): string {
  if (entries.length === 0) return "{}";
  return `{ ${entries.map(([name, each]) => `${key(name)} = ${valueExpression(each)}`).join(", ")} }`;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** A quoted template in which nothing is interpolated. */
function quoted(text: string): string {
  const escaped = text
    .replace(/[\\"]/g, "\\$&")
    .replace(/\n/g, "\\n")
    .replace(/\r/g, "\\r")
    .replace(/\t/g, "\\t")
    .replace(/[$%](?=\{)/g, "$&$&");
  return `"${escaped}"`;
}
