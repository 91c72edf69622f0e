import { observedState } from "../../src/provider/observed-state";
import type { Observation } from "../../src/provider/cronofy";
import type { LinkState } from "../../src/provider/organizational-unit-link";

const MINTED = "2026-03-01T10:00:00.000Z";
const EXPIRES = "2026-03-01T10:10:00.000Z";
const BEFORE = new Date("2026-03-01T10:09:59.999Z");
const AFTER = new Date(EXPIRES);

const PENDING: LinkState = {
  service_account_id: "ser_1",
  redirect_uri: "https://example.com/callback",
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
  authorization_url: "https://app.example.com/organizational_unit_oauth?ou_link_token=t",
  ou_link_token: "t",
  invitation_url: null,
  minted_at: MINTED,
  assumed_expires_at: EXPIRES,
  organizational_unit_id: null,
  scope: null,
  linked_at: null,
  next_action: "Send the administrator to the authorization URL before it lapses.",
};
const LINKED: LinkState = {
  ...PENDING,
  status: "linked",
  linked: true,
  authorization_required: false,
  authorization_url: null,
  ou_link_token: null,
  assumed_expires_at: null,
  organizational_unit_id: "ou_1",
  scope: "organizational_unit_use_integrations",
  linked_at: "2026-03-01T10:05:00.000Z",
  next_action: "Nothing to do: the Organizational Unit is linked.",
};
const linked: Observation = {
  kind: "linked",
  organizationalUnitId: "ou_1",
  scope: "organizational_unit_use_integrations",
  linkedAt: "2026-03-01T10:05:00.000Z",
};
const refused = (refusedAt: string): Observation => ({ kind: "refused", refusedAt, reason: "invalid_grant" });
const notRecorded: Observation = { kind: "not-recorded", store: "the folder /var/lib/ou-link" };
const unavailable: Observation = { kind: "unavailable", reason: "Cronofy answered 503.", cause: undefined };
const noStore: Observation = { kind: "no-store" };

function observe(state: LinkState, observation: Observation, now: Date) {
  const warnings: string[] = [];
  const observed = observedState(state, observation, now, ({ summary }) => warnings.push(summary));
  return { observed, warnings };
}

describe("what a link's state becomes by what was observed", () => {
  it.each([BEFORE, AFTER])("linked: the URL, its token and its expiry go, whatever the clock says (%s)", (now) => {
    expect(observe(PENDING, linked, now)).toEqual({ observed: LINKED, warnings: [] });
  });

  it("not recorded, before the assumed expiry: nothing changes", () => {
    expect(observe(PENDING, notRecorded, BEFORE)).toEqual({ observed: PENDING, warnings: [] });
  });

  it("not recorded, after it: stale, and the URL stays to be seen", () => {
    const { observed, warnings } = observe(PENDING, notRecorded, AFTER);
    expect(observed).toMatchObject({ status: "stale", authorization_required: true, ou_link_token: "t" });
    expect(warnings).toEqual([]);
  });

  it("refused before it was minted anew, with no URL out: that is news, for the clock was moved back", () => {
    const { observed } = observe({ ...LINKED, minted_at: MINTED }, refused("2026-03-01T09:00:00.000Z"), AFTER);
    expect(observed).toMatchObject({ status: "unlinked", authorization_required: true });
  });

  it("refused in the future, while a URL is out: no news, or every apply would mint until then", () => {
    expect(observe(PENDING, refused("2026-03-02T00:00:00.000Z"), BEFORE)).toEqual({ observed: PENDING, warnings: [] });
  });

  it("refused, remint = never: unlinked, with one warning", () => {
    const { observed, warnings } = observe({ ...LINKED, remint: "never" }, refused(EXPIRES), AFTER);
    expect(observed).toMatchObject({ status: "unlinked" });
    expect(warnings).toEqual(["Link is broken"]);
  });

  it("not recorded, after it, remint = never: stale, with one warning", () => {
    const { observed, warnings } = observe({ ...PENDING, remint: "never" }, notRecorded, AFTER);
    expect(observed.status).toBe("stale");
    expect(warnings).toEqual(["Authorization URL has lapsed"]);
  });

  it("was linked, now refused: unlinked", () => {
    const { observed, warnings } = observe(LINKED, refused("2026-04-01T00:00:00.000Z"), AFTER);
    expect(observed).toMatchObject({ status: "unlinked", linked: false, authorization_required: true });
    expect(warnings).toEqual([]);
  });

  it("refused before the last minting: that minting waits for its administrator", () => {
    const before = refused("2026-03-01T09:59:00.000Z");
    expect(observe(PENDING, before, BEFORE).observed.status).toBe("pending");
    expect(observe(PENDING, before, AFTER).observed.status).toBe("stale");
  });

  it("no store: unchanged until the URL has lapsed, then unknown with a warning, and the clock alone mints nothing", () => {
    expect(observe(PENDING, noStore, BEFORE)).toEqual({ observed: PENDING, warnings: [] });
    const { observed, warnings } = observe(PENDING, noStore, AFTER);
    expect(observed).toMatchObject({ status: "unknown", authorization_required: false });
    expect(warnings).toEqual(["Cannot tell whether the link was made"]);
    expect(observe(observed, noStore, AFTER)).toEqual({ observed, warnings: [] });
  });

  it("was linked, record gone: unknown, with a warning that names the store", () => {
    const { observed, warnings } = observe(LINKED, notRecorded, AFTER);
    expect(observed).toMatchObject({ status: "unknown", authorization_required: false });
    expect(warnings).toEqual(["Authorization record is gone"]);
    expect(observe(observed, notRecorded, AFTER)).toEqual({ observed, warnings: [] });
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

  it("minted again although linked: the new URL stays until it lapses or is used", () => {
    const asked: LinkState = { ...PENDING, ...LINKED, minted_at: "2026-03-01T11:00:00.000Z" };
    const outstanding = {
      ...asked,
      authorization_url: "u",
      ou_link_token: "t",
      assumed_expires_at: "2026-03-01T11:10:00.000Z",
    };
    const early = observe(outstanding, linked, new Date("2026-03-01T11:05:00.000Z")).observed;
    expect(early).toMatchObject({ status: "linked", authorization_url: "u" });
    const late = observe(outstanding, linked, new Date("2026-03-01T11:10:00.000Z")).observed;
    expect(late).toMatchObject({ status: "linked", authorization_url: null });
  });

  it("imported and not recorded: still unknown", () => {
    const imported: LinkState = { ...LINKED, status: "unknown", minted_at: null, linked_at: null };
    expect(observe(imported, notRecorded, AFTER)).toEqual({ observed: imported, warnings: [] });
    expect(observe(imported, linked, AFTER).observed.status).toBe("linked");
  });
});
