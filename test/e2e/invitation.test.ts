// A link whose administrator is invited, through real Terraform: what waits for days is waited for in silence.
import { FileLinkStore } from "../../src/link-store";
import { LINK, configuration, raiseStage } from "./stage";
import type { Stage } from "./stage";
import { LINK_TOKENS } from "./two-links";

jest.setTimeout(120_000);

let stage: Stage;
afterEach(() => stage.close());

const raise = async (arguments_: Record<string, string> = {}) => {
  stage = await raiseStage({ provider: "attached", linkServiceUrl: true });
  await stage.terraform.apply(use(arguments_));
};
const use = (arguments_: Record<string, string>) => {
  const text = configuration(stage, arguments_);
  // The link service's callback is where an invitation leads back to, so nobody has to say so.
  return { configuration: "redirect_uri" in arguments_ ? text : text.replace(/^ {2}redirect_uri = .*\n/m, "") };
};
const mints = () => stage.requests(...LINK_TOKENS);

describe("a link whose administrator is invited", () => {
  it("mints nothing, and its plan is empty for as long as it waits", async () => {
    await raise();
    const values = await stage.link();
    expect(values).toMatchObject({
      status: "pending",
      authorize_with: "invitation",
      redirect_uri: stage.callbackUrl,
      authorization_required: true,
      awaited_since: stage.clock.now().toISOString(),
      authorization_url: null,
      ou_link_token: null,
      minted_at: null,
      next_action: expect.stringContaining("Send the administrator the invitation") as string,
    });
    expect(values["invitation_url"]).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/invitations\/ey/);
    stage.clock.advance("400h");
    await stage.terraform.apply({ expectActions: {} });
    expect((await stage.link())["invitation_url"]).toBe(values["invitation_url"]);
    const page = await fetch(String(values["invitation_url"]));
    expect(await page.text()).toContain("<form");
    expect(await mints()).toBe(0);
  });

  it("is linked once they have been through, with what they were asked for; the invitation then says so", async () => {
    await raise({ conferencing_provider_name: '"zoom_enterprise"' });
    await stage.visit();
    await stage.terraform.apply({ expectActions: {} });
    expect(await stage.link()).toMatchObject({
      status: "linked",
      authorization_required: false,
      awaited_since: null,
      authorized_conferencing_provider_name: "zoom_enterprise",
    });
    expect((await stage.visit()).title).toBe("This is already linked");
    expect(await mints()).toBe(1);
  });

  it("is asked anew once the authorization is revoked, by the same invitation", async () => {
    await raise();
    const { invitation_url: invitation } = await stage.link();
    await stage.visit();
    await stage.refresh();
    await stage.admin("POST", "/revoke", { service_account_id: stage.serviceAccountId });
    stage.clock.advance("1h");
    const { plan } = await stage.terraform.apply({ expectActions: { [LINK]: "update" } });
    expect(plan.change(LINK)).toMatchObject({ before: { status: "unlinked" }, after: { status: "pending" } });
    expect(await stage.link()).toMatchObject({
      awaited_since: stage.clock.now().toISOString(),
      invitation_url: invitation,
    });
    expect((await stage.visit()).title).toBe("Conferencing is linked");
    await stage.terraform.refresh();
    expect(await stage.link()).toMatchObject({ status: "linked" });
  });

  it("keeps what it was authorized with when the provider's name changes, says so, and asks anew with keepers", async () => {
    await raise({ conferencing_provider_name: '"zoom_enterprise"' });
    await stage.visit();
    await stage.refresh();
    const teams = { conferencing_provider_name: '"ms_teams"' };
    const changed = await stage.terraform.apply(use(teams));
    expect(changed.message).toMatch(/The link stays as it was authorized.*change keepers/);
    expect(await stage.link()).toMatchObject({
      status: "linked",
      authorized_conferencing_provider_name: "zoom_enterprise",
      next_action: expect.stringMatching(/asked for zoom_enterprise .* names ms_teams/) as string,
    });

    stage.clock.advance("1h");
    await stage.terraform.apply(use({ ...teams, keepers: '{ provider = "ms_teams" }' }));
    expect(await stage.link()).toMatchObject({
      status: "linked",
      authorization_required: true,
      awaited_since: stage.clock.now().toISOString(),
      next_action: expect.stringContaining("asked to authorize anew") as string,
    });
    stage.clock.advance("1h");
    expect((await stage.visit()).title).toBe("Conferencing is linked");
    await stage.terraform.refresh();
    expect(await stage.link()).toMatchObject({
      status: "linked",
      authorization_required: false,
      authorized_conferencing_provider_name: "ms_teams",
    });
  });

  it("is read as pending by an import, which mints nothing and leaves nothing to plan", async () => {
    await raise();
    const before = await stage.link();
    await stage.terraform.workspace.run(["state", "rm", LINK]);
    stage.clock.advance("48h");
    await stage.terraform.import(LINK, `us/${stage.serviceAccountId}`);
    expect(await stage.link()).toMatchObject({
      status: "pending",
      authorization_required: true,
      awaited_since: before["awaited_since"],
      invitation_url: before["invitation_url"],
      next_action: before["next_action"],
    });
    expect(await mints()).toBe(0);
    await stage.terraform.destroy();
    expect((await stage.visit(before["invitation_url"])).status).toBe(410);
  });

  it.each(["us/nonsense", "mars/ser_1", "acc_64b17f9b8090ea21640c9151"])("is not imported by %s", async (id) => {
    await raise();
    await stage.terraform.workspace.run(["state", "rm", LINK]);
    const { message } = await stage.terraform.import(LINK, id, { expectError: /Not the id of a link/ });
    expect(message).toContain(JSON.stringify(id));
  });
});

