import { Decimal, exactDouble, fromBigInt, fromDouble, numericText, parseNumeric } from "./numeric";
import type { Numeric } from "./numeric";
import { encodeType, typeFromJson } from "./type";
import type { Type } from "./type";
import { Dynamic, NULL, UNKNOWN, emptyPayload, known } from "./value";
import type { AnyValue, ObjectPayload, Payload } from "./value";

// Terraform's reading of MessagePack is driven by the schema's type, and its users choose the keys of maps. A general
// decoder rounds large integers, refuses keys such as "__proto__", and takes every extension for a foreign object.

/** A value that the schema's type does not allow, or bytes that are no MessagePack. */
export class CodecError extends Error {
  override readonly name = "CodecError";
}

/** Deeper values are refused rather than followed; Terraform's own never come near. */
const MAX_DEPTH = 200;

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

/**
 * Reads one value of `type`; empty input is null, as Terraform reads it.
 *
 * @throws CodecError when the bytes do not hold exactly such a value.
 */
export function decodeMsgpack(bytes: Uint8Array, type: Type): AnyValue {
  if (bytes.length === 0) return NULL;
  const reader = new Reader(bytes);
  const value = readValue(reader, type, 0);
  if (reader.remaining > 0) throw reader.error(`${reader.remaining} bytes too many`);
  return value;
}

/**
 * Writes a value of `type`, numbers and extensions as terraform-plugin-go does (`tftypes/value_msgpack.go`).
 *
 * @throws CodecError when the value is not of the type.
 */
export function encodeMsgpack(value: AnyValue, type: Type): Buffer {
  const writer = new Writer();
  writeValue(writer, value, type);
  return writer.finish();
}

function readValue(reader: Reader, type: Type, depth: number): AnyValue {
  if (depth > MAX_DEPTH) throw reader.error(`more than ${MAX_DEPTH} levels of nesting`);
  if (reader.takeNil()) return NULL;
  if (reader.takeExtension()) return UNKNOWN;
  return known(readPayload(reader, type, depth));
}

function readPayload(reader: Reader, type: Type, depth: number): Payload {
  switch (type.kind) {
    case "string":
      return reader.string();
    case "number":
      return reader.number();
    case "bool":
      return reader.bool();
    case "list":
    case "set":
      return readArray(reader, reader.arrayLength(), () => type.element, depth);
    case "tuple": {
      const length = reader.arrayLength();
      if (length !== type.elements.length) {
        throw reader.error(`a tuple of ${length} elements where ${type.elements.length} are expected`);
      }
      return readArray(reader, length, (index) => type.elements[index] as Type, depth);
    }
    case "map": {
      const entries = new Map<string, AnyValue>();
      for (let left = reader.mapLength(); left > 0; left--) {
        const key = reader.string();
        entries.set(key, readValue(reader, type.element, depth + 1));
      }
      return entries;
    }
    case "object":
      return readObject(reader, type.attributes, depth);
    case "dynamic": {
      if (reader.arrayLength() !== 2) throw reader.error("a dynamic value that is not a pair of type and value");
      const inner = parseType(reader);
      return new Dynamic(inner, readValue(reader, inner, depth + 1));
    }
  }
}

function readArray(reader: Reader, length: number, typeAt: (index: number) => Type, depth: number): AnyValue[] {
  const elements: AnyValue[] = [];
  for (let index = 0; index < length; index++) elements.push(readValue(reader, typeAt(index), depth + 1));
  return elements;
}

function readObject(reader: Reader, attributes: ReadonlyMap<string, Type>, depth: number): ObjectPayload {
  const payload = emptyPayload();
  const length = reader.mapLength();
  for (let left = length; left > 0; left--) {
    const name = reader.string();
    const type = attributes.get(name);
    if (type === undefined) throw reader.error(`an attribute ${JSON.stringify(name)} that the schema does not have`);
    payload[name] = readValue(reader, type, depth + 1);
  }
  for (const name of attributes.keys()) {
    if (payload[name] === undefined) throw reader.error(`the attribute ${JSON.stringify(name)} is missing`);
  }
  return payload;
}

