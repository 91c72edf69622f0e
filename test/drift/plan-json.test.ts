import { readPlan, readPlans, readState } from "../../src/drift";
import { planText } from "./fleet";

describe("reading a plan", () => {
  it("tells what differs, and hides what the masks hide", () => {
    const plan = readPlan(
      planText({
        resource_drift: [
          {
            address: "demo.a",
            type: "demo",
            change: {
              actions: ["update"],
              before: { size: 1, secret_note: "s3cret-one", tags: ["a", "hidden-tag"], passwords: ["old-password"] },
              after: { size: 2, secret_note: "s3cret-two", tags: ["b", "hidden-tag"], passwords: ["new-password"] },
              before_sensitive: { secret_note: true, tags: [false, true] },
              after_sensitive: { secret_note: true, tags: [false, true] },
            },
          },
        ],
      }),
    );
    expect(plan.drift[0]?.changes).toEqual([
      { name: "passwords", before: ["(sensitive value)"], after: ["(sensitive value)"], isSensitive: false },
      { name: "secret_note", before: "(sensitive value)", after: "(sensitive value)", isSensitive: true },
      { name: "size", before: 1, after: 2, isSensitive: false },
      { name: "tags", before: ["a", "(sensitive value)"], after: ["b", "(sensitive value)"], isSensitive: false },
    ]);
    expect([...plan.sensitiveTexts]).toEqual([
      "s3cret-one",
      "hidden-tag",
      "old-password",
      "s3cret-two",
      "new-password",
    ]);
  });

  it("tells what each change is about, and nothing that Terraform would not say", () => {
    const change = { actions: ["update", 1], before: null, after: ["x"], importing: { id: "1" } };
    const { changes, drift, relevantAttributes, isErrored, hasState, state } = readPlan(
      planText({
        errored: true,
        prior_state: undefined,
        resource_changes: [
          { address: "demo.a", mode: "data", type: "demo", name: "a", index: 1, deposed: "ab12cd34", change },
          {
            address: "demo.b",
            previous_address: "demo.c",
            index: "k",
            change: { actions: null, before: { size: 1 }, before_sensitive: null, after: { size: 1 } },
          },
          { address: "demo.d", index: {}, change: { actions: ["create"], importing: null } },
        ],
        relevant_attributes: [
          { resource: "demo.a", attribute: ["x", 0, null] },
          { resource: "demo.b" },
          { attribute: [] },
          "demo.c",
          null,
        ],
      }),
    );
    const plain = { previousAddress: null, deposed: null, mode: "managed", type: "", name: "", index: null };
    const nothing = { actions: [], isImport: false, before: null, after: null, changes: [] };
    expect(changes).toEqual([
      {
        ...plain,
        ...nothing,
        address: "demo.a",
        mode: "data",
        type: "demo",
        name: "a",
        index: 1,
        deposed: "ab12cd34",
        actions: ["update"],
        isImport: true,
      },
      {
        ...plain,
        ...nothing,
        address: "demo.b",
        previousAddress: "demo.c",
        index: "k",
        before: { size: 1 },
        after: { size: 1 },
      },
      { ...plain, ...nothing, address: "demo.d", actions: ["create"] },
    ]);
    expect(drift).toEqual([]);
    expect(relevantAttributes).toEqual([{ resource: "demo.a", attribute: ["x", 0] }]);
    expect([isErrored, hasState, state]).toEqual([true, false, []]);
    const odd = { errored: "yes", timestamp: 1, terraform_version: null, deferred_changes: [null] };
    expect(readPlan(planText(odd))).toMatchObject({
      isErrored: false,
      hasState: true,
      timestamp: null,
      terraformVersion: null,
      deferred: [],
    });
    const refresh = readPlan(planText({ resource_changes: undefined, prior_state: undefined }));
    expect(refresh).toMatchObject({ changes: null, state: [], hasState: false });
  });

  it("tells of each instance of a check what is told of it", () => {
    const address = { kind: "resource", type: "demo", name: "a", to_display: "demo.a" };
    const instances = [
      null,
      { status: "pass" },
      {
        address: { to_display: "demo.a[0]" },
        status: "fail",
        problems: [null, { message: 1 }, { message: "Too big." }],
      },
    ];
    const { checks } = readPlan(
      planText({
        checks: [
          null,
          {},
          { address: {}, problems: null },
          { address, status: "error", instances: null },
          { address, instances },
        ],
      }),
    );
    const [nothing, own] = [
      { kind: "", type: "", name: "" },
      { kind: "resource", type: "demo", name: "a" },
    ];
    expect(checks).toEqual([
      { ...nothing, address: "", status: "unknown", problems: [] },
      { ...own, address: "demo.a", status: "error", problems: [] },
      { ...own, address: "", status: "pass", problems: [] },
      { ...own, address: "demo.a[0]", status: "fail", problems: ["Too big."] },
    ]);
  });

  it("hides what is masked at any depth, and remembers it", () => {
    const values = {
      list: [{ inner: "hidden-one", plain: "shown" }],
      all: { deep: ["hidden-two"] },
      pin: "1234567",
      n: 5,
    };
    const mask = { list: [{ inner: true }], all: true, pin: true, n: true };
    const more = { access_token: "hidden-three", id_token: "", code: 7, none: null };
    const plan = readPlan(
      planText({
        resource_changes: [
          {
            address: "demo.a",
            change: { actions: ["create"], before: null, after: { ...values, ...more }, after_sensitive: mask },
          },
        ],
      }),
    );
    const hidden = "(sensitive value)";
    expect(plan.changes?.[0]?.after).toEqual({
      list: [{ inner: hidden, plain: "shown" }],
      all: hidden,
      pin: hidden,
      n: hidden,
      access_token: hidden,
      id_token: "",
      code: 7,
      none: null,
    });
    expect([...plan.sensitiveTexts]).toEqual(["hidden-one", "hidden-two", "1234567", "5", "hidden-three"]);
    const [change] = plan.changes ?? [];
    expect(change?.changes.filter((each) => each.isSensitive).map(({ name }) => name)).toEqual([
      "access_token",
      "all",
      "n",
      "pin",
    ]);
    const all = planText({
      resource_changes: [
        { address: "demo.a", change: { actions: ["delete"], before: { note: "all-of-it" }, before_sensitive: true } },
      ],
    });
    expect(readPlan(all).changes?.[0]).toMatchObject({
      before: hidden,
      changes: [{ name: "note", before: hidden, after: null, isSensitive: true }],
    });
  });

  it("takes any minor of the format, and that of Terraform 1.0, a byte order mark, and UTF-16 of either order", () => {
    const text = planText({ format_version: "1.99" }).toString();
    const utf16 = Buffer.from(`\ufeff${text}\r\n`, "utf16le");
    const first = planText({ format_version: "0.2" });
    const cut = Buffer.concat([Buffer.from(utf16).swap16(), Buffer.from([0])]);
    for (const bytes of [Buffer.from(`\ufeff${text}\n`), utf16, Buffer.from(utf16).swap16(), cut, first]) {
      expect(readPlan(bytes)).toMatchObject({ terraformVersion: "1.11.4", drift: [], changes: [] });
    }
  });

  it.each([
    ["nothing", "", "There is nothing in it, where a plan should be."],
    ["a saved plan", "PK\u0003\u0004…", "This is a saved plan as Terraform keeps it, and not JSON."],
    ["the human output", "Terraform will perform the following actions:", "This is not a plan in JSON."],
    ["a list", "[]", "This is not a plan in JSON."],
    [
      "the log of plan -json",
      '{"@level":"info"}\n{"@level":"info"}',
      "This is the log that terraform plan -json prints",
    ],
    ["the same, laid out", '{\n  "@level": "info"\n}', "This is the log that terraform plan -json prints"],
    ["any JSON", "{}", "This JSON is neither a plan nor a state"],
    ["a state", '{"format_version":"1.0","values":{}}', "This is a state and not a plan"],
    ["a much newer major", '{"format_version":"10.0","resource_changes":[]}', "JSON format 10.0"],
    ["a newer major", '{"format_version":"2.0","resource_changes":[]}', "JSON format 2.0, and ou-link understands 0.2"],
    ["a state that was pulled", '{"version":4,"lineage":"a","resources":[]}', "This is a state and not a plan"],
    [
      "schemas",
      '{"format_version":"1.0","provider_schemas":{}}',
      "This is what terraform providers schema -json prints",
    ],
    ["a validation", '{"format_version":"1.0","valid":true,"diagnostics":[]}', "what terraform validate -json prints"],
    ["what OpenTofu has encrypted", '{"meta":{},"encrypted_data":"x"}', "This is what OpenTofu has encrypted"],
    ["a list of the log's lines", '[{"@level":"info"},{"@level":"info"}]', "This is the log that terraform plan -json"],
    ["a plan that was cut off", '{"format_version":"1.2"', "The JSON ends in the middle, after 23 bytes."],
    ["a plan with another end", '{"format_version":"1.2"]', "This is not JSON: it goes wrong at byte 23."],
    ["a member without a colon", '{"format_version";"1.2"}', "This is not JSON: it goes wrong at byte 17."],
    ["a member without a value", '{"format_version":"1.2","x":}', "This is not JSON: it goes wrong at byte 28."],
    ["a member with two values", '{"format_version":"1.2","x":"y" z}', "This is not JSON: it goes wrong at byte 32."],
    ["a member whose name is none", "{format_version:1}", "This is not JSON: it goes wrong at byte 1."],
    ["two plans", '{"format_version":"1.2"}{"format_version":"1.2"}', "There is more than one plan in it."],
    ["a plan with more behind it", '{"format_version":"1.2"} x', "This is not JSON: it goes wrong at byte 24."],
    ["broken JSON", '{"format_version":"1.2","resource_changes":[{"a":,}]}', "This is not JSON"],
    ...["null", '{"address":"demo.a"}', '{"change":{}}'].map((change): [string, string, string] => [
      `a change that is ${change}`,
      `{"format_version":"1.2","resource_changes":[${change}]}`,
      "a change without an address",
    ]),
  ])("refuses %s with words, and says what to give", (_, text, message) => {
    expect(() => readPlan(Buffer.from(text))).toThrow(
      expect.objectContaining({
        message: expect.stringContaining(message) as string,
        fix: expect.stringMatching(/(terraform|tofu) show -json( <plan file>|, as it is)|older Terraform/) as string,
      }) as Error,
    );
  });

  it("passes over what it does not ask for, whatever that is", () => {
    const more = {
      serial: 1,
      complete: true,
      list: [1, [2], { a: "]" }],
      text: 'a "b" \\',
      object: { "{": [] },
      none: null,
      diagnostics: [],
    };
    const members = {
      ...more,
      resource_drift: null,
      planned_values: { root_module: { resources: [null] } },
      configuration: { root_module: { module_calls: { m: {}, n: { expressions: { a: 1, b: { references: [] } } } } } },
      ...Object.fromEntries(Object.entries(more).map(([n, v]) => [`_${n}`, v])),
    };
    const text = JSON.stringify(JSON.parse(planText(members).toString()), null, "\t").replaceAll("\n", "\r\n");
    expect(readPlan(Buffer.from(text))).toMatchObject({ terraformVersion: "1.11.4", drift: [], changes: [] });
    expect(readPlan(Buffer.from('{"format_version":"1.2","resource_changes":[],"x":1}'))).toMatchObject({
      changes: [],
    });
  });

  it("refuses a plan that is cut off, wherever it was cut", () => {
    const whole = planText({ resource_drift: [{ address: 'a["\\"]"]', change: { actions: ["update"] } }] });
    expect(readPlan(whole).drift).toHaveLength(1);
    for (let length = 1; length < whole.length; length++) {
      expect(() => readPlan(whole.subarray(0, length))).toThrow(/The JSON ends in the middle|This is not JSON/);
    }
  });

  it("refuses one that is nested without end, be it a value or modules", () => {
    const abyss = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;
    const change = JSON.stringify({ address: "demo.a", change: { actions: ["update"], after: { size: 0 } } });
    const members = `"format_version":"1.2","resource_changes":[${change.replace("0", abyss)}]`;
    const tooDeep = expect.objectContaining({
      message: expect.stringContaining("more than 200 lists and objects deep") as string,
      fix: "Give the output of terraform show -json, as it is.",
    }) as Error;
    expect(() => readPlan(Buffer.from(`{${members}}`))).toThrow(tooDeep);
    // Five are around it.
    const [deepest, deeper] = [195, 196].map((depth) =>
      Buffer.from(`{${members.replace(abyss, "[".repeat(depth) + "]".repeat(depth))}}`),
    );
    expect(readPlan(deepest ?? Buffer.of()).changes).toHaveLength(1);
    expect(() => readPlan(deeper ?? Buffer.of())).toThrow(tooDeep);
    const modules = `{"root_module":${'{"child_modules":['.repeat(5_000)}{}${"]}".repeat(5_000)}}`;
    const state = Buffer.from(`{"format_version":"1.0","values":${modules}}`);
    expect(() => readState(state)).toThrow(tooDeep);
  });
});

