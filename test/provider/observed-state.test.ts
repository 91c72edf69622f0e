import { newLink } from "../../src/link-store";
import type { LinkFacts } from "../../src/link-store";
import { observedState } from "../../src/provider/link/observed-state";
import { OwnDeclaration, keepDeclaration, placeAndTime } from "../../src/provider/link/own-declaration";
import type { Observation } from "../../src/provider/cronofy";
import type { LinkState } from "../../src/provider/link/link-schema";

const DECLARED = "2026-03-01T09:00:00.000Z";
const MINTED = "2026-03-01T10:00:00.000Z";
const EXPIRES = "2026-03-01T10:10:00.000Z";
const BEFORE = new Date("2026-03-01T10:09:59.999Z");
const AFTER = new Date(EXPIRES);
const OWN = { id: "declaration-1", isRecorded: true };

const PENDING: LinkState = {
  service_account_id: "ser_1",
  redirect_uri: "https://example.com/callback",
  authorize_with: "url",
  conferencing_provider_name: null,
  state: null,
  authorization_parameters: null,
  keepers: null,
  link_token_lifetime: "10m",
  remint: "when_stale",
  on_destroy: "revoke",
  timeouts: null,
  id: "us/ser_1",
  status: "pending",
  linked: false,
  authorization_required: true,
  awaited_since: DECLARED,
  authorization_url: "https://app.example.com/organizational_unit_oauth?ou_link_token=t",
  ou_link_token: "t",
  invitation_url: null,
  minted_at: MINTED,
  assumed_expires_at: EXPIRES,
  authorized_conferencing_provider_name: null,
  organizational_unit_id: null,
  scope: null,
  linked_at: null,
  next_action: "Send the administrator to the authorization URL before it lapses.",
};
const INVITED: LinkState = {
  ...PENDING,
  authorize_with: "invitation",
  authorization_url: null,
  ou_link_token: null,
  minted_at: null,
  assumed_expires_at: null,
  invitation_url: "https://links.example.com/invitations/e",
  next_action: "Send the administrator the invitation, if that is not done: it works until the link is made.",
};
const LINKED: LinkState = {
  ...PENDING,
  status: "linked",
  linked: true,
  authorization_required: false,
  awaited_since: null,
  authorization_url: null,
  ou_link_token: null,
  assumed_expires_at: null,
  authorized_conferencing_provider_name: "zoom_enterprise",
  organizational_unit_id: "ou_1",
  scope: "organizational_unit_use_integrations",
  linked_at: "2026-03-01T10:05:00.000Z",
  next_action: "Nothing to do: the Organizational Unit is linked.",
};

const AWAITED = { since: DECLARED, conferencingProviderName: null };
const authorization = {
  organizationalUnitId: "ou_1",
  scope: "organizational_unit_use_integrations",
  linkedAt: "2026-03-01T10:05:00.000Z",
  conferencingProviderName: "zoom_enterprise",
};
const facts = (changes: Partial<LinkFacts> = {}): LinkFacts => ({
  ...newLink({ dataCenter: "us", clientId: "c", serviceAccountId: "ser_1" }),
  declaration: { id: OWN.id, at: DECLARED, place: "build-7:/srv" },
  ...changes,
});
const linked: Observation = { kind: "linked", authorization, link: facts() };
const askedAnew: Observation = { kind: "linked", authorization, link: facts({ awaited: AWAITED }) };
const refused = (changes: Partial<LinkFacts> = {}): Observation => ({
  kind: "refused",
  authorization,
  link: facts(changes),
  reason: "invalid_grant",
});
const awaited = (changes: Partial<LinkFacts> = {}): Observation => ({
  kind: "awaited",
  link: facts({ awaited: AWAITED, ...changes }),
});
const ended: Observation = { kind: "ended", link: { ...facts(), ended: { at: MINTED, by: "forget" } } };
const notRecorded: Observation = { kind: "not-recorded", store: "the folder /var/lib/ou-link" };
const notAuthorized: Observation = { kind: "not-authorized" };
const unavailable: Observation = { kind: "unavailable", reason: "Cronofy answered 503.", cause: undefined };
const noStore: Observation = { kind: "no-store" };

