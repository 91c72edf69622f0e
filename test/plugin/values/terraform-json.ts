// What Terraform writes for a value, stated apart from the code that is tested. A tree of JSON in which every text is
// marked with `$` and every number with `#`: so numbers keep their digits, and no name is special to JavaScript.

import type { Numeric } from "../../../src/plugin/values/numeric";
import type { Type } from "../../../src/plugin/values/type";
import type { AnyValue, ObjectPayload } from "../../../src/plugin/values/value";
import { terraformNumber } from "./terraform-number";

/** JSON whose texts and names begin with `$`, and whose numbers are texts that begin with `#`. */
export type MarkedJson = null | boolean | string | readonly MarkedJson[] | { readonly [name: string]: MarkedJson };

const TOKEN = /"([^"\\]*(?:\\.[^"\\]*)*)"|-?\d[\d.eE+-]*/g;

/** One escape in JSON. An accent behind it may have become one with its last letter. */
const ESCAPE = /\\(?:u[0-9a-f]{3})?[^]/gu;

/**
 * Parses JSON, with every text and number marked. JSON is a text to Terraform too, and therefore in NFC: of a line break
 * with an accent it makes a backslash with an accented n, which is taken apart here. The accents that are left then may
 * stand in another order than they have without a letter.
 */
export function parseMarked(text: string): MarkedJson {
  const marked = text
    .replace(ESCAPE, (escape) => escape.normalize("NFD"))
    .replace(TOKEN, (token, inside?: string) => (inside === undefined ? `"#${token}"` : `"$${inside}"`));
  return composed(JSON.parse(marked) as MarkedJson);
}

function composed(json: MarkedJson): MarkedJson {
  if (typeof json === "string") return json.normalize("NFC");
  if (json === null || typeof json === "boolean") return json;
  if (isList(json)) return json.map(composed);
  return Object.fromEntries(Object.entries(json).map(([name, each]) => [name.normalize("NFC"), composed(each)]));
}

function isList(json: object): json is readonly MarkedJson[] {
  return Array.isArray(json);
}

/** The reverse of {@link parseMarked}, in ASCII, so that no accent joins an escape before it. */
export function unmarked(json: MarkedJson): string {
  return JSON.stringify(json)
    .replace(TOKEN, (token, inside?: string) =>
      inside?.startsWith("#") === true ? inside.slice(1) : token.replace(/^"\$/, '"'),
    )
    .replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** What `jsonencode` gives for a wholly known value; the elements of sets in one order, and each once. */
export function expectedJson(value: AnyValue, type: Type): MarkedJson {
  if (value.kind !== "known") {
    if (value.kind === "null") return null;
    throw new Error("JSON has no word for the unknown");
  }
  const payload = value.value;
  if (typeof payload === "string") return `$${payload.normalize("NFC")}`;
  if (typeof payload === "boolean") return payload;
  switch (type.kind) {
    case "number":
      return `#${terraformNumber((payload as Numeric).toString())}`;
    case "list":
      return (payload as readonly AnyValue[]).map((each) => expectedJson(each, type.element));
    case "set":
      return inOneOrder((payload as readonly AnyValue[]).map((each) => expectedJson(each, type.element)));
    case "map":
      return byName(
        [...(payload as ReadonlyMap<string, AnyValue>)].map(([key, each]) => [key, expectedJson(each, type.element)]),
      );
    case "object":
      return byName(
        [...type.attributes].map(([name, each]) => [
          name,
          expectedJson((payload as ObjectPayload)[name] as AnyValue, each),
        ]),
      );
    default:
      throw new Error(`a ${type.kind} of ${typeof payload}`);
  }
}

/** JSON that Terraform wrote for a value of the type, with the elements of sets in the order of {@link expectedJson}. */
export function inExpectedOrder(json: MarkedJson, type: Type): MarkedJson {
  if (json === null || typeof json !== "object") return json;
  const elements = Array.isArray(json) ? (json as readonly MarkedJson[]) : [];
  const entries = Object.entries(json as { readonly [name: string]: MarkedJson });
  switch (type.kind) {
    case "list":
      return elements.map((each) => inExpectedOrder(each, type.element));
    case "set":
      return inOneOrder(elements.map((each) => inExpectedOrder(each, type.element)));
    case "map":
      return byMarkedName(entries.map(([name, each]) => [name, inExpectedOrder(each, type.element)]));
    case "object": {
      const types = new Map([...type.attributes].map(([name, each]) => [`$${name.normalize("NFC")}`, each]));
      return byMarkedName(entries.map(([name, each]) => [name, inExpectedOrder(each, types.get(name) as Type)]));
    }
    default:
      return json;
  }
}

function inOneOrder(elements: readonly MarkedJson[]): MarkedJson {
  const byText = new Map(elements.map((each) => [JSON.stringify(each), each]));
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
}

function byName(entries: readonly (readonly [string, MarkedJson])[]): MarkedJson {
  return byMarkedName(entries.map(([name, each]) => [`$${name.normalize("NFC")}`, each]));
}

function byMarkedName(entries: readonly (readonly [string, MarkedJson])[]): MarkedJson {
  return Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
}