function parseType(reader: Reader): Type {
  const bytes = reader.binary();
  try {
    return typeFromJson(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)));
  } catch {
    throw reader.error("a dynamic value whose type cannot be read");
  }
}

function writeValue(writer: Writer, value: AnyValue, type: Type): void {
  if (value.kind === "null") writer.nil();
  else if (value.kind === "unknown") writer.unknown();
  else writePayload(writer, value.value, type);
}

function writePayload(writer: Writer, payload: Payload, type: Type): void {
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
      const distinct = new Map<string, Buffer>();
      for (const element of asArray(payload)) {
        const bytes = encodeMsgpack(element, type.element);
        distinct.set(bytes.toString("latin1"), bytes);
      }
      writer.arrayHeader(distinct.size);
      for (const bytes of distinct.values()) writer.raw(bytes);
      return;
    }
    case "tuple": {
      const elements = asArray(payload);
      if (elements.length !== type.elements.length) throw mismatch(payload, `a tuple of ${type.elements.length}`);
      writer.arrayHeader(elements.length);
      elements.forEach((element, index) => writeValue(writer, element, type.elements[index] as Type));
      return;
    }
    case "map": {
      if (!(payload instanceof Map)) throw mismatch(payload, "a map");
      const entries = payload as ReadonlyMap<string, AnyValue>;
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
    case "dynamic":
      if (!(payload instanceof Dynamic)) throw mismatch(payload, "a dynamic value");
      writer.arrayHeader(2);
      writer.binary(encodeType(payload.type));
      return writeValue(writer, payload.value, payload.type);
  }
}

function asArray(payload: Payload): readonly AnyValue[] {
  if (!Array.isArray(payload)) throw mismatch(payload, "a list of values");
  return payload as readonly AnyValue[];
}

function isObjectPayload(payload: Payload): payload is ObjectPayload {
  return (
    typeof payload === "object" &&
    !Array.isArray(payload) &&
    !(payload instanceof Map) &&
    !(payload instanceof Decimal) &&
    !(payload instanceof Dynamic)
  );
}

/** Names the kind of what was found, never the value: it may be a secret. */
function mismatch(payload: Payload, expected: string): CodecError {
  const found = Array.isArray(payload) ? "a list" : payload instanceof Map ? "a map" : `a ${typeof payload}`;
  return new CodecError(`${found} where ${expected} is expected`);
}

class Reader {
  private readonly view: DataView;
  private offset = 0;

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get remaining(): number {
    return this.bytes.length - this.offset;
  }

  error(what: string): CodecError {
    return new CodecError(`${what} (at byte ${this.offset} of ${this.bytes.length})`);
  }

  takeNil(): boolean {
    if (this.peek() !== 0xc0) return false;
    this.offset++;
    return true;
  }

  /** Every extension means "unknown", whatever its code; refinements in it are hints that may be ignored. */
  takeExtension(): boolean {
    const head = this.peek();
    const length =
      head >= 0xd4 && head <= 0xd8
        ? 1 << (head - 0xd4)
        : head === 0xc7
          ? this.uintAfter(1, 1)
          : head === 0xc8
            ? this.uintAfter(1, 2)
            : head === 0xc9
              ? this.uintAfter(1, 4)
              : undefined;
    if (length === undefined) return false;
    const lengthBytes = head >= 0xd4 ? 0 : head === 0xc7 ? 1 : head === 0xc8 ? 2 : 4;
    this.take(1 + lengthBytes + 1 + length);
    return true;
  }

  bool(): boolean {
    const head = this.peek();
    if (head !== 0xc2 && head !== 0xc3) throw this.error("not a bool");
    this.offset++;
    return head === 0xc3;
  }

  string(): string {
    const head = this.peek();
    const length =
      head >= 0xa0 && head <= 0xbf
        ? this.skip(1, head & 0x1f)
        : head === 0xd9
          ? this.length(1)
          : head === 0xda
            ? this.length(2)
            : head === 0xdb
              ? this.length(4)
              : undefined;
    if (length === undefined) throw this.error("not a string");
    const bytes = this.take(length);
    try {
      return utf8.decode(bytes);
    } catch {
      throw this.error("a string that is not UTF-8");
    }
  }

