// One record a link, and one declaration that it belongs to: what becomes of an authorization when links are replaced,
// renamed, forgotten, declared twice, or destroyed, through real Terraform.
import { FileLinkStore, stateOf } from "../../src/link-store";
import { LINK, configuration, raiseStage } from "./stage";
import type { Stage } from "./stage";

jest.setTimeout(120_000);

const REVOCATIONS = ["POST", "/oauth/token/revoke"] as const;

let stage: Stage;
beforeEach(async () => {
  stage = await raiseStage({ provider: "attached", linkServiceUrl: true });
});
afterEach(() => stage.close());

const use = (arguments_: Record<string, string> = {}, lifecycle = "") => ({
  configuration: configuration(stage, arguments_).replace(/(resource [^]*?)\n}/, `$1\n${lifecycle}\n}`),
});
const createFirst = "  lifecycle {\n    create_before_destroy = true\n  }";
const revocations = () => stage.requests(...REVOCATIONS);
const recordState = async () => {
  const record = await stage.authorizations.look(stage.keyOf());
  return record && stateOf(record);
};

async function linked(step = use()): Promise<void> {
  await stage.apply(step.configuration);
  expect((await stage.visit()).title).toBe("Conferencing is linked");
  await stage.refresh();
}

/** As by a person who wants it anew. */
const REPLACED = { args: [`-replace=${LINK}`], expectActions: { [LINK]: "replace" } } as const;

describe("a link that is replaced", () => {
  it("with create_before_destroy keeps its authorization: the new object adopts it, and the old one leaves it alone", async () => {
    await linked(use({}, createFirst));
    const { stdout, plan } = await stage.terraform.apply(REPLACED);
    expect(plan.change(LINK).actions).toEqual(["create", "delete"]);
    expect(stdout).toContain("Link left alone");
    expect(await revocations()).toBe(0);
    await stage.terraform.refresh();
    expect(await stage.link()).toMatchObject({ status: "linked", authorization_required: false });
  });

  it("as usual is ended, which the plan shows, and an administrator leads to linked again", async () => {
    await linked();
    const before = await stage.link();
    const { plan } = await stage.terraform.apply(REPLACED);
    // Terraform does not say why it replaces, and drops what a provider warns of a replacement: its values have to tell.
    expect(plan.change(LINK)).toMatchObject({
      actions: ["delete", "create"],
      before: { linked: true },
      after: { linked: false, linked_at: null },
    });
    expect(await revocations()).toBe(1);
    expect(await stage.link()).toMatchObject({
      status: "pending",
      next_action: expect.stringContaining("invitation") as string,
    });

    expect((await stage.visit(before["invitation_url"])).title).toBe("This invitation has been withdrawn");
    expect((await stage.visit()).status).toBe(200);
    await stage.terraform.refresh();
    const link = await stage.link();
    expect(link["status"]).toBe("linked");
  });

  it("by one of another service account is ended, which the plan tells", async () => {
    await linked();
    const another = JSON.stringify(stage.sandbox.service_accounts[1]?.service_account_id);
    const { message } = await stage.terraform.apply(use({ service_account_id: another }));
    expect(message).toMatch(/Ends a working link.*Replacing it revokes/);
    expect(await recordState()).toBe("ended");
  });
});

describe("links whose keys are renamed without a moved block", () => {
  const fleet = (names: readonly string[]) => ({
    configuration: `${configuration(stage).split('resource "')[0]}
locals {
  customers = { ${names.map((name, index) => `${name} = "${accountOf(index)}"`).join(", ")} }
}
resource "cronofy_organizational_unit_link" "customer" {
  for_each           = local.customers
  service_account_id = each.value
}
`,
  });
  const accountOf = (index: number) =>
    stage.sandbox.service_accounts[index % stage.sandbox.service_accounts.length]?.service_account_id ?? "";

  it("end up linked or awaited, never in between, and an apply and an administrator lead each to linked", async () => {
    const count = Math.min(3, stage.sandbox.service_accounts.length);
    const names = (prefix: string) => Array.from({ length: count }, (_, index) => `${prefix}${index}`);
    await stage.terraform.apply(fleet(names("old")));
    const state = await stage.terraform.state();
    for (const address of state.addresses) await stage.visit(state.resource(address).values["invitation_url"]);
    await stage.refresh();

    const renamed = await stage.terraform.apply(fleet(names("new")));
    expect(renamed.message).toContain("Ends a working link");
    await stage.terraform.refresh();
    const after = await stage.terraform.state();
    for (const address of after.addresses) {
      const { values } = after.resource(address);
      const record = await stage.authorizations.look(stage.keyOf(String(values["service_account_id"])));
      expect([values["status"], record && stateOf(record)]).toEqual(
        values["status"] === "linked" ? ["linked", "authorized"] : ["pending", "invited"],
      );
      if (values["status"] === "pending") await stage.visit(values["invitation_url"]);
    }
    await stage.terraform.refresh();
    const end = await stage.terraform.state();
    expect(end.addresses.map((each) => end.resource(each).values["status"])).toEqual(end.addresses.map(() => "linked"));
  });
});

