import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import {
  DEFAULT_FAIL_ON,
  DriftInputError,
  FORMATS,
  NO_DECLARATIONS,
  ReportBuilder,
  TerraformDeclarations,
  baselineOf,
  comparedWith,
  historyEntryOf,
  readPlan,
  readPlans,
  readState,
} from "../../src/drift";
import { acceptFindings, driftReportSchema, readHistory, readIgnoreRules, readReport } from "../../src/drift/files";
import type { DeclarationFinder, Format, TerraformPlanJson } from "../../src/drift";
import { JsonText } from "../../src/drift/json-text";
import { printable, safeText } from "../../src/drift/safe-text";
import { declaredLinkAsJson, linksOf } from "../../src/cli/terraform/declared-links";
import { changeJson, LINK_MASK, linkAddress, linkValues, planText, STATUS_VALUES } from "../drift/fleet";
import { must, refusal, target } from "./fuzz-target";
import type { FuzzTarget } from "./fuzz-target";
import {
  anyJson,
  damage,
  damageJson,
  damaged,
  damagedJsonText,
  edits,
  hostileText,
  jsonEdits,
  jsonText,
  wholeText,
} from "./hostile";

const NOW = new Date("2026-03-01T12:00:00Z");
const SECRET = "zq7secretnevertold";

/** What no report may hold but line feeds: what a terminal obeys, what turns the writing, what is half a character. */
const OBEYED =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

const statuses = Object.values(STATUS_VALUES);
const change = fc
  .record({
    customer: wholeText,
    actions: fc.constantFrom(
      ["no-op"],
      ["create"],
      ["update"],
      ["delete"],
      ["delete", "create"],
      ["forget"],
      ["teleport"],
    ),
    was: fc.constantFrom(...statuses),
    is: fc.constantFrom(...statuses),
    isLink: fc.boolean(),
    text: hostileText,
  })
  .map(({ customer, actions, was, is, isLink, text }) => {
    const [before, after] = [linkValues(1, was), linkValues(1, { ...is, keepers: { customer }, next_action: text })];
    const address = isLink ? linkAddress(customer) : "module.m.demo_server.queue[0]";
    const secrets = { authorization_url: SECRET, ou_link_token: SECRET, other: { deep: [SECRET] } };
    const mask = { ...LINK_MASK, other: { deep: [true] } };
    return changeJson(address, actions, { ...before, ...secrets }, { ...after, ...secrets, [text]: 1 }, {}, mask);
  });

const plan = fc.record(
  {
    resource_drift: fc.array(change, { maxLength: 2 }),
    resource_changes: fc.array(change, { maxLength: 2 }),
    complete: fc.boolean(),
    deferred_changes: fc.array(fc.record({ reason: hostileText, resource_change: change }), { maxLength: 1 }),
    checks: fc.array(
      hostileText.map((message) => ({
        address: { kind: "check", name: "c", to_display: "check.c" },
        status: "fail",
        instances: [{ address: { to_display: message }, status: "fail", problems: [{ message }] }],
      })),
      { maxLength: 1 },
    ),
    relevant_attributes: fc.constant([{ resource: "demo_server.queue", attribute: ["status"] }]),
    timestamp: fc.constant("2026-03-01T12:00:00Z"),
  },
  { noNullPrototype: true },
);

/** A report that an earlier run has left, itself with one before it. */
const earlierReport = fc
  .record({ members: plan, before: plan, notified: fc.boolean() })
  .map(({ notified, ...plans }) => {
    const [before, report] = [plans.before, plans.members].map((members) => {
      const builder = new ReportBuilder({ version: "1", failOn: DEFAULT_FAIL_ON, rules: null, now: NOW });
      const result = { plan: readPlan(planText(members)), declarations: NO_DECLARATIONS };
      builder.add({ name: "production", warnings: [], result });
      return builder.build();
    });
    if (before === undefined || report === undefined) throw new Error("There are two.");
    const baseline = baselineOf(readReport(JSON.stringify(before), "drift.json"));
    return { ...(baseline === null ? report : comparedWith(report, baseline)), notified };
  });

