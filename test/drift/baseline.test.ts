import { DriftInputError, FORMATS, baselineOf, comparedWith } from "../../src/drift";
import { acceptFindings, driftReportSchema, readIgnoreRules, readReport } from "../../src/drift/files";
import type { DriftReport } from "../../src/drift";
import { changeJson, linkAddress, linkValues, transitions } from "./fleet";
import type { Status } from "./fleet";
import { PLAIN, reportOf } from "./report-of";

type Fleet = Readonly<Record<string, readonly [was: Status, is: Status]>>;

const fleet = (links: Fleet, more: Readonly<Record<string, unknown>> = {}) => ({
  ...transitions(Object.entries(links).map(([customer, [was, is]]) => ({ customer, was, is }))),
  ...more,
});

const ACME_LOST = { acme: ["linked", "unlinked"] } as const;

const ALL_IGNORED = "rules: [{address: '*', reason: So., expires: 2026-06-30}]";

/** A server whose attributes were changed by somebody. */
const server = (...changed: string[]) => {
  const before = { tags: "blue", size: "small" };
  const after = { ...before, ...Object.fromEntries(changed.map((name) => [name, "other"])) };
  return { resource_drift: [changeJson("demo_server.queue", ["update"], before, after, {}, {})] };
};

/** A report whose one source failed. */
const failed = (): DriftReport => {
  const report = reportOf({});
  const error = { message: "Terraform ended with exit code 1.", fix: "Run terraform init." };
  return { ...report, outcome: "error", sources: report.sources.map((source) => ({ ...source, error })) };
};

/** A report as it is after a run with the one before as its baseline, and as its file has it. */
function after(report: DriftReport, earlier: DriftReport | null, notified?: boolean): DriftReport {
  const baseline = earlier === null ? null : baselineOf(readReport(FORMATS.json(earlier, PLAIN), "drift.json"));
  const compared = baseline === null ? report : comparedWith(report, baseline);
  return driftReportSchema.parse(notified === undefined ? compared : { ...compared, notified });
}

/** What is told of the last of some runs, each with the one before as its baseline. */
function told(...runs: readonly DriftReport[]) {
  const last = runs.reduce<DriftReport | null>((earlier, run) => after(run, earlier), null);
  const short = ({ class: kind, address }: { class: string; address: string }) => `${kind} ${address}`;
  return {
    new: last?.findings.filter(({ is_new }) => is_new).map(short),
    gone: last?.compared?.gone.map(short),
    unseen: last?.compared?.unseen.map(short),
    failed: last?.compared?.failed,
    recovered: last?.compared?.recovered,
  };
}

const acme = linkAddress("acme");
const NOTHING = { new: [], gone: [], unseen: [], failed: [], recovered: [] };

