import { isDeepStrictEqual } from "node:util";
import { Decimal, fromBigInt, fromDouble, parseNumeric } from "../../../src/plugin/values/numeric";
import type { Numeric } from "../../../src/plugin/values/numeric";
import { BOOL, NUMBER, STRING } from "../../../src/plugin/values/type";
import type { Type } from "../../../src/plugin/values/type";
import { NULL, UNKNOWN, known, objectPayload } from "../../../src/plugin/values/value";
import type { AnyValue, ObjectPayload, Payload } from "../../../src/plugin/values/value";
import { isAmbiguous } from "./terraform-number";
import { listOf, mapOf, setOf } from "./type-constructors";

const MAX_DEPTH = 5;
const MAX_MEMBERS = 4;

/** Keys and texts that have caught others: prototypes, integer-like, combining, astral, to be escaped, long. */
const TEXTS = [
  ...["", "a", "b", "id", "0", "10", "__proto__", "constructor", "toString", "\u00e9", "\u00c5", "\u1ebf", "\uac00"],
  ...["\u{1d4b3}", "\u{1f469}\u200d\u{1f467}", "\ufeff", "\uffff", "\0", '"\\\n\u2028', "f", "z"],
  ...["x".repeat(31), "x".repeat(32), "\u00e9".repeat(150)],
];

/** Heads of MessagePack that announce the most: extensions, long texts and arrays, maps, doubles, nil. */
const HEADS = [
  0x80, 0x8f, 0x9f, 0xbf, 0xc0, 0xc1, 0xc4, 0xc7, 0xc9, 0xca, 0xcb, 0xcf, 0xd3, 0xd4, 0xdb, 0xdd, 0xdf, 0xff,
];

/** Random numbers that a seed repeats: mulberry32, a public-domain generator by Tommy Ettinger. */
export class Random {
  constructor(private state: number) {}

  /** An integer from 0 up to but not including `bound`. */
  below(bound: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * bound);
  }

  /** True once in `times`. */
  oneIn(times: number): boolean {
    return this.below(times) === 0;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T;
  }

  /** Up to {@link MAX_MEMBERS} things. */
  several<T>(make: () => T): T[] {
    return Array.from({ length: this.below(MAX_MEMBERS + 1) }, make);
  }
}

/** What types and values may be made of. */
interface Scope {
  readonly unknowns: boolean;
  readonly infinities: boolean;
  /** Fractions that Terraform itself does not tell from others. */
  readonly ambiguities: boolean;
}

/** Whatever the encoding has. */
const ANYTHING: Scope = { unknowns: true, infinities: true, ambiguities: true };

/** What Terraform can hold, and write as JSON. */
export const STORABLE: Scope = { unknowns: false, infinities: false, ambiguities: false };

/** A type of any kind, compound ones nested up to {@link MAX_DEPTH} deep. */
export function randomType(random: Random, depth = 0): Type {
  const inner = () => randomType(random, depth + 1);
  switch (random.below(depth < MAX_DEPTH ? 7 : 3)) {
    case 0:
      return STRING;
    case 1:
      return NUMBER;
    case 2:
      return BOOL;
    case 3:
      return listOf(inner());
    case 4:
      return setOf(inner());
    case 5:
      return mapOf(inner());
    default:
      return { kind: "object", attributes: new Map(random.several(() => [randomText(random), inner()] as const)) };
  }
}

/** A value of the type in its normal form: texts in NFC, numbers in their one form, no element of a set twice. */
export function randomValue(random: Random, type: Type, scope = ANYTHING): AnyValue {
  if (random.oneIn(12)) return NULL;
  if (scope.unknowns && random.oneIn(12)) return UNKNOWN;
  return known(randomPayload(random, type, scope));
}

/** Whether something holds of a value and of every value inside it. */
export function everyPart(value: AnyValue, holds: (part: AnyValue) => boolean): boolean {
  return holds(value) && (value.kind !== "known" || partsOf(value.value).every((part) => everyPart(part, holds)));
}

