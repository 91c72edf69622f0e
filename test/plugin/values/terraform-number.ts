// What Terraform makes of a number, stated apart from the code that is tested: no part of it is shared with src.
//
// Terraform reads decimal text into a float of 512 bits, rounding half to even, and writes few digits that are read as
// the same float again: https://github.com/zclconf/go-cty/blob/main/docs/types.md (numbers are Go's big.Float).

const PRECISION = 512n;
const DOUBLE_PRECISION = 53;
const SMALLEST_DOUBLE_EXPONENT = -1074;

/** No decimal of so many digits is lost in 512 bits: 512 × log10(2) is a little above 154. */
const SAFE_DIGITS = 153;

/** `digits × 10^exponent`. */
interface Scientific {
  readonly digits: bigint;
  readonly exponent: number;
}

/** `mantissa × 2^exponent`, the mantissa of exactly 512 bits. */
interface Binary {
  readonly mantissa: bigint;
  readonly exponent: number;
}

/**
 * The text that Terraform writes for a number that it was given as text.
 *
 * @param text in decimal notation, with or without exponent.
 * @returns plain decimal notation: no exponent, no superfluous zeros.
 */
export function terraformNumber(text: string): string {
  const [mantissa = "", power = "0"] = text.toLowerCase().split("e");
  const [whole = "", fraction = ""] = mantissa.replace(/^[+-]/, "").split(".");
  const given = { digits: BigInt(whole + fraction), exponent: Number(power) - fraction.length };
  if (given.digits === 0n) return "0";
  return (text.startsWith("-") ? "-" : "") + written(fewestDigits(given));
}

/**
 * Whether Terraform sends a fraction as a double that prints with fewer digits than the fraction has. It holds such a
 * number with 512 bits where it comes from text, and with 53 where it comes from a double, writes the two differently,
 * and takes them for different numbers: no provider can give back what it got.
 *
 * @param text in plain decimal notation.
 */
export function isAmbiguous(text: string): boolean {
  const [whole = "", fraction = ""] = text.replace("-", "").split(".");
  const given = { digits: BigInt(whole + fraction), exponent: -fraction.length };
  if (given.digits === 0n || written(given) === whole) return false;
  const { mantissa, exponent } = toBinary(given);
  // The last bit that is set must be among the 53 of a double, and not below the smallest double there is.
  const zeros = mantissa.toString(2).length - mantissa.toString(2).replace(/0+$/, "").length;
  const isDouble = zeros >= Number(PRECISION) - DOUBLE_PRECISION && exponent + zeros >= SMALLEST_DOUBLE_EXPONENT;
  return isDouble && terraformNumber(String(Number(text))) !== text;
}

/**
 * The digits that Go writes of a float: as few as tell it from its neighbours. Where two texts of that length do, it takes
 * the nearer one, but it goes digit by digit, and so does not see all that could be rounded up:
 * https://github.com/golang/go/blob/master/src/math/big/ftoa.go (roundShortest)
 */
function fewestDigits(given: Scientific): Scientific {
  if (given.digits.toString().replace(/0+$/, "").length <= SAFE_DIGITS) return given;
  const { mantissa, exponent } = toBinary(given);
  // In halves of its last bit, so that the bounds halfway to its neighbours are whole.
  const [exact, lower, upper] = [0n, -1n, 1n].map((half) =>
    toDecimal({ mantissa: 2n * mantissa + half, exponent: exponent - 1 }),
  ) as [Scientific, Scientific, Scientific];
  const digits = withoutZeros(exact.digits);
  const [low, high] = [withoutZeros(lower.digits), withoutZeros(upper.digits)];
  // A bound is read as this very float where its mantissa is even.
  const isInclusive = mantissa % 2n === 0n;
  for (let at = 0; at < digits.length; at++) {
    const [digit, below, above] = [digits, low, high].map((each) => Number(each[at] ?? "0")) as [
      number,
      number,
      number,
    ];
    const mayBeCut = below !== digit || (isInclusive && at + 1 === low.length);
    const mayBeRaised = digit !== above && (isInclusive || digit + 1 < above || at + 1 < high.length);
    if (!mayBeCut && !mayBeRaised) continue;
    const unit = 10n ** BigInt(exact.digits.toString().length - at - 1);
    const cut = exact.digits / unit;
    const result = mayBeCut && mayBeRaised ? rounded(exact.digits, unit) : mayBeCut ? cut : cut + 1n;
    return { digits: result * unit, exponent: exact.exponent };
  }
  return exact;
}

function withoutZeros(digits: bigint): string {
  return digits.toString().replace(/0+$/, "");
}

function toBinary({ digits, exponent }: Scientific): Binary {
  const ten = 10n ** BigInt(Math.abs(exponent));
  const [numerator, denominator] = exponent >= 0 ? [digits * ten, 1n] : [digits, ten];
  // As many bits as make the quotient 512 or 513 bits long.
  let shift = bitLength(numerator) - bitLength(denominator) - Number(PRECISION);
  let mantissa = quotient(numerator, denominator, shift);
  if (bitLength(mantissa) > Number(PRECISION)) mantissa = quotient(numerator, denominator, ++shift);
  return mantissa === 1n << PRECISION
    ? { mantissa: mantissa >> 1n, exponent: shift + 1 }
    : { mantissa, exponent: shift };
}

/** `numerator / (denominator × 2^shift)`, rounded half to even. */
function quotient(numerator: bigint, denominator: bigint, shift: number): bigint {
  return shift >= 0
    ? rounded(numerator, denominator << BigInt(shift))
    : rounded(numerator << BigInt(-shift), denominator);
}

function toDecimal({ mantissa, exponent }: Binary): Scientific {
  return exponent >= 0
    ? { digits: mantissa << BigInt(exponent), exponent: 0 }
    : { digits: mantissa * 5n ** BigInt(-exponent), exponent };
}

function rounded(dividend: bigint, divisor: bigint): bigint {
  const [whole, rest] = [dividend / divisor, (dividend % divisor) * 2n];
  return rest > divisor || (rest === divisor && whole % 2n === 1n) ? whole + 1n : whole;
}

function written({ digits, exponent }: Scientific): string {
  const padded = digits.toString().padStart(1 - exponent, "0");
  if (exponent >= 0) return padded + "0".repeat(exponent);
  const [whole, fraction] = [padded.slice(0, exponent), padded.slice(exponent).replace(/0+$/, "")];
  return fraction === "" ? whole : `${whole}.${fraction}`;
}

function bitLength(integer: bigint): number {
  return integer.toString(2).length;
}
