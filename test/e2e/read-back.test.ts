import { readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { configuration, raiseStage } from "./stage";
import type { Stage } from "./stage";

jest.setTimeout(120_000);

const LINK_TOKENS = ["POST", "/v1/organizational_unit_authorization_link_tokens"] as const;
const LIFETIME = 10 * 60;

describe("what a plan proposes by what is observed, through real Terraform", () => {
  let stage: Stage;

  beforeEach(async () => {
    stage = await raiseStage({ provider: "attached" });
    expect((await stage.terraform.apply()).exitCode).toBe(0);
  });
  afterEach(() => stage.close());

  const change = async () => {
    const { plan, stdout, exitCode } = await stage.terraform.plan();
    const { actions, after } = plan?.resource_changes?.[0]?.change ?? {};
    return { actions, after: after as Record<string, unknown>, stdout, exitCode };
  };
  const use = (arguments_: Record<string, string>, provider?: string) =>
    stage.terraform.write({ "main.tf": configuration(stage, arguments_, provider) });

  it("mints anew, in place, when the URL has lapsed unused, and then waits again", async () => {
    const before = await stage.link();
    stage.clock.advance(LIFETIME);
    expect(await change()).toMatchObject({ actions: ["update"], after: { status: "pending" } });
    expect((await stage.terraform.apply()).exitCode).toBe(0);
    const after = await stage.link();
    expect(after["ou_link_token"]).not.toBe(before["ou_link_token"]);
    expect(await change()).toMatchObject({ exitCode: 0 });
    expect(await stage.requests(...LINK_TOKENS)).toBe(2);
  });

  it("mints nothing by planning, however often", async () => {
    stage.clock.advance(LIFETIME);
    await change();
    await change();
    expect(await stage.requests(...LINK_TOKENS)).toBe(1);
  });

  it("leaves a lapsed URL alone with remint = never, and says what to do", async () => {
    await use({ remint: '"never"' });
    await stage.terraform.apply();
    stage.clock.advance(LIFETIME);
    const { actions, after, stdout } = await change();
    expect(actions).toEqual(["no-op"]);
    expect(after["status"]).toBe("stale");
    expect(stdout).toContain("Change keepers and apply");
  });

  it("keeps a link linked, whatever the clock says", async () => {
    await stage.authorize();
    await stage.terraform.apply();
    stage.clock.advance(400 * 24 * 3600);
    await stage.admin("POST", "/clock", { advance_seconds: 400 * 24 * 3600 });
    expect(await change()).toMatchObject({ exitCode: 0, after: { status: "linked" } });
  });

  it("keeps what is known while Cronofy is out of reach, and mints nothing for lack of evidence", async () => {
    await stage.authorize();
    await stage.terraform.apply();
    stage.clock.advance(LIFETIME * 100);
    await stage.admin("POST", "/faults", { path: "/v1/userinfo", status: 404, times: 1000 });
    await stage.admin("POST", "/faults", { path: "/oauth/token", drop: "before", times: 1000 });
    const { actions, after, stdout } = await change();
    expect(actions).toEqual(["no-op"]);
    expect(after["status"]).toBe("linked");
    expect(stdout).toContain("Link could not be checked");
  });

  it("does not take a missing record for a missing link", async () => {
    await stage.authorize();
    await stage.terraform.apply();
    for (const file of await readdir(stage.store)) await rm(path.join(stage.store, file), { recursive: true });
    const { actions, after, stdout } = await change();
    expect(actions).toEqual(["no-op"]);
    expect(after["status"]).toBe("unknown");
    expect(stdout).toContain("Authorization record is gone");
  });

  it("keeps what is known of a link whose record is corrupt, and the record", async () => {
    await stage.authorize();
    await stage.terraform.apply();
    const [file = ""] = await readdir(stage.store);
    await writeFile(path.join(stage.store, file), "{ half a rec");
    const { actions, after, stdout } = await change();
    expect(actions).toEqual(["no-op"]);
    expect(after["status"]).toBe("linked");
    expect(stdout).toContain(file);
    expect(await readdir(stage.store)).toContain(file);
  });

  it("rebuilds the URL around the same token when only its shape changes", async () => {
    const before = await stage.link();
    await use({ conferencing_provider_name: '"ms_teams"', authorization_parameters: '{ locale = "de" }' });
    await stage.terraform.apply();
    const after = await stage.link();
    expect(after["ou_link_token"]).toBe(before["ou_link_token"]);
    expect(String(after["authorization_url"])).toContain("conferencing_provider_name=ms_teams");
    expect(String(after["authorization_url"])).toContain("locale=de");
    expect(await stage.requests(...LINK_TOKENS)).toBe(1);
    expect(await change()).toMatchObject({ exitCode: 0 });
  });

  it("mints anew when keepers change, and stays linked until the administrator returns", async () => {
    await stage.authorize();
    await stage.terraform.apply();
    stage.clock.advance(1);
    await use({ keepers: '{ round = "2" }' });
    expect(await change()).toMatchObject({ actions: ["update"], after: { status: "linked" } });
    expect((await stage.terraform.apply()).exitCode).toBe(0);
    expect(String((await stage.link())["authorization_url"])).toContain("/organizational_unit_oauth?");
    expect(await change()).toMatchObject({ exitCode: 0 });
    stage.clock.advance(1);
    expect((await stage.authorize()).status).toBe(200);
    await stage.terraform.apply();
    expect(await stage.link()).toMatchObject({ status: "linked", authorization_url: null });
  });

  it("moves the assumed expiry with the lifetime, without minting", async () => {
    const { minted_at } = await stage.link();
    await use({ link_token_lifetime: '"1h"' });
    await stage.terraform.apply();
    const { assumed_expires_at } = await stage.link();
    expect(Date.parse(String(assumed_expires_at)) - Date.parse(String(minted_at))).toBe(3_600_000);
    expect(await stage.requests(...LINK_TOKENS)).toBe(1);
  });

  it("replaces the link when the service account changes", async () => {
    await use({ service_account_id: JSON.stringify(stage.sandbox.service_accounts[1]?.service_account_id) });
    expect((await change()).actions).toEqual(["delete", "create"]);
    expect((await stage.terraform.apply()).exitCode).toBe(0);
    expect(await change()).toMatchObject({ exitCode: 0 });
  });

  it("leaves authorization and record alone with on_destroy = keep, and says so", async () => {
    await use({ on_destroy: '"keep"' });
    await stage.terraform.apply();
    await stage.authorize();
    const run = await stage.terraform.destroy();
    expect(run.stdout).toContain("Authorization kept");
    expect(await stage.requests("POST", "/oauth/token/revoke")).toBe(0);
    expect(await readdir(stage.store)).toHaveLength(1);
  });

  it("imports without minting, and reads the link back", async () => {
    await use({ on_destroy: '"keep"' });
    await stage.terraform.apply();
    await stage.authorize();
    await stage.terraform.destroy();
    await use({});
    const address = "cronofy_organizational_unit_link.acme";
    expect((await stage.terraform.import(address, stage.serviceAccountId)).exitCode).toBe(0);
    expect(await stage.link()).toMatchObject({ id: `us/${stage.serviceAccountId}`, status: "linked" });
    expect((await stage.terraform.apply()).exitCode).toBe(0);
    expect(await change()).toMatchObject({ exitCode: 0, after: { status: "linked" } });
    expect(await stage.requests(...LINK_TOKENS)).toBe(1);
  });
});

describe("without an authorization store", () => {
  it("does not let the clock alone mint for ever", async () => {
    const stage = await raiseStage({ provider: "attached", env: { OU_LINK_STORE_FILE: undefined } });
    try {
      await stage.terraform.apply();
      expect((await stage.terraform.plan()).exitCode).toBe(0);
      stage.clock.advance(LIFETIME);
      const { plan, stdout } = await stage.terraform.plan();
      expect(plan?.resource_changes?.[0]?.change).toMatchObject({ actions: ["no-op"], after: { status: "unknown" } });
      expect(stdout).toContain("Cannot tell whether the link was made");
      await stage.terraform.apply();
      expect(await stage.requests(...LINK_TOKENS)).toBe(1);
    } finally {
      await stage.close();
    }
  });
});
