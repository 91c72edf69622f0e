import { readdir } from "node:fs/promises";
import { LINK, configuration, raiseStage } from "./stage";
import type { Stage } from "./stage";

jest.setTimeout(120_000);

const LINK_TOKENS = ["POST", "/v1/organizational_unit_authorization_link_tokens"] as const;
const REVOCATIONS = ["POST", "/oauth/token/revoke"] as const;

describe("a service account whose authorization is recorded already", () => {
  let stage: Stage;

  beforeEach(async () => {
    stage = await raiseStage({ provider: "attached" });
    await stage.terraform.apply({ configuration: configuration(stage, { on_destroy: '"keep"' }) });
    await stage.authorize();
    await stage.apply();
  });
  afterEach(() => stage.close());

  const second = (arguments_ = "") => ({
    configuration: {
      "second.tf": `
        resource "cronofy_organizational_unit_link" "second" {
          service_account_id = ${JSON.stringify(stage.serviceAccountId)}
          redirect_uri       = ${JSON.stringify(stage.callbackUrl)}
          ${arguments_}
        }
      `,
    },
  });

  it("is adopted at create: nothing is minted, and the next plan reads that it is linked", async () => {
    await stage.terraform.destroy();
    await stage.terraform.apply();
    expect(await stage.link()).toMatchObject({
      status: "pending",
      authorization_url: null,
      ou_link_token: null,
      minted_at: null,
      next_action: expect.stringContaining("linked already") as string,
    });
    await stage.terraform.refresh();
    expect(await stage.link()).toMatchObject({ status: "linked", authorization_required: false });
    expect(await stage.requests(...LINK_TOKENS)).toBe(1);
  });

  it("is minted for all the same once Cronofy refuses the authorization", async () => {
    await stage.terraform.destroy();
    await stage.admin("POST", "/revoke", { service_account_id: stage.serviceAccountId });
    await stage.terraform.apply();
    expect(await stage.link()).toMatchObject({
      status: "pending",
      authorization_url: expect.stringContaining("/organizational_unit_oauth?") as string,
    });
    expect(await stage.requests(...LINK_TOKENS)).toBe(2);
  });

  it("belongs to the last of two links of the same service account, and both are told of each other", async () => {
    const { stdout } = await stage.terraform.apply(second());
    expect(stdout).toContain("Link was declared already");
    const { plan, message } = await stage.terraform.plan({ expectActions: {} });
    expect(plan.isEmpty).toBe(true);
    expect(plan.change("cronofy_organizational_unit_link.second").after).toMatchObject({ status: "linked" });
    expect(message).toMatch(/Link is declared elsewhere too.*with cronofy_organizational_unit_link\.acme/);
    expect(await stage.requests(...LINK_TOKENS)).toBe(1);

    // The link was ended, which the other one learns from the record: it asks anew.
    await stage.terraform.apply({
      configuration: { "second.tf": "" },
      expectNextActions: { [LINK]: "update" },
    });
    expect(await stage.requests(...REVOCATIONS)).toBe(1);
    expect((await stage.terraform.plan({ expectNonEmptyPlan: true })).plan.change(LINK)).toMatchObject({
      before: { status: "unlinked" },
      after: { status: "pending" },
    });
  });

  it("survives a resource that moves to another address", async () => {
    const moved = configuration(stage, { on_destroy: '"keep"' })
      .replace('"cronofy_organizational_unit_link" "acme"', '"cronofy_organizational_unit_link" "renamed"')
      .replaceAll("cronofy_organizational_unit_link.acme", "cronofy_organizational_unit_link.renamed");
    await stage.terraform.apply({
      configuration: `${moved}
        moved {
          from = cronofy_organizational_unit_link.acme
          to   = cronofy_organizational_unit_link.renamed
        }
      `,
      expectActions: {},
    });
    const state = await stage.terraform.state();
    expect(state.resource("cronofy_organizational_unit_link.renamed").values["status"]).toBe("linked");
    expect(await stage.requests(...LINK_TOKENS)).toBe(1);
  });

  it("survives a resource that is removed from the configuration with destroy = false", async () => {
    const [requirements = ""] = configuration(stage).split("resource ");
    await stage.terraform.apply({
      configuration: `${requirements}
        removed {
          from = cronofy_organizational_unit_link.acme
          lifecycle {
            destroy = false
          }
        }
      `,
    });
    const state = await stage.terraform.state();
    expect(state.addresses).toEqual([]);
    expect(await stage.requests(...REVOCATIONS)).toBe(0);
    expect(await readdir(stage.store)).toHaveLength(1);
  });
});
