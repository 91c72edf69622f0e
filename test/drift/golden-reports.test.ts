import { FORMATS, ReportBuilder, baselineOf, comparedWith, readPlan } from "../../src/drift";
import { readIgnoreRules } from "../../src/drift/files";
import type { DriftReport, Format, HistoryEntry } from "../../src/drift";
import { changeJson, linkAddress, linkValues, planText, RULES, STATUS_VALUES, transitions } from "./fleet";
import { PLAIN, reportOf } from "./report-of";

describe("golden reports of a small fleet", () => {
  const members = transitions([
    { customer: "acme", was: "linked", is: "unlinked" },
    { customer: "globex", was: "pending", is: "stale" },
    { customer: "initech", was: "pending", is: "pending" },
    { customer: "umbrella", was: "pending", is: "linked" },
    { customer: "hooli", was: "linked", is: "linked" },
  ]);
  members.resource_changes.push(changeJson(linkAddress("stark"), ["create"], null, { keepers: null }));

  it.each(Object.keys(FORMATS) as Format[])("as %s", (format) => {
    expect(FORMATS[format](reportOf(members, { rules: RULES }), PLAIN)).toMatchSnapshot();
  });
});

describe("golden reports of several sources, compared with earlier ones", () => {
  const NOW = new Date("2026-03-01T12:00:00Z");
  const rules = ["demo_server.*", "*idle*"].reduce(
    (all, address) => `${all}  - {address: "${address}", reason: They know., expires: 2026-06-30}\n`,
    RULES,
  );
  const waiting = (customer: string, awaited_since: string, more: object | null = null) => {
    const next_action = "Wait: `a|b`, [c](d), <e> & 'f' \"g\" and #1.";
    const values = linkValues(1, { status: "pending", awaited_since, next_action });
    return changeJson(linkAddress(customer), [more === null ? "no-op" : "update"], values, { ...values, ...more });
  };
  const sizes = (size: number) =>
    Object.fromEntries(["a", "b", "c", "d", "e", "f"].map((name) => [name, `${name}${size}`]));
  const gateway = changeJson("demo_gateway.all", ["update"], sizes(1), sizes(2), {}, {});
  const check = { address: { kind: "check", name: "deadline", to_display: "check.deadline" }, status: "fail" };
  const idle = linkValues(5, STATUS_VALUES.stale);
  const asked = linkValues(4, { authorization_required: true, awaited_since: "2026-03-01T11:00:00Z" });

  /** Of a plan that is there, and of two that are not. */
  function report(members: Readonly<Record<string, unknown>>): DriftReport {
    const builder = new ReportBuilder({
      version: "1.2.3",
      failOn: ["drift", "other-drift", "other-configuration"],
      rules: { file: "rules/ignore.yaml", rules: readIgnoreRules(rules, "ignore.yaml") },
      now: NOW,
    });
    const find = ({ type, name }: { type: string; name: string }) =>
      type === "demo_gateway" || name === "deadline"
        ? { location: { file: type === "check" ? "../checks.tf" : "live/a b.tf", line: 7 }, constructPath: null }
        : null;
    const plan = readPlan(planText(members));
    const warnings = ["The `link` is slow."];
    builder.add({ name: "live/uk", warnings, result: { plan, declarations: { firstFile: "live/main.tf", find } } });
    const error = { message: "Terraform ended with exit code 1.", fix: "Run terraform init." };
    for (const name of ["live/de", "live/us"]) builder.add({ name, warnings: [], result: { error } });
    return builder.build();
  }

  /** What is found now, beside what an earlier report has told. */
  function compared(): DriftReport {
    const earlierLinks = transitions([
      { customer: "acme", was: "linked", is: "unlinked" },
      { customer: "globex", was: "pending", is: "stale" },
    ]);
    const earlier = report({
      timestamp: "2026-02-28T12:00:00Z",
      resource_changes: [...earlierLinks.resource_changes, waiting("days", "2026-02-27T12:00:00Z")],
      resource_drift: [changeJson("demo_queue.all", ["update"], sizes(1), sizes(2), {}, {})],
    });
    const [german] = earlier.findings.map((finding) => ({ ...finding, source: "live/de", fingerprint: "de" }));
    const baseline = baselineOf({ ...earlier, findings: [...earlier.findings, ...(german ? [german] : [])] });
    const now = report({
      resource_drift: [gateway],
      resource_changes: [
        changeJson(linkAddress("acme"), ["no-op"], asked, asked),
        changeJson(linkAddress("idle"), ["no-op"], idle, idle),
        waiting("minutes", "2026-03-01T11:58:59Z"),
        waiting("hours", "2026-03-01T11:00:00Z"),
        waiting("days", "2026-02-27T12:00:00Z", { on_destroy: "keep" }),
        changeJson("demo_server.queue", ["update"], { size: 1 }, { size: 2 }, {}, {}),
      ],
      checks: [check],
      relevant_attributes: [{ resource: "demo_other.x", attribute: ["a"] }],
    });
    return baseline === null ? now : comparedWith(now, baseline);
  }
  const history = [3, 0, 1].map((drift, day): HistoryEntry => {
    const counts = { drift, stale: day, pending: 2 };
    return { at: `2026-02-2${day + 6}T12:00:00Z`, outcome: "drift", links: 4, in_sync: 1, counts };
  });

  it.each(["table", "markdown", "html", "junit"] as const)("as %s", (format) => {
    const sourceUrl: typeof PLAIN.sourceUrl = (location) =>
      location.file.startsWith("..") ? null : `${PLAIN.sourceUrl(location) ?? ""}?a=1&b=2`;
    const text = FORMATS[format](compared(), { ...PLAIN, color: true, columns: 110, history, sourceUrl });
    // They are as above.
    expect(text.replace(/<(style|script)>.*?<\/\1>/gs, "")).toMatchSnapshot();
  });
});
