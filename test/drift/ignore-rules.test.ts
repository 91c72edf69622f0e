import { readIgnoreRules } from "../../src/drift/files";
import { transitions } from "./fleet";
import { reportOf } from "./report-of";

const STALE = transitions([{ customer: "acme", was: "pending", is: "stale" }]);

function ruleText(rule: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ rules: [{ address: "*", reason: "They migrate.", expires: "2026-03-01", ...rule }] });
}

describe("ignore rules", () => {
  it.each([
    [{}, true],
    [{ address: 'cronofy_organizational_unit_link.*["acme"]' }, true],
    [{ address: "cronofy_organizational_unit_link.*", class: ["stale", "pending"] }, true],
    [{ source: "prod*", attributes: ["status"] }, true],
    [{ attributes: ["tags"] }, false],
    [{ address: "cronofy_organizational_unit_link" }, false],
    [{ address: "*globex*" }, false],
    [{ address: 'cronofy_organizational_unit_link.customers["acme"]' }, true],
    [{ address: 'cronofy*.*["acme"]' }, true],
    [{ address: '*acme*"]' }, true],
    [{ address: 'cronofy_organizational_unit_link.customers["acme"]*' }, true],
    [{ address: "customers*" }, false],
    [{ address: '*["acme"' }, false],
    [{ address: "*acme*acme*" }, false],
    [{ address: 'cronofy_organizational_unit_link.customers["acme"]*"]' }, false],
    [{ class: "drift" }, false],
    [{ source: "staging" }, false],
  ])("of %j hide a finding on their last day: %s", (rule, hides) => {
    const report = reportOf(STALE, { rules: ruleText(rule) });
    expect(report).toMatchObject({
      outcome: hides ? "none" : "drift",
      ignored: hides ? 1 : 0,
      findings: [{ class: "stale", ignored: hides ? { reason: "They migrate.", expires: "2026-03-01" } : null }],
      rules: [{ state: hides ? "used" : "unused" }],
    });
  });

  it("of attributes hide what touches nothing else, and not what touches none", () => {
    const both = transitions([{ customer: "acme", was: "linked", is: "unlinked" }]);
    const touched = reportOf(both).findings[0]?.changes.map(({ attribute }) => attribute) ?? [];
    expect(touched.length).toBeGreaterThan(1);
    const ignored = (members: typeof both, attributes: readonly string[]) =>
      reportOf(members, { rules: ruleText({ attributes }) }).ignored;
    expect([ignored(both, touched), ignored(both, touched.slice(1))]).toEqual([1, 0]);
    expect(ignored(transitions([{ customer: "acme", was: "stale", is: "stale" }]), touched)).toBe(0);
  });

  it("hide nothing after it, and are a finding then, with their place", () => {
    const rules = "# what we live with\nrules:\n  - address: '*'\n    reason: They migrate.\n    expires: 2026-02-28\n";
    const report = reportOf(STALE, { rules });
    expect(report.outcome).toBe("drift");
    expect(report.findings).toMatchObject([
      { class: "stale", ignored: null },
      {
        class: "expired-rule",
        source: "ignore.yaml",
        address: "*",
        summary: "The rule for * has expired on 2026-02-28: They migrate.",
        next_action: "Remove the rule, or give it a new date if the reason still holds.",
        changes: [],
        relevant: true,
        location: { file: "ignore.yaml", line: 3 },
      },
    ]);
    expect(report.rules).toEqual([{ address: "*", reason: "They migrate.", expires: "2026-02-28", state: "expired" }]);
  });

  it.each([
    ["rules: [", "The ignore rules in r.yaml cannot be used.\nMend in it:\nline 1: is not YAML"],
    ["", "line 1: the file: is to be of type object"],
    ["rules:\n  - address: a\n    expires: 2026-01-01", "line 2: rules.0.reason: is missing"],
    [
      "rules:\n  - address: 1\n    reason: r\n    expires: 2026-01-01",
      "line 2: rules.0.address: is to be of type string",
    ],
    ["x: 1\nrules: []\nrules: []", "Mend in it:\nline 3: is not YAML"],
    ["rules: []\nx: 1\ny: 2", 'line 1: the file: Unrecognized keys: "x", "y"'],
    ["# ours\nrules: []\nx: 1", 'line 2: the file: Unrecognized key: "x"'],
    ["[".repeat(100_000), "Mend in it:\nis nested too deeply"],
    ["rules:\n  - address: a\n    reason: r\n    expires: 2026-02-30", "line 4: rules.0.expires: is no day"],
    ["rules:\n  - address: a\n    reason: r\n    expires: 2026-13-01", "line 4: rules.0.expires: is no day"],
    ["rules:\n  - address: a\n    reason: ' '\n    expires: 2026-02-01", "line 3: rules.0.reason: says why"],
    ["rules:\n  - address: a\n    reson: r\n    expires: 2026-02-01", "line 2: rules.0"],
    ["rules:\n  - {address: a, class: gone, reason: r, expires: 2026-02-01}", "line 2: rules.0.class"],
    ["a: &a [1, 1]\nrules: [*a, *a]", "Mend in it:\nYAML aliases (*name) are not taken here; write each rule out."],
  ])("with a mistake are refused as a whole: %j", (text, words) => {
    expect.assertions(1);
    try {
      readIgnoreRules(text, "r.yaml");
    } catch (error) {
      const { message, fix } = error as { message: string; fix: string };
      expect(`${message}\n${fix}`).toContain(words);
    }
  });

  it("that are another file altogether are told of in a few lines", () => {
    expect(() => readIgnoreRules("a: [}\n".repeat(1000), "r.yaml")).toThrow(
      expect.objectContaining({
        fix: expect.stringMatching(/^Mend in it:\n(.{1,200}\n?){1,21}$/) as string,
      }) as Error,
    );
    const refusal = (rules: number) => {
      try {
        return readIgnoreRules(JSON.stringify({ rules: Array.from({ length: rules }, () => 1) }), "r.yaml");
      } catch (error) {
        return (error as { fix: string }).fix.split("\n");
      }
    };
    const wrong = (index: number) => `line 1: rules.${index}: is to be of type object`;
    expect(refusal(20)).toEqual(["Mend in it:", ...Array.from({ length: 20 }, (_, index) => wrong(index))]);
    expect(refusal(22)).toEqual([
      "Mend in it:",
      ...Array.from({ length: 20 }, (_, index) => wrong(index)),
      "and 2 more",
    ]);
  });
});
