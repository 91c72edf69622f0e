import { string } from "../../../src/plugin/schema/attribute";
import type { Nested } from "../../../src/plugin/schema/attribute";
import { BOOL, NUMBER, STRING } from "../../../src/plugin/values/type";
import type { Type } from "../../../src/plugin/values/type";
import { NULL, UNKNOWN, known, objectPayload } from "../../../src/plugin/values/value";
import type { AnyValue } from "../../../src/plugin/values/value";
import { listOf, mapOf, objectOf, setOf } from "../values/type-constructors";

/** An attribute of one type, and the values that go through it. */
export interface Subject {
  readonly name: string;
  readonly type: Type;
  readonly nested?: Nested;
  readonly one: AnyValue;
  readonly other: AnyValue;
  /**
   * What the provider computes where the configuration leaves the attribute out. Nothing that only a configuration can
   * set may be in it: Terraform would take that for a configuration that is gone, and plan to remove it for ever.
   */
  readonly computed: AnyValue;
  /** Known values with something unknown in them. */
  readonly partial: readonly PartlyUnknown[];
  /** A refinement of the whole unknown value, in hexadecimal: MessagePack's extension 12 with a map of facts. */
  readonly refinement: string;
}

/** A value that is not wholly known yet, and what it may turn out to be. */
interface PartlyUnknown {
  readonly value: AnyValue;
  readonly outcomes: readonly AnyValue[];
}

/** A refinement that any unknown value may have: it will not be null. */
export const NOT_NULL = "c7030c8101c2";

const BETWEEN_1_AND_3_ELEMENTS = "c7070c8301c205010603";

/** The attributes of nested objects: one from the configuration, one from the provider. */
const NESTED_ATTRIBUTES = {
  given: string({ optional: true, description: "Given." }),
  made: string({ computed: true, description: "Made." }),
};
const NESTED_OBJECT = objectOf({ given: STRING, made: STRING });

const [A, B, LATER] = [known("a"), known("b"), known("later")];

function object(attributes: Record<string, AnyValue>): AnyValue {
  return known(objectPayload(Object.entries(attributes)));
}

function map(elements: Record<string, AnyValue>): AnyValue {
  return known(new Map(Object.entries(elements)));
}

/** A nested object as the configuration has it. */
function item(given: AnyValue): AnyValue {
  return object({ given, made: NULL });
}

/** A nested object that the provider alone has made. */
const COMPUTED_ITEM = object({ given: NULL, made: known("made") });

/** One subject for each type of Terraform, and for each nesting of attributes in attributes. */
export const SUBJECTS: readonly Subject[] = [
  // Not null, and beginning with "pre".
  { name: "string", type: STRING, one: A, other: B, computed: A, partial: [], refinement: "c7080c8201c202a3707265" },
  // Not null, and from 0 to 10.
  {
    name: "number",
    type: NUMBER,
    one: known(1),
    other: known(2n ** 70n),
    computed: known(1),
    partial: [],
    refinement: "c70b0c8301c2039200c304920ac2",
  },
  {
    name: "bool",
    type: BOOL,
    one: known(true),
    other: known(false),
    computed: known(true),
    partial: [],
    refinement: NOT_NULL,
  },
  {
    name: "list",
    type: listOf(STRING),
    one: known([A, NULL]),
    other: known([]),
    computed: known([A, NULL]),
    partial: [{ value: known([A, UNKNOWN]), outcomes: [known([A, LATER]), known([A, NULL])] }],
    refinement: BETWEEN_1_AND_3_ELEMENTS,
  },
  {
    name: "set",
    type: setOf(STRING),
    one: known([A]),
    other: known([B, A]),
    // Elements that were unknown may turn out alike.
    computed: known([A]),
    partial: [{ value: known([A, UNKNOWN]), outcomes: [known([A, LATER]), known([A])] }],
    refinement: BETWEEN_1_AND_3_ELEMENTS,
  },
  {
    name: "map",
    type: mapOf(NUMBER),
    one: map({ a: known(1), ["__proto__"]: NULL }),
    other: map({}),
    computed: map({ a: known(1), ["__proto__"]: NULL }),
    partial: [{ value: map({ a: known(1), b: UNKNOWN }), outcomes: [map({ a: known(1), b: known(2) })] }],
    refinement: BETWEEN_1_AND_3_ELEMENTS,
  },
  {
    name: "object",
    type: objectOf({ a: STRING, b: setOf(BOOL) }),
    one: object({ a: A, b: known([known(true)]) }),
    other: object({ a: NULL, b: NULL }),
    computed: object({ a: A, b: known([known(true)]) }),
    partial: [
      {
        value: object({ a: UNKNOWN, b: NULL }),
        outcomes: [object({ a: LATER, b: NULL }), object({ a: NULL, b: NULL })],
      },
      { value: object({ a: A, b: known([UNKNOWN]) }), outcomes: [object({ a: A, b: known([known(true)]) })] },
    ],
    refinement: NOT_NULL,
  },
  {
    name: "nested_single",
    type: NESTED_OBJECT,
    nested: { mode: "single", attributes: NESTED_ATTRIBUTES },
    one: item(A),
    other: item(NULL),
    computed: COMPUTED_ITEM,
    partial: [{ value: item(UNKNOWN), outcomes: [item(LATER), item(A), item(NULL)] }],
    refinement: NOT_NULL,
  },
  {
    name: "nested_list",
    type: listOf(NESTED_OBJECT),
    nested: { mode: "list", attributes: NESTED_ATTRIBUTES },
    one: known([item(A)]),
    other: known([item(B), item(A)]),
    computed: known([COMPUTED_ITEM]),
    partial: [
      { value: known([item(UNKNOWN)]), outcomes: [known([item(LATER)]), known([item(A)])] },
      { value: known([UNKNOWN, item(B)]), outcomes: [known([item(LATER), item(B)])] },
    ],
    refinement: BETWEEN_1_AND_3_ELEMENTS,
  },
];