describe("reading what programs print around plans", () => {
  const one = (address: string) =>
    planText({ resource_changes: [{ address, change: { actions: ["no-op"] } }] }).toString();
  const [a, b] = [one("demo.a"), one("demo.b")];
  const pretty = JSON.stringify(JSON.parse(b), null, 2);
  it.each<[string, string, [folder: string | null, read: string][]]>([
    [
      "Terragrunt's one a line",
      `${a} \t\r\n${b}\n`,
      [
        [null, "demo.a"],
        [null, "demo.b"],
      ],
    ],
    [
      "the same without lines",
      `${a}${pretty}`,
      [
        [null, "demo.a"],
        [null, "demo.b"],
      ],
    ],
    [
      "the same in a list",
      `[${a},\n${pretty}]`,
      [
        [null, "demo.a"],
        [null, "demo.b"],
      ],
    ],
    [
      "the same with folders",
      `[eu/links] ${a}\r\n12:59:01.123 STDOUT [uk/ü] terraform: ${b}\n12:59:01 INFO  [uk] Done\n`,
      [
        ["eu/links", "demo.a"],
        ["uk/ü", "demo.b"],
      ],
    ],
    [
      "one that is none among them",
      `${a}\n{"format_version":"1.0"}\n{"cut":`,
      [
        [null, "demo.a"],
        [null, "This is a state and not a plan"],
        [null, "The JSON ends in the middle"],
      ],
    ],
    [
      "the wrapper of setup-terraform",
      `[command]/home/runner/work/_temp/b/terraform-bin show -json p\n${a}\n\n::debug::stdout: ${a}\n::debug::exitcode: 0\n`,
      [[null, "demo.a"]],
    ],
    ["one after lines that are not JSON", `+ {}\n- [\n${a}`, [[null, "demo.a"]]],
    [
      "one before what no plan is like",
      `${a}\n${'{"a":'.repeat(300)}`,
      [
        [null, "demo.a"],
        [null, "more than 200 lists and objects deep"],
      ],
    ],
    ["the log of a plan, once", '{"@level":"info"}\n{"@level":"info"}\n', [[null, "This is the log"]]],
    ["a list of nothing", "[]", [[null, "This is not a plan in JSON."]]],
    [
      "what Terraform tells people",
      "  # demo.a will be created\n  + policy = jsonencode(\n        {\n",
      [[null, "This is not a plan in JSON."]],
    ],
  ])("reads %s", (_, text, expected) => {
    const readings = [...readPlans(Buffer.from(text))].map(({ folder, result }) => [
      folder,
      "plan" in result ? result.plan.changes?.[0]?.address : result.error.message,
    ]);
    expect(readings).toEqual(expected.map(([folder, read]) => [folder, expect.stringContaining(read) as string]));
  });

  it("reads the plan that HCP Terraform has redacted, which has no state and leaves out what does not change", () => {
    const redacted = { plan_format_version: "1.2", provider_format_version: "1.0", provider_schemas: {} };
    const plan = readPlan(Buffer.from(JSON.stringify(redacted)));
    expect(plan).toMatchObject({ isRedacted: true, hasState: true, changes: [], drift: [] });
    const change = { address: "demo.a", change: { actions: ["update"] } };
    expect(readPlan(Buffer.from(JSON.stringify({ ...redacted, resource_changes: [change] }))).changes).toHaveLength(1);
  });
});

