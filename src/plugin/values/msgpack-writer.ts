import { exactDouble, numericText } from "./numeric";
import type { Numeric } from "./numeric";

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

/** An unknown value without refinements: extension 0 with one byte that nobody reads. */
const UNKNOWN_BYTES = Buffer.from([0xd4, 0x00, 0x00]);

/** Puts one token of MessagePack after the other into a buffer that grows. */
export class MsgpackWriter {
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

function integerOf(value: Numeric): bigint | undefined {
  if (typeof value === "bigint") return value;
  if (typeof value === "number" && Number.isInteger(value)) return BigInt(value);
  return undefined;
}
