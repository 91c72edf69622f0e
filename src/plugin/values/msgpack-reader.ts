import { fromBigInt, fromDouble, parseNumeric } from "./numeric";
import type { Numeric } from "./numeric";
import { CodecError } from "./value";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Reads one token of MessagePack after the other. A missing one throws a {@link CodecError} that names the place. */
export class MsgpackReader {
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
    if (head >= 0xd4 && head <= 0xd8) {
      this.take(2 + (1 << (head - 0xd4)));
    } else if (head >= 0xc7 && head <= 0xc9) {
      const payload = this.lengthAfterHead(head - 0xc7);
      this.take(1 + payload);
    } else {
      return false;
    }
    return true;
  }

  bool(): boolean {
    const head = this.peek();
    if (head !== 0xc2 && head !== 0xc3) throw this.error("not a bool");
    this.offset++;
    return head === 0xc3;
  }

  string(): string {
    const bytes = this.take(this.stringLength());
    try {
      return utf8.decode(bytes);
    } catch {
      throw this.error("a string that is not UTF-8");
    }
  }

  number(): Numeric {
    const head = this.peek();
    if (head <= 0x7f) return this.skip(1, head);
    if (head >= 0xe0) return this.skip(1, head - 0x100);
    switch (head) {
      case 0xca:
        return this.exact(this.fixed(4, (at) => this.view.getFloat32(at)));
      case 0xcb:
        return this.exact(this.fixed(8, (at) => this.view.getFloat64(at)));
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
    if (head === 0xdc) return this.bounded(this.lengthAfterHead(1));
    if (head === 0xdd) return this.bounded(this.lengthAfterHead(2));
    throw this.error("not a list");
  }

  mapLength(): number {
    const head = this.peek();
    if (head >= 0x80 && head <= 0x8f) return this.skip(1, head & 0x0f);
    if (head === 0xde) return this.bounded(this.lengthAfterHead(1));
    if (head === 0xdf) return this.bounded(this.lengthAfterHead(2));
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

  /** Terraform's numbers include the infinities, but nothing that is not a number. */
  private exact(double: number): Numeric {
    if (Number.isNaN(double)) throw this.error("not a number");
    return fromDouble(double);
  }

  private stringLength(): number {
    const head = this.peek();
    if (head >= 0xa0 && head <= 0xbf) return this.skip(1, head & 0x1f);
    if (head >= 0xd9 && head <= 0xdb) return this.lengthAfterHead(head - 0xd9);
    throw this.error("not a string");
  }

  /** Takes the head and the length behind it, which has one, two or four bytes: two to the power of `widthPower`. */
  private lengthAfterHead(widthPower: number): number {
    const width = 1 << widthPower;
    this.take(1 + width);
    const at = this.offset - width;
    return width === 1 ? this.view.getUint8(at) : width === 2 ? this.view.getUint16(at) : this.view.getUint32(at);
  }

  /** A count that the remaining bytes cannot hold is refused before anything is allocated for it. */
  private bounded(count: number): number {
    if (count > this.remaining) throw this.error("the data ends too early");
    return count;
  }
}
