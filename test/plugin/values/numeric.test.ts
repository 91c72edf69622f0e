import {
  Decimal,
  equalNumeric,
  exactDouble,
  fromDouble,
  numericText,
  parseNumeric,
} from "../../../src/plugin/values/numeric";

/** The double nearest to a tenth, with all of its digits. */
const EXACT_TENTH = "0.1000000000000000055511151231257827021181583404541015625";

describe("numbers", () => {
  it.each([
    ["0", 0],
    ["-0", 0],
    ["007", 7],
    ["1e3", 1000],
    ["1.50", 1.5],
    ["0.1", 0.1],
    ["-12.5e-1", -1.25],
    ["9007199254740991", Number.MAX_SAFE_INTEGER],
    ["9007199254740993", 9007199254740993n],
    ["-18446744073709551616", -18446744073709551616n],
    ["1e25", 10n ** 25n],
  ])("%s has one form", (text, value) => {
    expect(parseNumeric(text)).toBe(value);
  });

  it("keeps as a decimal what no double holds", () => {
    const value = parseNumeric("0.10000000000000000000000000001");
    expect(value).toBeInstanceOf(Decimal);
    expect(numericText(value)).toBe("0.10000000000000000000000000001");
    expect(equalNumeric(value, 0.1)).toBe(false);
  });

  it.each(["", "-", ".", "e5", "0x10", "NaN", "1e999999", "--1", "1 2"])("refuses %j", (text) => {
    expect(() => parseNumeric(text)).toThrow();
  });

  it("refuses more digits than it can work with quickly, and is quick below", () => {
    expect(() => parseNumeric("9".repeat(10_001))).toThrow("10000 digits");
    expect(() => parseNumeric(`1${"0".repeat(1_000_000)}1`)).toThrow("10000 digits");
    expect(parseNumeric(`-1${"0".repeat(9_998)}1`)).toBe(-(10n ** 9_999n) - 1n);
    expect(numericText(parseNumeric("1e-9999"))).toBe(`0.${"0".repeat(9_998)}1`);
  });

  it("writes plain decimals, never exponents", () => {
    expect(numericText(1e-7)).toBe("0.0000001");
    expect(numericText(123456789012345680000)).toBe("123456789012345680000");
  });

  it("tells the doubles that stand for exactly what they print as", () => {
    expect(exactDouble(1.5)).toBe(1.5);
    expect(exactDouble(0.8)).toBeUndefined();
    expect(exactDouble(10n ** 400n)).toBeUndefined();
    expect(exactDouble(2n ** 64n)).toBe(2 ** 64);
    expect(exactDouble(2n ** 64n + 1n)).toBeUndefined();
    expect(exactDouble(new Decimal(EXACT_TENTH))).toBeUndefined();
  });

  it("takes a double for the integer that it is, or for the fraction that it prints as", () => {
    expect(fromDouble(2 ** 64)).toBe(2n ** 64n);
    expect(fromDouble(1e23)).toBe(99999999999999991611392n);
    expect(fromDouble(0.1)).toBe(0.1);
    expect(equalNumeric(fromDouble(0.1), parseNumeric("0.1"))).toBe(true);
    expect(equalNumeric(fromDouble(0.1), parseNumeric(EXACT_TENTH))).toBe(false);
  });

  it("are the same in whichever form they were made", () => {
    expect(equalNumeric(1e21, 10n ** 21n)).toBe(true);
    expect(equalNumeric(1e21, 10n ** 21n + 1n)).toBe(false);
  });
});
