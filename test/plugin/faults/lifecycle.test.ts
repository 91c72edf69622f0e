import { DiagnosticError, UNKNOWN, createHandlers, definitionsFor, string } from "../../../src/plugin";
import type { Value } from "../../../src/plugin";
import { TerraformTest } from "../../../src/plugin/testing";
import { PrivateState } from "../../../src/plugin/values/private-state";
import {
  ApplyResourceChange_Request,
  ConfigureProvider_Request,
  type DynamicValue,
  OpenEphemeralResource_Request,
  PlanResourceChange_Request,
  ReadDataSource_Request,
  ReadResource_Request,
  UpgradeResourceState_Request,
  ValidateDataResourceConfig_Request,
} from "../../../src/plugin/wire/generated/tfplugin6";
import {
  MEMORY_ADDRESS,
  memoryHandlers,
  memoryProvider,
  planRequest,
  testContext,
  unwire,
  wire,
} from "../lifecycle/memory-provider";
import { planShelf, shelfOf, shelfWire } from "../lifecycle/memory-shelf-calls";
import { expectTests } from "./held-elsewhere";

const NOTHING = wire(null);
const EMPTY: DynamicValue = { msgpack: Buffer.alloc(0), json: Buffer.alloc(0) };
const DONE = { title: "a", kind: "plain", id: "a", revision: "1" };
const TICKET = {
  holder: string({ required: true, description: "Who." }),
  code: string({ computed: true, description: "It." }),
};

