import { UNKNOWN, string } from "../../../src/plugin";
import { PrivateState } from "../../../src/plugin/values/private-state";
import { Diagnostic_Severity } from "../../../src/plugin/wire/generated/tfplugin6";
import { placeOf } from "./diagnostic-place";
import { applied, memoryProvider, planRequest, testContext, unwire, wire } from "./memory-provider";

const NOTHING = wire(null);
const DONE = { title: "a", kind: "plain", id: "a", revision: "1" };

describe("planning", () => {
  it("leaves computed values unknown on create, and takes defaults", async () => {
    const { handlers, context } = await memoryProvider();
    const plan = await handlers.planResourceChange(planRequest(NOTHING, { title: "a" }), context);
    expect(plan.diagnostics).toEqual([]);
    expect(unwire(plan.plannedState)).toMatchObject({
      title: "a",
      kind: "plain",
      body: null,
      id: UNKNOWN,
      revision: UNKNOWN,
    });
    expect(plan.requiresReplace).toEqual([]);
  });

  it("changes nothing where nothing differs", async () => {
    const { handlers, context } = await memoryProvider();
    const plan = await handlers.planResourceChange(planRequest(wire(DONE), { title: "a" }, DONE), context);
    expect(unwire(plan.plannedState)).toEqual(unwire(wire(DONE)));
  });

  it("keeps known on update what stays, and leaves unknown what may change", async () => {
    const { handlers, context } = await memoryProvider();
    const config = { title: "a", body: "new" };
    const plan = await handlers.planResourceChange(planRequest(wire(DONE), config, { ...DONE, body: "new" }), context);
    expect(unwire(plan.plannedState)).toMatchObject({ id: "a", revision: UNKNOWN, body: "new" });
    expect(plan.requiresReplace).toEqual([]);
  });

  it("asks for replacement only where a value differs", async () => {
    const { handlers, context } = await memoryProvider();
    const config = { title: "b", body: "new" };
    const plan = await handlers.planResourceChange(planRequest(wire(DONE), config, { ...DONE, ...config }), context);
    expect(plan.requiresReplace).toEqual([
      { steps: [{ selector: { $case: "attributeName", attributeName: "title" } }] },
    ]);
  });

  it("lets a resource tell in the plan what destroying it means, and the plan stays what it is", async () => {
    const { handlers, context } = await memoryProvider();
    const dear = await handlers.planResourceChange(planRequest(wire({ ...DONE, title: "dear" }), null), context);
    expect(dear.diagnostics).toMatchObject([{ severity: Diagnostic_Severity.WARNING, summary: "Dear to somebody" }]);
    expect(dear.plannedState).toEqual(NOTHING);
    const other = await handlers.planResourceChange(planRequest(wire(DONE), null), context);
    expect(other.diagnostics).toEqual([]);
  });

  it("gives the same bytes for the same question", async () => {
    const { handlers, context } = await memoryProvider();
    const request = planRequest(wire(DONE), { title: "a", body: "x" }, { ...DONE, body: "x" });
    const [first, second] = [
      await handlers.planResourceChange(request, context),
      await handlers.planResourceChange(request, context),
    ];
    expect(first.plannedState).toEqual(second.plannedState);
  });

  it("names the attribute when the provider itself plans against the configuration", async () => {
    const { handlers, context } = await memoryProvider();
    const plan = await handlers.planResourceChange(planRequest(NOTHING, { title: "plan-changes-config" }), context);
    expect(plan.diagnostics[0]).toMatchObject({ severity: Diagnostic_Severity.ERROR });
    expect(plan.diagnostics[0]?.detail).toContain("changes title");
  });

  it("turns a mistake of the provider into one sentence, and says more in the log only", async () => {
    const { handlers, context, log } = await memoryProvider();
    const plan = await handlers.planResourceChange(planRequest(NOTHING, { title: "plan-fails" }), context);
    expect(plan.diagnostics).toHaveLength(1);
    expect(JSON.stringify(plan.diagnostics)).not.toMatch(/s3cret|\bat /);
    expect(log.join()).not.toBe("");
  });

  it("passes a destruction through", async () => {
    const { handlers, context } = await memoryProvider();
    const plan = await handlers.planResourceChange(planRequest(wire(DONE), null), context);
    expect(unwire(plan.plannedState)).toBeNull();
  });
});