/** Bytes or text with one to three places flipped, overwritten, cut out, put in, or everything behind them cut off. */
export function mutated(random: Random, original: Buffer): Buffer {
  let bytes: Buffer = Buffer.from(original);
  for (let left = 1 + random.below(3); left > 0; left--) {
    const at = random.below(bytes.length + 1);
    const [before, behind] = [bytes.subarray(0, at), bytes.subarray(at)];
    const stray = Buffer.from([random.oneIn(2) ? random.pick(HEADS) : random.below(256)]);
    switch (random.below(5)) {
      case 0:
        if (at < bytes.length) bytes[at] = (bytes[at] as number) ^ (1 << random.below(8));
        break;
      case 1:
        bytes = Buffer.concat([before, stray, behind.subarray(1)]);
        break;
      case 2:
        bytes = Buffer.concat([before, behind.subarray(1 + random.below(4))]);
        break;
      case 3:
        bytes = Buffer.concat([before, stray, behind]);
        break;
      default:
        bytes = Buffer.from(before);
    }
  }
  return bytes;
}

function randomPayload(random: Random, type: Type, scope: Scope): Payload {
  const inner = (each: Type) => randomValue(random, each, scope);
  switch (type.kind) {
    case "string":
      return randomText(random);
    case "number":
      return unlessAmbiguous(randomNumber(random, scope), scope);
    case "bool":
      return random.oneIn(2);
    case "list":
      return random.several(() => inner(type.element));
    case "set":
      return distinct(random.several(() => inner(type.element)));
    case "map":
      return new Map(random.several(() => [randomText(random), inner(type.element)] as const));
    case "object":
      return objectPayload([...type.attributes].map(([name, each]) => [name, inner(each)]));
  }
}

function randomText(random: Random): string {
  if (random.oneIn(2_000)) return "y".repeat(70_000);
  if (random.oneIn(3)) return random.pick(TEXTS);
  const points = random.several(() => random.below(random.pick([0x80, 0x800, 0xd800, 0x110000])));
  return String.fromCodePoint(...points)
    .replace(/\p{Surrogate}/gu, "")
    .normalize("NFC");
}

function randomNumber(random: Random, scope: Scope): Numeric {
  const sign = random.pick(["", "-"]);
  const digits = Array.from({ length: 1 + random.below(random.pick([3, 17, 40, 200])) }, () => random.below(10)).join(
    "",
  );
  switch (random.below(7)) {
    case 0:
      return random.below(600) - 300;
    case 1: {
      const power = 2n ** BigInt(random.below(130)) + BigInt(random.below(3) - 1);
      return fromBigInt(sign === "" ? power : -power);
    }
    case 2:
      return fromDouble(randomDouble(random));
    case 3:
      return fromDouble(Math.fround(random.below(1_000_000) / 64));
    case 4:
      return parseNumeric(`${sign}${digits}.${random.below(100_000)}`);
    case 5:
      return parseNumeric(`${sign}${digits}e${random.below(1_200) - 600}`);
    default:
      return scope.infinities && random.oneIn(8)
        ? random.pick([Infinity, -Infinity])
        : parseNumeric(`${sign}${digits}`);
  }
}

/** The number, or the one that Terraform takes for it. */
function unlessAmbiguous(number: Numeric, { ambiguities }: Scope): Numeric {
  return !ambiguities && number instanceof Decimal && isAmbiguous(number.text) ? Number(number.text) : number;
}

/** Any finite double, by its bits. */
function randomDouble(random: Random): number {
  const bits = new DataView(new ArrayBuffer(8));
  for (let at = 0; at < 8; at++) bits.setUint8(at, random.below(256));
  const double = bits.getFloat64(0);
  return Number.isFinite(double) ? double : Number.MIN_VALUE;
}

/** Without repetitions, but for elements that are not wholly known: those may turn out to differ. */
function distinct(elements: readonly AnyValue[]): AnyValue[] {
  return elements.filter(
    (element, index) =>
      !everyPart(element, (part) => part.kind !== "unknown") ||
      !elements.slice(0, index).some((earlier) => isDeepStrictEqual(earlier, element)),
  );
}

function partsOf(payload: Payload): readonly AnyValue[] {
  if (typeof payload !== "object" || payload instanceof Decimal) return [];
  if (Array.isArray(payload)) return payload as readonly AnyValue[];
  if (payload instanceof Map) return [...(payload as ReadonlyMap<string, AnyValue>).values()];
  return Object.values(payload as ObjectPayload);
}

/** What tests over random values begin with; printed with their names, and given again as `PROPERTY_SEED`. */
export const PROPERTY_SEED = Number(process.env["PROPERTY_SEED"] ?? Math.floor(Math.random() * 2 ** 32));

if (!Number.isInteger(PROPERTY_SEED)) throw new Error("PROPERTY_SEED must be an integer");
