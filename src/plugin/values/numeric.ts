/**
 * A number of Terraform, which knows no bounds: a `number` where that is exact, a `bigint` for larger integers, and a
 * {@link Decimal} for everything else. One value has one form, so that equal numbers are equal here too. `Number(…)` makes
 * the nearest `number` of each, `String(…)` its digits.
 */
export type Numeric = number | bigint | Decimal;

/** A decimal number that no `number` holds exactly, kept as text. */
export class Decimal {
  /** @param text in plain notation, without superfluous zeros; made by {@link parseNumeric}. */
  constructor(readonly text: string) {}

  toString(): string {
    return this.text;
  }
}

/** Digits and a power of ten: `sign × digits × 10^exponent`, the digits without zeros at the end. */
interface Scientific {
  readonly negative: boolean;
  readonly digits: bigint;
  readonly exponent: number;
}

/** Digits, zeros included, of a number written out: far beyond Terraform's 512 bits, and never long to work with. */
const MAX_DIGITS = 10_000;

/**
 * Reads a number in decimal notation, with or without exponent.
 *
 * @throws Error when the text is not a number, or has absurdly many digits when written out.
 */
export function parseNumeric(text: string): Numeric {
  const { negative, digits, exponent } = parseScientific(text);
  if (exponent >= 0) {
    const integer = (negative ? -digits : digits) * 10n ** BigInt(exponent);
    return fromBigInt(integer);
  }
  const nearest = Number(text);
  // JavaScript prints the shortest text that leads back to the same double: equal text means nothing is lost.
  return sameScientific(parseScientific(String(nearest)), { negative, digits, exponent })
    ? nearest
    : new Decimal(writeScientific({ negative, digits, exponent }));
}

/**
 * A number that came as a double. An integer is what its bits stand for. A fraction is the shortest decimal that leads
 * to the double: Terraform calls two fractions equal if it writes them alike in JSON, and so it writes a double. Its
 * `0.1` from another provider is then the same as the `0.1` of a configuration, which comes as text.
 */
export function fromDouble(double: number): Numeric {
  return Number.isInteger(double) ? fromBigInt(BigInt(double)) : double;
}

/** An integer in its one form: a `number` where that is safe. */
export function fromBigInt(integer: bigint): number | bigint {
  return integer >= BigInt(Number.MIN_SAFE_INTEGER) && integer <= BigInt(Number.MAX_SAFE_INTEGER)
    ? Number(integer)
    : integer;
}

/** Whether two numbers are the same, also where one is a large `number` that was not made here. */
export function equalNumeric(a: Numeric, b: Numeric): boolean {
  return a === b || numericText(a) === numericText(b);
}

/** The number in plain decimal notation. */
export function numericText(value: Numeric): string {
  if (typeof value !== "number" || !Number.isFinite(value)) return String(value);
  return writeScientific(parseScientific(String(value)));
}

/**
 * The double that stands for exactly this number, or undefined where there is none. A decimal has none, not even if a
 * double holds it: Terraform would write that double with fewer digits, which is another number.
 */
export function exactDouble(value: Numeric): number | undefined {
  if (typeof value === "number") {
    return Number.isInteger(value) || !Number.isFinite(value) || isShortestExact(value) ? value : undefined;
  }
  if (typeof value !== "bigint") return undefined;
  const nearest = Number(value);
  return Number.isFinite(nearest) && BigInt(nearest) === value ? nearest : undefined;
}

function parseScientific(text: string): Scientific {
  if (text.length > MAX_DIGITS + 3) throw tooManyDigits();
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,6}))?$/.exec(text);
  const [, sign, whole = "", fraction = "", power = "0"] = match ?? [];
  if (match === null || whole + fraction === "") throw new Error("not a number");
  return normalise(sign === "-", BigInt(whole + fraction), Number(power) - fraction.length);
}

function normalise(negative: boolean, digits: bigint, exponent: number): Scientific {
  if (digits === 0n) return { negative: false, digits, exponent: 0 };
  const text = digits.toString();
  const significant = withoutZerosAtEnd(text);
  const shifted = exponent + text.length - significant.length;
  if (significant.length + Math.abs(shifted) > MAX_DIGITS) throw tooManyDigits();
  return { negative, digits: BigInt(significant), exponent: shifted };
}

/** A regular expression that is anchored at the end would try every run of zeros before it. */
function withoutZerosAtEnd(digits: string): string {
  let end = digits.length;
  while (digits[end - 1] === "0") end--;
  return digits.slice(0, end);
}

function tooManyDigits(): Error {
  return new Error(`a number with more than ${MAX_DIGITS} digits is not supported`);
}

function sameScientific(a: Scientific, b: Scientific): boolean {
  return a.negative === b.negative && a.digits === b.digits && a.exponent === b.exponent;
}

function writeScientific({ negative, digits, exponent }: Scientific): string {
  const sign = negative ? "-" : "";
  if (exponent >= 0) return sign + digits.toString() + "0".repeat(exponent);
  const padded = digits.toString().padStart(1 - exponent, "0");
  return `${sign}${padded.slice(0, exponent)}.${padded.slice(exponent)}`;
}

function isShortestExact(double: number): boolean {
  return sameScientific(parseScientific(String(double)), exactScientific(double));
}

/** Every finite double is an integer over a power of two, hence a finite decimal. */
function exactScientific(double: number): Scientific {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, double);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const mantissa = (bits & 0xfffffffffffffn) | (biased === 0 ? 0n : 1n << 52n);
  const power = (biased === 0 ? 1 : biased) - 1075;
  return power >= 0
    ? normalise(double < 0, mantissa << BigInt(power), 0)
    : normalise(double < 0, mantissa * 5n ** BigInt(-power), power);
}
