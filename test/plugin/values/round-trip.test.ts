import assert from "node:assert/strict";
import { decode as decodeGeneric } from "@msgpack/msgpack";
import { equalValues } from "../../../src/plugin/values/equal";
import { decodeJson } from "../../../src/plugin/values/json";
import { decodeMsgpack, encodeMsgpack } from "../../../src/plugin/values/msgpack";
import type { Numeric } from "../../../src/plugin/values/numeric";
import { typeToJson } from "../../../src/plugin/values/type";
import type { Type } from "../../../src/plugin/values/type";
import { CodecError, NULL, known, objectPayload } from "../../../src/plugin/values/value";
import type { AnyValue, ObjectPayload, Payload } from "../../../src/plugin/values/value";
import { depth } from "../../depth";
import { PROPERTY_SEED as SEED, Random, everyPart, mutated, randomType, randomValue } from "./random-values";

const CASES = depth(300, 10_000);
const SLOW_MS = 1_000;

/** Keys with a prefix, for a general decoder refuses `__proto__`, and integers without rounding. */
const GENERIC_OPTIONS = {
  useBigInt64: true,
  keyDecoder: {
    canBeCached: () => true,
    decode: (bytes: Uint8Array, at: number, length: number) =>
      `key ${Buffer.from(bytes).toString("utf8", at, at + length)}`,
  },
};

describe(`${CASES} random types and values (PROPERTY_SEED=${SEED})`, () => {
  it("come back from MessagePack as they were, and are written the same again", () => {
    forEachCase((type, value) => {
      const bytes = encodeMsgpack(value, type);
      const again = decodeMsgpack(bytes, type);
      assert.deepEqual(again, value);
      assert.ok(equalValues(again, value, type), "they are the same, and yet not equal");
      assert.equal(encodeMsgpack(again, type).toString("hex"), bytes.toString("hex"));
    });
  });

  it("are written alike and equal whether their texts and keys are composed or not", () => {
    forEachCase((type, value) => {
      const apart = decomposed(value);
      assert.equal(encodeMsgpack(apart, type).toString("hex"), encodeMsgpack(value, type).toString("hex"));
      assert.ok(equalValues(apart, value, type));
    });
  });

  it("are MessagePack to a general decoder", () => {
    forEachCase((type, value) => void decodeGeneric(encodeMsgpack(value, type), GENERIC_OPTIONS));
  });

  it("come back from JSON as they were, where a state can hold them", () => {
    let stored = 0;
    forEachCase((type, value) => {
      if (!isStorable(value)) return;
      stored++;
      assert.deepEqual(decodeJson(Buffer.from(jsonText(value, type)), type), value);
    });
    expect(stored).toBeGreaterThan(CASES / 3);
  });

  it("damaged as MessagePack are read in time and stay what was read, or are refused", () => {
    let refused = 0;
    forEachCase((type, value, random) => {
      const bytes = mutated(random, encodeMsgpack(value, type));
      const read = readOrRefused(() => decodeMsgpack(bytes, type), bytes);
      if (read === undefined) return void refused++;
      const written = encodeMsgpack(read, type);
      assert.equal(encodeMsgpack(decodeMsgpack(written, type), type).toString("hex"), written.toString("hex"));
    });
    expect(refused).toBeGreaterThan(CASES / 3);
    expect(refused).toBeLessThan(CASES);
  });

  it("damaged as JSON are read in time, or are refused", () => {
    let refused = 0;
    forEachCase((type, value, random) => {
      if (!isStorable(value)) return;
      const bytes = mutated(random, Buffer.from(jsonText(value, type)));
      if (readOrRefused(() => decodeJson(bytes, type), bytes) === undefined) refused++;
    });
    expect(refused).toBeGreaterThan(CASES / 10);
  });
});

/** Each case has a seed of its own, so that it can be had again without those before it. */
function forEachCase(check: (type: Type, value: AnyValue, random: Random) => void): void {
  for (let index = 0; index < CASES; index++) {
    const random = new Random(SEED + index);
    const type = randomType(random);
    const value = randomValue(random, type);
    try {
      check(type, value, random);
    } catch (cause) {
      const which = `case ${index} of PROPERTY_SEED=${SEED}, of the type ${JSON.stringify(typeToJson(type))}`;
      throw new Error(which, { cause });
    }
  }
}

/** What was read, or undefined where it was refused in the one way that is allowed. */
function readOrRefused(read: () => AnyValue, bytes: Buffer): AnyValue | undefined {
  const start = performance.now();
  try {
    return read();
  } catch (error) {
    if (!(error instanceof CodecError)) throw new Error(`on ${bytes.toString("hex")}`, { cause: error });
    return undefined;
  } finally {
    const took = performance.now() - start;
    assert.ok(took < SLOW_MS, `took ${took} ms on ${bytes.toString("hex")}`);
  }
}

/** Whether JSON has words for it: it has none for the unknown and the infinite. */
function isStorable(value: AnyValue): boolean {
  return everyPart(
    value,
    (part) => part.kind === "null" || (part.kind === "known" && part.value !== Infinity && part.value !== -Infinity),
  );
}

/** The value as Terraform stores it, its numbers with every digit. */
function jsonText(value: AnyValue, type: Type): string {
  if (value.kind !== "known") return "null";
  const payload = value.value;
  switch (type.kind) {
    case "string":
      return JSON.stringify(payload);
    case "number":
      return (payload as Numeric).toString();
    case "bool":
      return payload === true ? "true" : "false";
    case "list":
    case "set":
      return jsonArray((payload as readonly AnyValue[]).map((each) => jsonText(each, type.element)));
    case "map":
      return jsonObject(
        [...(payload as ReadonlyMap<string, AnyValue>)].map(([key, each]) => [key, jsonText(each, type.element)]),
      );
    case "object":
      return jsonObject(
        [...type.attributes].map(([name, each]) => [name, jsonText((payload as ObjectPayload)[name] ?? NULL, each)]),
      );
  }
}

function jsonArray(elements: readonly string[]): string {
  return `[${elements.join(",")}]`;
}

function jsonObject(members: readonly (readonly [string, string])[]): string {
  return `{${members.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(",")}}`;
}

/** The same value with every text and key taken apart into letters and accents. */
function decomposed(value: AnyValue): AnyValue {
  return value.kind === "known" ? known(decomposedPayload(value.value)) : value;
}

function decomposedPayload(payload: Payload): Payload {
  if (typeof payload === "string") return payload.normalize("NFD");
  if (Array.isArray(payload)) return (payload as readonly AnyValue[]).map(decomposed);
  if (payload instanceof Map) {
    const entries = [...(payload as ReadonlyMap<string, AnyValue>)];
    return new Map(entries.map(([key, each]) => [key.normalize("NFD"), decomposed(each)]));
  }
  if (typeof payload === "object" && Object.getPrototypeOf(payload) === null) {
    return objectPayload(Object.entries(payload).map(([name, each]) => [name, decomposed(each as AnyValue)]));
  }
  return payload;
}