describe("faults of other providers without Go: lifecycle", () => {
  it("an update plans as unknown what may change, and as known what stays", () => {
    expectTests(
      "plugin/lifecycle/lifecycle.test.ts",
      "changes nothing where nothing differs",
      "keeps known on update what stays, and leaves unknown what may change",
    );
    expectTests(
      "plugin/lifecycle/nested-attributes.test.ts",
      "stay known on update where they stay, follow their element, and are unknown in a new one",
    );
  });

  it("an object is replaced only for attributes that differ, which are named by their whole path", () => {
    expectTests("plugin/lifecycle/lifecycle.test.ts", "asks for replacement only where a value differs");
    expectTests(
      "plugin/lifecycle/nested-attributes.test.ts",
      "ask for replacement by the path to what differs, and no further",
    );
  });

  it("what a failed operation has reached is in the state", () => {
    expectTests(
      "plugin/lifecycle/lifecycle.test.ts",
      "keeps what a failed create has reached",
      "keeps the prior state when an update or a delete fails",
      "is interrupted by the call's signal and keeps what was reached",
    );
    expectTests(
      "plugin/lifecycle/own-mistakes.test.ts",
      "still keeps all that is known of what was created, and nothing unknown",
    );
  });

  it("after each apply a plan is empty, with every example too", () => {
    expectTests(
      "plugin/lifecycle/through-terraform.test.ts",
      "keeps resources through create, update, replace and destroy, each followed by an empty plan",
    );
    expectTests(
      "plugin/testing/terraform-test.test.ts",
      "refuses an apply after which a plan proposes something, and tells what",
      "refuses a refresh after which a plan proposes something",
    );
    expectTests("plugin/packed-package.test.ts", "creates, and plans nothing more");
    expectTests(
      "e2e/quickstart.test.ts",
      "takes an invited link and one with a URL through their whole lives and ends well",
    );
    expectTests("e2e/main-job.test.ts", "plans nothing while the link waits");
  });

  it("the same question has the same plan, whatever the clock says", async () => {
    const { handlers, context } = await memoryProvider();
    const note = planRequest(wire(DONE), { title: "b", body: "x" }, { ...DONE, title: "b", body: "x" });
    const shelf = { config: { name: "a", books: [{ title: "b" }], labels: [{ text: "t" }] } };
    const plans = async () => [
      await handlers.planResourceChange(note, context),
      await planShelf({ handlers, context }, shelf),
    ];
    jest.useFakeTimers({ now: new Date("2026-11-23T10:00:00Z"), doNotFake: ["nextTick"] });
    try {
      const first = await plans();
      jest.setSystemTime(new Date("2031-01-01T00:00:00Z"));
      expect(await plans()).toEqual(first);
    } finally {
      jest.useRealTimers();
    }
    expectTests("e2e/read-back.test.ts", "mints nothing by planning, however often");
  });

  it("a plan that Terraform repeats before it applies goes on from what the first one kept", async () => {
    const { handlers, context } = await memoryProvider();
    const kept = async (plannedPrivate: string) => {
      const request = {
        ...planRequest(wire(DONE), { title: "a" }, DONE),
        priorPrivate: Buffer.from('{"of":"the state"}'),
      };
      const plan = await handlers.planResourceChange(
        { ...request, plannedPrivate: Buffer.from(plannedPrivate) },
        context,
      );
      return plan.plannedPrivate.toString();
    };
    await expect(kept("")).resolves.toContain("the state");
    await expect(kept('{"of":"the first plan"}')).resolves.toContain("the first plan");
  });

  it("a replacement is planned a second time without a prior state, and keeps its private data", async () => {
    const { handlers, context } = await memoryProvider();
    const config = { title: "b" };
    const first = await handlers.planResourceChange(
      {
        ...planRequest(wire(DONE), config, { ...DONE, ...config }),
        priorPrivate: Buffer.from('{"kept":"from the first life"}'),
      },
      context,
    );
    expect(first.requiresReplace).toHaveLength(1);
    const second = await handlers.planResourceChange(
      { ...planRequest(NOTHING, config), priorPrivate: first.plannedPrivate },
      context,
    );
    expect(second.diagnostics).toEqual([]);
    expect(second.requiresReplace).toEqual([]);
    expect(unwire(second.plannedState)).toMatchObject({ title: "b", id: UNKNOWN, revision: UNKNOWN });
    const result = await handlers.applyResourceChange(
      ApplyResourceChange_Request.fromPartial({
        typeName: "memory_note",
        priorState: NOTHING,
        plannedState: second.plannedState,
        config: wire(config),
        plannedPrivate: second.plannedPrivate,
      }),
      context,
    );
    expect(unwire(result.newState)).toMatchObject({ title: "b", id: "b" });
    expect(PrivateState.read(result.private).get("kept")).toBe("from the first life");
  });

  it("a destruction is planned without a configuration, and fails clearly where the provider's own is unknown", async () => {
    const { handlers, context } = await memoryProvider();
    for (const typeName of ["memory_note", "memory_shelf"]) {
      const prior = typeName === "memory_note" ? wire(DONE) : shelfWire({ name: "a" });
      const plan = await handlers.planResourceChange(
        PlanResourceChange_Request.fromPartial({
          typeName,
          priorState: prior,
          proposedNewState: NOTHING,
          config: NOTHING,
        }),
        context,
      );
      expect(plan.diagnostics).toEqual([]);
      expect(plan.plannedState).toEqual(NOTHING);
    }
    const guarded = await guardedProvider(UNKNOWN);
    const { diagnostics, newState } = await guarded.destroy();
    expect(diagnostics).toMatchObject([{ summary: "The token is not known yet" }]);
    expect(newState).toEqual(guarded.state);
  });

  it("a stored state of any version is read for what it is, and loses nothing", async () => {
    const { handlers, context } = await memoryProvider();
    const upgraded = async (typeName: string, version: number, json: string): Promise<DynamicValue | undefined> => {
      const rawState = { json: Buffer.from(json) };
      const request = UpgradeResourceState_Request.fromPartial({ typeName, version, rawState });
      const { upgradedState, diagnostics } = await handlers.upgradeResourceState(request, context);
      expect(diagnostics).toEqual([]);
      return upgradedState;
    };
    const rest =
      '"id":"a","body":"é","kind":"own","revision":"1","tags":["x",null],"labels":{"__proto__":"x","k":null},' +
      '"topics":["b","a"],"author":{"name":"Ada"},"timeouts":{"create":"5m"}';
    const newest = await upgraded("memory_note", 2, `{"title":"a",${rest}}`);
    expect(unwire(newest)).toEqual({
      ...DONE,
      kind: "own",
      body: "é",
      tags: ["x", null],
      labels: { ["__proto__"]: "x", k: null },
      topics: expect.arrayContaining(["a", "b"]) as string[],
      author: { name: "Ada" },
      timeouts: expect.objectContaining({ create: "5m" }) as object,
    });
    const older = await upgraded("memory_note", 0, `{"name":"a",${rest}}`);
    expect(unwire(older)).toEqual({ ...unwire(newest), revision: "upgraded from 0" });
    const places = '[{"room":"a","row":9007199254740993}]';
    const shelf = await upgraded("memory_shelf", 1, `{"name":"a","places":${places},"books":[]}`);
    expect(shelfOf(shelf)).toMatchObject({ places: [{ row: 9007199254740993n }], books: [], labels: null });
    expectTests("plugin/lifecycle/lifecycle.test.ts", "refuses %j with a way out");
  });

  it("a diagnostic points at the very attribute, however deep", () => {
    expectTests(
      "plugin/lifecycle/lifecycle.test.ts",
      "points at the attribute, also at one inside another",
      "points at the element, also while others are unknown; into a set no path leads",
    );
    expectTests("plugin/lifecycle/nested-attributes.test.ts", "are validated where they stand");
  });

  it("provider_meta and private data may be absent, null or empty", async () => {
    const { handlers, context } = await memoryProvider();
    for (const providerMeta of [undefined, EMPTY, NOTHING]) {
      for (const kept of ["", "{}", "null", "of another provider"].map((text) => Buffer.from(text))) {
        const note = { typeName: "memory_note", providerMeta };
        const config = wire({ title: "a" });
        const planned = await handlers.planResourceChange(
          { ...planRequest(NOTHING, { title: "a" }), providerMeta, priorPrivate: kept },
          context,
        );
        const changed = await handlers.applyResourceChange(
          ApplyResourceChange_Request.fromPartial({
            ...note,
            config,
            priorState: NOTHING,
            plannedState: planned.plannedState,
            plannedPrivate: kept,
          }),
          context,
        );
        const read = await handlers.readResource(
          ReadResource_Request.fromPartial({ ...note, currentState: changed.newState, private: kept }),
          context,
        );
        expect([planned, changed, read].flatMap(({ diagnostics }) => diagnostics)).toEqual([]);
        expect(unwire(read.newState)).toMatchObject({ id: "a" });
      }
      const source = ReadDataSource_Request.fromPartial({ typeName: "memory_notes", providerMeta });
      expect((await handlers.readDataSource(source, context)).diagnostics).toEqual([]);
    }
    for (const kept of [undefined, Buffer.alloc(0)]) {
      const ticket = { typeName: "memory_ticket", private: kept };
      expect((await handlers.renewEphemeralResource(ticket, context)).diagnostics).toEqual([]);
      expect((await handlers.closeEphemeralResource(ticket, context)).diagnostics).toEqual([]);
    }
  });

  it("a provider can be configured with values that are not known yet", async () => {
    const { configured } = await guardedProvider(UNKNOWN);
    expect(configured).toEqual([]);
    const { handlers, context } = await memoryProvider();
    const plan = await handlers.planResourceChange(planRequest(NOTHING, { title: UNKNOWN, tags: UNKNOWN }), context);
    expect(plan.diagnostics).toEqual([]);
  });

  it("validating what is right says nothing", async () => {
    const { handlers } = memoryHandlers();
    const { context } = testContext();
    const findings = await Promise.all([
      handlers.validateProviderConfig({ config: NOTHING }, context),
      handlers.validateResourceConfig(
        { typeName: "memory_note", config: wire({ title: "a" }), clientCapabilities: undefined },
        context,
      ),
      handlers.validateResourceConfig(
        { typeName: "memory_shelf", config: shelfWire({ name: "a" }), clientCapabilities: undefined },
        context,
      ),
      handlers.validateDataResourceConfig(
        ValidateDataResourceConfig_Request.fromPartial({
          typeName: "memory_notes",
          config: { json: Buffer.from("{}") },
        }),
        context,
      ),
      handlers.validateEphemeralResourceConfig(
        { typeName: "memory_ticket", config: wire({ holder: "ada" }, TICKET) },
        context,
      ),
    ]);
    expect(findings.flatMap(({ diagnostics }) => diagnostics)).toEqual([]);
  });

  it("a write-only value is in no state, and refused to a client that does not know of it", () => {
    expectTests(
      "plugin/lifecycle/write-only.test.ts",
      "reach create from the configuration, and neither plan nor state",
      "are refused, each where it stands, for a client that would store them (%j)",
      "are accepted where they are left out, also by an old client",
    );
  });

  it("an ephemeral resource is not taken for open while its arguments are unknown", async () => {
    const steps: string[] = [];
    const { handlers } = memoryHandlers((name) => Promise.resolve(void steps.push(name)));
    const terraform = await TerraformTest.create({
      attached: { [MEMORY_ADDRESS]: handlers },
      configuration: `
        terraform {
          required_providers {
            memory = {
              source = "test/memory"
            }
          }
        }
        resource "memory_note" "holder" {
          title = "ada"
        }
        ephemeral "memory_ticket" "t" {
          holder = memory_note.holder.id
        }
      `,
    });
    try {
      await terraform.plan({ expectNonEmptyPlan: true });
      expect(steps.filter((step) => /^(open|close)/.test(step))).toEqual([]);
      await terraform.apply();
      const opened = steps.filter((step) => step === "open ada").length;
      expect(opened).toBeGreaterThan(0);
      expect(steps.filter((step) => step === "close ada")).toHaveLength(opened);
    } finally {
      await terraform.close();
    }
    steps.splice(0);
    // A host that opens it all the same gets nothing.
    const config = wire({ holder: UNKNOWN }, TICKET);
    const request = OpenEphemeralResource_Request.fromPartial({ typeName: "memory_ticket", config });
    const { diagnostics, result } = await handlers.openEphemeralResource(request, testContext().context);
    expect(diagnostics).toHaveLength(1);
    expect(result).toBeUndefined();
    expect(steps).toEqual([]);
  }, 60_000);

  it("actions, which are not offered, are properly unimplemented", () => {
    expectTests(
      "plugin/server/calls.test.ts",
      "to a method that no provider of this layer offers is unimplemented",
      "are either offered or in the list of those that are not",
    );
  });
});

