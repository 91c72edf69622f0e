import { bool, list, map, nested, string, types } from "../../../src/plugin";
import type { Computed, Planned, State, Value, Values } from "../../../src/plugin";
import { parseDuration } from "../../../src/plugin/schema/duration";
import { schemaToWire } from "../../../src/plugin/schema/schema-to-wire";

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

  it("asks of an apply only what is computed and has no default", () => {
    expect(same<keyof Computed<typeof schema>, "secret" | "ready">(true)).toBe(true);
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