function observe(state: LinkState, observation: Observation, now: Date, own: typeof OWN | null = OWN) {
  const warnings: string[] = [];
  const observed = observedState(state, observation, own, now, ({ summary }) => warnings.push(summary));
  return { observed, warnings };
}

describe("what a link's state becomes by what was observed", () => {
  it.each([BEFORE, AFTER])("linked: the URL, its token and its expiry go, whatever the clock says (%s)", (now) => {
    expect(observe(PENDING, linked, now)).toEqual({ observed: LINKED, warnings: [] });
  });

  it("awaited, with an invitation: pending for good", () => {
    const later = new Date("2027-03-01T10:00:00.000Z");
    expect(observe(INVITED, awaited(), later)).toEqual({ observed: INVITED, warnings: [] });
  });

  it("awaited, with a URL: pending until the assumed expiry, then stale, and the URL stays to be seen", () => {
    expect(observe(PENDING, awaited(), BEFORE)).toEqual({ observed: PENDING, warnings: [] });
    const { observed, warnings } = observe(PENDING, awaited(), AFTER);
    expect(observed).toMatchObject({ status: "stale", authorization_required: true, ou_link_token: "t" });
    expect(observed.awaited_since).toBe(DECLARED);
    expect(warnings).toEqual([]);
  });

  it("awaited, with a URL of which none is out: stale, so that the next apply mints one", () => {
    const without = { ...PENDING, authorization_url: null, ou_link_token: null, assumed_expires_at: null };
    expect(observe(without, awaited(), BEFORE).observed.status).toBe("stale");
  });

  it("awaited, after the expiry, remint = never: stale, with one warning", () => {
    const { observed, warnings } = observe({ ...PENDING, remint: "never" }, awaited(), AFTER);
    expect(observed.status).toBe("stale");
    expect(warnings).toEqual(["Authorization URL has lapsed"]);
  });

  it("awaited since a time that only the record knows", () => {
    const since = { awaited: { ...AWAITED, since: "2026-02-01T00:00:00.000Z" } };
    expect(observe(INVITED, awaited(since), AFTER).observed.awaited_since).toBe("2026-02-01T00:00:00.000Z");
  });

  it("was linked, and the record says that nobody has authorized: awaited, with a warning of a restored store", () => {
    const { observed, warnings } = observe({ ...LINKED, authorize_with: "invitation" }, awaited(), AFTER);
    expect(observed).toMatchObject({ status: "pending", linked_at: null, organizational_unit_id: null });
    expect(warnings).toEqual(["Authorization is no longer recorded"]);
  });

  it("was linked, now refused: unlinked, and nobody is awaited yet", () => {
    const { observed, warnings } = observe(LINKED, refused(), AFTER);
    expect(observed).toMatchObject({ status: "unlinked", linked: false, authorization_required: true });
    expect(observed.awaited_since).toBeNull();
    expect(warnings).toEqual([]);
  });

  it("refused, remint = never: unlinked, with one warning where a URL would have to be minted", () => {
    const { observed, warnings } = observe({ ...LINKED, remint: "never" }, refused(), AFTER);
    expect(observed).toMatchObject({ id: "us/ser_1", status: "unlinked", linked_at: authorization.linkedAt });
    expect(warnings).toEqual(["Link is broken"]);
    expect(observe({ ...LINKED, authorize_with: "invitation", remint: "never" }, refused(), AFTER).warnings).toEqual(
      [],
    );
  });

  it("refused, and an administrator was asked since: waits for them", () => {
    const asked = refused({ awaited: AWAITED });
    expect(observe(PENDING, asked, BEFORE).observed.status).toBe("pending");
    expect(observe(PENDING, asked, AFTER).observed.status).toBe("stale");
    expect(observe(INVITED, asked, AFTER).observed.status).toBe("pending");
  });

  it.each([
    ["linked", LINKED],
    ["pending", INVITED],
  ])("ended by somebody else: %s becomes unlinked", (_, state) => {
    const { observed, warnings } = observe(state, ended, AFTER);
    expect(observed).toMatchObject({ status: "unlinked", authorization_required: true, awaited_since: null });
    expect(warnings).toEqual([]);
  });

  it("no store, with a URL: unchanged until it has lapsed, then unknown, and the clock alone mints nothing", () => {
    expect(observe(PENDING, noStore, BEFORE)).toEqual({ observed: PENDING, warnings: [] });
    const { observed, warnings } = observe(PENDING, noStore, AFTER);
    expect(observed).toMatchObject({ status: "unknown", authorization_required: false });
    expect(warnings).toEqual(["Cannot tell whether the link was made"]);
    expect(observe(observed, noStore, AFTER)).toEqual({ observed, warnings: [] });
  });

  it("no store any more, with an invitation: unknown, for nothing will ever tell", () => {
    expect(observe(INVITED, noStore, BEFORE).observed.status).toBe("unknown");
  });

  it.each([
    ["linked", LINKED],
    ["pending", INVITED],
  ])("declared, and the record is not in the store: %s becomes unknown, each time with a warning", (_, state) => {
    const { observed, warnings } = observe(state, notRecorded, AFTER);
    expect(observed).toMatchObject({ status: "unknown", authorization_required: false });
    expect(warnings).toEqual(["Cannot tell whether the link was made"]);
    expect(observe(observed, notRecorded, AFTER)).toEqual({ observed, warnings });
  });

  it("never recorded, as where the store came later: the URL is waited for, and then minted anew into the store", () => {
    const own = { ...OWN, isRecorded: false };
    expect(observe(PENDING, notRecorded, BEFORE, own)).toEqual({ observed: PENDING, warnings: [] });
    expect(observe(PENDING, notRecorded, AFTER, own).observed.status).toBe("stale");
  });

  it.each<[string, LinkState]>([
    ["pending", PENDING],
    ["linked", LINKED],
    ["stale", { ...PENDING, status: "stale" }],
  ])("no evidence to be had: %s stays as it was, with a warning", (_, state) => {
    const { observed, warnings } = observe(state, unavailable, AFTER);
    expect(observed).toBe(state);
    expect(warnings).toEqual(["Link could not be checked"]);
  });

  it("asked anew although linked: stays linked and awaited, and the URL goes when it lapses", () => {
    const outstanding = { ...LINKED, authorization_url: "u", ou_link_token: "t", assumed_expires_at: EXPIRES };
    const early = observe(outstanding, askedAnew, BEFORE).observed;
    expect(early).toMatchObject({ status: "linked", authorization_required: true, authorization_url: "u" });
    expect(early).toMatchObject({
      awaited_since: DECLARED,
      next_action: expect.stringContaining("send them to the authorization URL before it lapses") as string,
    });
    const late = observe(outstanding, askedAnew, AFTER).observed;
    expect(late).toMatchObject({ status: "linked", authorization_required: true, authorization_url: null });
    expect(late.next_action).toContain("has lapsed");
  });

  it("linked with another provider than the configuration names: the next action says so", () => {
    const { observed } = observe({ ...LINKED, conferencing_provider_name: "ms_teams" }, linked, AFTER);
    expect(observed.next_action).toMatch(
      /asked for zoom_enterprise and the configuration names ms_teams: change keepers/,
    );
  });

  it("a redemption that never ended is told, and the invitation works again", () => {
    const began = awaited({ redeemingSince: "2026-03-01T10:00:00.000Z" });
    expect(observe(INVITED, began, new Date("2026-03-01T10:01:00.000Z")).warnings).toEqual([]);
    const { observed, warnings } = observe(INVITED, began, new Date("2026-03-01T10:30:00.000Z"));
    expect(observed).toEqual(INVITED);
    expect(warnings).toEqual(["A redemption never ended"]);
  });

  it("a link that belongs to another declaration is told, with where that is", () => {
    const other = facts({ declaration: { id: "declaration-2", at: MINTED, place: "laptop:/home/a" } });
    const { observed, warnings } = observe(LINKED, { kind: "linked", authorization, link: other }, AFTER);
    expect(observed).toEqual(LINKED);
    expect(warnings).toEqual(["Link is declared elsewhere too"]);
  });

  it("a link that belongs to nobody, or was ended by another, is declared nowhere else", () => {
    expect(
      observe(LINKED, { kind: "linked", authorization, link: facts({ declaration: null }) }, AFTER).warnings,
    ).toEqual([]);
    const another = { declaration: { id: "declaration-2", at: MINTED, place: null } };
    const endedThere: Observation = {
      kind: "ended",
      link: { ...facts(another), ended: { at: MINTED, by: "destroy" } },
    };
    expect(observe(LINKED, endedThere, AFTER).warnings).toEqual([]);
  });

  it("awaited by a record that does not say since when: as the state has it", () => {
    expect(observe(INVITED, awaited({ awaited: null }), AFTER).observed).toEqual(INVITED);
  });

  it.each<[string, LinkState, Observation, string]>([
    [
      "is broken",
      { ...LINKED, remint: "never" },
      refused(),
      'Cronofy no longer accepts the authorization of us/ser_1, and remint = "never" mints nothing for that. Change ' +
        "keepers and apply to have the administrator authorize anew.",
    ],
    [
      "was restored from a backup",
      { ...LINKED, authorize_with: "invitation" },
      awaited(),
      "us/ser_1 was linked at 2026-03-01T10:05:00.000Z, and its record says that nobody has authorized. If the store was " +
        "restored from a backup, restore a later one, or have the administrator authorize anew.",
    ],
    [
      "is not in the program's records",
      LINKED,
      notAuthorized,
      "us/ser_1 was linked, and the program of the link_store has no authorization for it. Nothing is minted for that. If " +
        "it is lost, change keepers and apply to have the administrator authorize anew.",
    ],
    [
      "is not in the store",
      LINKED,
      notRecorded,
      "us/ser_1 has no record in the folder /var/lib/ou-link. Nothing is minted for that. Check that the provider uses the " +
        "store that the link service writes to; if the record is lost, change keepers and apply to have the administrator " +
        "asked anew.",
    ],
    [
      "has no store",
      PENDING,
      noStore,
      "Nobody can tell what became of us/ser_1: no link_store is configured. Configure the store that the link service " +
        "writes to, or change keepers and apply to have the administrator asked anew.",
    ],
    ["could not be checked", LINKED, unavailable, "Cronofy answered 503. What was known of us/ser_1 (linked) is kept."],
    [
      "could not be checked when it was imported",
      { ...LINKED, id: null, status: null },
      unavailable,
      "Cronofy answered 503. What was known of The link (nothing) is kept.",
    ],
    [
      "has a URL that nobody used",
      { ...PENDING, remint: "never" },
      awaited(),
      'Nobody used the authorization URL of us/ser_1 in time, and remint = "never" keeps it. Change keepers and apply to ' +
        "mint a new one.",
    ],
    [
      "is declared elsewhere",
      LINKED,
      {
        kind: "linked",
        authorization,
        link: facts({ declaration: { id: "declaration-2", at: MINTED, place: "laptop:/a" } }),
      },
      "us/ser_1 belongs to a declaration that was made at 2026-03-01T10:00:00.000Z (laptop:/a). Remove one of the two: " +
        "destroying this one leaves the link alone.",
    ],
    [
      "was redeemed without an end",
      INVITED,
      awaited({ redeemingSince: "2026-03-01T09:30:00.000Z" }),
      "An administrator of us/ser_1 came back at 2026-03-01T09:30:00.000Z, and whatever redeemed their code ended before it " +
        "could say what came of it: the authorization may exist at Cronofy although no record has it. They can come again " +
        "by the same invitation, or by a new URL.",
    ],
  ])("a warning of a link that %s says what to do", (_, state, observation, detail) => {
    const findings: unknown[] = [];
    observedState(state, observation, OWN, AFTER, (finding) => findings.push(finding));
    const path = detail.includes("Remove one of the two") ? { path: ["service_account_id"] } : {};
    expect(findings).toEqual([{ summary: expect.any(String) as string, detail, ...path }]);
  });

  describe("imported just now", () => {
    const imported: LinkState = { ...LINKED, status: "unknown", minted_at: null, linked_at: null };

    it("and not recorded: still unknown, with a warning", () => {
      const { observed, warnings } = observe(imported, notRecorded, AFTER, null);
      expect(observed.status).toBe("unknown");
      expect(warnings).toEqual(["Cannot tell whether the link was made"]);
    });

    it("and linked, or awaited: that, and no URL is missed, for importing mints nothing", () => {
      expect(observe(imported, linked, AFTER, null).observed.status).toBe("linked");
      expect(observe(imported, awaited(), AFTER, null).observed).toMatchObject({
        status: "pending",
        authorization_required: true,
        awaited_since: DECLARED,
      });
    });
  });

  describe("with a program that keeps the records", () => {
    const older: Observation = { kind: "refused", authorization, link: null, reason: "invalid_grant" };

    it("which has no authorization: a URL is waited for, and what was linked is unknown", () => {
      expect(observe(PENDING, notAuthorized, BEFORE).observed).toEqual(PENDING);
      expect(observe(PENDING, notAuthorized, AFTER).observed.status).toBe("stale");
      expect(observe(LINKED, notAuthorized, AFTER).observed.status).toBe("unknown");
      expect(observe({ ...LINKED, status: "unlinked" }, notAuthorized, AFTER).observed.status).toBe("unknown");
    });

    it("which hands out an authorization from before the administrator was asked anew: linked, and they are awaited", () => {
      const asked = { ...LINKED, authorize_with: "invitation", awaited_since: "2026-03-01T10:06:00.000Z" };
      expect(observe(asked, { kind: "linked", authorization, link: null }, AFTER).observed).toMatchObject({
        status: "linked",
        authorization_required: true,
        awaited_since: "2026-03-01T10:06:00.000Z",
      });
    });

    it("a refused authorization from before the administrator was asked is no news, and a later one is", () => {
      expect(observe({ ...PENDING, awaited_since: "2026-03-01T10:06:00.000Z" }, older, BEFORE).observed.status).toBe(
        "pending",
      );
      expect(observe(PENDING, older, BEFORE).observed.status).toBe("unlinked");
      expect(observe(LINKED, older, AFTER).observed.status).toBe("unlinked");
    });
  });
});

