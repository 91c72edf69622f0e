import { FORMATS, NO_DECLARATIONS, ReportBuilder, historyEntryOf, readPlan } from "../../src/drift";
import type { Format } from "../../src/drift";
import { changeJson, LINK_MASK, linkAddress, linkValues, planText, STATUS_VALUES } from "./fleet";
import type { Status } from "./fleet";
import { PLAIN, reportOf } from "./report-of";
import { depth } from "../depth";

const PLANS = depth(50, 500);
/** Printed by a failing run; `PROPERTY_SEED` runs it again. */
const SEED = Number(process.env["PROPERTY_SEED"] ?? Date.now() % 1_000_000);

/** The same numbers for the same seed (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A plan with secrets in it: behind masks at any depth, copied from there, and unmasked in the shapes of secrets. */
function planWithSecrets(next: () => number): { members: Readonly<Record<string, unknown>>; secrets: string[] } {
  const secrets: string[] = [];
  const pick = <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)] as T;
  const seeded = (): string => {
    const secret = `seeded${Math.floor(next() * 1e12).toString(36)}${Math.floor(next() * 1e12).toString(36)}`;
    secrets.push(secret);
    return secret;
  };
  /** What only a mask makes a secret, as it is and as texts that hold it have it. */
  const marked = (): { value: unknown; copy: string } => {
    const [word, number] = [seeded(), Math.floor(1e8 + next() * 1e8)];
    const text = pick([`correct ${word} staple`, `p@ss,w(${word})!"x`, `${word}\n`, word]);
    const value = pick([text, text, text, number]);
    if (value === number) secrets.push(String(number));
    const written = pick([String, encodeURIComponent, (each: string) => Buffer.from(each).toString("base64")])(
      `${value}`,
    );
    return {
      value,
      copy: pick([`pre_${written}_post`, `See ${written}, or not.`, `https://x.example/${written}?a=1`]),
    };
  };
  const copies: string[] = [];
  /** A text that gives a secret away without any mask. */
  const shaped = (): string =>
    pick([
      () => `https://app-uk.cronofy.com/organizational_unit_oauth?client_id=1&ou_link_token=${seeded()}`,
      () => `see http://127.0.0.1:8080/invitations/${seeded()} for it`,
      () => `Authorization: Bearer ${seeded()}`,
      () => `{"access_token":"${seeded()}"}`,
      () => `postgres://user:${seeded()}@db.internal/links`,
      () => `client_secret=${seeded()}`,
      () => `eyJhbGciOiJIUzI1NiJ9.${seeded()}.${seeded()}`,
    ])();
  const value = (depth: number): { value: unknown; mask: unknown } => {
    const kind = next();
    if (depth > 0 && kind < 0.25) {
      const parts = [value(depth - 1), value(depth - 1)];
      return { value: parts.map((each) => each.value), mask: parts.map((each) => each.mask) };
    }
    if (depth > 0 && kind < 0.5) {
      const part = value(depth - 1);
      return { value: { inner: part.value, plain: next() }, mask: { inner: part.mask } };
    }
    if (kind < 0.75) {
      const { value: secret, copy } = marked();
      copies.push(copy);
      return { value: secret, mask: true };
    }
    if (kind < 0.85) return { value: shaped(), mask: false };
    return { value: kind < 0.95 ? (copies.at(-1) ?? null) : pick([null, 1, true, "plain"]), mask: false };
  };
  const statuses = Object.keys(STATUS_VALUES) as Status[];
  const link = (index: number) => {
    const token = seeded();
    return linkValues(index, {
      ...STATUS_VALUES[pick(statuses)],
      ou_link_token: token,
      authorization_url: `https://app-uk.cronofy.com/organizational_unit_oauth?ou_link_token=${token}`,
      invitation_url: `https://links.example.com/invitations/${seeded()}`,
      // A mask does not reach what was copied.
      next_action: next() < 0.3 ? `Use ${token} or "${shaped()}".` : "Apply.",
      state: next() < 0.3 ? shaped() : null,
    });
  };
  const changes = Array.from({ length: 4 }, (_, index) => {
    const [before, after] = [link(index), link(index)];
    // An old plan, or one of another tool, may have no masks at all.
    const mask = next() < 0.8 ? LINK_MASK : {};
    return changeJson(linkAddress(`customer-${index}`), [pick(["no-op", "update", "create"])], before, after, {}, mask);
  });
  const others = Array.from({ length: 3 }, (_, index) => {
    const [before, after] = [value(3), value(3)];
    const masks = { before_sensitive: { v: before.mask }, after_sensitive: { v: after.mask } };
    return changeJson(`demo.o${index}`, ["update"], { v: before.value }, { v: after.value }, masks);
  });
  const outputs = [marked(), marked()].map(({ value: secret, copy }, index) => {
    copies.push(copy);
    return [`output${index}`, { actions: ["no-op"], before: secret, after: secret, before_sensitive: true }] as const;
  });
  const copied = changeJson("demo.copies", ["update"], { v: null }, { v: copies }, {}, {});
  const all = [
    ...changes,
    ...others,
    ...copies.map((copy, index) =>
      changeJson(`demo.copy${index}`, ["update"], { v: null, w: [copy] }, { v: copy }, {}, {}),
    ),
    copied,
  ];
  return {
    members: { resource_drift: all, resource_changes: all, output_changes: Object.fromEntries(outputs) },
    secrets,
  };
}

