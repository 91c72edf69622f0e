import { BOOL, NUMBER, STRING } from "../../../src/plugin/values/type";
import type { Type } from "../../../src/plugin/values/type";
import { NULL, UNKNOWN, known, objectPayload } from "../../../src/plugin/values/value";
import type { AnyValue } from "../../../src/plugin/values/value";
import { listOf, mapOf, objectOf, setOf } from "./type-constructors";

/** A value of a type and the bytes, in hexadecimal, that stand for it. */
type Pair = readonly [name: string, type: Type, value: AnyValue, hex: string];

const HELLO = known("hello");
const LARGEST_DOUBLE = `17976931348623157${"0".repeat(292)}`;
const NINES = "9".repeat(100);

/**
 * The pairs, under their own names, to which HashiCorp's codec is held, but for those of tuples and of dynamic types:
 * github.com/hashicorp/terraform-plugin-go, `tftypes/value_msgpack_test.go`, as of v0.31.0 (and main at 9af70d9, where
 * they are the same). Our encoder gives exactly these bytes for every one but the one in {@link WRITTEN_AS_TEXT}.
 */
export const TERRAFORM_PLUGIN_GO_PAIRS: readonly Pair[] = [
  ["hello-string", STRING, HELLO, "a568656c6c6f"],
  ["empty-string", STRING, known(""), "a0"],
  ["null-string", STRING, NULL, "c0"],
  ["unknown-string", STRING, UNKNOWN, "d40000"],
  ["true-bool", BOOL, known(true), "c3"],
  ["false-bool", BOOL, known(false), "c2"],
  ["null-bool", BOOL, NULL, "c0"],
  ["unknown-bool", BOOL, UNKNOWN, "d40000"],

  ["int-number", NUMBER, known(1), "01"],
  ["int64-positive-number", NUMBER, known(2n ** 63n - 1n), "cf7fffffffffffffff"],
  ["int64-negative-number", NUMBER, known(-(2n ** 63n)), "d38000000000000000"],
  ["uint64-number", NUMBER, known(2n ** 64n - 1n), `b4${ascii("18446744073709551615")}`],
  ["float-number", NUMBER, known(1.5), "cb3ff8000000000000"],
  // The largest double as Go's shortest text for it, which is another integer; integers beyond 64 bits travel as text.
  ["float64-positive-number", NUMBER, known(BigInt(LARGEST_DOUBLE)), `da0135${ascii(LARGEST_DOUBLE)}`],
  ["float64-negative-number", NUMBER, known(Number.MIN_VALUE), "cb0000000000000001"],
  ["big-number", NUMBER, known(BigInt(NINES)), `d964${ascii(NINES)}`],
  ["awkward-fraction-number", NUMBER, known(0.8), "a3302e38"],
  ["positive-infinity-number", NUMBER, known(Infinity), "cb7ff0000000000000"],
  ["negative-infinity-number", NUMBER, known(-Infinity), "cbfff0000000000000"],
  ["large-uint64", NUMBER, known(2n ** 63n), `b3${ascii("9223372036854775808")}`],

  ["list-string-hello", listOf(STRING), known([HELLO]), "91a568656c6c6f"],
  ["list-string-unknown", listOf(STRING), known([UNKNOWN]), "91d40000"],
  ["list-string-null-string", listOf(STRING), known([NULL]), "91c0"],
  ["list-string-null", listOf(STRING), NULL, "c0"],
  ["list-string-empty", listOf(STRING), known([]), "90"],

  ["set-string-hello", setOf(STRING), known([HELLO]), "91a568656c6c6f"],
  ["set-string-unknown", setOf(STRING), known([UNKNOWN]), "91d40000"],
  ["set-string-null-string", setOf(STRING), known([NULL]), "91c0"],
  ["set-string-empty", setOf(STRING), known([]), "90"],

  ["map-string-hello", mapOf(STRING), map({ greeting: HELLO }), "81a86772656574696e67a568656c6c6f"],
  ["map-string-unknown", mapOf(STRING), map({ greeting: UNKNOWN }), "81a86772656574696e67d40000"],
  ["map-string-null", mapOf(STRING), map({ greeting: NULL }), "81a86772656574696e67c0"],
  ["map-string-empty", mapOf(STRING), map({}), "80"],

  [
    "object-string-hello",
    objectOf({ greeting: STRING }),
    object({ greeting: HELLO }),
    "81a86772656574696e67a568656c6c6f",
  ],
  [
    "object-string-unknown",
    objectOf({ greeting: STRING }),
    object({ greeting: UNKNOWN }),
    "81a86772656574696e67d40000",
  ],
  ["object-string-null", objectOf({ greeting: STRING }), object({ greeting: NULL }), "81a86772656574696e67c0"],
  ["object-string-multi-null", objectOf({ a: STRING, b: STRING }), object({ a: NULL, b: NULL }), "82a161c0a162c0"],
  [
    "object-string-multi-unknown",
    objectOf({ a: STRING, b: STRING }),
    object({ a: UNKNOWN, b: UNKNOWN }),
    "82a161d40000a162d40000",
  ],
  ["object-empty", objectOf({}), object({}), "80"],
];

/**
 * Go's codec sends any double as one. Terraform then holds it with 53 bits, and writes and compares it by its shortest
 * text; ours is that text, where the two differ.
 */
export const WRITTEN_AS_TEXT = "float64-negative-number";

function map(elements: Record<string, AnyValue>): AnyValue {
  return known(new Map(Object.entries(elements)));
}

function object(attributes: Record<string, AnyValue>): AnyValue {
  return known(objectPayload(Object.entries(attributes)));
}

/** Text as the hexadecimal of its bytes. */
function ascii(text: string): string {
  return Buffer.from(text).toString("hex");
}
