/**
 * The few types of ASN.1 that a certificate is made of, in their distinguished encoding (X.690). Each function returns
 * a complete element: tag, length, content.
 */

/** Elements in their order. */
export function sequence(...elements: Buffer[]): Buffer {
  return element(0x30, Buffer.concat(elements));
}

/** A set of one element; more would have to be sorted. */
export function setOf(member: Buffer): Buffer {
  return element(0x31, member);
}

/** A non-negative number, its bytes from the highest to the lowest. */
export function integer(bytes: Buffer): Buffer {
  const start = bytes.findIndex((byte) => byte !== 0);
  const digits = start === -1 ? Buffer.of(0) : bytes.subarray(start);
  // A highest bit of 1 would make it negative.
  return element(0x02, (digits[0] ?? 0) > 0x7f ? Buffer.concat([Buffer.of(0), digits]) : digits);
}

/** Bits, as many as eight times the bytes unless the last byte has unused ones. */
export function bitString(bytes: Buffer, unusedBits = 0): Buffer {
  return element(0x03, Buffer.concat([Buffer.of(unusedBits), bytes]));
}

export function octetString(content: Buffer): Buffer {
  return element(0x04, content);
}

export function booleanTrue(): Buffer {
  return element(0x01, Buffer.of(0xff));
}

export function utf8String(text: string): Buffer {
  return element(0x0c, Buffer.from(text));
}

/** An object identifier in dotted form, such as `2.5.4.3`. */
export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return element(0x06, Buffer.from([first * 40 + second, ...rest].flatMap(base128)));
}

/** A moment in UTC, to the second. A certificate must use the short form up to the year 2049 (RFC 5280, 4.1.2.5). */
export function time(date: Date): Buffer {
  const digits = `${date.toISOString().slice(0, 19).replace(/\D/g, "")}Z`;
  return date.getUTCFullYear() < 2050
    ? element(0x17, Buffer.from(digits.slice(2)))
    : element(0x18, Buffer.from(digits));
}

/** A field that is told from the others by its number; `explicit` wraps a whole element. */
export function explicit(number: number, wrapped: Buffer): Buffer {
  return element(0xa0 + number, wrapped);
}

/** A field that is told from the others by its number, with the number in place of the content's own tag. */
export function implicit(number: number, content: Buffer): Buffer {
  return element(0x80 + number, content);
}

function element(tag: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([tag, ...lengthOf(content)]), content]);
}

function lengthOf({ length }: Buffer): number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest >>>= 8) bytes.unshift(rest & 0xff);
  return [0x80 + bytes.length, ...bytes];
}

/** Seven bits a byte, the highest bit set in all but the last. */
function base128(value: number): number[] {
  const bytes = [value & 0x7f];
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) bytes.unshift((rest & 0x7f) | 0x80);
  return bytes;
}