  binary(): Uint8Array {
    const head = this.peek();
    if (head < 0xc4 || head > 0xc6) throw this.error("not binary data");
    return this.take(this.length((1 << (head - 0xc4)) as 1 | 2 | 4));
  }

  number(): Numeric {
    const head = this.peek();
    if (head <= 0x7f) return this.skip(1, head);
    if (head >= 0xe0) return this.skip(1, head - 0x100);
    switch (head) {
      case 0xca:
        return fromDouble(this.fixed(4, (at) => this.view.getFloat32(at)));
      case 0xcb:
        return fromDouble(this.fixed(8, (at) => this.view.getFloat64(at)));
      case 0xcc:
        return this.fixed(1, (at) => this.view.getUint8(at));
      case 0xcd:
        return this.fixed(2, (at) => this.view.getUint16(at));
      case 0xce:
        return this.fixed(4, (at) => this.view.getUint32(at));
      case 0xcf:
        return fromBigInt(this.fixed(8, (at) => this.view.getBigUint64(at)));
      case 0xd0:
        return this.fixed(1, (at) => this.view.getInt8(at));
      case 0xd1:
        return this.fixed(2, (at) => this.view.getInt16(at));
      case 0xd2:
        return this.fixed(4, (at) => this.view.getInt32(at));
      case 0xd3:
        return fromBigInt(this.fixed(8, (at) => this.view.getBigInt64(at)));
    }
    const text = this.string();
    try {
      return parseNumeric(text);
    } catch (error) {
      throw this.error(error instanceof Error ? error.message : "not a number");
    }
  }

  arrayLength(): number {
    const head = this.peek();
    if (head >= 0x90 && head <= 0x9f) return this.skip(1, head & 0x0f);
    if (head === 0xdc) return this.bounded(this.length(2));
    if (head === 0xdd) return this.bounded(this.length(4));
    throw this.error("not a list");
  }

  mapLength(): number {
    const head = this.peek();
    if (head >= 0x80 && head <= 0x8f) return this.skip(1, head & 0x0f);
    if (head === 0xde) return this.bounded(this.length(2));
    if (head === 0xdf) return this.bounded(this.length(4));
    throw this.error("not a map");
  }

  private peek(): number {
    const head = this.bytes[this.offset];
    if (head === undefined) throw this.error("the data ends too early");
    return head;
  }

  private skip(bytes: number, result: number): number {
    this.offset += bytes;
    return result;
  }

  private take(length: number): Uint8Array {
    if (length > this.remaining) throw this.error("the data ends too early");
    this.offset += length;
    return this.bytes.subarray(this.offset - length, this.offset);
  }

  private fixed<T>(width: number, read: (at: number) => T): T {
    this.take(1 + width);
    return read(this.offset - width);
  }

  private length(width: 1 | 2 | 4): number {
    this.take(1 + width);
    return this.uint(this.offset - width, width);
  }

  private uintAfter(skipped: number, width: 1 | 2 | 4): number {
    if (this.remaining < skipped + width) throw this.error("the data ends too early");
    return this.uint(this.offset + skipped, width);
  }

  private uint(at: number, width: 1 | 2 | 4): number {
    return width === 1 ? this.view.getUint8(at) : width === 2 ? this.view.getUint16(at) : this.view.getUint32(at);
  }

  /** A count that the remaining bytes cannot hold is refused before anything is allocated for it. */
  private bounded(count: number): number {
    if (count > this.remaining) throw this.error("the data ends too early");
    return count;
  }
}

class Writer {
  private buffer = Buffer.allocUnsafe(256);
  private length = 0;

  finish(): Buffer {
    return Buffer.from(this.buffer.subarray(0, this.length));
  }

  nil(): void {
    this.byte(0xc0);
  }

  unknown(): void {
    this.raw(UNKNOWN_BYTES);
  }

  bool(value: boolean): void {
    this.byte(value ? 0xc3 : 0xc2);
  }

