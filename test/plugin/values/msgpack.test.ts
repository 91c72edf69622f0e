import { decode as decodeGeneric } from "@msgpack/msgpack";
import { equalValues } from "../../../src/plugin/values/equal";
import { decodeMsgpack, encodeMsgpack } from "../../../src/plugin/values/msgpack";
import { Decimal, parseNumeric } from "../../../src/plugin/values/numeric";
import { BOOL, NUMBER, STRING } from "../../../src/plugin/values/type";
import { CodecError, NULL, UNKNOWN, known } from "../../../src/plugin/values/value";
import { TERRAFORM_PLUGIN_GO_PAIRS, WRITTEN_AS_TEXT } from "./terraform-plugin-go-pairs";
import { listOf, mapOf, objectOf, setOf } from "./type-constructors";

describe("values as terraform-plugin-go encodes them", () => {
  it("knows every pair of its test, but for tuples and dynamic types", () => {
    expect(new Set(TERRAFORM_PLUGIN_GO_PAIRS.map(([name]) => name)).size).toBe(39);
  });

  it.each(TERRAFORM_PLUGIN_GO_PAIRS)("%s", (name, type, value, hex) => {
    const written = name === WRITTEN_AS_TEXT ? `da0146${Buffer.from(`0.${"0".repeat(323)}5`).toString("hex")}` : hex;
    expect(encodeMsgpack(value, type).toString("hex")).toBe(written);
    expect(decodeMsgpack(Buffer.from(hex, "hex"), type)).toStrictEqual(value);
    expect(equalValues(decodeMsgpack(Buffer.from(hex, "hex"), type), value, type)).toBe(true);
  });
});

describe("reading", () => {
  it.each([
    ["code 0", "d40000"],
    ["code 12 with refinements", "c7030c8101c2"],
    ["a timestamp", "d6ff00000000"],
    ["code 5", "d50500ff"],
    ["code 127", "c7007f"],
  ])("takes every extension for an unknown value: %s", (_, hex) => {
    expect(decodeMsgpack(Buffer.from(hex, "hex"), STRING)).toEqual(UNKNOWN);
    expect(decodeMsgpack(Buffer.from(`91${hex}`, "hex"), listOf(STRING))).toEqual(known([UNKNOWN]));
  });

  it.each(["9007199254740993", "-9223372036854775808", "18446744073709551616", "0.1", `1${"0".repeat(99)}1`, "1e400"])(
    "keeps the number %s exactly",
    (text) => {
      const value = known(parseNumeric(text));
      const again = decodeMsgpack(encodeMsgpack(value, NUMBER), NUMBER);
      expect(equalValues(again, value, NUMBER)).toBe(true);
    },
  );

  it("takes a double for the decimal that Terraform writes for it", () => {
    const double = Buffer.alloc(9, 0xcb);
    double.writeDoubleBE(0.8, 1);
    const value = decodeMsgpack(double, NUMBER);
    expect(value).toEqual(known(0.8));
    expect(equalValues(value, known(parseNumeric("0.8")), NUMBER)).toBe(true);
    expect(encodeMsgpack(value, NUMBER).toString("hex")).toBe("a3302e38");
  });

  it("keeps every digit of a decimal that a double holds too", () => {
    const value = known(new Decimal("0.1000000000000000055511151231257827021181583404541015625"));
    expect(decodeMsgpack(encodeMsgpack(value, NUMBER), NUMBER)).toEqual(value);
  });

  it.each(["__proto__", "constructor", "", "käse", "𝒳"])("keeps the map key %j", (key) => {
    const value = known(new Map([[key, known("x")]]));
    expect(decodeMsgpack(encodeMsgpack(value, mapOf(STRING)), mapOf(STRING))).toEqual(value);
  });

  it.each([
    ["nothing after a header", "92a161", listOf(STRING)],
    ["a length beyond the data", "dbffffffff61", STRING],
    ["a count beyond the data", "ddffffffff", listOf(STRING)],
    ["a wrong type", "c3", STRING],
    ["bytes behind the value", "a161c0", STRING],
    ["invalid UTF-8", "a2c328", STRING],
    ["an attribute that is not in the schema", "81a178c0", objectOf({ a: STRING })],
    ["a missing attribute", "80", objectOf({ a: STRING })],
    ["a truncated extension", "c7", STRING],
    ["a double that is not a number", "cb7ff8000000000000", NUMBER],
  ])("refuses %s", (_, hex, type) => {
    expect(() => decodeMsgpack(Buffer.from(hex, "hex"), type)).toThrow(CodecError);
  });
});

describe("writing", () => {
  it("normalises text to NFC and never lets a lone surrogate out", () => {
    expect(decodeGeneric(encodeMsgpack(known("e\u0301"), STRING))).toBe("\u00e9");
    expect(decodeGeneric(encodeMsgpack(known("\ud800"), STRING))).toBe("\ufffd");
  });

  it("writes the elements of a set once", () => {
    expect(decodeGeneric(encodeMsgpack(known([known("a"), known("a"), known("b")]), setOf(STRING)))).toEqual([
      "a",
      "b",
    ]);
  });

  it("keeps elements of a set apart that are not known yet", () => {
    const half = known([known("a"), UNKNOWN]);
    expect(encodeMsgpack(known([UNKNOWN, UNKNOWN]), setOf(STRING)).toString("hex")).toBe("92d40000d40000");
    expect(encodeMsgpack(known([half, half]), setOf(listOf(STRING)))[0]).toBe(0x92);
    expect(equalValues(known([UNKNOWN, UNKNOWN]), known([UNKNOWN]), setOf(STRING))).toBe(false);
  });

  it("orders the keys of a map as they are written, and writes each once", () => {
    const map = known(
      new Map([
        ["e\u0301", known(true)],
        ["f", known(true)],
        ["\u00e9", known(false)],
      ]),
    );
    expect(encodeMsgpack(map, mapOf(BOOL)).toString("hex")).toBe("82a166c3a2c3a9c2");
  });

  it.each([0, 127, 128, 255, 256, 65535, 65536, 2 ** 32, -1, -32, -33, -128, -129, -32769, -(2 ** 31) - 1])(
    "writes the integer %d so that a general decoder reads it",
    (integer) => {
      expect(decodeGeneric(encodeMsgpack(known(integer), NUMBER))).toBe(integer);
    },
  );

  it.each([0, 31, 32, 255, 256, 65535, 65536])("writes %d characters and as many elements", (length) => {
    expect(decodeGeneric(encodeMsgpack(known("x".repeat(length)), STRING))).toHaveLength(length);
    const elements = Array.from({ length }, () => known(true));
    expect(decodeGeneric(encodeMsgpack(known(elements), listOf(BOOL)))).toHaveLength(length);
  });

  it("names the kind of a misplaced value and not the value", () => {
    expect(() => encodeMsgpack(known("s3cret"), NUMBER)).toThrow("a string where a number is expected");
  });
});

describe("equality", () => {
  it("compares sets without order, at any depth", () => {
    const type = listOf(setOf(NUMBER));
    expect(equalValues(known([known([known(1), known(2)])]), known([known([known(2), known(1)])]), type)).toBe(true);
    expect(equalValues(known([known([known(1)])]), known([known([known(2)])]), type)).toBe(false);
  });

  it("keeps null, unknown and empty apart", () => {
    expect(equalValues(NULL, UNKNOWN, STRING)).toBe(false);
    expect(equalValues(NULL, known(""), STRING)).toBe(false);
    expect(equalValues(UNKNOWN, UNKNOWN, STRING)).toBe(true);
  });
});
