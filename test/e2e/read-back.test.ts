import { readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { LINK, configuration, raiseStage } from "./stage";
import type { Stage } from "./stage";

jest.setTimeout(120_000);

const LINK_TOKENS = ["POST", "/v1/organizational_unit_authorization_link_tokens"] as const;
const LIFETIME = "10m";
const DAY = 24 * 3_600_000;

describe("what a plan proposes by what is observed, through real Terraform", () => {
  let stage: Stage;

  beforeEach(async () => {
    stage = await raiseStage({ provider: "attached" });
    await stage.apply();
  });
  afterEach(() => stage.close());

  const use = (arguments_: Record<string, string>, provider?: string) => ({
    configuration: configuration(stage, arguments_, provider),
  });
  /** The link is to be left alone, and this is what was read of it. Outputs that follow it may change. */
  const unchanged = async () => {
    const { plan, stdout } = await stage.terraform.plan({ expectActions: {} });
    expect(plan.change(LINK).actions).toEqual(["no-op"]);
    return { after: plan.change(LINK).after, stdout };
  };

  it("mints anew, in place, when the URL has lapsed unused, and then waits again", async () => {
    const before = await stage.link();
    stage.clock.advance(LIFETIME);
    const { plan } = await stage.terraform.plan({ expectActions: { [LINK]: "update" } });
    expect(plan.change(LINK).after).toMatchObject({ status: "pending" });
    await stage.terraform.apply();
    const link = await stage.link();
    expect(link["ou_link_token"]).not.toBe(before["ou_link_token"]);
    expect(await stage.requests(...LINK_TOKENS)).toBe(2);
  });

  it("mints nothing by planning, however often", async () => {
    stage.clock.advance(LIFETIME);
    await stage.terraform.plan({ expectNonEmptyPlan: true });
    await stage.terraform.plan({ expectNonEmptyPlan: true });
    expect(await stage.requests(...LINK_TOKENS)).toBe(1);
  });

  it("leaves a lapsed URL alone with remint = never, and says what to do", async () => {
    await stage.terraform.apply(use({ remint: '"never"' }));
    stage.clock.advance(LIFETIME);
    const { after, stdout } = await unchanged();
    expect(after).toMatchObject({ status: "stale" });
    expect(stdout).toContain("Change keepers and apply");
  });

  it("keeps a link linked, whatever the clock says", async () => {
    await stage.authorize();
    await stage.apply();
    stage.clock.advance(400 * DAY);
    const { plan } = await stage.terraform.plan({ expectActions: {} });
    expect(plan.isEmpty).toBe(true);
    expect(plan.change(LINK).after).toMatchObject({ status: "linked" });
  });

  it("keeps what is known while Cronofy is out of reach, and mints nothing for lack of evidence", async () => {
    await stage.authorize();
    await stage.apply();
    stage.clock.advance("1000m");
    await stage.admin("POST", "/faults", { path: "/v1/userinfo", status: 404, times: 1000 });
    await stage.admin("POST", "/faults", { path: "/oauth/token", drop: "before", times: 1000 });
    const { after, stdout } = await unchanged();
    expect(after).toMatchObject({ status: "linked" });
    expect(stdout).toContain("Link could not be checked");
  });

  it("does not take a missing record for a missing link", async () => {
    await stage.authorize();
    await stage.apply();
    for (const file of await readdir(stage.store)) await rm(path.join(stage.store, file), { recursive: true });
    const { after, stdout } = await unchanged();
    expect(after).toMatchObject({ status: "unknown" });
    expect(stdout).toContain("Cannot tell whether the link was made");
    expect(stdout).toContain(stage.store);
  });

  it("keeps what is known of a link whose record is corrupt, and the record", async () => {
    await stage.authorize();
    await stage.apply();
    const [file = ""] = await readdir(stage.store);
    await writeFile(path.join(stage.store, file), "{ half a rec");
    const { after, stdout } = await unchanged();
    expect(after).toMatchObject({ status: "linked" });
    expect(stdout).toContain(file);
    expect(await readdir(stage.store)).toContain(file);
  });

  it("rebuilds the URL around the same token when only its shape changes", async () => {
    const before = await stage.link();
    await stage.terraform.apply(
      use({ conferencing_provider_name: '"ms_teams"', authorization_parameters: '{ locale = "de" }' }),
    );
    const state = await stage.terraform.state();
    const after = state.resource(LINK).values;
    expect(after["ou_link_token"]).toBe(before["ou_link_token"]);
    expect(String(after["authorization_url"])).toContain("conferencing_provider_name=ms_teams");
    expect(String(after["authorization_url"])).toContain("locale=de");
    expect(await stage.requests(...LINK_TOKENS)).toBe(1);
  });

  it("mints anew when keepers change, and stays linked until the administrator returns", async () => {
    await stage.authorize();
    await stage.apply();
    stage.clock.advance("1s");
    const { plan } = await stage.terraform.apply({
      ...use({ keepers: '{ round = "2" }' }),
      expectActions: { [LINK]: "update" },
    });
    const state = await stage.terraform.state();
    expect(plan.change(LINK).after).toMatchObject({ status: "linked" });
    expect(String(state.resource(LINK).values["authorization_url"])).toContain("/organizational_unit_oauth?");
    stage.clock.advance("1s");
    expect((await stage.authorize()).status).toBe(200);
    await stage.terraform.apply();
    expect(await stage.link()).toMatchObject({ status: "linked", authorization_url: null });
  });

  it("moves the assumed expiry with the lifetime, without minting", async () => {
    const { minted_at } = await stage.link();
    await stage.terraform.apply(use({ link_token_lifetime: '"1h"' }));
    const { assumed_expires_at } = await stage.link();
    expect(Date.parse(String(assumed_expires_at)) - Date.parse(String(minted_at))).toBe(3_600_000);
    expect(await stage.requests(...LINK_TOKENS)).toBe(1);
  });

  it("replaces the link when the service account changes", async () => {
    const another = JSON.stringify(stage.sandbox.service_accounts[1]?.service_account_id);
    const { plan } = await stage.terraform.apply({
      ...use({ service_account_id: another }),
      expectActions: { [LINK]: "replace" },
    });
    expect(plan.change(LINK).actions).toEqual(["delete", "create"]);
  });

  it("leaves authorization and record alone with on_destroy = keep, and says so", async () => {
    await stage.terraform.apply(use({ on_destroy: '"keep"' }));
    await stage.authorize();
    const { stdout } = await stage.terraform.destroy();
    expect(stdout).toContain("Authorization kept");
    expect(await stage.requests("POST", "/oauth/token/revoke")).toBe(0);
    expect(await readdir(stage.store)).toHaveLength(1);
  });

  it("imports without minting, and reads the link back", async () => {
    await stage.terraform.apply(use({ on_destroy: '"keep"' }));
    await stage.authorize();
    await stage.terraform.destroy();
    await stage.terraform.import(LINK, stage.serviceAccountId, {
      ...use({}),
      // Cronofy does not tell which redirect URI the configuration means.
      expectNextActions: { [LINK]: "update" },
    });
    expect(await stage.link()).toMatchObject({ id: `us/${stage.serviceAccountId}`, status: "linked" });
    await stage.terraform.apply();
    expect(await stage.link()).toMatchObject({ status: "linked" });
    expect(await stage.requests(...LINK_TOKENS)).toBe(1);
  });
});

describe("without a link store", () => {
  it("does not let the clock alone mint for ever", async () => {
    const stage = await raiseStage({ provider: "attached", env: { OU_LINK_STORE_FILE: undefined } });
    try {
      await stage.apply();
      stage.clock.advance(LIFETIME);
      const { plan, stdout } = await stage.terraform.plan({ expectActions: { [LINK]: "no-op" } });
      expect(plan.change(LINK)).toMatchObject({ actions: ["no-op"], after: { status: "unknown" } });
      expect(stdout).toContain("Cannot tell whether the link was made");
      await stage.terraform.apply();
      expect(await stage.requests(...LINK_TOKENS)).toBe(1);
    } finally {
      await stage.close();
    }
  });
});