describe("applying", () => {
  it("creates, and keeps private state", async () => {
    const { handlers, context } = await memoryProvider();
    const { result } = await applied(handlers, context, NOTHING, {
      title: "a",
      tags: ["x"],
      labels: new Map([["k", "v"]]),
    });
    expect(result.diagnostics).toEqual([]);
    expect(unwire(result.newState)).toMatchObject({ ...DONE, tags: ["x"], labels: { k: "v" } });
    expect(PrivateState.read(result.private).get("made")).toBe("a");
    expect(PrivateState.read(result.private).get("planned")).toBe(true);
  });

  it.each([
    ["nothing", ""],
    ["a list", "[]"],
    ["no JSON", "{"],
    ["lists without end", `{"a":${"[".repeat(20_000)}${"]".repeat(20_000)}}`],
  ])("takes private state that it did not write for none: %s", (_, text) => {
    expect(PrivateState.read(Buffer.from(text)).toWire()).toHaveLength(0);
  });

  it("keeps what a failed create has reached", async () => {
    const { handlers, context } = await memoryProvider((name) =>
      name === "create" ? Promise.reject(new Error("no")) : Promise.resolve(),
    );
    const { result } = await applied(handlers, context, NOTHING, { title: "a" });
    expect(result.diagnostics).toHaveLength(1);
    expect(unwire(result.newState)).toMatchObject({ title: "a", id: "a", revision: null });
  });

  it("keeps the prior state when an update or a delete fails", async () => {
    const { handlers, context } = await memoryProvider(() => Promise.reject(new Error("no")));
    const update = await applied(handlers, context, wire(DONE), { title: "a", body: "x" }, { ...DONE, body: "x" });
    expect(unwire(update.result.newState)).toEqual(unwire(wire(DONE)));
    const removal = await handlers.applyResourceChange(
      {
        typeName: "memory_note",
        priorState: wire(DONE),
        plannedState: NOTHING,
        config: NOTHING,
        plannedPrivate: Buffer.alloc(0),
        providerMeta: undefined,
        plannedIdentity: undefined,
      },
      context,
    );
    expect(removal.diagnostics).toHaveLength(1);
    expect(unwire(removal.newState)).toEqual(unwire(wire(DONE)));
  });

  it("ends at the time-out that the configuration sets, and says which", async () => {
    const { handlers, context } = await memoryProvider(
      (_, signal) =>
        new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("aborted")))),
    );
    const { result } = await applied(handlers, context, NOTHING, { title: "a", timeouts: { create: "5ms" } });
    expect(result.diagnostics[0]?.summary).toBe("Timed out after 5ms");
    expect(result.diagnostics[0]?.attribute?.steps).toHaveLength(2);
    expect(unwire(result.newState)).toMatchObject({ id: "a" });
  });

  it("is interrupted by the call's signal and keeps what was reached", async () => {
    const stop = new AbortController();
    const { handlers } = await memoryProvider((_, signal) => {
      stop.abort();
      return signal.aborted ? Promise.reject(new Error("aborted")) : Promise.resolve();
    });
    const { result } = await applied(handlers, testContext(stop.signal).context, NOTHING, { title: "a" });
    expect(result.diagnostics[0]?.summary).toBe("Interrupted");
    expect(unwire(result.newState)).toMatchObject({ id: "a" });
  });
});

describe("reading", () => {
  const request = {
    typeName: "memory_note",
    currentState: wire(DONE),
    private: Buffer.from("{}"),
    providerMeta: undefined,
    clientCapabilities: undefined,
    currentIdentity: undefined,
  };

  it("returns what is so, and null for what is gone", async () => {
    const { handlers, context, memory } = await memoryProvider();
    memory.objects.set("a", "7");
    expect(unwire((await handlers.readResource(request, context)).newState)).toMatchObject({ revision: "7" });
    memory.objects.clear();
    expect(unwire((await handlers.readResource(request, context)).newState)).toBeNull();
  });

  it("keeps the state when it fails", async () => {
    const { handlers, context } = await memoryProvider(() => Promise.reject(new Error("no")));
    const response = await handlers.readResource(request, context);
    expect(response.diagnostics).toHaveLength(1);
    expect(unwire(response.newState)).toEqual(unwire(wire(DONE)));
  });
});

