import { FORMATS, NO_DECLARATIONS, ReportBuilder, historyEntryOf, readPlan } from "../../src/drift";
import { readHistory } from "../../src/drift/files";
import { changeJson, INVITED, linkAddress, linkValues, planText, STATUS_VALUES, transitions } from "./fleet";
import { PLAIN, reportOf } from "./report-of";

const ACME = linkAddress("acme");

function classesOf(members: Readonly<Record<string, unknown>>) {
  return reportOf(members).findings.map((finding) => [finding.class, finding.address, finding.summary]);
}

describe("classes of a link", () => {
  const BROKEN = "The link was made and works no longer: Cronofy refuses it, or it was ended.";
  const LAPSED = "The authorization URL has lapsed unused.";
  it.each([
    ["linked", "linked", [], null],
    ["linked", "unlinked", ["drift"], BROKEN],
    ["unlinked", "unlinked", ["drift"], BROKEN],
    ["pending", "stale", ["stale"], LAPSED],
    ["stale", "stale", ["stale"], LAPSED],
    ["pending", "pending", ["pending"], "The administrator has not authorized yet."],
    ["pending", "unknown", ["pending"], "Whether the administrator has authorized cannot be told."],
    ["pending", "linked", ["progress"], "The link was made."],
    ["stale", "linked", ["progress"], "The link was made."],
    ["unlinked", "linked", ["progress"], "The link was made."],
  ] as const)(
    "from %s to %s: %j, and a re-mint that follows from it is none of its own",
    (was, is, expected, summary) => {
      const { findings, links } = reportOf(transitions([{ customer: "acme", was, is }]));
      expect(findings.map((finding) => finding.class)).toEqual(expected);
      expect(findings.map((finding) => finding.summary)).toEqual(summary === null ? [] : [summary]);
      const { service_account_id } = linkValues(0);
      expect(links).toMatchObject([
        { customer: "acme", status: is, classes: expected, data_center: "uk", service_account_id },
      ]);
    },
  );

  it("takes a status that it does not know for unknown", () => {
    for (const more of [{ status: "frozen" }, { status: 1, id: 1, service_account_id: [], awaited_since: 1 }]) {
      const odd = linkValues(0, { linked_at: null, ...more });
      expect(classesOf({ resource_changes: [changeJson(ACME, ["no-op"], odd, odd)] })).toEqual([
        ["pending", ACME, "Whether the administrator has authorized cannot be told."],
      ]);
    }
  });

  it("calls a link that was taken out of Terraform's reach drift", () => {
    const gone = changeJson(ACME, ["delete"], linkValues(0), null);
    const { findings, links } = reportOf({ resource_drift: [gone], resource_changes: [] });
    const nextAction = "Find out who removed it; an apply makes it anew.";
    expect(findings).toMatchObject([{ class: "drift", summary: "The link is gone.", next_action: nextAction }]);
    expect(links).toMatchObject([{ status: "not created", next_action: "Review the plan and apply it." }]);
  });

  const URL_OUT = {
    authorization_url: "https://app-uk.cronofy.com/organizational_unit_oauth?ou_link_token=t",
    ou_link_token: "t",
    assumed_expires_at: "2026-03-01T11:10:00.000Z",
  };
  const CATCHES_UP = "Nothing to do: the next apply takes it into the state.";
  const ASKED = { authorization_required: true, awaited_since: "2026-02-28T09:00:00.000Z" };
  const WHO = "Find out who approved the link anew, and for which unit.";
  it.each<[string, Record<string, unknown>, Record<string, unknown>, string, string, string]>([
    ["its last URL lapsed", URL_OUT, {}, "progress", "An unused authorization URL has lapsed.", CATCHES_UP],
    [
      "nobody is awaited any longer",
      ASKED,
      {},
      "progress",
      "The administrator who was asked anew is awaited no longer.",
      CATCHES_UP,
    ],
    [
      "its invitation has another address",
      { invitation_url: "https://old.example/invitations/e" },
      { invitation_url: "https://new.example/invitations/e" },
      "configuration",
      "The link service has another address or key, and so has the invitation.",
      "Send the new invitation where one is still needed.",
    ],
    [
      "its unit and its invitation changed",
      { invitation_url: "https://old.example/invitations/e" },
      { invitation_url: null, organizational_unit_id: "ou_other" },
      "drift",
      "Changed outside of Terraform: invitation_url, organizational_unit_id.",
      WHO,
    ],
    [
      "its unit changed, and a URL lapsed",
      URL_OUT,
      { organizational_unit_id: "ou_other" },
      "drift",
      "Changed outside of Terraform: assumed_expires_at, authorization_url, organizational_unit_id, ou_link_token.",
      WHO,
    ],
    [
      "its scope changed, and nobody is awaited any longer",
      ASKED,
      { scope: "read_write" },
      "drift",
      "Changed outside of Terraform: authorization_required, awaited_since, scope.",
      WHO,
    ],
    [
      "its unit changed while its administrator is asked anew",
      {},
      { ...ASKED, organizational_unit_id: "ou_other" },
      "drift",
      "Changed outside of Terraform: authorization_required, awaited_since, organizational_unit_id.",
      WHO,
    ],
    [
      "its administrator was asked anew",
      {},
      { ...ASKED, next_action: null },
      "pending",
      "The link works, and its administrator has been asked to authorize anew.",
      "Look at the plan.",
    ],
  ])("a link that works, where %s", (_, was, is, kind, summary, nextAction) => {
    const words = kind === "drift" || is["next_action"] === null ? {} : { next_action: "Other words." };
    const drift = changeJson(ACME, ["update"], linkValues(0, { ...was, ...words }), linkValues(0, is));
    const { findings, links } = reportOf({ resource_drift: [drift], resource_changes: [] });
    expect(findings).toMatchObject([{ class: kind, summary, next_action: nextAction }]);
    if (is["next_action"] === null) expect(links).toMatchObject([{ next_action: "" }]);
    expect(findings[0]?.changes.map(({ attribute }) => attribute)).not.toContain("next_action");
  });

  it("says nothing of a link that works and is told of in other words", () => {
    const drift = changeJson(ACME, ["update"], linkValues(0, { next_action: "Other words." }), linkValues(0));
    expect(classesOf({ resource_drift: [drift], resource_changes: [] })).toEqual([]);
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
    const unasked = { linked_at: "2026-03-01T12:05:00Z" };
    const remade = { resource_drift: [changeJson(ACME, ["update"], linkValues(0), linkValues(0, unasked))] };
    expect(classesOf(remade)).toEqual([["drift", ACME, "Changed outside of Terraform: linked_at."]]);
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

  it.each([
    [
      "an invitation of another link service",
      INVITED,
      { invitation_url: "https://new.example/invitations/e" },
      "invitation_url",
    ],
    ["other words", {}, { next_action: "Other words." }, "next_action"],
    [
      "several arguments",
      {},
      { on_destroy: "keep", redirect_uri: "https://e.example/cb", linked: false },
      "on_destroy, redirect_uri",
    ],
    [
      "keepers beside another",
      {},
      { on_destroy: "keep", keepers: {} },
      "keepers, on_destroy, so that the administrator is asked anew",
    ],
    [
      "a link of which nothing is known",
      { status: "unknown", next_action: "Ask the administrator." },
      { on_destroy: "keep" },
      "on_destroy",
    ],
  ])("names of a change to %s what an apply changes", (_, was: Readonly<Record<string, unknown>>, becomes, names) => {
    const before = linkValues(0, was);
    const change = changeJson(ACME, ["update"], before, { ...before, ...becomes });
    const { findings, links } = reportOf({ resource_changes: [change] });
    const summary = `An apply changes ${names}.`;
    expect(findings.filter((each) => each.class === "configuration")).toMatchObject([{ summary }]);
    // Whoever waits for somebody is told that first.
    expect(links[0]?.next_action).toBe(was["next_action"] ?? "Review the plan and apply it.");
  });

  it("tells of a link whose administrator was asked anew that they are awaited, before what an apply changes", () => {
    const asked = linkValues(0, { ...ASKED, next_action: "Send them the invitation." });
    const change = changeJson(ACME, ["update"], asked, { ...asked, on_destroy: "keep" });
    expect(reportOf({ resource_changes: [change] }).links).toMatchObject([
      { next_action: "Send them the invitation." },
    ]);
  });

  it("tells of an import and of a move", () => {
    const values = linkValues(0);
    const imported = changeJson(ACME, ["no-op"], values, values, { importing: { id: "uk/ser_1" } });
    expect(classesOf({ resource_changes: [imported] })).toEqual([
      ["configuration", ACME, "An apply takes the link into the state."],
    ]);
    const moved = { ...changeJson(ACME, ["no-op"], values, values), previous_address: linkAddress("acme-uk") };
    expect(classesOf({ resource_changes: [moved] })).toEqual([
      ["configuration", ACME, `An apply moves it from ${linkAddress("acme-uk")}.`],
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
    [["delete"], linkValues(0, { ...STATUS_VALUES.unknown, on_destroy: "keep" }), null, "An apply destroys the link."],
    [["delete"], linkValues(0, STATUS_VALUES.unlinked), null, "An apply destroys the link."],
    [["forget"], linkValues(0), null, "An apply forgets the link and leaves it as it is."],
    [
      ["delete", "create"],
      linkValues(0, { ...INVITED, on_destroy: "keep" }),
      linkValues(0),
      "An apply replaces the link and withdraws its invitation.",
    ],
    [
      ["delete", "create"],
      linkValues(0),
      { ...linkValues(1), service_account_id: undefined },
      "An apply replaces the link by another and ends its working authorization.",
    ],
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
      expect(next_action).toBe(
        `Add a moved block from ${ACME} to ${globex}. Without it, the link ends where it is destroyed first, and goes on ` +
          "where it is made first: then the new one adopts it.",
      );
    }
    const replaced = {
      resource_changes: [
        changeJson(ACME, ["delete", "create"], linkValues(0), linkValues(1)),
        changeJson(globex, ["create"], null, linkValues(0)),
      ],
    };
    expect(classesOf(replaced)[0]).toEqual([
      "configuration",
      ACME,
      `An apply replaces the link by that of ser_${OTHER}, and makes the present one as ${globex}.`,
    ]);
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
    const forgotten = { ...deposed, change: { ...deposed.change, actions: ["forget"] } };
    const made = changeJson(ACME, ["create"], null, linkValues(0));
    expect(classesOf({ resource_changes: [made, deposed, { ...forgotten, deposed: "ef56ab78" }] })).toEqual([
      ["configuration", ACME, "An apply makes the link."],
      ["configuration", ACME, expect.stringContaining("The authorization stays: it belongs to") as string],
      [
        "configuration",
        ACME,
        "An apply forgets an earlier object of the link (deposed ef56ab78), which a replacement has left.",
      ],
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
    const others = [
      { ...resource, address: linkAddress("deposed"), deposed_key: "ab12cd34" },
      { ...resource, address: linkAddress("data"), mode: "data" },
      { ...resource, address: "demo.a", type: "demo" },
    ];
    const state = { format_version: "1.0", values: { root_module: { resources: [...others, resource] } } };
    expect(reportOf({ resource_changes: undefined, prior_state: state }).links).toEqual(report.links);
  });

  it("takes no earlier object for the link, and none for the other end of a rename", () => {
    const globex = linkAddress("globex");
    const deposed = { ...changeJson(ACME, ["delete"], linkValues(0), null), deposed: "ab12cd34" };
    const drifted = {
      ...changeJson(ACME, ["update"], linkValues(0), linkValues(0, { scope: "other" })),
      deposed: "ab12cd34",
    };
    const made = changeJson(globex, ["create"], null, linkValues(0));
    const report = reportOf({ resource_drift: [drifted], resource_changes: [deposed, made] });
    expect(report.links.map(({ address }) => address)).toEqual([globex]);
    expect(report.findings.map(({ summary }) => summary)).toEqual([
      expect.stringContaining("destroys an earlier object") as string,
      "An apply makes the link.",
    ]);
  });

  it("takes links whose service account is not known yet for different ones", () => {
    const unknown = { ...linkValues(0), service_account_id: undefined };
    const changes = [
      changeJson(ACME, ["create"], null, unknown),
      changeJson(linkAddress("globex"), ["delete"], unknown, null),
    ];
    expect(classesOf({ resource_changes: changes }).map(([, , summary]) => summary)).toEqual([
      "An apply makes the link.",
      "An apply destroys the link and ends its working authorization.",
    ]);
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
        change("demo.moved", ["no-op"]),
        changeJson("demo.same", ["update"], { tags: "a" }, { tags: "a" }),
      ],
      resource_changes: [
        { ...change("demo.data", ["read"]), mode: "data" },
        change("demo.unused", ["no-op"]),
        change("demo.kept", ["forget"]),
      ],
      relevant_attributes: [{ resource: "demo.used", attribute: ["tags", "x"] }],
    });
    expect(report.findings.map((each) => [each.class, each.address, each.relevant, each.summary])).toEqual([
      ["other-drift", 'demo.used["k"]', true, "Changed outside of Terraform: tags."],
      ["other-drift", "demo.gone", false, "It is gone."],
      ["other-drift", "demo.unused", false, "Changed outside of Terraform: tags."],
      ["other-configuration", "demo.kept", true, "An apply forgets it and leaves it as it is."],
    ]);
    expect(report.findings.map((each) => each.next_action)).toEqual([
      "Take the change into the configuration, or apply to undo it.",
      "Find out who removed it; an apply makes it anew.",
      "Take the change into the configuration, or apply to undo it.",
      "Review the plan and apply it.",
    ]);
    expect(report.outcome).toBe("none");
  });

  it("are relevant where something depends on them as a whole, or on just what has drifted", () => {
    const values = (size: number) => ({ size, tags: { a: size } });
    const drifted = (address: string) => changeJson(address, ["update"], values(1), values(2), {}, {});
    const report = reportOf({
      resource_drift: ["demo.whole", "demo.part", 'demo.key["a]\\"b"]', "module.m[12].demo.b", "demo.other[0]"].map(
        drifted,
      ),
      relevant_attributes: [
        { resource: "demo.whole", attribute: [] },
        { resource: "demo.part", attribute: ["color"] },
        { resource: "demo.part", attribute: ["size"] },
        { resource: "demo.key", attribute: ["tags", "a"] },
        { resource: "module.m.demo.b", attribute: ["size"] },
        { resource: "demo.other", attribute: ["color"] },
        { resource: "demo.other" },
        { attribute: ["size"] },
      ],
    });
    expect(report.findings.map((each) => [each.address, each.relevant])).toEqual([
      ['demo.key["a]\\"b"]', true],
      ["demo.part", true],
      ["demo.whole", true],
      ["module.m[12].demo.b", true],
      ["demo.other[0]", false],
    ]);
    expect(report.findings[0]?.summary).toBe("Changed outside of Terraform: size, tags.");
  });

  it.each([
    [["create"], "An apply makes it."],
    [["update"], "An apply changes it."],
    [["delete"], "An apply destroys it."],
    [["delete", "create"], "An apply replaces it."],
    [["read"], undefined],
    [["no-op"], undefined],
  ])("of which an apply is to %j say so", (actions, summary) => {
    const change = changeJson("demo.a", actions, { size: 1 }, { size: 2 }, {}, {});
    const { findings } = reportOf({ resource_changes: [change, { ...change, address: "data.demo.a", mode: "data" }] });
    expect(findings.map((each) => each.summary)).toEqual(summary === undefined ? [] : [summary]);
  });
});

describe("a report", () => {
  const plan = (members: Readonly<Record<string, unknown>>) => ({
    plan: readPlan(planText(members)),
    declarations: NO_DECLARATIONS,
  });
  const two = () => {
    const builder = new ReportBuilder({ version: "1.2.3", failOn: ["drift"], rules: null, now: new Date(0) });
    const [pending, linked] = [linkValues(0, STATUS_VALUES.pending), linkValues(1)];
    builder.add({
      name: "staging",
      warnings: ["Bearer abcdefgh1 was seen"],
      result: plan({
        timestamp: undefined,
        prior_state: undefined,
        resource_changes: [
          changeJson(linkAddress("b"), ["no-op"], linked, linked),
          changeJson(linkAddress("a"), ["no-op"], pending, pending),
        ],
      }),
    });
    builder.add({
      name: "production",
      warnings: [],
      result: plan(transitions([{ customer: "b", was: "linked", is: "unlinked" }])),
    });
    return builder;
  };

  it("tells of each folder and link by name, and of what matters most first", () => {
    const report = two().build();
    expect(report.sources).toEqual([
      {
        name: "production",
        terraform_version: "1.11.4",
        planned_at: "2026-03-01T12:00:00Z",
        has_state: true,
        first_file: "main.tf",
        warnings: [],
        error: null,
      },
      {
        name: "staging",
        terraform_version: "1.11.4",
        planned_at: null,
        has_state: false,
        first_file: "main.tf",
        warnings: ["Bearer (sensitive value) was seen"],
        error: null,
      },
    ]);
    expect(report.links.map((each) => [each.source, each.address, each.classes, each.age_seconds])).toEqual([
      ["production", linkAddress("b"), ["drift"], null],
      ["staging", linkAddress("a"), ["pending"], null],
      ["staging", linkAddress("b"), [], null],
    ]);
    expect(report.findings.map((each) => [each.class, each.source])).toEqual([
      ["drift", "production"],
      ["pending", "staging"],
    ]);
    expect(report).toMatchObject({
      format_version: "1.0",
      tool: { name: "ou-link", version: "1.2.3" },
      outcome: "drift",
      fail_on: ["drift"],
      counts: { drift: 1, pending: 1, stale: 0 },
      links_in_sync: 1,
      ignored: 0,
    });
  });

  it("has links whose numbers count the same in one order, whichever the plan has first", () => {
    const lost = ["customer-3", "customer-03"].map((customer) => linkAddress(customer));
    const changes = lost.map((address) => changeJson(address, ["create"], null, linkValues(0)));
    const orders = [changes, changes.toReversed()].map((resource_changes) =>
      reportOf({ resource_changes }).links.map(({ address }) => address),
    );
    expect(orders).toEqual([lost.toReversed(), lost.toReversed()]);
  });

  it("is an error where a folder has none, whatever else there is", () => {
    const builder = two();
    const error = { message: "Terraform ended with exit code 1.", fix: "Run terraform init." };
    builder.add({ name: "a", warnings: [], result: { error } });
    expect(builder.build()).toMatchObject({
      outcome: "error",
      sources: [
        { name: "a", terraform_version: null, planned_at: null, has_state: false, first_file: null, error },
        {},
        {},
      ],
    });
  });

  it("names a finding the same at each run, and otherwise in another folder", () => {
    const [first, again] = [two().build(), two().build()];
    expect(again.findings).toEqual(first.findings);
    expect(new Set(first.findings.map(({ fingerprint }) => fingerprint)).size).toBe(2);
    expect(first.findings[0]?.fingerprint).toMatch(/^[0-9a-f]{32}$/);
  });

  it("shows of a link that is not made yet what the configuration says", () => {
    const planned = {
      ...linkValues(0),
      id: undefined,
      service_account_id: undefined,
      awaited_since: "2026-02-20T09:00:00Z",
      keepers: { customer: "Acme & Sons" },
    };
    const create = changeJson(ACME, ["create"], null, planned, { after_unknown: { service_account_id: true } });
    expect(reportOf({ resource_changes: [create] }).links).toEqual([
      {
        source: "production",
        address: ACME,
        customer: "Acme & Sons",
        service_account_id: "(known after apply)",
        data_center: "",
        status: "not created",
        classes: ["configuration"],
        since: null,
        age_seconds: null,
        awaited_since: null,
        next_action: "Review the plan and apply it.",
        location: null,
      },
    ]);
  });

  it("shows values that differ, hides those that are sensitive, and says which only the apply will tell", () => {
    const change = changeJson(
      "demo.a",
      ["update"],
      { size: 1, note: "s3cret-1", gone: "x" },
      { size: 2, note: "s3cret-2" },
      { after_unknown: { id: true, nested: [{ deep: true, size: false }], known: [{ deep: false }, null], key: true } },
      { note: true, key: true },
    );
    expect(reportOf({ resource_changes: [change] }).findings[0]?.changes).toEqual([
      { attribute: "gone", before: "x", after: "null" },
      { attribute: "id", before: "null", after: "(known after apply)" },
      { attribute: "key", before: "null", after: "(known after apply, sensitive)" },
      { attribute: "nested", before: "null", after: "(known after apply)" },
      { attribute: "note", before: "(sensitive value)", after: "(sensitive value)" },
      { attribute: "size", before: "1", after: "2" },
    ]);
  });

  it("counts no time before a plan, whose clock may be behind", () => {
    const waiting = linkValues(0, { ...INVITED, awaited_since: "2026-03-01T12:00:01Z" });
    const report = reportOf({ resource_changes: [changeJson(ACME, ["no-op"], waiting, waiting)] });
    expect(report.links).toMatchObject([{ age_seconds: 0 }]);
  });

  it("is kept of in a history as counts, and a broken line of that is passed over", () => {
    const now = new Date("2026-03-01T12:00:00.000Z");
    const entry = historyEntryOf(two().build(), now);
    expect(entry).toMatchObject({
      at: now.toISOString(),
      outcome: "drift",
      links: 3,
      in_sync: 1,
      counts: { drift: 1 },
    });
    // Of a time when there were fewer classes.
    const older = { ...entry, counts: { drift: 3, stale: 0 } };
    expect(readHistory(`${JSON.stringify(older)}\n{"at":1}\n{"at":"2026\n\n${JSON.stringify(entry)}`)).toEqual([
      older,
      entry,
    ]);
  });
});

describe("a plan that does not tell all of it", () => {
  const values = linkValues(0);
  const inSync = changeJson(ACME, ["no-op"], values, values);
  const made = changeJson("demo.a", ["create"], null, { size: 1 }, {}, {});
  const READ = { mode: "data", change: { actions: ["read"] } };
  const [WAITS, ALL, CHECK] = [linkAddress("globex"), "(all of the plan)", "check.deadline"];
  const check = (status: string, instances: unknown = [], kind = "check") => ({
    address: { kind, name: "deadline", to_display: CHECK },
    status,
    instances,
  });
  const deferred = (resource_change: unknown, reason: unknown = "deferred_prereq") => ({
    complete: false,
    deferred_changes: [{ reason, resource_change }],
  });
  it.each<[string, Record<string, unknown>, string, [string, string, string][]]>([
    [
      "-target",
      { complete: false, checks: [check("unknown", undefined)] },
      "incomplete",
      [
        [
          "incomplete",
          ALL,
          "Only a part of what is declared was planned, as -target does; nothing is known of the rest.",
        ],
      ],
    ],
    [
      "-target beside a link that is lost",
      {
        complete: false,
        ...transitions([{ customer: "acme", was: "linked", is: "unlinked" }]),
      },
      "drift",
      [
        ["drift", ACME, expect.stringContaining("works no longer") as string],
        ["incomplete", ALL, expect.stringContaining("-target") as string],
      ],
    ],
    [
      "a deferred link that works",
      deferred(changeJson(ACME, ["update"], values, values), "resource_config_unknown"),
      "incomplete",
      [["incomplete", ACME, "It is not planned yet: its arguments are known only after an apply."]],
    ],
    [
      "a deferred link that is lost",
      deferred(changeJson(WAITS, ["update"], linkValues(1, STATUS_VALUES.unlinked), null)),
      "drift",
      [
        ["drift", WAITS, expect.stringContaining("works no longer") as string],
        ["incomplete", WAITS, "It is not planned yet: what it depends on has to wait."],
      ],
    ],
    [
      "a deferred link that is not made",
      deferred(changeJson(WAITS, ["create"], null, values), 1),
      "incomplete",
      [["incomplete", WAITS, "It is not planned yet: Terraform does not say why."]],
    ],
    [
      "an earlier object of a link, which has to wait",
      deferred({ ...changeJson(ACME, ["delete"], values, null), deposed: "ab12cd34" }),
      "incomplete",
      [["incomplete", ACME, "It is not planned yet: what it depends on has to wait."]],
    ],
    [
      "another deferred resource",
      deferred(made, "some_new_reason"),
      "incomplete",
      [["incomplete", "demo.a", "It is not planned yet: some_new_reason."]],
    ],
    [
      "an action that Terraform has learnt since",
      { resource_changes: [changeJson(ACME, ["teleport"], values, values)] },
      "incomplete",
      [["incomplete", ACME, 'The plan says "teleport" of it, which ou-link does not understand.']],
    ],
    [
      "the same of another resource, and of what has drifted",
      {
        resource_drift: [
          changeJson(ACME, ["teleport"], values, null),
          changeJson("demo.b", ["create", "update"], null, null),
        ],
        resource_changes: [changeJson("demo.a", [], { size: 1 }, { size: 2 })],
      },
      "incomplete",
      [
        ["incomplete", ACME, expect.stringContaining('"teleport"') as string],
        ["incomplete", "demo.a", "The plan names no action for it, which ou-link does not understand."],
        ["incomplete", "demo.b", expect.stringContaining('"create,update"') as string],
      ],
    ],
    [
      "a check that was not evaluated although nothing waits for an apply",
      { checks: [check("unknown"), check("pass")] },
      "incomplete",
      [["incomplete", CHECK, "The check was not evaluated."]],
    ],
    [
      "a check that a plan which only refreshes has not evaluated",
      { resource_changes: undefined, checks: [check("unknown")] },
      "incomplete",
      [["incomplete", CHECK, "The check was not evaluated."]],
    ],
    [
      "the same where an apply only reads",
      { resource_changes: [{ ...made, ...READ }], checks: [check("unknown")] },
      "incomplete",
      [["incomplete", CHECK, "The check was not evaluated."]],
    ],
    ["a check of what was never applied", { prior_state: undefined, checks: [check("unknown")] }, "none", []],
    [
      "a check that an apply will tell of",
      { resource_changes: [inSync, made], checks: [check("unknown")] },
      "none",
      [["other-configuration", "demo.a", "An apply makes it."]],
    ],
    [
      "a check that does not hold",
      {
        checks: [
          check("fail", [
            { address: { to_display: `module.m["a"].${CHECK}` }, status: "pass" },
            {
              address: { to_display: `module.m["b"].${CHECK}` },
              status: "fail",
              problems: [{ message: "Awaited for more than 30 days: acme." }, { message: "Remind them." }, null],
            },
          ]),
        ],
      },
      "drift",
      [
        [
          "failed-check",
          `module.m["b"].${CHECK}`,
          "The check does not hold: Awaited for more than 30 days: acme. Remind them.",
        ],
      ],
    ],
    [
      "a condition that cannot be evaluated",
      { checks: [check("error", undefined, "output_value"), "none"] },
      "drift",
      [["failed-check", CHECK, "A condition of it cannot be evaluated."]],
    ],
  ])("says so: %s", (_, members, outcome, expected) => {
    const report = reportOf({ resource_changes: [inSync], ...members });
    expect(report.findings.map((each) => [each.class, each.address, each.summary])).toEqual(expected);
    expect(report.outcome).toBe(outcome);
    expect(report.findings.map((each) => each.next_action)).not.toContain("");
    // What has drifted, and no more is known of, may be irrelevant; that something is not known never is.
    expect(report.findings.filter((each) => !each.relevant && each.address !== "demo.b")).toEqual([]);
    for (const link of report.links) {
      expect(link.address).toMatch(/^cronofy_organizational_unit_link\./);
      const hasFinding = expected.some(([, address]) => address === link.address);
      expect(link.classes.length > 0).toBe(hasFinding);
      expect(/Nothing to do|^$/.test(link.next_action)).toBe(!hasFinding);
    }
  });

  it("tells where a check is declared, and what has conditions of its own", () => {
    const condition = { kind: "resource", type: "demo", name: "a", to_display: "demo.a" };
    const find = ({ type, name }: { type: string; name: string }) =>
      type === "" ? null : { location: { file: `${type}.${name}`, line: 1 }, constructPath: null };
    const { findings } = reportOf(
      { checks: [check("fail"), { address: condition, status: "fail" }] },
      { declarations: { firstFile: "main.tf", find } },
    );
    expect(findings.map(({ location }) => location?.file)).toEqual(["check.deadline", "demo.a"]);
  });

  it("tells of a link that is made anew while its present object is forgotten what it is", () => {
    for (const [address, summary] of [
      [ACME, "An apply makes the link anew, and forgets the present object and leaves it as it is."],
      ["demo.a", "An apply makes it anew, and forgets the present object and leaves it as it is."],
    ] as const) {
      const change = changeJson(address, ["create", "forget"], values, values);
      expect(classesOf({ resource_changes: [change] })).toMatchObject([[expect.any(String), address, summary]]);
    }
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