  string(text: string): void {
    const bytes = Buffer.from(text.normalize("NFC"), "utf8");
    if (bytes.length < 32) this.byte(0xa0 | bytes.length);
    else this.header(bytes.length, 0xd9, 0xda, 0xdb);
    this.raw(bytes);
  }

  binary(bytes: Buffer): void {
    this.header(bytes.length, 0xc4, 0xc5, 0xc6);
    this.raw(bytes);
  }

  number(value: Numeric): void {
    const integer = integerOf(value);
    if (integer !== undefined) {
      if (integer < INT64_MIN || integer > INT64_MAX) return this.string(integer.toString());
      return this.integer(integer);
    }
    const double = exactDouble(value);
    if (double === undefined) return this.string(numericText(value));
    this.byte(0xcb);
    this.reserve(8);
    this.buffer.writeDoubleBE(double, this.length);
    this.length += 8;
  }

  arrayHeader(count: number): void {
    if (count < 16) this.byte(0x90 | count);
    else this.header(count, undefined, 0xdc, 0xdd);
  }

  mapHeader(count: number): void {
    if (count < 16) this.byte(0x80 | count);
    else this.header(count, undefined, 0xde, 0xdf);
  }

  raw(bytes: Buffer): void {
    this.reserve(bytes.length);
    bytes.copy(this.buffer, this.length);
    this.length += bytes.length;
  }

  private integer(value: bigint): void {
    if (value >= 0n && value < 128n) return this.byte(Number(value));
    if (value < 0n && value >= -32n) return this.byte(Number(value) & 0xff);
    this.reserve(9);
    const at = this.length + 1;
    if (value >= 0n) {
      if (value < 2n ** 8n) this.fixed(0xcc, 1, () => this.buffer.writeUInt8(Number(value), at));
      else if (value < 2n ** 16n) this.fixed(0xcd, 2, () => this.buffer.writeUInt16BE(Number(value), at));
      else if (value < 2n ** 32n) this.fixed(0xce, 4, () => this.buffer.writeUInt32BE(Number(value), at));
      else this.fixed(0xcf, 8, () => this.buffer.writeBigUInt64BE(value, at));
    } else {
      if (value >= -(2n ** 7n)) this.fixed(0xd0, 1, () => this.buffer.writeInt8(Number(value), at));
      else if (value >= -(2n ** 15n)) this.fixed(0xd1, 2, () => this.buffer.writeInt16BE(Number(value), at));
      else if (value >= -(2n ** 31n)) this.fixed(0xd2, 4, () => this.buffer.writeInt32BE(Number(value), at));
      else this.fixed(0xd3, 8, () => this.buffer.writeBigInt64BE(value, at));
    }
  }

  private fixed(head: number, width: number, write: () => void): void {
    write();
    this.buffer[this.length] = head;
    this.length += 1 + width;
  }

  private header(count: number, oneByte: number | undefined, twoBytes: number, fourBytes: number): void {
    this.reserve(5);
    if (oneByte !== undefined && count < 0x100) {
      this.buffer[this.length] = oneByte;
      this.buffer.writeUInt8(count, this.length + 1);
      this.length += 2;
    } else if (count < 0x10000) {
      this.buffer[this.length] = twoBytes;
      this.buffer.writeUInt16BE(count, this.length + 1);
      this.length += 3;
    } else {
      this.buffer[this.length] = fourBytes;
      this.buffer.writeUInt32BE(count, this.length + 1);
      this.length += 5;
    }
  }

  private byte(value: number): void {
    this.reserve(1);
    this.buffer[this.length++] = value;
  }

  private reserve(bytes: number): void {
    if (this.length + bytes <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.length + bytes));
    this.buffer.copy(larger, 0, 0, this.length);
    this.buffer = larger;
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** An unknown value without refinements: extension 0 with one byte that nobody reads. */
const UNKNOWN_BYTES = Buffer.from([0xd4, 0x00, 0x00]);

function integerOf(value: Numeric): bigint | undefined {
  if (typeof value === "bigint") return value;
  if (typeof value === "number" && Number.isInteger(value)) return BigInt(value);
  return undefined;
}