describe("what stands in the way of an invitation", () => {
  it.each<[string, Record<string, string>, string, RegExp]>([
    ["no link service", { authorize_with: '"invitation"' }, "", /No link service to invite to.*link_service_url/],
    ["nowhere to return to", {}, "", /Missing redirect_uri.*link_service_url/],
    [
      "no store",
      {},
      'link_service_url = "https://links.example.com"\n  link_store = { command = ["true"] }',
      /An invitation needs a store.*link_store/,
    ],
    [
      "another way back",
      { redirect_uri: '"https://example.com/callback"' },
      'link_service_url = "https://links.example.com"',
      /Invitations return to the link service.*https:\/\/links\.example\.com\/callback/,
    ],
  ])("%s: the plan says so", async (_, arguments_, provider, expectError) => {
    stage = await raiseStage({ provider: "attached" });
    const text = configuration(stage, arguments_, provider);
    const isUrlGiven = "redirect_uri" in arguments_ || "authorize_with" in arguments_;
    await stage.terraform.plan({
      configuration: isUrlGiven ? text : text.replace(/^ {2}redirect_uri = .*\n/m, ""),
      expectError,
    });
  });

  it("is nothing for a link by URL: without a link service it mints at apply, beside the link service as well", async () => {
    await raise({ authorize_with: '"url"', redirect_uri: JSON.stringify("https://example.com/callback") });
    expect(await stage.link()).toMatchObject({
      authorize_with: "url",
      invitation_url: null,
      authorization_url: expect.stringContaining("/organizational_unit_oauth?") as string,
    });
    expect(await mints()).toBe(1);
    await stage.terraform.apply(use({ authorize_with: '"invitation"' }));
    expect(await stage.link()).toMatchObject({ status: "pending", authorization_url: null, ou_link_token: null });
    expect((await stage.visit()).title).toBe("Conferencing is linked");
  });
});

describe("a redemption that never ended", () => {
  beforeEach(async () => {
    await raise();
    const store = new FileLinkStore(stage.store);
    await store.locked(stage.keyOf(), async (record) => {
      const current = await record.current();
      if (current !== null) await record.write({ ...current, redeemingSince: stage.clock.now().toISOString() });
    });
    stage.clock.advance("1h");
  });

  it("is told by the next plan, and the invitation works again", async () => {
    const { message } = await stage.terraform.plan();
    expect(message).toMatch(/A redemption never ended.*may exist at Cronofy/);
    expect((await stage.visit()).title).toBe("Conferencing is linked");
    expect((await stage.terraform.refresh()).message).not.toContain("Warning");
  });

  it("is told by a destroy, for nothing can be revoked of it", async () => {
    expect((await stage.terraform.destroy()).message).toMatch(/A redemption never ended.*nothing here can revoke/);
  });
});
