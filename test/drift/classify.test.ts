import { changeJson, linkAddress, linkValues, STATUS_VALUES, transitions } from "./fleet";
import { reportOf } from "./report-of";

const ACME = linkAddress("acme");

function classesOf(members: Readonly<Record<string, unknown>>) {
  return reportOf(members).findings.map((finding) => [finding.class, finding.address, finding.summary]);
}

describe("classes of a link", () => {
  it.each([
    ["linked", "linked", []],
    ["linked", "unlinked", ["drift"]],
    ["unlinked", "unlinked", ["drift"]],
    ["pending", "stale", ["stale"]],
    ["stale", "stale", ["stale"]],
    ["pending", "pending", ["pending"]],
    ["pending", "unknown", ["pending"]],
    ["pending", "linked", ["progress"]],
    ["stale", "linked", ["progress"]],
    ["unlinked", "linked", ["progress"]],
  ] as const)("from %s to %s: %j, and a re-mint that follows from it is none of its own", (was, is, expected) => {
    const { findings, links } = reportOf(transitions([{ customer: "acme", was, is }]));
    expect(findings.map((finding) => finding.class)).toEqual(expected);
    expect(links).toMatchObject([{ customer: "acme", status: is, classes: expected, data_center: "uk" }]);
  });

  it("calls a record that is gone from the store drift, also at the next run", () => {
    const gone = linkValues(0, { status: "unknown", linked: false });
    const noop = changeJson(ACME, ["no-op"], gone, gone);
    const drift = changeJson(ACME, ["update"], linkValues(0), gone);
    for (const members of [{ resource_drift: [drift], resource_changes: [noop] }, { resource_changes: [noop] }]) {
      expect(classesOf(members)).toEqual([["drift", ACME, expect.stringContaining("no longer in the store")]]);
    }
  });

  it("calls another unit behind the same link drift, and a link that was made anew progress", () => {
    const other = linkValues(0, { organizational_unit_id: "ou_other" });
    const drift = { resource_drift: [changeJson(ACME, ["update"], linkValues(0), other)], resource_changes: [] };
    expect(classesOf(drift)).toEqual([["drift", ACME, "Changed outside of Terraform: organizational_unit_id."]]);
    const asked = linkValues(0, {
      assumed_expires_at: "2026-03-01T12:10:00Z",
      ou_link_token: "t",
      authorization_url: "u",
    });
    const anew = linkValues(0, { linked_at: "2026-03-01T12:05:00Z" });
    const progress = { resource_drift: [changeJson(ACME, ["update"], asked, anew)], resource_changes: [] };
    expect(classesOf(progress)).toEqual([["progress", ACME, "The link was made anew."]]);
  });

  it("keeps what the configuration asks for apart from what became of the link", () => {
    const stale = linkValues(0, STATUS_VALUES.stale);
    const planned = { ...stale, status: "pending", redirect_uri: "https://other.example/callback" };
    const change = changeJson(ACME, ["update"], stale, planned, { after_unknown: { authorization_url: true } });
    const { findings } = reportOf({ resource_changes: [change] });
    expect(findings.map((finding) => [finding.class, finding.changes.map(({ attribute }) => attribute)])).toEqual([
      ["stale", []],
      ["configuration", ["redirect_uri"]],
    ]);
  });

  it.each([
    [["create"], null, linkValues(0), "An apply makes the link."],
    [["delete"], linkValues(0), null, "An apply destroys the link."],
    [["forget"], linkValues(0), null, "An apply forgets the link and leaves it as it is."],
    [["delete", "create"], linkValues(0), linkValues(1), "An apply replaces the link."],
  ])("calls %j configuration", (actions, before, after, summary) => {
    const members = { resource_changes: [changeJson(ACME, actions, before, after)] };
    expect(classesOf(members)).toEqual([["configuration", ACME, summary]]);
  });

  it("finds links in a plan that only refreshes, which names them in its state alone", () => {
    const values = linkValues(0, STATUS_VALUES.pending);
    const resource = {
      address: ACME,
      mode: "managed",
      type: "cronofy_organizational_unit_link",
      name: "customers",
      values,
    };
    const report = reportOf({
      resource_changes: undefined,
      prior_state: { format_version: "1.0", values: { root_module: { resources: [resource] } } },
    });
    expect(report.links).toMatchObject([{ address: ACME, status: "pending", classes: ["pending"] }]);
  });
});

describe("other resources", () => {
  it("report their drift and whether anything depends on it, without reads, imports and forgets", () => {
    const change = (address: string, actions: string[], more = {}) => ({
      ...changeJson(address, actions, { tags: "a" }, actions.includes("delete") ? null : { tags: "b" }, more, {}),
    });
    const report = reportOf({
      resource_drift: [
        change('demo.used["k"]', ["update"]),
        change("demo.unused", ["update"]),
        change("demo.gone", ["delete"]),
        change("demo.imported", ["update"], { importing: { id: "1" } }),
        { ...change("demo.data", ["update"]), mode: "data" },
      ],
      resource_changes: [
        { ...change("demo.data", ["read"]), mode: "data" },
        change("demo.unused", ["no-op"]),
        change("demo.kept", ["forget"]),
      ],
      relevant_attributes: [{ resource: "demo.used", attribute: ["tags", "x"] }],
    });
    expect(report.findings.map((each) => [each.class, each.address, each.relevant])).toEqual([
      ["other-drift", 'demo.used["k"]', true],
      ["other-drift", "demo.gone", false],
      ["other-drift", "demo.unused", false],
      ["other-configuration", "demo.kept", true],
    ]);
    expect(report.outcome).toBe("none");
  });
});

describe("outcome", () => {
  const members = transitions([{ customer: "acme", was: "pending", is: "pending" }]);

  it("is drift where a class is there that was asked for", () => {
    expect(reportOf(members).outcome).toBe("none");
    expect(reportOf(members, { failOn: ["pending"] }).outcome).toBe("drift");
  });

  it("is an error where the plan does not tell everything", () => {
    const report = reportOf({ ...members, errored: true });
    expect(report).toMatchObject({ outcome: "error", sources: [{ error: { message: expect.any(String) as string } }] });
  });
});
