import {
  NULL,
  UNKNOWN,
  createHandlers,
  definitionsFor,
  known,
  map,
  nestedList,
  string,
  types,
} from "../../../src/plugin";
import type { Change } from "../../../src/plugin";
import type { Diagnostic } from "../../../src/plugin/wire/generated/tfplugin6";
import { testContext, unwire, wire } from "./memory-provider";

const schema = {
  title: string({ required: true, description: "Title." }),
  note: string({ optional: true, description: "Note." }),
  code: string({ optional: true, writeOnly: true, description: "Code." }),
  labels: map(types.string, { computed: true, description: "Labels." }),
  parts: nestedList(
    {
      name: string({ required: true, description: "Name." }),
      size: string({ optional: true, description: "Size." }),
      id: string({ computed: true, description: "Id." }),
    },
    { optional: true, description: "Parts." },
  ),
};

const RIGHT = { labels: new Map([["a", "b"]]), parts: [{ name: "x", size: null, id: "1" }] };
const CONFIG = { title: "t", code: "s3cret", parts: [{ name: "x" }] };

/** A provider whose functions do what a test tells them, whether TypeScript would allow it or not. */
function mistaken(mistakes: {
  plan?: (change: Change<typeof schema>) => void;
  created?: unknown;
  read?: unknown;
  imported?: unknown;
  looked?: unknown;
  opened?: unknown;
}) {
  const { resource, dataSource, ephemeralResource, provider } = definitionsFor<null>();
  const thing = resource("test_thing", {
    description: "A thing.",
    schema,
    plan: (change) => mistakes.plan?.(change),
    create: () => Promise.resolve((mistakes.created ?? RIGHT) as never),
    read: () => Promise.resolve((mistakes.read ?? null) as never),
    update: () => Promise.resolve((mistakes.created ?? RIGHT) as never),
    delete: () => Promise.resolve(),
    import: () => Promise.resolve((mistakes.imported ?? {}) as never),
  });
  const found = {
    name: string({ required: true, description: "Name." }),
    id: string({ computed: true, description: "Id." }),
  };
  const definition = provider({
    address: "registry.terraform.io/test/test",
    version: "0.0.1",
    description: "Mistakes.",
    schema: {},
    configure: () => null,
    resources: [thing],
    dataSources: [
      dataSource("test_thing", {
        description: "A thing.",
        schema: found,
        read: () => Promise.resolve(mistakes.looked as never),
      }),
    ],
    ephemeralResources: [
      ephemeralResource("test_thing", {
        description: "A thing.",
        schema: found,
        open: () => Promise.resolve(mistakes.opened as never),
      }),
    ],
  });
  const handlers = createHandlers(definition);
  const { context } = testContext();
  const common = { typeName: "test_thing", providerMeta: undefined, clientCapabilities: undefined };
  const empty = Buffer.alloc(0);
  return {
    configured: () =>
      handlers.configureProvider(
        { terraformVersion: "1.11.4", config: wire({}, {}), clientCapabilities: undefined },
        context,
      ),
    plan: (config: Record<string, unknown> = CONFIG) =>
      handlers.planResourceChange(
        {
          ...common,
          priorState: wire(null, schema),
          proposedNewState: wire(config, schema),
          config: wire(config, schema),
          priorPrivate: empty,
          plannedPrivate: empty,
          priorIdentity: undefined,
        },
        context,
      ),
    apply: (
      plannedState = wire({ ...CONFIG, code: null, labels: UNKNOWN, parts: [{ name: "x", id: UNKNOWN }] }, schema),
    ) =>
      handlers.applyResourceChange(
        {
          ...common,
          priorState: wire(null, schema),
          plannedState,
          config: wire(CONFIG, schema),
          plannedPrivate: empty,
          plannedIdentity: undefined,
        },
        context,
      ),
    read: () =>
      handlers.readResource(
        { ...common, currentState: wire({ title: "t" }, schema), private: empty, currentIdentity: undefined },
        context,
      ),
    import: () => handlers.importResourceState({ ...common, id: "x", identity: undefined }, context),
    look: () => handlers.readDataSource({ ...common, config: wire({ name: "n" }, found) }, context),
    open: () => handlers.openEphemeralResource({ ...common, config: wire({ name: "n" }, found) }, context),
  };
}

async function detailOf(
  call: (provider: ReturnType<typeof mistaken>) => Promise<{ diagnostics: Diagnostic[] }>,
  ...[mistakes]: Parameters<typeof mistaken>
) {
  const provider = mistaken(mistakes);
  await provider.configured();
  const { diagnostics } = await call(provider);
  expect(diagnostics).toHaveLength(1);
  expect(diagnostics[0]?.summary).toBe("Mistake in the provider");
  expect(JSON.stringify(diagnostics)).not.toContain("s3cret");
  return diagnostics[0]?.detail;
}

