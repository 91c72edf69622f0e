import { decode as decodeGeneric } from "@msgpack/msgpack";
import { equalValues } from "../../../src/plugin/values/equal";
import { CodecError } from "../../../src/plugin/values/codec-error";
import { decodeMsgpack, encodeMsgpack } from "../../../src/plugin/values/msgpack";
import { Decimal, parseNumeric } from "../../../src/plugin/values/numeric";
import { BOOL, DYNAMIC, NUMBER, STRING } from "../../../src/plugin/values/type";
import type { Type } from "../../../src/plugin/values/type";
import { Dynamic, NULL, UNKNOWN, known, objectPayload } from "../../../src/plugin/values/value";
import type { AnyValue } from "../../../src/plugin/values/value";

const listOf = (element: Type): Type => ({ kind: "list", element });
const mapOf = (element: Type): Type => ({ kind: "map", element });
const setOf = (element: Type): Type => ({ kind: "set", element });
const objectOf = (attributes: Record<string, Type>): Type => ({
  kind: "object",
  attributes: new Map(Object.entries(attributes)),
});

describe("values as terraform-plugin-go encodes them (tftypes/value_msgpack_test.go)", () => {
  it.each<[string, Type, AnyValue, string]>([
    ["a string", STRING, known("hello"), "a568656c6c6f"],
    ["an empty string", STRING, known(""), "a0"],
    ["a null string", STRING, NULL, "c0"],
    ["an unknown string", STRING, UNKNOWN, "d40000"],
    ["true", BOOL, known(true), "c3"],
    ["false", BOOL, known(false), "c2"],
    ["a small integer", NUMBER, known(1), "01"],
    ["a binary fraction", NUMBER, known(1.5), "cb3ff8000000000000"],
    ["the largest int64", NUMBER, known(9223372036854775807n), "cf7fffffffffffffff"],
    ["the smallest int64", NUMBER, known(-9223372036854775808n), "d38000000000000000"],
    [
      "the largest uint64",
      NUMBER,
      known(18446744073709551615n),
      `b4${Buffer.from("18446744073709551615").toString("hex")}`,
    ],
    ["a fraction that is not binary", NUMBER, known(0.8), "a3302e38"],
    ["infinity", NUMBER, known(Infinity), "cb7ff0000000000000"],
    ["negative infinity", NUMBER, known(-Infinity), "cbfff0000000000000"],
    ["a dynamic bool", DYNAMIC, known(new Dynamic(BOOL, known(true))), "92c40622626f6f6c22c3"],
    [
      "a dynamic list",
      DYNAMIC,
      known(new Dynamic(listOf(STRING), known([known("hello")]))),
      "92c4115b226c697374222c22737472696e67225d91a568656c6c6f",
    ],
    ["a dynamic null of a known type", DYNAMIC, known(new Dynamic(STRING, NULL)), "92c40822737472696e6722c0"],
    ["an untyped null", DYNAMIC, NULL, "c0"],
    ["a list with an unknown", listOf(STRING), known([UNKNOWN]), "91d40000"],
    ["a list with a null", listOf(STRING), known([NULL]), "91c0"],
    ["an empty list", listOf(STRING), known([]), "90"],
    ["a map", mapOf(STRING), known(new Map([["greeting", known("hello")]])), "81a86772656574696e67a568656c6c6f"],
    ["an empty map", mapOf(STRING), known(new Map()), "80"],
    [
      "an object of nulls",
      objectOf({ a: STRING, b: BOOL }),
      known(
        objectPayload([
          ["a", NULL],
          ["b", NULL],
        ]),
      ),
      "82a161c0a162c0",
    ],
  ])("%s", (_, type, value, hex) => {
    expect(encodeMsgpack(value, type).toString("hex")).toBe(hex);
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

  it("keeps a double apart from the decimal that looks like it", () => {
    const double = Buffer.alloc(9, 0xcb);
    double.writeDoubleBE(0.8, 1);
    const value = decodeMsgpack(double, NUMBER);
    expect(value).toEqual(known(expect.any(Decimal)));
    expect(encodeMsgpack(value, NUMBER).equals(double)).toBe(true);
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
    ["a type that is none", "92c401787801", DYNAMIC],
    ["a truncated extension", "c7", STRING],
  ])("refuses %s", (_, hex, type) => {
    expect(() => decodeMsgpack(Buffer.from(hex, "hex"), type)).toThrow(CodecError);
  });

  it("refuses nesting without end", () => {
    const deep = Buffer.from("92c4".repeat(300), "hex");
    const layer = Buffer.concat([Buffer.from([0x92, 0xc4, 9]), Buffer.from('"dynamic"')]);
    expect(() => decodeMsgpack(deep, DYNAMIC)).toThrow(CodecError);
    expect(() => decodeMsgpack(Buffer.concat(Array.from({ length: 5_000 }, () => layer)), DYNAMIC)).toThrow(CodecError);
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
