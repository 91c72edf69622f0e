import { DataResource, TerraformOutput } from "cdktf";
import {
  AuthorizeWith,
  HookEngine,
  LinkHook,
  OrganizationalUnitLink,
  OrganizationalUnitLinks,
} from "../../src/constructs";
import { LINK_TOKENS } from "../e2e/two-links";
import { raiseHookStage } from "./hook-stage";
import type { HookStage } from "./hook-stage";

jest.setTimeout(240_000);

/** Terraform's clock is the system's, so the links' beginning lies back. */
const STARTED_AT = new Date(Date.now() - 15 * 86_400_000);

/** A customer's name as it comes. */
const ACME = "株式会社 “Acme” ${100%{x}";

describe("a fleet, through real Terraform", () => {
  let stage: HookStage;
  beforeAll(async () => {
    stage = await raiseHookStage({}, { startedAt: STARTED_AT });
  });
  afterAll(() => stage.close());

  const account = (index: number) => stage.sandbox.service_accounts[index]?.service_account_id ?? "";

  const fleet = ({ gated = false, days = 16 } = {}) =>
    stage.synthesize((stack) => {
      const customers = new OrganizationalUnitLinks(stack, "customers", {
        links: {
          [ACME]: { serviceAccountId: account(0), authorizeWith: AuthorizeWith.URL },
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
      customers.expectLinkedWithinDays(days);
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
    await stage.terraform.apply(fleet());
    const state = await stage.terraform.state();
    expect(state.outputs).toEqual({
      report: {
        [ACME]: {
          link_id: `us/${account(0)}`,
          service_account_id: account(0),
          status: "pending",
          linked: false,
          authorization_required: true,
          awaited_since: STARTED_AT.toISOString(),
          next_action: "Send the administrator to the authorization URL before it lapses.",
          minted_at: STARTED_AT.toISOString(),
          assumed_expires_at: new Date(STARTED_AT.getTime() + 600_000).toISOString(),
          linked_at: null,
          authorized_conferencing_provider_name: null,
          organizational_unit_id: null,
        },
        globex: expect.objectContaining({ status: "pending", minted_at: null }) as object,
      },
      statuses: { [ACME]: "pending", globex: "pending" },
      urls: { [ACME]: expect.stringMatching(/^http/) as string, globex: null },
      invitations: { [ACME]: null, globex: expect.stringMatching(/^http/) as string },
      former_status: "",
      former_report: {},
    });
  });

  it("warns of those that have been awaited for too long, however often their URL was minted", async () => {
    expect((await stage.terraform.plan()).message).not.toContain("Awaited for more than");
    stage.clock.advance("1h");
    const { message } = await stage.terraform.apply(fleet({ days: 14 }));
    expect(message).toContain(`Awaited for more than 14 days: ${ACME}, globex. Remind the administrators`);
    expect((await stage.terraform.state()).outputs["report"]).toMatchObject({
      [ACME]: { minted_at: stage.clock.now().toISOString(), awaited_since: STARTED_AT.toISOString() },
    });
  });

  it("makes what waits for a link once it is made, for which no deadline holds any more", async () => {
    const invitations = (await stage.terraform.state()).outputs["invitations"] as Record<string, string>;
    await stage.visit(invitations["globex"]);
    const { message } = await stage.terraform.apply(fleet({ gated: true, days: 14 }));
    const state = await stage.terraform.state();
    expect(state.resource("terraform_data.live").values["input"]).toEqual({ since: stage.clock.now().toISOString() });
    expect(message).toContain(`Awaited for more than 14 days: ${ACME}. Remind the administrators`);
  });

  it("imports and looks up a link that exists, and mints nothing for that", async () => {
    const minted = await stage.requests(...LINK_TOKENS);
    const other = await stage.another("");
    await other.apply({
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
    const state = await other.state();
    expect(state.outputs).toMatchObject({ report: { status: "linked" }, status: "linked", required: false });
    expect(await stage.requests(...LINK_TOKENS)).toBe(minted);
  });
});