describe("a plan that Terraform would refuse", () => {
  const plans: [string, (change: Change<typeof schema>) => void, string][] = [
    [
      "changes a value",
      ({ planned }) => (planned.title = known("other")),
      "changes title, which the configuration sets",
    ],
    ["drops a value", ({ planned }) => (planned.title = NULL), "changes title"],
    ["makes a value unknown", ({ planned }) => (planned.title = UNKNOWN), "changes title"],
    [
      "invents a value",
      ({ planned }) => (planned.note = known("mine")),
      "sets note, which is not computed and which the configuration leaves out",
    ],
    ["stores a secret", ({ config, planned }) => (planned.code = config.code), "keeps code, which is write-only"],
    ["adds an element", ({ planned }) => (planned.parts = known([])), "changes how many objects parts has"],
    [
      "changes a value within an element",
      ({ planned }) => (planned.parts = known([known({ name: known("y"), size: NULL, id: UNKNOWN })])),
      "changes parts[0].name, which the configuration sets",
    ],
    [
      "invents a value within an element",
      ({ planned }) => (planned.parts = known([known({ name: known("x"), size: known("L"), id: UNKNOWN })])),
      "sets parts[0].size, which is not computed",
    ],
  ];
  it.each(plans)("because it %s is told by attribute and function", async (_, plan, expected) => {
    expect(await detailOf((provider) => provider.plan(), { plan: (change) => void plan(change) })).toContain(
      `The plan of test_thing ${expected}`,
    );
  });
});

describe("a result that Terraform would refuse", () => {
  it.each([
    ["is silent", {}, "says nothing of labels"],
    ["is silent on what is inside", { labels: null }, "says nothing of parts"],
    ["contradicts the plan", { ...RIGHT, title: "other" }, "gives title another value than was planned"],
    [
      "contradicts the plan inside",
      { ...RIGHT, parts: [{ name: "y", size: null, id: "1" }] },
      "gives parts[0].name another value than was planned",
    ],
    ["drops an element", { ...RIGHT, parts: [] }, "gives parts another value than was planned"],
    ["is of the wrong type", { ...RIGHT, labels: "x" }, "gives labels a string, where the schema has a map"],
    [
      "is of the wrong type inside",
      { ...RIGHT, labels: new Map([["k", 7]]) },
      'gives labels["k"] a number, where the schema has a string',
    ],
    [
      "is of the wrong type deep inside",
      { ...RIGHT, parts: [{ name: "x", size: null, id: true }] },
      "gives parts[0].id a boolean, where the schema has a string",
    ],
    ["stores a secret", { ...RIGHT, code: "s3cret" }, "gives code another value than was planned"],
  ])("because it %s is told by attribute and function", async (_, created, expected) => {
    expect(await detailOf((provider) => provider.apply(), { created })).toContain(
      `The create of test_thing ${expected}`,
    );
  });

  it("still keeps all that is known of what was created, and nothing unknown", async () => {
    const provider = mistaken({ created: { ...RIGHT, parts: [{ name: "y", size: null, id: "1" }] } });
    await provider.configured();
    const { newState } = await provider.apply();
    expect(unwire(newState, schema)).toMatchObject({ title: "t", labels: { a: "b" }, code: null });
    expect(JSON.stringify(unwire(newState, schema))).not.toContain("unknown");
  });

  it("loses no object for a value of the wrong type, and stores no secret", async () => {
    const provider = mistaken({ created: { ...RIGHT, parts: 7, code: "s3cret" } });
    await provider.configured();
    const { newState } = await provider.apply();
    expect(unwire(newState, schema)).toMatchObject({ title: "t", labels: { a: "b" }, code: null });
  });

  it.each([
    ["read", "read", { read: { title: 1 } }, "read of test_thing gives title a number, where the schema has a string"],
    ["read", "read", { read: { title: "t", code: "s3cret" } }, "read of test_thing stores code, which is write-only"],
    ["import", "import", { imported: { title: [] } }, "import of test_thing gives title a list of 0"],
    ["data source", "look", { looked: {} }, "read of test_thing says nothing of id"],
    ["data source", "look", { looked: { id: 1 } }, "read of test_thing gives id a number"],
    ["ephemeral resource", "open", { opened: { id: "1", name: "m" } }, "open of test_thing gives name another value"],
  ] as const)("is told for a %s too", async (_, method, mistakes, expected) => {
    expect(await detailOf((provider) => provider[method](), mistakes)).toContain(expected);
  });
});

describe("a broken message", () => {
  it("is an unexpected value, whichever part is broken, and loses nothing", async () => {
    const provider = mistaken({});
    await provider.configured();
    const broken = { msgpack: Buffer.from([0x81]), json: Buffer.alloc(0) };
    const { diagnostics } = await provider.apply(broken);
    expect(diagnostics).toMatchObject([{ summary: "Unexpected value" }]);
  });
});