describe("reading a state", () => {
  it("reads a state as Terraform keeps it", () => {
    const attributes = { id: "uk/ser_1", authorization_url: "https://secret.example/", note: "hush", list: ["a"] };
    const path = [{ type: "get_attr", value: "note" }];
    const resources = [
      {
        mode: "managed",
        type: "demo",
        name: "a",
        instances: [{ attributes, sensitive_attributes: [path, null, [null], [{ type: "index", value: 0 }]] }],
      },
      {
        module: 'module.m["x"]',
        mode: "managed",
        type: "demo",
        name: "b",
        instances: [{ index_key: '${k}"', attributes: {} }, { index_key: 1, deposed: "ab12cd34" }, null],
      },
      { mode: "data", type: "demo", name: "c", instances: [{}] },
      { mode: "managed", type: "demo", instances: [{}] },
      { mode: "managed", name: "d", instances: [{}] },
      null,
    ];
    const file = { version: 4, terraform_version: "1.11.4", serial: 1, lineage: "l", outputs: {}, resources };
    const state = readState(Buffer.from(JSON.stringify(file)));
    expect(state.terraformVersion).toBe("1.11.4");
    expect(state.resources.map(({ address, mode, index, deposed }) => [address, mode, index, deposed])).toEqual([
      ["demo.a", "managed", null, null],
      ['module.m["x"].demo.b["$${k}\\""]', "managed", '${k}"', null],
      ['module.m["x"].demo.b[1]', "managed", 1, "ab12cd34"],
      ["data.demo.c", "data", null, null],
    ]);
    const hidden = "(sensitive value)";
    const [first] = state.resources;
    expect(first?.values).toEqual({ id: "uk/ser_1", authorization_url: hidden, note: hidden, list: ["a"] });
    expect([first?.reveal("note"), first?.reveal("constructor")]).toEqual(["hush", undefined]);
    expect(readState(Buffer.from('{"version":4,"lineage":"l"}'))).toEqual({ terraformVersion: null, resources: [] });
  });

  it("lists the resources of all modules, and reveals a secret only when asked", () => {
    const state = readState(
      Buffer.from(
        JSON.stringify({
          format_version: "1.0",
          terraform_version: "1.11.4",
          values: {
            root_module: {
              resources: [
                {
                  address: "demo.a",
                  mode: "managed",
                  type: "demo",
                  name: "a",
                  values: { url: "https://secret.example/", id: "1" },
                  sensitive_values: { url: true },
                },
              ],
              child_modules: [
                {
                  address: "module.m",
                  resources: [{ address: 'module.m.demo.b["k"]', type: "demo", name: "b", index: "k", values: {} }],
                },
              ],
            },
          },
        }),
      ),
    );
    expect(state.resources.map(({ address, index }) => [address, index])).toEqual([
      ["demo.a", null],
      ['module.m.demo.b["k"]', "k"],
    ]);
    expect(state.terraformVersion).toBe("1.11.4");
    expect(state.resources[0]?.values).toEqual({ url: "(sensitive value)", id: "1" });
    expect(state.resources[0]?.reveal("url")).toBe("https://secret.example/");
  });

  it("tells what each resource is, and passes over what is none", () => {
    const resource = { address: "demo.a[0]", mode: "managed", type: "demo", name: "a", index: 0, values: { id: "1" } };
    const state = (root_module: unknown, more = {}) =>
      readState(Buffer.from(JSON.stringify({ format_version: "1.0", values: { outputs: {}, root_module }, ...more })));
    const { resources, terraformVersion } = state({
      resources: [
        resource,
        { ...resource, mode: "data", deposed_key: "ab12cd34", index: undefined, values: undefined },
        { ...resource, index: true, name: undefined, deposed_key: 1 },
        { ...resource, address: undefined },
        { ...resource, type: undefined },
        null,
      ],
      child_modules: null,
    });
    expect(terraformVersion).toBeNull();
    expect(resources.map((each) => ({ ...each, reveal: [each.reveal("id"), each.reveal("constructor")] }))).toEqual([
      { ...resource, deposed: null, reveal: ["1", undefined] },
      { ...resource, mode: "data", index: null, deposed: "ab12cd34", values: {}, reveal: [undefined, undefined] },
      { ...resource, index: null, name: "", deposed: null, reveal: ["1", undefined] },
    ]);
    expect(state(null).resources).toEqual([]);
    expect(state({ resources: [], child_modules: [null, { resources: [resource] }] }).resources).toHaveLength(1);
  });

  it("finds nothing in a state that was never written", () => {
    expect(readState(Buffer.from('{"format_version":"1.0"}\n'))).toEqual({ terraformVersion: null, resources: [] });
  });

  it("refuses a plan, and what is none of both", () => {
    const refusal = (text: Buffer) => {
      try {
        readState(text);
        return "taken";
      } catch (error) {
        const { message, fix } = error as { message: string; fix: string };
        return `${message} ${fix}`;
      }
    };
    const show = "Give the output of terraform show -json";
    expect(refusal(planText({}))).toBe(`This is a plan and not a state. ${show}, without a file.`);
    expect(refusal(Buffer.from('{"format_version":"1.0","resource_changes":[]}'))).toContain("This is a plan");
    expect(refusal(Buffer.from(" \n"))).toBe(`There is nothing in it, where a state should be. ${show}.`);
    expect(refusal(Buffer.from('{"format_version":"0.1"}'))).toContain("Make it with Terraform 1.0 or later");
    expect(refusal(Buffer.from('{"version":3,"lineage":"l"}'))).toContain(
      `of version 3, and ou-link understands 4. ${show}.`,
    );
    for (const member of ["plan_format_version", "planned_values"]) {
      expect(refusal(Buffer.from(JSON.stringify({ format_version: "1.0", [member]: {} })))).toContain("This is a plan");
    }
    expect(refusal(Buffer.from('{"format_version":"1.0"}{}'))).toContain(
      "more than one state in it. Give one at a time.",
    );
    expect(refusal(Buffer.from('{"format_version":"1.0","diagnostics":[]}'))).toContain("terraform validate -json");
    for (const other of ['{"format_version":"x1.0"}', '{"format_version":1.5}', "{}", '{"version":4}']) {
      expect(refusal(Buffer.from(other))).toContain("it has no format_version");
    }
  });
});
