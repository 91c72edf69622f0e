import { Decimal, parseNumeric } from "./numeric";
import type { Numeric } from "./numeric";
import type { Type } from "./type";
import { CodecError, NULL, emptyPayload, known } from "./value";
import type { AnyValue, Payload } from "./value";

/** JSON with exact numbers and objects without a prototype: what a stored state holds. */
type Json = null | boolean | string | Numeric | readonly Json[] | JsonObject;
export interface JsonObject {
  [name: string]: Json;
}

const MAX_DEPTH = 200;

/**
 * Parses JSON without rounding numbers, which `JSON.parse` does beyond 2^53.
 *
 * @throws CodecError when the text is not JSON.
 */
export function parseJson(text: string): Json {
  const parser = new Parser(text);
  const value = parser.value(0);
  parser.end();
  return value;
}

/** Reads one value of `type` from the bytes of a JSON-encoded value; empty input is null. */
export function decodeJson(bytes: Uint8Array, type: Type): AnyValue {
  if (bytes.length === 0) return NULL;
  return fromJson(parseJson(decodeUtf8(bytes)), type);
}

/**
 * Takes a parsed state as a value of `type`. An attribute that is missing becomes null and one that the type does not
 * have is dropped: a state may be older or newer than the schema within one version.
 *
 * @throws CodecError when the JSON does not fit the type.
 */
export function fromJson(json: Json, type: Type): AnyValue {
  return json === null ? NULL : known(payloadFromJson(json, type));
}

/** Whether parsed JSON is an object. */
export function isJsonObject(json: Json): json is JsonObject {
  return typeof json === "object" && json !== null && !Array.isArray(json) && !(json instanceof Decimal);
}

/** Bytes as text. */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new CodecError("text that is not UTF-8");
  }
}

function payloadFromJson(json: Exclude<Json, null>, type: Type): Payload {
  switch (type.kind) {
    case "string":
      if (typeof json === "string") return json;
      break;
    case "bool":
      if (typeof json === "boolean") return json;
      break;
    case "number":
      if (typeof json === "number" || typeof json === "bigint" || json instanceof Decimal) return json;
      break;
    case "list":
    case "set":
      if (Array.isArray(json)) return (json as readonly Json[]).map((each) => fromJson(each, type.element));
      break;
    case "map":
      if (isJsonObject(json)) {
        return new Map(Object.entries(json).map(([key, each]) => [key, fromJson(each, type.element)]));
      }
      break;
    case "object":
      if (isJsonObject(json)) {
        const payload = emptyPayload();
        for (const [name, each] of type.attributes) payload[name] = fromJson(json[name] ?? null, each);
        return payload;
      }
      break;
  }
  throw new CodecError(`the stored JSON does not hold a ${type.kind} where one is expected`);
}

class Parser {
  private offset = 0;

  constructor(private readonly text: string) {}

  value(depth: number): Json {
    if (depth > MAX_DEPTH) throw this.error(`more than ${MAX_DEPTH} levels of nesting`);
    this.space();
    const next = this.text[this.offset];
    if (next === "{") return this.object(depth);
    if (next === "[") return this.array(depth);
    if (next === '"') return this.string();
    for (const [word, value] of [
      ["true", true],
      ["false", false],
      ["null", null],
    ] as const) {
      if (this.text.startsWith(word, this.offset)) {
        this.offset += word.length;
        return value;
      }
    }
    return this.number();
  }

  end(): void {
    this.space();
    if (this.offset < this.text.length) throw this.error("something follows the value");
  }

  private object(depth: number): JsonObject {
    const object = Object.create(null) as JsonObject;
    this.offset++;
    for (let first = true; !this.closes("}"); first = false) {
      if (!first) this.expect(",");
      this.space();
      const name = this.string();
      this.space();
      this.expect(":");
      object[name] = this.value(depth + 1);
    }
    return object;
  }

  private array(depth: number): Json[] {
    const elements: Json[] = [];
    this.offset++;
    for (let first = true; !this.closes("]"); first = false) {
      if (!first) this.expect(",");
      elements.push(this.value(depth + 1));
    }
    return elements;
  }

  private string(): string {
    // Not by a regular expression: its stack is exhausted by a text of some megabytes.
    let end = this.offset + 1;
    while (end < this.text.length && this.text[end] !== '"') end += this.text[end] === "\\" ? 2 : 1;
    if (this.text[this.offset] !== '"' || end >= this.text.length) throw this.error("a string is expected");
    const token = this.text.slice(this.offset, end + 1);
    this.offset += token.length;
    try {
      return JSON.parse(token) as string;
    } catch {
      throw this.error("a string is malformed");
    }
  }

  private number(): Numeric {
    NUMBER_TOKEN.lastIndex = this.offset;
    const token = NUMBER_TOKEN.exec(this.text)?.[0];
    if (token === undefined) throw this.error("a value is expected");
    this.offset += token.length;
    try {
      return parseNumeric(token);
    } catch (error) {
      throw this.error(error instanceof Error ? error.message : "a number is malformed");
    }
  }

  private closes(bracket: string): boolean {
    this.space();
    if (this.text[this.offset] !== bracket) return false;
    this.offset++;
    return true;
  }

  private expect(character: string): void {
    if (this.text[this.offset] !== character) throw this.error(`"${character}" is expected`);
    this.offset++;
  }

  private space(): void {
    SPACE.lastIndex = this.offset;
    this.offset += SPACE.exec(this.text)?.[0].length ?? 0;
  }

  private error(what: string): CodecError {
    return new CodecError(`not JSON: ${what} at character ${this.offset}`);
  }
}

const NUMBER_TOKEN = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const SPACE = /[ \t\r\n]*/y;
