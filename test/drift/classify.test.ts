import { FORMATS } from "../../src/drift";
import { INVITED, STATUS_VALUES, changeJson, linkAddress, linkValues, transitions } from "./fleet";
import { PLAIN, reportOf } from "./report-of";

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

  it("counts days of waiting for somebody who was invited as pending, from when they were first awaited", () => {
    const waiting = linkValues(0, INVITED);
    const report = reportOf({ resource_changes: [changeJson(ACME, ["no-op"], waiting, waiting)] });
    expect(report).toMatchObject({ outcome: "none", counts: { pending: 1, stale: 0 } });
    expect(report.links).toMatchObject([
      {
        status: "pending",
        since: "2026-02-20T09:00:00.000Z",
        age_seconds: 788_400,
        next_action: expect.stringContaining("the invitation") as string,
      },
    ]);
  });

  it.each([
    ["linked", "2026-02-21T10:00:00.000Z"],
    ["pending", "2026-02-20T09:00:00.000Z"],
    ["stale", "2026-02-20T09:00:00.000Z"],
    ["unlinked", null],
    ["unknown", null],
  ] as const)("tells since when a link is %s as its state does: %s", (is, since) => {
    const minted = linkValues(0, { ...STATUS_VALUES[is], minted_at: "2026-02-28T09:00:00.000Z" });
    expect(reportOf({ resource_changes: [changeJson(ACME, ["no-op"], minted, minted)] }).links).toMatchObject([
      { since },
    ]);
  });

  it("shows that somebody is awaited for a link that works, and is told when they have come", () => {
    const asked = linkValues(0, {
      authorization_required: true,
      awaited_since: "2026-02-28T09:00:00.000Z",
      next_action: "The link works, and the administrator has been asked to authorize anew.",
    });
    const report = reportOf({ resource_changes: [changeJson(ACME, ["no-op"], asked, asked)] });
    expect(report.links).toMatchObject([
      {
        status: "linked",
        since: "2026-02-21T10:00:00.000Z",
        awaited_since: "2026-02-28T09:00:00.000Z",
        classes: ["pending"],
      },
    ]);
    expect(report.outcome).toBe("none");
    for (const format of ["table", "markdown", "html"] as const) {
      expect(FORMATS[format](report, PLAIN)).toContain("linked, asked anew");
    }
    const anew = linkValues(0, {
      linked_at: "2026-03-01T09:00:00Z",
      authorized_conferencing_provider_name: "ms_teams",
    });
    const drift = { resource_drift: [changeJson(ACME, ["update"], asked, anew)], resource_changes: [] };
    expect(classesOf(drift)).toEqual([["progress", ACME, "The link was made anew."]]);
  });

  it("names of a change what the configuration asks for, and not what follows from it", () => {
    const [before, after] = [
      linkValues(0),
      linkValues(0, { keepers: { reason: "Teams" }, authorization_required: true }),
    ];
    const more = { after_unknown: { awaited_since: true, invitation_url: true, next_action: true } };
    expect(classesOf({ resource_changes: [changeJson(ACME, ["update"], before, after, more)] })).toEqual([
      ["configuration", ACME, "An apply changes keepers, so that the administrator is asked anew."],
    ]);
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

  const KEPT = linkValues(0, { on_destroy: "keep" });
  const OTHER = "000000000000000000000001";
  it.each([
    [["create"], null, linkValues(0), "An apply makes the link."],
    [["delete"], linkValues(0), null, "An apply destroys the link and ends its working authorization."],
    [["delete"], KEPT, null, "An apply destroys the link and leaves its working authorization as it is."],
    [["delete"], linkValues(0, INVITED), null, "An apply destroys the link and withdraws its invitation."],
    [["delete"], linkValues(0, STATUS_VALUES.stale), null, "An apply destroys the link."],
    [
      ["delete"],
      linkValues(0, STATUS_VALUES.unknown),
      null,
      "An apply destroys the link and ends its authorization, if there is one.",
    ],
    [["forget"], linkValues(0), null, "An apply forgets the link and leaves it as it is."],
    [
      ["delete", "create"],
      linkValues(0),
      linkValues(1),
      `An apply replaces the link by that of ser_${OTHER} and ends its working authorization.`,
    ],
    [
      ["delete", "create"],
      linkValues(0),
      linkValues(0),
      "An apply replaces the link and ends its working authorization.",
    ],
    [
      ["create", "delete"],
      linkValues(0),
      linkValues(0),
      "An apply replaces the link, and the new one takes over what there is of it.",
    ],
    [
      ["delete", "create"],
      KEPT,
      linkValues(0),
      "An apply replaces the link, and the new one takes over what there is of it.",
    ],
  ])("calls %j configuration, and says what ends", (actions, before, after, summary) => {
    const report = reportOf({ resource_changes: [changeJson(ACME, actions, before, after)] });
    const finding = report.findings.find((each) => each.class === "configuration");
    expect(finding).toMatchObject({ address: ACME, summary });
    // Whoever may lose an authorization is told how to keep it.
    expect(/moved block/.test(finding?.next_action ?? "")).toBe(summary.includes("ends its working"));
    expect(report.links[0]?.next_action).not.toMatch(/Nothing to do|Send the/);
  });

  it("tells of a rename without a moved block at both of its ends", () => {
    const globex = linkAddress("globex");
    const members = {
      resource_changes: [
        changeJson(ACME, ["delete"], linkValues(0), null),
        changeJson(globex, ["create"], null, { ...linkValues(0), id: undefined }),
        changeJson(linkAddress("initech"), ["create"], null, linkValues(1)),
      ],
    };
    expect(classesOf(members)).toEqual([
      [
        "configuration",
        ACME,
        `An apply destroys the link, and makes the same one as ${globex}: a rename without a moved block.`,
      ],
      [
        "configuration",
        globex,
        `An apply makes the link, which it destroys as ${ACME}: a rename without a moved block.`,
      ],
      ["configuration", linkAddress("initech"), "An apply makes the link."],
    ]);
    for (const { next_action } of reportOf(members).findings.slice(0, 2)) {
      expect(next_action).toContain(`Add a moved block from ${ACME} to ${globex}.`);
    }
  });

  it("tells of an earlier object with its link, which is not all in order while that is there", () => {
    const deposed = { ...changeJson(ACME, ["delete"], linkValues(0), null), deposed: "ab12cd34" };
    const present = changeJson(ACME, ["no-op"], linkValues(0), linkValues(0));
    const report = reportOf({ resource_changes: [present, deposed] });
    expect(report.findings).toMatchObject([
      {
        class: "configuration",
        address: ACME,
        summary: expect.stringMatching(/deposed ab12cd34.* The authorization stays: it belongs to/) as string,
      },
    ]);
    expect(report.links).toMatchObject([
      { classes: ["configuration"], next_action: "Apply, so that the replacement is done." },
    ]);
    const ofAnother = { ...deposed, change: { ...deposed.change, before: linkValues(1) } };
    const alone = { ...deposed, deposed: "ef56ab78" };
    expect(classesOf({ resource_changes: [present, ofAnother] })).toEqual([
      ["configuration", ACME, expect.stringContaining("ends its working authorization")],
    ]);
    // Of a link that is declared no longer, nothing but an earlier object may be left.
    expect(reportOf({ resource_changes: [alone, deposed] })).toMatchObject({ links: [], findings: [{}, {}] });
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
