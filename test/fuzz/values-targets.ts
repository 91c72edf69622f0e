import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { createJsonLogger } from "../../src/plugin/log/json-logger";
import { PrivateState } from "../../src/plugin/values/private-state";
import { CodecError, NULL, UNKNOWN, holdsUnknown, known, objectPayload } from "../../src/plugin/values/value";
import { equalValues } from "../../src/plugin/values/equal";
import { decodeJson, parseJson } from "../../src/plugin/values/json";
import { decodeMsgpack, encodeMsgpack } from "../../src/plugin/values/msgpack";
import { Decimal, equalNumeric, numericText, parseNumeric } from "../../src/plugin/values/numeric";
import { fromPlain, toPlain } from "../../src/plugin/values/plain";
import { BOOL, NUMBER, STRING } from "../../src/plugin/values/type";
import type { Type } from "../../src/plugin/values/type";
import type { AnyValue, Payload } from "../../src/plugin/values/value";
import { must, refusal, target } from "./fuzz-target";
import type { FuzzTarget } from "./fuzz-target";
import { anyJson, damageBytes, damaged, damagedJsonText, edits, hostileText, jsonText, wholeText } from "./hostile";

const name = wholeText.map((text) => text.normalize("NFC"));

/** A type of any kind, compound ones in each other. */
const type: fc.Arbitrary<Type> = fc.letrec<{ type: Type }>((tie) => ({
  type: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom(STRING, NUMBER, BOOL),
    fc.record({ kind: fc.constantFrom("list", "set", "map"), element: tie("type") }),
    fc.record({
      kind: fc.constant("object" as const),
      attributes: fc.array(fc.tuple(name, tie("type")), { maxLength: 3 }).map((each) => new Map(each)),
    }),
  ),
})).type;

const digits = fc.stringMatching(/^-?\d{1,30}(\.\d{1,30})?([eE][+-]?\d{1,3})?$/);
const numeric = fc.oneof(
  digits.map(parseNumeric),
  fc.integer(),
  fc
    .double({ noNaN: true })
    .map(String)
    .filter((text) => !text.endsWith("Infinity"))
    .map(parseNumeric),
);

function valueOf(each: Type): fc.Arbitrary<AnyValue> {
  return fc.oneof(
    { arbitrary: payloadOf(each).map((payload): AnyValue => known(payload)), weight: 10 },
    { arbitrary: fc.constantFrom<AnyValue>(NULL, UNKNOWN), weight: 1 },
  );
}

function payloadOf(each: Type): fc.Arbitrary<Payload> {
  switch (each.kind) {
    case "string":
      return name;
    case "number":
      return numeric;
    case "bool":
      return fc.boolean();
    case "list":
      return fc.array(valueOf(each.element), { maxLength: 3 });
    case "set":
      // As Terraform has them: nothing is in a set twice.
      return fc.uniqueArray(valueOf(each.element), {
        maxLength: 3,
        selector: (element) => encodeMsgpack(element, each.element).toString("latin1"),
      });
    case "map":
      return fc.array(fc.tuple(name, valueOf(each.element)), { maxLength: 3 }).map((entries) => new Map(entries));
    case "object":
      return fc
        .tuple(...[...each.attributes].map(([attribute, inner]) => fc.tuple(fc.constant(attribute), valueOf(inner))))
        .map(objectPayload);
  }
}

const typed = type.chain((each) => fc.record({ type: fc.constant(each), value: valueOf(each) }));

