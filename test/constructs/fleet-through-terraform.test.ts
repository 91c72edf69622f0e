import { writeFile } from "node:fs/promises";
import path from "node:path";
import { DataResource, TerraformOutput } from "cdktf";
import { HookEngine, LinkHook, OrganizationalUnitLink, OrganizationalUnitLinks } from "../../src/constructs";
import { LINK_TOKENS } from "../e2e/two-links";
import { raiseHookStage } from "./hook-stage";
import type { HookStage } from "./hook-stage";

jest.setTimeout(240_000);

const DAY = 86_400_000;

describe("a fleet, through real Terraform", () => {
  let stage: HookStage;
  beforeAll(async () => {
    stage = await raiseHookStage();
  });
  afterAll(() => stage.close());

  const account = (index: number) => stage.sandbox.service_accounts[index]?.service_account_id ?? "";

  const fleet = ({ gated = false } = {}) =>
    stage.synthesize((stack) => {
      const customers = new OrganizationalUnitLinks(stack, "customers", {
        redirectUri: stage.callbackUrl,
        links: {
          acme: { serviceAccountId: account(0) },
          globex: { serviceAccountId: account(1) },
          former: { serviceAccountId: "ser_of_a_former_customer", enabled: false },
        },
        onUnlinked: LinkHook.command("exit 1"),
        hookEngine: HookEngine.TERRAFORM_DATA,
      });
      customers.outputReport("report");
      customers.outputStatuses("statuses");
      customers.outputAuthorizationUrls("urls");
      customers.outputInvitationUrls("invitations");
      customers.link("former").outputStatus("former_status");
      customers.link("former").outputReport("former_report");
      customers.expectLinkedWithinDays(14);
      if (gated) {
        const completion = customers.link("globex").requireLinked();
        const live = new DataResource(stack, "live", {
          input: { since: completion.linkedAt },
          dependsOn: [completion],
        });
        live.node.addDependency(completion);
      }
    });

  it("puts out what is known of each link", async () => {
    const { state } = await stage.terraform.apply(fleet());
    expect(state.outputs).toEqual({
      report: {
        acme: {
          link_id: `us/${account(0)}`,
          service_account_id: account(0),
          status: "pending",
          linked: false,
          authorization_required: true,
          next_action: "Send the administrator to the authorization URL before it lapses.",
          minted_at: "2030-01-01T00:00:00.000Z",
          assumed_expires_at: "2030-01-01T00:10:00.000Z",
          linked_at: null,
          organizational_unit_id: null,
        },
        globex: expect.objectContaining({ status: "pending" }) as object,
      },
      statuses: { acme: "pending", globex: "pending" },
      urls: { acme: expect.stringMatching(/^http/) as string, globex: expect.stringMatching(/^http/) as string },
      invitations: { acme: null, globex: null },
      former_status: "",
      former_report: {},
    });
  });

  it("warns of those that have been waiting for too long, also after a re-mint", async () => {
    expect((await stage.terraform.plan()).message).not.toContain("Not linked within");
    // The system's clock is Terraform's, so the beginning moves back instead.
    const state = await stage.stateFile();
    const since = [...state.matchAll(/"since": "([^"]+)"/g)][0]?.[1] ?? "";
    const earlier = new Date(Date.parse(since) - 15 * DAY).toISOString().replace(".000", "");
    const first = state.indexOf("customers_acme_waiting-since");
    const moved = state.slice(0, first) + state.slice(first).replace(since, earlier).replace(since, earlier);
    const serial = moved.replace(/"serial": (\d+)/, (_, number) => `"serial": ${Number(number) + 1}`);
    await writeFile(path.join(stage.terraform.workspace.directory, "terraform.tfstate"), serial);
    stage.clock.advance("1h");
    const { message } = await stage.terraform.apply();
    expect(message).toContain("Not linked within 14 days: acme. Remind the administrators");
  });

  it("makes what waits for a link once it is made, and forgets since when it waited", async () => {
    const url = ((await stage.terraform.state()).outputs["urls"] as Record<string, string>)["globex"];
    await stage.authorize(url);
    const { state } = await stage.terraform.apply(fleet({ gated: true }));
    expect(state.resource("terraform_data.live").values["input"]).toEqual({ since: "2030-01-01T01:00:00.000Z" });
    expect(state.addresses.filter((each) => each.includes("waiting-since"))).toEqual([
      expect.stringContaining("customers_acme_waiting-since"),
    ]);
  });

  it("imports and looks up a link that exists, and mints nothing for that", async () => {
    const minted = await stage.requests(...LINK_TOKENS);
    const other = await stage.another("");
    const { state } = await other.apply({
      ...stage.synthesize((stack) => {
        const link = OrganizationalUnitLink.importExisting(stack, "globex", {
          linkId: `us/${account(1)}`,
          serviceAccountId: account(1),
          redirectUri: stage.callbackUrl,
        });
        link.outputReport("report");
        const seen = OrganizationalUnitLink.fromServiceAccountId(stack, "seen", account(1));
        for (const [name, value] of Object.entries({ status: seen.status, required: seen.authorizationRequired })) {
          new TerraformOutput(stack, `output-${name}`, { value }).overrideLogicalId(name);
        }
      }),
      expectActions: { "cronofy_organizational_unit_link.globex": "update" },
    });
    expect(state.outputs).toMatchObject({ report: { status: "linked" }, status: "linked", required: false });
    expect(await stage.requests(...LINK_TOKENS)).toBe(minted);
  });
});
