import { decodeJson, parseJson } from "../../../src/plugin/values/json";
import { BOOL, NUMBER, STRING } from "../../../src/plugin/values/type";
import type { Type } from "../../../src/plugin/values/type";
import { CodecError, NULL, known } from "../../../src/plugin/values/value";

describe("JSON of a stored state", () => {
  it.each(["null", "true", '"a\\nb\\u00e9"', "[1,[],{}]", '{"a":{"b":[null,false,"x"]},"":0}', " [ 1 , 2 ] "])(
    "reads %s as JSON.parse does",
    (text) => {
      expect(JSON.stringify(parseJson(text))).toBe(JSON.stringify(JSON.parse(text)));
    },
  );

  it.each(["", "{", "[1,]", '{"a" 1}', "nul", '"open', "1 2", "01", "+1", '"\\x"', "[".repeat(1000), "1e999999"])(
    "refuses %j",
    (text) => {
      expect(() => parseJson(text)).toThrow(CodecError);
    },
  );

  it("does not round numbers", () => {
    expect(parseJson("[9007199254740993, 0.1, 1e3]")).toEqual([9007199254740993n, 0.1, 1000]);
  });

  it("reads a text of many megabytes", () => {
    const many = 2 ** 23;
    expect(parseJson(`"${"x".repeat(many)}${"\\n".repeat(many)}"`)).toHaveLength(2 * many);
  });

  it("keeps a key named __proto__ as a key", () => {
    const type: Type = { kind: "map", element: STRING };
    expect(decodeJson(Buffer.from('{"__proto__":"x"}'), type)).toEqual(known(new Map([["__proto__", known("x")]])));
  });

  it("takes a missing attribute as null and drops one that the type does not have", () => {
    const type: Type = {
      kind: "object",
      attributes: new Map([
        ["a", NUMBER],
        ["b", BOOL],
      ]),
    };
    const value = decodeJson(Buffer.from('{"a":1,"gone":true}'), type);
    expect(value).toMatchObject(known({ a: known(1), b: NULL }));
    expect(Object.keys((value as { value: object }).value)).toEqual(["a", "b"]);
  });

  it("names the type that is expected", () => {
    expect(() => decodeJson(Buffer.from('"x"'), NUMBER)).toThrow("number");
  });
});