export const valuesTargets: readonly FuzzTarget[] = [
  target({
    name: "msgpack-round-trip",
    share: 40,
    input: typed,
    holds({ type, value }) {
      const bytes = encodeMsgpack(value, type);
      const again = decodeMsgpack(bytes, type);
      must(encodeMsgpack(again, type).equals(bytes), "it is written otherwise the second time");
      must(equalValues(again, value, type), "it is read as something else");
    },
  }),
  target({
    name: "msgpack-bytes",
    share: 120,
    input: fc.record({ typed, edits, stray: fc.option(fc.uint8Array({ maxLength: 40 }), { freq: 4 }) }),
    holds({ typed: { type, value: good }, edits, stray }) {
      const bytes = stray === null ? damageBytes(encodeMsgpack(good, type), edits) : Buffer.from(stray);
      let value: AnyValue = NULL;
      if (refusal(() => (value = decodeMsgpack(bytes, type)), CodecError) !== null) return;
      const written = encodeMsgpack(value, type);
      must(encodeMsgpack(decodeMsgpack(written, type), type).equals(written), "what was read cannot be written");
    },
  }),
  target({
    name: "state-json",
    share: 60,
    input: fc.record({ type, text: damagedJsonText(anyJson) }),
    holds({ type, text }) {
      const bytes = Buffer.from(text);
      let value: AnyValue = NULL;
      if (refusal(() => (value = decodeJson(bytes, type)), CodecError) !== null) return;
      const written = encodeMsgpack(value, type);
      must(
        encodeMsgpack(decodeMsgpack(written, type), type).equals(written),
        "it is read as something else over the wire",
      );
    },
  }),
  target({
    name: "state-json-syntax",
    share: 120,
    input: fc.oneof(damagedJsonText(anyJson), hostileText),
    holds(text) {
      const refused = refusal(() => parseJson(text), CodecError);
      const standard = refusal(() => JSON.parse(text) as unknown, SyntaxError);
      if (refused !== null && /levels of nesting|digits is not supported/.test(refused.message)) return;
      must((refused === null) === (standard === null), `JSON.parse says ${standard?.message ?? "that all is well"}`);
    },
  }),
  target({
    name: "numbers",
    share: 100,
    input: fc.oneof(damaged(digits), hostileText),
    holds(text) {
      let value = parseNumeric("0");
      const refused = refusal(() => (value = parseNumeric(text)), Error);
      if (refused !== null)
        return must(/^(not a number|a number with more than)/.test(refused.message), refused.message);
      must(equalNumeric(parseNumeric(numericText(value)), value), "it is written as another number");
      must(value instanceof Decimal || Number(value) === Number(text), "JavaScript reads another number");
    },
  }),
  target({
    name: "plain-values",
    share: 30,
    input: typed,
    holds({ type, value }) {
      if (refusal(() => toPlain(value, type), CodecError) !== null) return must(holdsUnknown(value), "it was known");
      must(equalValues(fromPlain(toPlain(value, type), type), value, type), "it becomes something else");
    },
  }),
  target({
    name: "private-state",
    share: 40,
    input: fc.oneof(
      damagedJsonText(fc.constant({ declaration: { id: "1", isRecorded: true, isImported: false } })).map((text) =>
        Buffer.from(text),
      ),
      fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes)),
    ),
    holds(bytes) {
      const state = PrivateState.read(bytes);
      const again = PrivateState.read(state.toWire());
      must(isDeepStrictEqual(again.toWire(), state.toWire()), "it is not kept");
      must(jsonText(again.get("declaration")) === jsonText(state.get("declaration")), "an entry is not kept");
    },
  }),
  target({
    name: "log-lines",
    share: 30,
    input: fc.record({ secret: hostileText, message: hostileText, detail: hostileText }),
    holds({ secret, message, detail }) {
      const lines: string[] = [];
      const log = createJsonLogger({ level: "trace", module: "provider", sink: (line) => lines.push(line) });
      log.redact(secret);
      log.info(message, { detail });
      log.info(secret + message, { detail: secret });
      for (const line of lines) {
        must(!/[\n\r]/.test(line), "it breaks the line");
        must(line.length < 64 * 1024, "it is longer than Terraform takes a line");
        const { "@level": level, ...record } = JSON.parse(line) as Record<string, unknown>;
        must(level === "info" && typeof record["@timestamp"] === "string", "its members are replaced");
      }
    },
  }),
];