describe("what a resource instance remembers of its declaration", () => {
  const KEPT = { id: OWN.id, isRecorded: true, isImported: false };
  const another = facts({ declaration: { id: "declaration-2", at: DECLARED, place: null } });

  /** What is kept after a look at the record. */
  function kept(before: object | null, observation: Observation): unknown {
    const privateState = new Map<string, unknown>(before === null ? [] : [["own", before]]);
    keepDeclaration({ private: privateState } as never, OwnDeclaration.of(privateState as never), observation);
    return OwnDeclaration.of(privateState as never);
  }

  it.each<[string, Observation, boolean]>([
    ["its own", linked, false],
    ["another one's", { kind: "awaited", link: another }, true],
    ["nobody's", { kind: "awaited", link: facts({ declaration: null }) }, false],
  ])("is whether the record is %s", (_, observation, isDisplaced) => {
    expect(kept({ ...KEPT, isRecorded: false }, observation)).toEqual({ ...KEPT, ...(isDisplaced && { isDisplaced }) });
  });

  it.each([notRecorded, noStore, unavailable, { kind: "linked", authorization, link: null } as const])(
    "stays where no record is seen: %#",
    (observation) => {
      expect(kept(KEPT, observation)).toEqual(KEPT);
    },
  );

  it("is, after an import, the one that is recorded, or a new one where none is", () => {
    expect(kept(null, { kind: "awaited", link: another })).toEqual({
      id: "declaration-2",
      isRecorded: true,
      isImported: true,
    });
    const anyId = expect.stringMatching(/^[\w-]{22}$/) as string;
    const anew = { id: anyId, isImported: true };
    expect(kept(null, { kind: "awaited", link: facts({ declaration: null }) })).toEqual({ ...anew, isRecorded: true });
    expect(kept(null, notRecorded)).toEqual({ ...anew, isRecorded: false });
    expect(kept(null, unavailable)).toBeNull();
    expect(kept({ id: 7 }, notRecorded)).toEqual({ ...anew, isRecorded: false });
  });

  it("takes no more room than its id where nothing unusual is to be said", () => {
    const privateState = new Map<string, unknown>();
    OwnDeclaration.keep(privateState as never, KEPT);
    expect([...privateState]).toEqual([["own", OWN.id]]);
    expect(OwnDeclaration.of(privateState as never)).toEqual(KEPT);
  });

  it("is told with its place where that is known", () => {
    expect(placeAndTime({ id: "d", at: DECLARED, place: "build-7:/srv" })).toBe(`${DECLARED} (build-7:/srv)`);
    expect(placeAndTime({ id: "d", at: DECLARED, place: null })).toBe(DECLARED);
  });
});