/** Shows that a report can be made in each format, and holds nothing that it must not. */
function mustBeReported(
  plan: TerraformPlanJson,
  declarations: DeclarationFinder,
  name: string,
  secrets: boolean,
): void {
  const rules = readIgnoreRules("rules: [{address: '*[*', reason: r, expires: 2026-06-30}]", "ignore.yaml");
  const options = { version: "1.2.3", failOn: DEFAULT_FAIL_ON, rules: { file: "ignore.yaml", rules }, now: NOW };
  const builder = new ReportBuilder(options);
  builder.add({ name, warnings: [name], result: { plan, declarations } });
  const report = builder.build();
  driftReportSchema.parse(report);
  const formatOptions = {
    color: false,
    columns: 80,
    sourceUrl: ({ file, line }: { file: string; line: number }) =>
      `https://git.example.com/${encodeURI(file)}#L${line}`,
    history: [historyEntryOf(report, NOW)],
    now: NOW,
  };
  for (const format of Object.keys(FORMATS) as Format[]) {
    const text = FORMATS[format](report, formatOptions);
    must(!OBEYED.test(text), `${format} holds what a terminal obeys`);
    must(!secrets || !text.includes(SECRET), `${format} tells a secret`);
    if (format === "json") must(isDeepStrictEqual(JSON.parse(text), report), "json is another report");
    if (format === "sarif") JSON.parse(text);
    if (format === "html" || format === "junit") must(!/<img|<script>alert/.test(text), `${format} takes markup`);
    if (format === "markdown" || format === "comment") {
      // What stands in code is shown as it is; links lead to the files.
      const outside = text.replace(/(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)/g, "").replace(/\[\]\(<[^<>\s]*>\)/g, "");
      must(!/<(?!br>|!-- ou-link drift report -->)|@|#\d|:\/\/|[[\]`]/.test(outside), `${format} takes markup`);
    }
  }
}

const folder = () => mkdtempSync(path.join(os.tmpdir(), "ou-link-fuzz-"));

const rulesText = `rules:
  - address: '*["acme"]'
    class: [pending, drift]
    source: production
    attributes: [status]
    reason: They migrate.
    expires: 2026-06-30
  - {address: "demo.*", reason: "It is \\"known\\"", expires: 2026-02-01} # once
`;

const hcl = `resource "cronofy_organizational_unit_link" "acme" {\n  service_account_id = "ser_1"\n}\n`;
const application = `new OrganizationalUnitLink(this, "acme", {\n  serviceAccountId: "ser_1",\n});\n`;
const synthesized = {
  resource: {
    cronofy_organizational_unit_link: {
      acme: { "//": { metadata: { path: "stack/acme/Default", uniqueId: "acme" } } },
    },
  },
};

export const driftTargets: readonly FuzzTarget[] = [
  target({
    name: "plans",
    share: 15,
    input: fc.record({ plan, edits: jsonEdits, name: wholeText, text: edits }),
    holds({ plan, edits, name, text }) {
      const good = planText(plan);
      const bytes = Buffer.from(
        text.length === 3 ? damage(good.toString(), text) : jsonText(damageJson(JSON.parse(good.toString()), edits)),
      );
      for (const { result } of readPlans(Buffer.concat([bytes, Buffer.from(`\n[${name}] `), bytes]))) {
        must("plan" in result || result.error.fix !== "", "nothing is told to do");
      }
      if (refusal(() => readPlan(bytes), DriftInputError) !== null) return;
      // Where a mask was damaged, nobody can know what was meant to be secret.
      mustBeReported(readPlan(bytes), NO_DECLARATIONS, name, edits.length === 0 && text.length < 3);
    },
  }),
  target({
    name: "terraform-states",
    share: 50,
    input: fc.record({ values: fc.constantFrom(...statuses), isFile: fc.boolean(), edits: jsonEdits, text: edits }),
    holds({ values, isFile, edits, text }) {
      const address = linkAddress("acme");
      const resource = {
        address,
        type: "cronofy_organizational_unit_link",
        name: "customers",
        index: "acme",
        mode: "managed",
      };
      const good = {
        format_version: "1.0",
        terraform_version: "1.11.4",
        values: {
          root_module: {
            resources: [{ ...resource, values: linkValues(1, values), sensitive_values: LINK_MASK }],
            child_modules: [{ resources: [{ ...resource, values: linkValues(2, values) }], child_modules: [] }],
          },
        },
      };
      const kept = {
        version: 4,
        lineage: "l",
        resources: [
          { ...resource, module: "module.m", instances: [{ index_key: "acme", attributes: linkValues(1, values) }] },
        ],
      };
      const json = jsonText(damageJson(isFile ? kept : good, edits));
      const bytes = Buffer.from(text.length === 3 ? damage(json, text) : json);
      const read = () => {
        const state = readState(bytes);
        for (const link of linksOf({ source: "s", folder: "/nowhere", state }, NOW)) {
          printable(JSON.stringify(declaredLinkAsJson(link)));
          must(
            [link.url("authorization"), link.url("invitation")].every((url) => url !== ""),
            "a URL is nothing",
          );
        }
      };
      refusal(read, DriftInputError);
    },
  }),
  target({
    name: "json-members",
    share: 100,
    input: fc.oneof(damagedJsonText(anyJson.map((value) => ({ a: value, b: [value] }))), hostileText),
    holds(text) {
      const members = new Map<string, unknown>();
      const pass = () => {
        for (const [name, value] of JsonText.of(Buffer.from(text)).members()) members.set(name, value.value());
      };
      const refused = refusal(pass, DriftInputError);
      let standard: unknown;
      try {
        standard = JSON.parse(Buffer.from(text).toString());
      } catch {
        return must(refused !== null, "it is read although it is no JSON");
      }
      if (typeof standard !== "object" || standard === null || Array.isArray(standard))
        return must(refused !== null, "it is no object");
      if (refused !== null) return must(/deep/.test(refused.message), refused.message);
      must(isDeepStrictEqual(Object.fromEntries(members), standard), "it is read as something else");
    },
  }),
  target({
    name: "ignore-rules",
    share: 12,
    input: fc.oneof({ arbitrary: damaged(fc.constant(rulesText)), weight: 4 }, { arbitrary: hostileText, weight: 1 }),
    holds(text) {
      const refused = refusal(() => readIgnoreRules(text, "ignore.yaml"), DriftInputError);
      if (refused !== null)
        return must(refused.fix.length < 4_000, `it says too much: ${refused.fix.length} characters`);
      const rules = readIgnoreRules(text, "ignore.yaml");
      must(
        rules.every(({ line }) => line >= 1),
        "a rule is nowhere",
      );
      const options = { version: "1", failOn: DEFAULT_FAIL_ON, rules: { file: "ignore.yaml", rules }, now: NOW };
      const report = new ReportBuilder(options).build();
      driftReportSchema.parse(report);
      for (const format of Object.keys(FORMATS) as Format[]) {
        const written = FORMATS[format](report, {
          color: false,
          columns: null,
          sourceUrl: () => null,
          history: [],
          now: new Date(0),
        });
        must(!OBEYED.test(written), `${format} holds what a terminal obeys`);
      }
    },
  }),
  target({
    name: "declarations",
    share: 4,
    input: fc.record({
      hcl: damaged(fc.constant(hcl)),
      synthesized: damagedJsonText(fc.constant(synthesized)),
      application: damaged(fc.constant(application)),
      manifest: damagedJsonText(fc.constant({ Modules: [{ Key: "m", Dir: "m" }] })),
      file: wholeText.map((text) => text.replace(/[/\0]/g, "").slice(0, 20)),
      address: damaged(fc.constantFrom(linkAddress("acme"), 'module.m["a"].cronofy_organizational_unit_link.acme')),
    }),
    holds({ hcl, synthesized, application, manifest, file, address }) {
      const root = folder();
      try {
        mkdirSync(path.join(root, ".terraform", "modules"), { recursive: true });
        writeFileSync(path.join(root, ".terraform", "modules", "modules.json"), manifest);
        writeFileSync(path.join(root, `${file}.tf`), hcl);
        writeFileSync(path.join(root, `${file}.tf.json`), synthesized);
        writeFileSync(path.join(root, "cdktf.json"), "{}");
        writeFileSync(path.join(root, `${file}.ts`), application);
        const declarations = new TerraformDeclarations(root, root);
        const name = { type: "cronofy_organizational_unit_link", name: "acme" };
        const found = declarations.find({ address, ...name });
        const location = found?.location ?? null;
        must(location === null || location.line >= 1, "it is nowhere");
        const plan = planText({
          resource_changes: [changeJson(`${name.type}.acme`, ["create"], null, { status: "pending" })],
        });
        mustBeReported(readPlan(plan), declarations, "production", false);
      } finally {
        rmSync(root, { recursive: true });
      }
    },
  }),
  target({
    name: "baselines",
    share: 12,
    input: fc.oneof(
      { arbitrary: damagedJsonText(earlierReport), weight: 4 },
      { arbitrary: damaged(earlierReport.map((report) => JSON.stringify(report))), weight: 1 },
      { arbitrary: hostileText, weight: 1 },
    ),
    holds(text) {
      const refused = refusal(() => readReport(text, "drift.json"), DriftInputError);
      if (refused !== null) return;
      const earlier = readReport(text, "drift.json");
      const report = new ReportBuilder({ version: "1", failOn: [], rules: null, now: NOW }).build();
      const baseline = baselineOf(earlier);
      const compared = baseline === null ? report : comparedWith(report, baseline);
      driftReportSchema.parse(compared);
      for (const format of Object.keys(FORMATS) as Format[]) {
        const options = { color: false, columns: 80, sourceUrl: () => null, history: [], now: NOW };
        const written = FORMATS[format](compared, options);
        must(!OBEYED.test(written), `${format} holds what a terminal obeys`);
        if (["html", "markdown"].includes(format)) must(!/<img|<script>alert/.test(written), `${format} takes markup`);
      }
      const decision = { text: "", file: "ignore.yaml", reason: "r", expires: "2026-06-30" };
      const accepted = acceptFindings(earlier, decision, NOW);
      if (accepted.added > 0) readIgnoreRules(accepted.text, "ignore.yaml");
    },
  }),
  target({
    name: "history",
    share: 20,
    input: damaged(
      fc.constant(
        `{"at":"2026-03-01T12:00:00.000Z","outcome":"none","links":1,"in_sync":1,"counts":{"drift":0,"stale":0,"failed-check":0,"incomplete":0,"pending":0,"progress":0,"configuration":0,"other-drift":0,"other-configuration":0,"expired-rule":0}}\n`.repeat(
          2,
        ),
      ),
    ),
    holds(text) {
      const history = readHistory(text);
      const report = new ReportBuilder({ version: "1", failOn: [], rules: null, now: NOW }).build();
      const page = FORMATS.html(report, { color: false, columns: null, sourceUrl: () => null, history, now: NOW });
      must(!/<img|<script>alert/.test(page) && !/NaN|Infinity/.test(page), "the chart is broken");
    },
  }),
  target({
    name: "safe-text",
    share: 60,
    input: fc.record({ before: hostileText, behind: hostileText, json: anyJson }),
    holds({ before, behind, json }) {
      const safe = safeText(new Set([SECRET]));
      for (const text of [
        safe(`${before}${SECRET}${behind}`),
        safe.sentence(`${before} ${SECRET} ${behind}`),
        safe(json),
        safe({ [before]: [SECRET, behind] }),
      ]) {
        must(!text.includes(SECRET), "it tells the secret");
        must(!/\n/.test(text) && !OBEYED.test(text), "it holds what a terminal obeys");
        must([...text].length <= 300, "it is long");
      }
    },
  }),
];