it(`shows no secret of ${PLANS} random plans in any format (seed ${SEED})`, () => {
  const next = random(SEED);
  let seen = 0;
  for (let count = 0; count < PLANS; count++) {
    const { members, secrets } = planWithSecrets(next);
    const builder = new ReportBuilder({ version: "1", failOn: [], rules: null, now: new Date(0) });
    const plan = readPlan(planText(members));
    const warnings = [`Cronofy said: Bearer ${secrets[0] ?? ""}`];
    builder.add({ name: "production", warnings, result: { plan, declarations: NO_DECLARATIONS } });
    const report = builder.build();
    // The terminal's table takes ten times as long as the others, over the same texts as JSON has.
    const formats = (Object.keys(FORMATS) as Format[]).filter((format) => format !== "table" || count % 50 === 0);
    const texts = formats.map((format) => [format, FORMATS[format](report, PLAIN)] as const);
    for (const [format, text] of [
      ...texts,
      ["history", JSON.stringify(historyEntryOf(report, new Date(0)))] as const,
    ]) {
      const shown = secrets.find((secret) => text.includes(secret));
      if (shown !== undefined) throw new Error(`Seed ${SEED}, plan ${count}: ${format} shows ${shown}:\n${text}`);
    }
    seen += secrets.length;
  }
  expect(seen).toBeGreaterThan(PLANS);
});

describe("what Terraform marks anywhere in a plan", () => {
  const SECRET = "correct horse battery staple";
  const values = { address: "demo.a", values: { a: { b: SECRET } }, sensitive_values: { a: { b: true } } };
  const copied = [changeJson("demo.copy", ["update"], { v: null }, { v: `pre ${SECRET} post` }, {}, {})];
  const variable = { given: { value: SECRET } };
  const call = (expression: unknown) => ({
    module_calls: { m: { expressions: { p: expression }, module: { variables: { p: { sensitive: true } } } } },
  });

  it.each([
    ["a resource or data source of the state", { prior_state: { values: { root_module: { resources: [values] } } } }],
    ["one in a module", { prior_state: { values: { root_module: { child_modules: [{ resources: [values] }] } } } }],
    ["an output of the state", { prior_state: { values: { outputs: { o: { value: [SECRET], sensitive: true } } } } }],
    ["a planned value", { planned_values: { root_module: { resources: [values] } } }],
    ["a planned output", { planned_values: { outputs: { o: { value: SECRET, sensitive: true } } } }],
    ["an output that was", { output_changes: { o: { before: SECRET, before_sensitive: true, after: null } } }],
    [
      "an output that is to be",
      { output_changes: { o: { before: null, after: { s: SECRET }, after_sensitive: { s: true } } } },
    ],
    [
      "an input variable",
      { variables: variable, configuration: { root_module: { variables: { given: { sensitive: true } } } } },
    ],
    [
      "a variable of a module",
      { variables: variable, configuration: { root_module: call({ references: ["var.given"] }) } },
    ],
    ["what a module is given", { configuration: { root_module: call({ constant_value: SECRET }) } }],
    [
      "what a variable is where nothing is given",
      { configuration: { root_module: { variables: { p: { default: SECRET, sensitive: true } } } } },
    ],
  ])("is hidden in other texts too: %s", (_, members) => {
    const { findings } = reportOf({ ...members, resource_changes: copied });
    expect(findings[0]?.changes).toEqual([{ attribute: "v", before: "null", after: "pre (sensitive value) post" }]);
  });

  it("is what a module is given, and not one of several things that it is made of", () => {
    const root_module = call({ references: ["var.given", "var.other"] });
    const { findings } = reportOf({ variables: variable, configuration: { root_module }, resource_changes: copied });
    expect(findings[0]?.changes).toEqual([{ attribute: "v", before: "null", after: `pre ${SECRET} post` }]);
  });

  it("leaves two addresses two that only a secret tells apart", () => {
    const output = { before: ["acme-one", "acme-two"], before_sensitive: true };
    const changes = ["acme-one", "acme-two"].map((customer) =>
      changeJson(linkAddress(customer), ["create"], null, linkValues(0)),
    );
    const { findings, links } = reportOf({ output_changes: { customers: output }, resource_changes: changes });
    for (const rows of [findings, links]) {
      expect(rows.map(({ address }) => address)).toEqual([
        'cronofy_organizational_unit_link.customers["(sensitive value)"]',
        'cronofy_organizational_unit_link.customers["(sensitive value)"] (2)',
      ]);
    }
  });
});
