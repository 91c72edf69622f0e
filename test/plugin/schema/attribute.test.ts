import {
  bool,
  definitionsFor,
  identityAttribute,
  known,
  list,
  map,
  nested,
  nestedList,
  number,
  string,
  types,
} from "../../../src/plugin";
import type { Change, Computed, Identity, Planned, State, Value, Values } from "../../../src/plugin";
import type { Numeric } from "../../../src/plugin/values/numeric";
import { parseDuration } from "../../../src/plugin/schema/duration";
import { schemaToWire } from "../../../src/plugin/schema/schema-to-wire";
import { Schema_Object_NestingMode } from "../../../src/plugin/wire/generated/tfplugin6";

const schema = {
  name: string({ required: true, description: "Name." }),
  tags: list(types.string, { optional: true, description: "Tags." }),
  labels: map(types.string, { optional: true, description: "Labels." }),
  mode: string({ optional: true, computed: true, default: "fast", description: "Mode." }),
  owner: nested({ email: string({ optional: true, description: "Mail." }) }, { optional: true, description: "Owner." }),
  secret: string({ computed: true, sensitive: true, description: "Secret." }),
  ready: bool({ computed: true, description: "Ready." }),
};

/** Compiles only if both types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(verdict: Same<A, B>) => verdict;

describe("models inferred from a schema", () => {
  it("has plain values or null in a state", () => {
    expect(same<State<typeof schema>["name"], string | null>(true)).toBe(true);
    expect(same<State<typeof schema>["tags"], readonly (string | null)[] | null>(true)).toBe(true);
    expect(same<State<typeof schema>["labels"], ReadonlyMap<string, string | null> | null>(true)).toBe(true);
  });

  it("has values that may be unknown in a configuration or plan", () => {
    expect(same<Values<typeof schema>["name"], Value<string>>(true)).toBe(true);
    expect(same<Values<typeof schema>["tags"], Value<readonly Value<string>[]>>(true)).toBe(true);
  });

  it("has known arguments at apply, and computed values that may be unknown", () => {
    expect(same<Planned<typeof schema>["name"], string>(true)).toBe(true);
    expect(same<Planned<typeof schema>["mode"], string>(true)).toBe(true);
    expect(same<Planned<typeof schema>["labels"], ReadonlyMap<string, string | null> | null>(true)).toBe(true);
    expect(same<Planned<typeof schema>["secret"], Value<string>>(true)).toBe(true);
  });

  it("lets a plan write what it plans, however the schema is written down", () => {
    const asConst = { mode: string({ optional: true, computed: true, description: "Mode." }) } as const;
    type Planning = Change<typeof asConst>["planned"];
    expect(Object.keys(asConst)).toEqual(["mode"]);
    expect(same<Planning, { mode: Value<string> }>(true)).toBe(true);
    expect(same<Pick<Change<typeof schema>["planned"], "mode">, { mode: Value<string> }>(true)).toBe(true);
    const { resource } = definitionsFor<null>();
    const inline = resource("a_thing", {
      description: "A thing.",
      schema: { mode: string({ optional: true, computed: true, description: "Mode." }) },
      plan({ planned }) {
        planned.mode = known("fast");
      },
      create: () => Promise.resolve({ mode: null }),
      read: (state) => Promise.resolve(state),
      update: () => Promise.resolve({}),
      delete: () => Promise.resolve(),
    });
    expect(inline.typeName).toBe("a_thing");
  });

  it("asks of an apply only what is computed and has no default", () => {
    expect(same<keyof Computed<typeof schema>, "secret" | "ready">(true)).toBe(true);
  });
});

const nestings = {
  one: nested(
    {
      name: string({ required: true, description: "N." }),
      id: string({ computed: true, description: "I." }),
      pin: string({ optional: true, writeOnly: true, description: "P." }),
    },
    { required: true, description: "One." },
  ),
  row: nestedList({ size: number({ optional: true, description: "S." }) }, { optional: true, description: "Row." }),
  bag: nestedList({ size: number({ computed: true, description: "S." }) }, { optional: true, description: "Bag." }),
  book: nestedList({ size: number({ optional: true, description: "S." }) }, { computed: true, description: "Book." }),
  points: list(types.object({ x: types.number }), { required: true, description: "Points." }),
};

describe("models inferred from attributes inside attributes", () => {
  type InState = State<typeof nestings>;
  type AtApply = Planned<typeof nestings>;

  it("have the shape of their nesting in a state, where nothing is write-only", () => {
    type One = { readonly name: string | null; readonly id: string | null; readonly pin: null };
    type Row = readonly ({ readonly size: Numeric | null } | null)[];
    expect(same<InState["one"], One | null>(true)).toBe(true);
    expect(same<InState["row"], Row | null>(true)).toBe(true);
    expect(same<InState["bag"], Row | null>(true)).toBe(true);
    expect(same<InState["book"], Row | null>(true)).toBe(true);
  });

  it("are known at apply, but for what is computed in them", () => {
    type One = { readonly name: string; readonly id: Value<string>; readonly pin: string | null };
    expect(same<AtApply["one"], One>(true)).toBe(true);
    expect(same<AtApply["row"], readonly ({ readonly size: Numeric | null } | null)[] | null>(true)).toBe(true);
    expect(same<AtApply["bag"], readonly ({ readonly size: Value<Numeric> } | null)[] | null>(true)).toBe(true);
    expect(same<AtApply["book"]["kind"], "known" | "null" | "unknown">(true)).toBe(true);
  });

  it("ask of an apply the attributes that hold something computed", () => {
    expect(same<keyof Computed<typeof nestings>, "one" | "bag" | "book">(true)).toBe(true);
  });

  it("have a type for each name of an object", () => {
    type Points = readonly ({ readonly x: Numeric | null } | null)[];
    expect(same<InState["points"], Points | null>(true)).toBe(true);
    expect(same<AtApply["points"], Points>(true)).toBe(true);
    type Configured = Value<readonly Value<{ readonly x: Value<Numeric> }>[]>;
    expect(same<Values<typeof nestings>["points"], Configured>(true)).toBe(true);
  });

  it("tell in an identity what an import may leave out", () => {
    const identity = {
      name: identityAttribute(types.string, { requiredForImport: true, description: "N." }),
      floor: identityAttribute(types.number, { optionalForImport: true, description: "F." }),
    };
    expect(Object.keys(identity)).toEqual(["name", "floor"]);
    expect(same<Identity<typeof identity>, { name: string; floor: Numeric | null }>(true)).toBe(true);
  });
});

describe("a schema over the wire", () => {
  it("has exactly one of a type and nested attributes", () => {
    const { block } = schemaToWire(schema, "Things.", 3);
    const attributes = Object.fromEntries((block?.attributes ?? []).map((each) => [each.name, each]));
    expect(attributes["tags"]?.type.toString()).toBe('["list","string"]');
    expect(attributes["tags"]?.nestedType).toBeUndefined();
    expect(attributes["owner"]?.type).toHaveLength(0);
    expect(attributes["owner"]?.nestedType?.attributes[0]?.name).toBe("email");
    expect(attributes["secret"]).toMatchObject({ computed: true, sensitive: true, optional: false });
    const nesting = (schemaToWire(nestings, "Nestings.").block?.attributes ?? []).map(
      ({ nestedType }) => nestedType?.nesting,
    );
    const { SINGLE, LIST } = Schema_Object_NestingMode;
    expect(nesting).toEqual([SINGLE, LIST, LIST, LIST, undefined]);
  });
});

describe("durations", () => {
  it.each([
    ["90s", 90_000],
    ["10m", 600_000],
    ["1h30m", 5_400_000],
    ["1.5s", 1_500],
    ["250ms", 250],
  ])("reads %s", (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  it.each(["", "10", "m", "-1s", "0s", "1d", "10 m", "1e3s", "9999h"])("refuses %j", (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});
