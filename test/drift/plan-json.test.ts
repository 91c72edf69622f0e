import { readPlan, readState } from "../../src/drift";
import { planText } from "./plan-text";

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
              before: { size: 1, secret_note: "s3cret-one", tags: ["a", "hidden-tag"] },
              after: { size: 2, secret_note: "s3cret-two", tags: ["b", "hidden-tag"] },
              before_sensitive: { secret_note: true, tags: [false, true] },
              after_sensitive: { secret_note: true, tags: [false, true] },
            },
          },
        ],
      }),
    );
    expect(plan.drift[0]?.changes).toEqual([
      { name: "secret_note", before: "(sensitive value)", after: "(sensitive value)", isSensitive: true },
      { name: "size", before: 1, after: 2, isSensitive: false },
      { name: "tags", before: ["a", "(sensitive value)"], after: ["b", "(sensitive value)"], isSensitive: false },
    ]);
    expect([...plan.sensitiveTexts]).toEqual(["s3cret-one", "hidden-tag", "s3cret-two"]);
  });

  it("takes any minor of the format, a byte order mark, and UTF-16", () => {
    const text = planText({ format_version: "1.99" }).toString();
    for (const bytes of [Buffer.from(`\ufeff${text}\n`), Buffer.from(`\ufeff${text}\r\n`, "utf16le")]) {
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
    ["any JSON", "{}", "This JSON is neither a plan nor a state"],
    ["a state", '{"format_version":"1.0","values":{}}', "This is a state and not a plan"],
    ["a newer major", '{"format_version":"2.0","resource_changes":[]}', "JSON format 2.0, and ou-link understands 1.x"],
    ["two plans", '{"format_version":"1.2"}{"format_version":"1.2"}', "This is not JSON: it goes wrong at byte 24."],
    ["broken JSON", '{"format_version":"1.2","resource_changes":[{"a":,}]}', "This is not JSON"],
    ["a change of nothing", '{"format_version":"1.2","resource_changes":[{}]}', "a change without an address"],
  ])("refuses %s with words", (_, text, message) => {
    expect(() => readPlan(Buffer.from(text))).toThrow(message);
  });

  it("refuses a plan that is cut off, wherever it was cut", () => {
    const whole = planText({ resource_drift: [{ address: 'a["\\"]"]', change: { actions: ["update"] } }] });
    expect(readPlan(whole).drift).toHaveLength(1);
    for (let length = 1; length < whole.length; length++) {
      expect(() => readPlan(whole.subarray(0, length))).toThrow(/The JSON ends in the middle|This is not JSON/);
    }
  });
});

describe("reading a state", () => {
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
                { resources: [{ address: 'module.m.demo.b["k"]', type: "demo", name: "b", index: "k", values: {} }] },
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
    expect(state.resources[0]?.values).toEqual({ url: "(sensitive value)", id: "1" });
    expect(state.resources[0]?.reveal("url")).toBe("https://secret.example/");
  });

  it("finds nothing in a state that was never written", () => {
    expect(readState(Buffer.from('{"format_version":"1.0"}\n'))).toEqual({ terraformVersion: null, resources: [] });
  });

  it("refuses a plan", () => {
    expect(() => readState(planText({}))).toThrow("This is a plan and not a state.");
  });
});
