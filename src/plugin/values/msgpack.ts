import type { DynamicValue } from "../wire/generated/tfplugin6";
import { decodeJson } from "./json";
import { MsgpackReader } from "./msgpack-reader";
import { MsgpackWriter } from "./msgpack-writer";
import { Decimal } from "./numeric";
import type { Type } from "./type";
import { CodecError, NULL, UNKNOWN, emptyPayload, holdsUnknown, isObjectPayload, known } from "./value";
import type { AnyValue, ObjectPayload, Payload } from "./value";

/** Reads a value from whichever encoding it came in; a missing one is null. */
export function decodeDynamicValue(value: DynamicValue | undefined, type: Type): AnyValue {
  if (value === undefined) return NULL;
  return value.msgpack.length > 0 ? decodeMsgpack(value.msgpack, type) : decodeJson(value.json, type);
}

/** Writes a value as msgpack, the one encoding that every client accepts everywhere. */
export function encodeDynamicValue(value: AnyValue, type: Type): DynamicValue {
  return { msgpack: encodeMsgpack(value, type), json: Buffer.alloc(0) };
}

// Terraform's reading of MessagePack is driven by the schema's type, and its users choose the keys of maps. A general
// decoder rounds large integers, refuses keys such as "__proto__", and takes every extension for a foreign object.

/**
 * Reads one value of `type`; empty input is null, as Terraform reads it.
 *
 * @throws CodecError when the bytes do not hold exactly such a value.
 */
export function decodeMsgpack(bytes: Uint8Array, type: Type): AnyValue {
  if (bytes.length === 0) return NULL;
  const reader = new MsgpackReader(bytes);
  const value = readValue(reader, type);
  if (reader.remaining > 0) throw reader.error(`${reader.remaining} bytes too many`);
  return value;
}

/**
 * Writes a value of `type`, numbers and extensions as terraform-plugin-go does (`tftypes/value_msgpack.go`).
 *
 * @throws CodecError when the value is not of the type.
 */
export function encodeMsgpack(value: AnyValue, type: Type): Buffer {
  const writer = new MsgpackWriter();
  writeValue(writer, value, type);
  return writer.finish();
}

function readValue(reader: MsgpackReader, type: Type): AnyValue {
  if (reader.takeNil()) return NULL;
  if (reader.takeExtension()) return UNKNOWN;
  return known(readPayload(reader, type));
}

function readPayload(reader: MsgpackReader, type: Type): Payload {
  switch (type.kind) {
    case "string":
      return reader.string();
    case "number":
      return reader.number();
    case "bool":
      return reader.bool();
    case "list":
    case "set":
      return readArray(reader, type.element);
    case "map": {
      const entries = new Map<string, AnyValue>();
      for (let left = reader.mapLength(); left > 0; left--) {
        const key = reader.string();
        entries.set(key, readValue(reader, type.element));
      }
      return entries;
    }
    case "object":
      return readObject(reader, type.attributes);
  }
}

function readArray(reader: MsgpackReader, type: Type): AnyValue[] {
  const elements: AnyValue[] = [];
  for (let left = reader.arrayLength(); left > 0; left--) elements.push(readValue(reader, type));
  return elements;
}

function readObject(reader: MsgpackReader, attributes: ReadonlyMap<string, Type>): ObjectPayload {
  const payload = emptyPayload();
  const length = reader.mapLength();
  for (let left = length; left > 0; left--) {
    const name = reader.string();
    const type = attributes.get(name);
    if (type === undefined) throw reader.error(`an attribute ${JSON.stringify(name)} that the schema does not have`);
    payload[name] = readValue(reader, type);
  }
  for (const name of attributes.keys()) {
    if (payload[name] === undefined) throw reader.error(`the attribute ${JSON.stringify(name)} is missing`);
  }
  return payload;
}

function writeValue(writer: MsgpackWriter, value: AnyValue, type: Type): void {
  if (value.kind === "null") writer.nil();
  else if (value.kind === "unknown") writer.unknown();
  else writePayload(writer, value.value, type);
}

function writePayload(writer: MsgpackWriter, payload: Payload, type: Type): void {
  switch (type.kind) {
    case "string":
      if (typeof payload !== "string") throw mismatch(payload, "a string");
      return writer.string(payload);
    case "number":
      if (typeof payload !== "number" && typeof payload !== "bigint" && !(payload instanceof Decimal)) {
        throw mismatch(payload, "a number");
      }
      return writer.number(payload);
    case "bool":
      if (typeof payload !== "boolean") throw mismatch(payload, "a bool");
      return writer.bool(payload);
    case "list":
      writer.arrayHeader(asArray(payload).length);
      for (const element of asArray(payload)) writeValue(writer, element, type.element);
      return;
    case "set": {
      const seen = new Set<string>();
      const distinct: Buffer[] = [];
      for (const element of asArray(payload)) {
        const bytes = encodeMsgpack(element, type.element);
        const key = bytes.toString("latin1");
        // Unknown elements may turn out to differ, and Terraform refuses a plan with fewer elements than were configured.
        if (seen.has(key) && !holdsUnknown(element)) continue;
        seen.add(key);
        distinct.push(bytes);
      }
      writer.arrayHeader(distinct.length);
      for (const bytes of distinct) writer.raw(bytes);
      return;
    }
    case "map": {
      if (!(payload instanceof Map)) throw mismatch(payload, "a map");
      // Terraform normalizes keys as it does texts. If they were sorted before that, equal maps would differ in bytes.
      const entries = new Map(
        [...(payload as ReadonlyMap<string, AnyValue>)].map(([key, each]) => [key.normalize("NFC"), each]),
      );
      writer.mapHeader(entries.size);
      for (const key of [...entries.keys()].sort()) {
        writer.string(key);
        writeValue(writer, entries.get(key) ?? NULL, type.element);
      }
      return;
    }
    case "object": {
      if (!isObjectPayload(payload)) throw mismatch(payload, "an object");
      const names = [...type.attributes.keys()].sort();
      writer.mapHeader(names.length);
      for (const name of names) {
        const value = payload[name];
        if (value === undefined) throw new CodecError(`the attribute ${JSON.stringify(name)} is missing`);
        writer.string(name);
        writeValue(writer, value, type.attributes.get(name) as Type);
      }
      return;
    }
  }
}

function asArray(payload: Payload): readonly AnyValue[] {
  if (!Array.isArray(payload)) throw mismatch(payload, "a list of values");
  return payload as readonly AnyValue[];
}

/** Names the kind of what was found, never the value: it may be a secret. */
function mismatch(payload: Payload, expected: string): CodecError {
  const found = Array.isArray(payload) ? "a list" : payload instanceof Map ? "a map" : `a ${typeof payload}`;
  return new CodecError(`${found} where ${expected} is expected`);
}