describe("a link that is declared in two states", () => {
  it("belongs to the later one: destroying it in the earlier one leaves the authorization alone, and says where it is", async () => {
    await linked();
    await stage.terraform.workspace.run(["state", "rm", LINK]);
    const { stdout } = await stage.terraform.apply();
    expect(stdout).toContain("Link was declared already");

    const second = await stage.another(configuration(stage));
    const taken = await second.apply();
    expect(taken.message).toMatch(/Link was declared already .* was declared at 2\d{3}-.* \(.+:.+\)/);
    const { message } = await stage.terraform.plan();
    expect(message).toContain("Link is declared elsewhere too");

    const { stdout: destroyed } = await stage.terraform.destroy();
    expect(destroyed).toContain("Link left alone");
    expect(destroyed).not.toContain("Ends a working link");
    expect(await revocations()).toBe(0);
    await second.refresh();
    const state = await second.state();
    expect(state.resource(LINK).values["status"]).toBe("linked");
    await second.destroy();
    expect([await revocations(), await recordState()]).toEqual([1, "ended"]);
  });

  it("is asked anew where the other state has ended it", async () => {
    await linked();
    const second = await stage.another(configuration(stage));
    await second.apply();
    await second.destroy();
    const { plan } = await stage.terraform.apply({ expectActions: { [LINK]: "update" } });
    expect(plan.change(LINK)).toMatchObject({ before: { status: "unlinked" }, after: { status: "pending" } });
    expect((await stage.visit()).title).toBe("Conferencing is linked");
    await stage.terraform.refresh();
    expect(await stage.link()).toMatchObject({ status: "linked" });
  });
});

describe("a destroy", () => {
  it("that ends a working authorization is told in the plan, with the ways around it; one that ends nothing is not", async () => {
    await stage.apply(use().configuration);
    const waiting = await stage.terraform.plan({ args: ["-destroy"], expectNonEmptyPlan: true });
    expect(waiting.message).not.toContain("Warning");
    await stage.visit();
    const { message } = await stage.terraform.plan({ args: ["-destroy"], expectNonEmptyPlan: true });
    expect(message).toMatch(/Ends a working link.*moved block.*removed block.*on_destroy = "keep"/);
  });

  it("that reaches another store says that nothing was revoked", async () => {
    await linked();
    const elsewhere = configuration(stage, {}, `link_store = { file = ${JSON.stringify(`${stage.store}-typo`)} }`);
    const { message } = await stage.terraform.apply({ configuration: elsewhere });
    const state = await stage.terraform.state();
    expect(message).toMatch(/has no record in the folder .*-typo/);
    expect(state.resource(LINK).values["status"]).toBe("unknown");
    const { stdout } = await stage.terraform.destroy();
    expect(stdout).toContain("Authorization not revoked");
    expect(stdout).toContain("-typo");
    expect([await revocations(), await recordState()]).toEqual([0, "authorized"]);
  });

  it("with on_destroy = keep leaves the authorization to whatever declares the link next", async () => {
    await linked(use({ on_destroy: '"keep"' }));
    expect((await stage.terraform.destroy()).stdout).toContain("Authorization kept");
    const { message } = await stage.terraform.apply();
    expect(message).not.toContain("Warning");
    await stage.terraform.refresh();
    expect(await stage.link()).toMatchObject({ status: "linked" });
    expect(await revocations()).toBe(0);
  });

  it("withdraws the invitation: who opens it links nothing", async () => {
    await stage.apply(use().configuration);
    const { invitation_url: invitation } = await stage.link();
    await stage.terraform.destroy();
    const page = await stage.visit(invitation);
    expect([page.status, page.title]).toEqual([410, "This invitation has been withdrawn"]);
    expect(await recordState()).toBe("ended");
  });
});

describe("a store that cannot be written", () => {
  it.each<[string, string, RegExp]>([
    ["a folder that cannot be made", '{ file = "/dev/null/links" }', /Link store failed.*\/dev\/null\/links/],
    ["a home folder that nobody expands", '{ file = "~/links" }', /"~\/links".*pathexpand/],
    [
      "a database that does not answer",
      '{ postgres = "postgres://u@127.0.0.1:1/links" }',
      /Link store failed.*127\.0\.0\.1/,
    ],
    ["a program that is not there", '{ command = ["/no/such/program"] }', /Link store failed.*\/no\/such\/program/],
  ])("fails the apply before anybody is sent for: %s", async (_, store, expectError) => {
    const text = configuration(stage, { authorize_with: '"url"' }, `link_store = ${store}`);
    await stage.terraform.apply({ configuration: text, expectError });
    expect((await stage.terraform.state()).addresses).toEqual([]);
    expect(await stage.requests("POST", "/v1/organizational_unit_authorization_link_tokens")).toBe(0);
  });

  it("is no obstacle for a change that needs no record", async () => {
    await stage.apply(use().configuration);
    const broken = configuration(stage, { on_destroy: '"keep"' }, 'link_store = { file = "/dev/null/links" }');
    const { message } = await stage.terraform.apply({ configuration: broken, expectActions: { [LINK]: "update" } });
    expect(message).toContain("Link could not be checked");
    expect(await stage.link()).toMatchObject({ on_destroy: "keep", status: "pending" });
  });

  it("and one that is not the link service's shows at the invitation, and the log names both", async () => {
    const other = new FileLinkStore(`${stage.store}-other`);
    const elsewhere = configuration(stage, {}, `link_store = { file = ${JSON.stringify(`${stage.store}-other`)} }`);
    await stage.terraform.apply({ configuration: elsewhere });
    expect(await other.look(stage.keyOf())).not.toBeNull();
    const page = await stage.visit();
    expect(page.status).toBe(503);
    expect(await stage.requests("POST", "/v1/organizational_unit_authorization_link_tokens")).toBe(0);
  });
});
