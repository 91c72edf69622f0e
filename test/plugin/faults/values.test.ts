import { equalValues } from "../../../src/plugin/values/equal";
import { decodeJson } from "../../../src/plugin/values/json";
import { decodeMsgpack, encodeMsgpack } from "../../../src/plugin/values/msgpack";
import { numericText, parseNumeric } from "../../../src/plugin/values/numeric";
import { BOOL, NUMBER, STRING, type Type } from "../../../src/plugin/values/type";
import { type AnyValue, known, NULL, objectPayload, UNKNOWN } from "../../../src/plugin/values/value";
import { memoryProvider, planRequest, unwire, wire } from "../lifecycle/memory-provider";
import { listOf, mapOf, objectOf, setOf } from "../values/type-constructors";
import { expectTests } from "./held-elsewhere";

describe("faults of other providers without Go: values", () => {
  it("every extension of MessagePack is an unknown value, at every depth", () => {
    const extensions = ["d40000", "c7030c8101c2", "d6ff00000000", "d50500ff", "c7007f"];
    for (const hex of extensions) {
      const read = (before: string, type: Type): AnyValue => decodeMsgpack(Buffer.from(before + hex, "hex"), type);
      for (const whole of [STRING, NUMBER, BOOL, listOf(STRING), mapOf(STRING), objectOf({ a: STRING })]) {
        expect(read("", whole)).toEqual(UNKNOWN);
      }
      expect(read("91", listOf(STRING))).toEqual(known([UNKNOWN]));
      expect(read("91", setOf(STRING))).toEqual(known([UNKNOWN]));
      expect(read("81a16b", mapOf(STRING))).toEqual(known(new Map([["k", UNKNOWN]])));
      const deep = objectOf({ a: listOf(objectOf({ b: mapOf(BOOL) })) });
      const inner = known(objectPayload([["b", known(new Map([["k", UNKNOWN]]))]]));
      expect(read("81a1619181a16281a16b", deep)).toEqual(known(objectPayload([["a", known([inner])]])));
    }
  });

  it("numbers keep every digit, in both encodings", () => {
    const numbers = [
      "9007199254740993",
      "9223372036854775807",
      "-9223372036854775808",
      "18446744073709551615",
      "0.8",
      "1e400",
      `${"1234567890".repeat(9)}123456789.5`,
    ];
    for (const text of numbers) {
      const value = known(parseNumeric(text));
      const bytes = encodeMsgpack(value, NUMBER);
      const again = decodeMsgpack(bytes, NUMBER);
      expect(numericText((again as typeof value).value)).toBe(numericText(value.value));
      expect(encodeMsgpack(again, NUMBER)).toEqual(bytes);
      expect(equalValues(decodeJson(Buffer.from(text), NUMBER), value, NUMBER)).toBe(true);
    }
  });

  it("sets can be empty, nested and null", () => {
    const type = setOf(setOf(STRING));
    const sets = [NULL, known([]), known([known([])]), known([known([]), NULL, known([known("a"), known("b")])])];
    for (const value of sets) {
      const again = decodeMsgpack(encodeMsgpack(value, type), type);
      expect(equalValues(again, value, type)).toBe(true);
    }
    const counts = sets.map((value) => encodeMsgpack(value, type).toString("hex").slice(0, 4));
    expect(counts).toEqual(["c0", "90", "9190", expect.stringMatching(/^93/)]);
  });

  it("null and unknown stay apart in every place", () => {
    const places: [Type, (part: AnyValue) => AnyValue][] = [
      [STRING, (part) => part],
      [listOf(STRING), (part) => known([part])],
      [setOf(STRING), (part) => known([part])],
      [mapOf(NUMBER), (part) => known(new Map([["k", part]]))],
      [
        objectOf({ a: STRING, b: BOOL }),
        (part) =>
          known(
            objectPayload([
              ["a", known("x")],
              ["b", part],
            ]),
          ),
      ],
      [listOf(objectOf({ a: STRING })), (part) => known([known(objectPayload([["a", part]]))])],
    ];
    for (const [type, holding] of places) {
      for (const part of [NULL, UNKNOWN]) {
        const again = decodeMsgpack(encodeMsgpack(holding(part), type), type);
        expect(again).toEqual(holding(part));
        expect(equalValues(again, holding(part === NULL ? UNKNOWN : NULL), type)).toBe(false);
      }
    }
  });

  it("keys of maps survive whatever they are called, and text is normalised", () => {
    expectTests(
      "plugin/values/msgpack.test.ts",
      "keeps the map key %j",
      "normalises text to NFC and never lets a lone surrogate out",
    );
    expectTests("plugin/values/json.test.ts", "keeps a key named __proto__ as a key");
  });

  it("values may come as JSON, and go as MessagePack", async () => {
    const { handlers, context } = await memoryProvider();
    const json = (value: unknown) => ({ msgpack: Buffer.alloc(0), json: Buffer.from(JSON.stringify(value)) });
    const plan = await handlers.planResourceChange(
      {
        ...planRequest(wire(null), {}),
        priorState: json(null),
        proposedNewState: json({ title: "a", labels: { k: null } }),
        config: json({ title: "a", labels: { k: null } }),
      },
      context,
    );
    expect(plan.diagnostics).toEqual([]);
    expect(plan.plannedState?.json).toHaveLength(0);
    expect(unwire(plan.plannedState)).toMatchObject({ title: "a", labels: { k: null } });
  });

  it("what is cut off, too long or of a wrong type is a diagnostic and no crash", () => {
    expectTests("plugin/server/hostile-clients.test.ts", "a message %s", "%s, in MessagePack", "%s, in JSON");
    expectTests("plugin/values/msgpack.test.ts", "refuses %s");
    expectTests(
      "plugin/values/round-trip.test.ts",
      "damaged as MessagePack are read in time and stay what was read, or are refused",
      "damaged as JSON are read in time, or are refused",
    );
  });
});