/** A provider that needs its token only where something is deleted, configured with `token`. */
async function guardedProvider(token: Value<string>) {
  const { resource, provider } = definitionsFor<{ readonly token: Value<string> }>();
  const schema = { id: string({ computed: true, useStateForUnknown: true, description: "Id." }) };
  const own = { token: string({ optional: true, description: "Token." }) };
  const thing = resource("guarded_thing", {
    description: "A thing behind a token.",
    schema,
    create: () => Promise.resolve({ id: "1" }),
    read: (state) => Promise.resolve(state),
    update: () => Promise.resolve({}),
    delete(_state, client) {
      if (client.token.kind === "known") return Promise.resolve();
      throw new DiagnosticError({
        summary: "The token is not known yet",
        detail: "Apply first what it comes from.",
      });
    },
  });
  const handlers = createHandlers(
    provider({
      address: "registry.terraform.io/test/guarded",
      version: "0.0.1",
      description: "Guarded.",
      schema: own,
      configure: (config) => ({ token: config.token }),
      resources: [thing],
    }),
  );
  const { context } = testContext();
  const { diagnostics: configured } = await handlers.configureProvider(
    ConfigureProvider_Request.fromPartial({ config: wire({ token }, own) }),
    context,
  );
  const state = wire({ id: "1" }, schema);
  const destroy = () =>
    handlers.applyResourceChange(
      ApplyResourceChange_Request.fromPartial({
        typeName: "guarded_thing",
        priorState: state,
        plannedState: NOTHING,
        config: NOTHING,
      }),
      context,
    );
  return { configured, state, destroy };
}