describe("upgrading", () => {
  const upgrade = async (version: number, json: string, typeName = "memory_note") => {
    const { handlers, context } = await memoryProvider();
    return handlers.upgradeResourceState(
      { typeName, version, rawState: { json: Buffer.from(json), flatmap: {} } },
      context,
    );
  };

  it.each([
    [0, '{"name":"a","id":"a"}'],
    [1, '{"title":"a","id":"a"}'],
  ])("hands a state of version %i over once, with that version", async (version, json) => {
    const response = await upgrade(version, json);
    expect(response.diagnostics).toEqual([]);
    expect(unwire(response.upgradedState)).toMatchObject({ title: "a", id: "a", revision: `upgraded from ${version}` });
  });

  it("takes a state of the same version as it is", async () => {
    expect(unwire((await upgrade(2, JSON.stringify(DONE))).upgradedState)).toEqual(unwire(wire(DONE)));
  });

  it.each(["", "{", '{"title":1}', "[]"])("refuses %j with a way out", async (json) => {
    const response = await upgrade(2, json);
    expect(response.diagnostics[0]?.detail).toContain("Nothing was changed");
  });

  it.each([
    ["a state of an older version where nothing upgrades it", "memory_shelf", '{"name":"a"}'],
    ["what is no object instead of upgrading it", "memory_note", "[]"],
  ])("refuses %s", async (_, typeName, json) => {
    const { diagnostics, upgradedState } = await upgrade(0, json, typeName);
    expect(diagnostics[0]?.detail).toContain("nothing leads from version 0 of its schema to");
    expect(upgradedState).toBeUndefined();
  });
});

describe("validating", () => {
  it("tells of what is deprecated, where it is set, and what to do instead", async () => {
    const { handlers, context } = await memoryProvider();
    const found = async (region: string | null) => {
      const config = wire({ region }, { region: string({ optional: true, description: "Region." }) });
      return (await handlers.validateProviderConfig({ config }, context)).diagnostics;
    };
    expect(await found("north")).toMatchObject([
      { severity: Diagnostic_Severity.WARNING, detail: "All of memory is one region: leave it out." },
    ]);
    expect(await found(null)).toEqual([]);
  });

  const validate = async (config: Record<string, unknown>) => {
    const { handlers, context } = await memoryProvider();
    const response = await handlers.validateResourceConfig(
      { typeName: "memory_note", config: wire(config), clientCapabilities: undefined },
      context,
    );
    return response.diagnostics;
  };

  it("points at the attribute, also at one inside another", async () => {
    const [body] = await validate({ title: "a", body: "bad" });
    expect(body?.attribute?.steps).toEqual([{ selector: { $case: "attributeName", attributeName: "body" } }]);
    const [name] = await validate({ title: "a", author: { name: "" } });
    expect(name?.attribute?.steps.map((step) => step.selector)).toEqual([
      { $case: "attributeName", attributeName: "author" },
      { $case: "elementKeyString", elementKeyString: "name" },
    ]);
  });

  it("points at the element, also while others are unknown; into a set no path leads", async () => {
    const found = await validate({ title: "a", tags: [UNKNOWN, ""], labels: { k: "" }, topics: ["x", ""] });
    expect(found.map(({ attribute }) => placeOf(attribute))).toEqual(["tags[1]", 'labels["k"]', "topics"]);
  });

  it.each([{ id: "a" }, { id: UNKNOWN }, { revision: "" }])("refuses to have %j set", async (config) => {
    const [finding] = await validate({ title: "a", ...config });
    expect(finding?.summary).toBe("Cannot set a value for a read-only attribute");
    expect(finding?.detail).toContain("Remove the line");
    expect(placeOf(finding?.attribute)).toBe(Object.keys(config)[0]);
  });

  it("waits for a resource that takes its time to judge the whole", async () => {
    expect((await validate({ title: "cursed" })).map(({ summary }) => summary)).toEqual(["Cursed title"]);
  });

  it("does not judge what is not known yet", async () => {
    expect(await validate({ title: UNKNOWN, body: UNKNOWN, author: UNKNOWN })).toEqual([]);
  });
});

describe("what is not offered", () => {
  it("is refused by name", async () => {
    const { handlers, context } = await memoryProvider();
    const response = await handlers.readDataSource(
      { typeName: "memory_other", config: undefined, providerMeta: undefined, clientCapabilities: undefined },
      context,
    );
    expect(response.diagnostics[0]?.detail).toContain("memory_other");
  });

  it("hands on the refusal of an import", async () => {
    const { handlers } = await memoryProvider();
    const response = await handlers.importResourceState(
      { typeName: "memory_note", id: "", clientCapabilities: undefined, identity: undefined },
      testContext().context,
    );
    expect(response.diagnostics[0]?.summary).toBe("No id");
  });
});