describe("a report with a baseline", () => {
  it.each<[string, readonly DriftReport[], Partial<ReturnType<typeof told>>]>([
    ["is the same", [reportOf(fleet(ACME_LOST)), reportOf(fleet(ACME_LOST))], {}],
    ["is the same, which was new", [reportOf({}), reportOf(fleet(ACME_LOST)), reportOf(fleet(ACME_LOST))], {}],
    [
      "has a link of another class",
      [reportOf(fleet({ acme: ["pending", "pending"] })), reportOf(fleet(ACME_LOST))],
      { new: [`drift ${acme}`], gone: [`pending ${acme}`] },
    ],
    [
      "has nothing any more",
      [reportOf(fleet(ACME_LOST)), reportOf(fleet({ acme: ["linked", "linked"] }))],
      { gone: [`drift ${acme}`] },
    ],
    [
      "has a link in the state by now",
      [reportOf(fleet({ acme: ["pending", "stale"] })), reportOf(fleet({ acme: ["stale", "stale"] }))],
      {},
    ],
    [
      "has a link of which a refresh told more",
      [reportOf(fleet({ acme: ["stale", "stale"] })), reportOf(fleet({ acme: ["pending", "stale"] }))],
      {},
    ],
    [
      "has a further change of a resource",
      [reportOf(server("tags")), reportOf(server("tags", "size"))],
      { new: ["other-drift demo_server.queue"] },
    ],
    ["has one change less of a resource", [reportOf(server("tags", "size")), reportOf(server("size"))], {}],
    [
      "has a source that fails",
      [reportOf(fleet(ACME_LOST)), failed()],
      { unseen: [`drift ${acme}`], failed: ["production"] },
    ],
    ["has a source that fails still", [reportOf(fleet(ACME_LOST)), failed(), failed()], { unseen: [`drift ${acme}`] }],
    [
      "has a source that failed before",
      [reportOf(fleet(ACME_LOST)), failed(), reportOf(fleet(ACME_LOST))],
      { recovered: ["production"] },
    ],
    [
      "has a plan of a part",
      [reportOf(fleet(ACME_LOST)), reportOf({ complete: false })],
      { new: ["incomplete (all of the plan)"], unseen: [`drift ${acme}`] },
    ],
    ["has a rule for it by now", [reportOf(fleet(ACME_LOST)), reportOf(fleet(ACME_LOST), { rules: ALL_IGNORED })], {}],
    ["has one that a rule ignores", [reportOf({}), reportOf(fleet(ACME_LOST), { rules: ALL_IGNORED })], {}],
    [
      "has no rule any more that had expired",
      [reportOf({}, { rules: ALL_IGNORED.replace("2026-06-30", "2026-02-28") }), reportOf({})],
      { gone: ["expired-rule *"] },
    ],
    [
      "has no rule for it any more",
      [reportOf(fleet(ACME_LOST), { rules: ALL_IGNORED }), reportOf(fleet(ACME_LOST))],
      { new: [`drift ${acme}`] },
    ],
  ])("tells what is new and what has gone where it %s", (_, runs, expected) => {
    expect(told(...runs)).toEqual({ ...NOTHING, ...expected });
  });

  it("answers as it would without one", () => {
    const [first, second] = [reportOf(fleet(ACME_LOST)), reportOf(fleet(ACME_LOST))];
    expect(after(second, first).outcome).toBe("drift");
  });

  it("tells again what reached nobody, also what had gone, and from the same time on", () => {
    const KNOWN = { globex: ["stale", "stale"] } as const;
    const lost = { ...ACME_LOST, ...KNOWN };
    const first = reportOf(fleet({ acme: ["pending", "pending"], ...KNOWN }));
    const untold = after(reportOf(fleet(lost, { timestamp: "2026-03-02T12:00:00Z" })), first, false);
    const again = after(reportOf(fleet(lost, { timestamp: "2026-03-03T12:00:00Z" })), untold, true);
    expect(again.compared).toMatchObject({ since: "2026-03-01T12:00:00Z", new: 1, gone: [{ class: "pending" }] });
    expect(after(reportOf(fleet(lost)), again).compared).toMatchObject({
      new: 0,
      gone: [],
      since: "2026-03-03T12:00:00Z",
    });
    expect(baselineOf(readReport(FORMATS.json({ ...first, notified: false }, PLAIN), "drift.json"))).toBeNull();
  });

  it.each([
    ["failed", [reportOf({}), failed()], failed(), { failed: ["production"] }],
    ["works again", [failed(), reportOf({})], reportOf({}), { recovered: ["production"] }],
    ["fails still", [failed(), failed()], failed(), {}],
    ["failed and works again since", [reportOf({}), failed()], reportOf({}), {}],
  ])("tells again that a source %s, where nobody could be notified of it", (_, [first, untold], now, expected) => {
    const again = after(now, after(untold ?? now, first ?? null, false)).compared;
    expect(again).toMatchObject({ failed: [], recovered: [], ...expected });
  });

  it("is compared from the last of its plans on", () => {
    const report = reportOf({});
    const planned = (planned_at: string) => report.sources.map((source) => ({ ...source, planned_at }));
    const sources = [...planned("2026-03-02T12:00:00Z"), ...planned("2026-03-01T12:00:00Z")];
    expect(after(report, { ...report, sources }).compared?.since).toBe("2026-03-02T12:00:00Z");
    const undated = { ...report, sources: report.sources.map((source) => ({ ...source, planned_at: null })) };
    expect(FORMATS.table(after(report, undated), PLAIN)).toMatch(/ · 0 new and 0 gone since the last report$/);
  });

  it.each([
    ["table", /New: The link was made\./],
    ["markdown", /New: The link was made\./],
    ["comment", /New: The link was made\./],
    ["html", /<small>new<\/small>/],
  ] as const)("marks in %s what is new, and says what has gone", (format, mark) => {
    const earlier = reportOf(fleet({ acme: ["pending", "pending"] }));
    const text = FORMATS[format](after(reportOf(fleet({ acme: ["pending", "linked"] })), earlier), PLAIN);
    expect(text).toMatch(mark);
    expect(text).toMatch(/1 new and 1 gone since `?2026-03-01T12:00:00Z/);
    expect(text).toMatch(/acme.*: Pending no more, now linked\./);
  });

  it("shows nothing that a terminal or a browser obeys, whatever its baseline holds", () => {
    const earlier = reportOf(fleet(ACME_LOST));
    const kept = FORMATS.json(earlier, PLAIN).replaceAll("acme", "<img src=x>\\u001b[31m");
    const baseline = baselineOf(readReport(kept, "drift.json"));
    expect(baseline?.findings).toMatchObject([{ customer: "<img src=x>\\u001b[31m" }]);
    const report = after(reportOf({}), JSON.parse(kept) as DriftReport);
    for (const format of ["table", "markdown", "html", "json"] as const) {
      expect(FORMATS[format](report, PLAIN)).not.toMatch(/\u001b/);
    }
    expect(FORMATS.html(report, PLAIN)).not.toContain("<img");
  });
});

describe("a baseline", () => {
  const text = FORMATS.json(reportOf(fleet(ACME_LOST)), PLAIN);

  it.each<[string, string, RegExp, RegExp]>([
    [
      "an earlier format",
      text.replace('"1.0"', '"0.9"'),
      /format 0\.9, and this ou-link understands 1\.0/,
      /make it anew/,
    ],
    ["a later format", text.replace('"1.0"', '"2.0"'), /format 2\.0/, /Update ou-link/],
    ["a much later format", text.replace('"1.0"', '"10.0"'), /format 10\.0/, /Update ou-link/],
    ["no format before another", text.replace('"1.0"', '"x1.0"'), /is no drift report of ou-link/, /make it anew/],
    ["no format after one", text.replace('"1.0"', '"1.0x"'), /is no drift report of ou-link/, /make it anew/],
    ["a plan", '{"format_version":"1.2","resource_changes":[]}', /no drift report/, /make it anew/],
    ["half a report", text.slice(0, 500), /no drift report/, /make it anew/],
    ["an empty file", "", /no drift report/, /make it anew/],
    [
      "a report without fingerprints",
      text.replaceAll('"fingerprint"', '"print"'),
      /findings\.0\.fingerprint/,
      /make it anew/,
    ],
  ])("that is %s is refused with the way", (_, given, message, fix) => {
    const refused = () => readReport(given, "drift.json");
    expect(refused).toThrow(DriftInputError);
    expect(refused).toThrow(message);
    expect(refused).toThrow(expect.objectContaining({ fix: expect.stringMatching(fix) as string }) as Error);
  });

  it("of a later minor is read", () => {
    const later = { ...(JSON.parse(text) as object), format_version: "1.17", more: true };
    expect(readReport(JSON.stringify(later), "drift.json").findings).toHaveLength(1);
  });
});

describe("accepting what a report found", () => {
  const decision = { reason: "They migrate: #1.", expires: "2026-03-31", file: "ignore.yaml" };
  const now = new Date("2026-03-01T12:00:00Z");
  const members = {
    resource_drift: [...fleet(ACME_LOST).resource_drift, ...server("tags").resource_drift],
    resource_changes: [
      ...fleet(ACME_LOST).resource_changes,
      changeJson(linkAddress("a*b\"c'"), ["create"], null, linkValues(9)),
    ],
  };
  const failOn = ["drift", "other-drift", "configuration"] as const;
  const report = reportOf(members, { failOn });
  const read = readReport(FORMATS.json(report, PLAIN), "drift.json");

  it.each<[string, string]>([
    ["no file", ""],
    ["a file of white space", " \n"],
    [
      "a file in YAML",
      `# ours\nrules:\n  - address: x.* # for now\n    reason: ${"So. ".repeat(40)}So.\n    expires: 2026-06-30\n`,
    ],
    ["a file whose rule has expired", `${ALL_IGNORED.replace("2026-06-30", "2026-02-28")}\n`],
    ["an empty list", "rules: []\n"],
    ["a file in JSON", '{"rules": [{"address": "x.*", "reason": "So.", "expires": "2026-06-30"}]}'],
  ])("makes %s ignore it, and nothing but it, until its day", (_, text) => {
    const { text: rules, added } = acceptFindings(read, { ...decision, text }, now);
    expect(added).toBe(3);
    expect(reportOf(members, { failOn, rules })).toMatchObject({ outcome: "none", ignored: 3 });
    const more = { ...members, resource_drift: [...members.resource_drift, ...server("tags", "size").resource_drift] };
    expect(reportOf(more, { failOn, rules }).outcome).toBe("drift");
    if (text.startsWith("#")) expect(rules.startsWith(text)).toBe(true);
    if (text.startsWith("{")) expect(() => JSON.parse(rules) as unknown).not.toThrow();
    for (const rule of readIgnoreRules(rules, "ignore.yaml").slice(-3)) {
      expect(rule).toMatchObject({ source: "*", reason: decision.reason, expires: decision.expires });
    }
  });

  it("names the source where there is more than one", () => {
    const sources = [...read.sources, ...read.sources.map((source) => ({ ...source, name: "staging" }))];
    const { text } = acceptFindings({ ...read, sources }, { ...decision, text: "" }, now);
    expect(readIgnoreRules(text, "ignore.yaml").map(({ source }) => source)).toEqual(Array(3).fill("production"));
  });

  it("adds nothing twice, nothing that a rule ignores, and nothing that no rule can name", () => {
    const once = acceptFindings(read, { ...decision, text: "" }, now).text;
    for (const text of [once, ALL_IGNORED]) {
      expect(acceptFindings(read, { ...decision, text }, now)).toEqual({ text, added: 0 });
    }
    const ignored = readReport(FORMATS.json(reportOf(members, { failOn, rules: once }), PLAIN), "drift.json");
    expect(acceptFindings(ignored, { ...decision, text: "" }, now).added).toBe(0);
    const nameless = read.findings.map((finding) => ({ ...finding, address: "" }));
    expect(acceptFindings({ ...read, findings: nameless }, { ...decision, text: "" }, now).added).toBe(0);
  });

  it("says of a file that is wrong what is wrong", () => {
    const accept = () => acceptFindings(read, { ...decision, text: "rules: [{address: x}]" }, now);
    expect(accept).toThrow("The ignore rules in ignore.yaml cannot be used.");
  });
});
