import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { endedRecord } from "../../src/link-store";
import { LINK } from "./stage";
import { REQUIRED_PROVIDERS, raiseBesideStage } from "./beside-stage";
import type { BesideStage } from "./beside-stage";

jest.setTimeout(120_000);

const COMPLETION = "cronofy_organizational_unit_link_completion.acme";

describe("waiting for a link, through real Terraform", () => {
  let stage: BesideStage;
  beforeEach(async () => {
    stage = await raiseBesideStage();
  });
  afterEach(() => stage.close());

  const link = () => `
    ${REQUIRED_PROVIDERS}
    resource "cronofy_organizational_unit_link" "acme" {
      service_account_id = ${JSON.stringify(stage.serviceAccountId)}
      redirect_uri       = ${JSON.stringify(stage.callbackUrl)}
    }
  `;
  const withCompletion = (arguments_ = "") => ({
    configuration: `
      ${link()}
      resource "cronofy_organizational_unit_link_completion" "acme" {
        link_id = cronofy_organizational_unit_link.acme.id
        ${arguments_}
      }
      output "authorization_url" {
        value     = cronofy_organizational_unit_link.acme.authorization_url
        sensitive = true
      }
    `,
  });
  const authorizationUrl = async () => (await stage.terraform.state()).resource(LINK).values["authorization_url"];
  /** The link is made, the administrator has been through, and the completion has seen it. */
  const complete = async (further = "") => {
    await stage.terraform.apply({ configuration: link() });
    await stage.authorize(await authorizationUrl());
    return stage.terraform.apply({ configuration: withCompletion().configuration + further });
  };

  it("mints and then waits in one run, which ends once the administrator has authorized", async () => {
    const run = stage.terraform.apply({
      ...withCompletion(),
      expectActions: { [LINK]: "create", [COMPLETION]: "create" },
      // The URL is used, and its output goes.
      expectNextActions: {},
    });
    await stage.clock.whenAsleep();
    stage.clock.advance("10s");
    await stage.clock.whenAsleep();
    await stage.linkUnit(stage.serviceAccountId);
    stage.clock.advance("10s");
    await run;
    const state = await stage.terraform.state();
    expect(state.resource(COMPLETION).values).toMatchObject({
      id: `us/${stage.serviceAccountId}`,
      link_id: `us/${stage.serviceAccountId}`,
      poll_interval: "10s",
      linked_at: "2030-01-01T00:00:10.000Z",
      organizational_unit_id: expect.stringMatching(/./) as string,
    });
    await stage.terraform.apply({ expectActions: {} });
  });

  it("does not wait for what is linked already, and goes without a word at destroy", async () => {
    await complete();
    await stage.terraform.plan();
    await stage.terraform.destroy({ expectActions: { [LINK]: "delete", [COMPLETION]: "delete" } });
  });

  it("fails in time, names the command that prints the URL, and goes on waiting at the next apply", async () => {
    const run = stage.terraform.apply({
      ...withCompletion('timeouts = { create = "3m" }'),
      expectError: /Not linked in time/,
    });
    await stage.clock.whenAsleep();
    stage.clock.advance("3m");
    const { message } = await run;
    expect(message).toContain(`us/${stage.serviceAccountId} was not linked within 180 seconds`);
    expect(message).toContain("terraform output -raw <name>");
    const { ou_link_token: token } = (await stage.terraform.state()).resource(LINK).values;
    expect(message).not.toContain(String(token));
    expect(message).not.toContain("organizational_unit_oauth");

    const printed = await stage.terraform.workspace.run(["output", "-raw", "authorization_url"]);
    await stage.authorize(printed.stdout);
    await stage.terraform.apply({ expectActions: { [COMPLETION]: "create" } });
  });

  it("looks at the interval that is asked for, and a last time when the time is nearly over", async () => {
    await stage.terraform.apply({ configuration: link() });
    await stage.authorize(await authorizationUrl());
    // One for the plan, which looks at the link; then one for each look, but for the last.
    await stage.admin("POST", "/faults", { path: "/v1/userinfo", status: 503, times: 5 });
    const run = stage.terraform.apply({
      ...withCompletion('poll_interval = "30s"\ntimeouts = { create = "100s" }'),
      expectNextActions: {},
    });
    for (const wait of ["30s", "30s", "30s", "9s"]) {
      await stage.clock.whenAsleep();
      stage.clock.advance(wait);
    }
    await run;
    expect((await stage.terraform.state()).addresses).toContain(COMPLETION);
  });

  it("ends at once when Terraform is interrupted, and leaves the link as it is", async () => {
    await stage.terraform.apply({ configuration: link() });
    const interruption = new AbortController();
    const run = stage.terraform.apply({
      ...withCompletion(),
      signal: interruption.signal,
      expectError: /Interrupted/,
    });
    await stage.clock.whenAsleep();
    interruption.abort();
    await run;
    expect((await stage.terraform.state()).addresses).toEqual([LINK]);
  });

  it("is gone when Cronofy refuses the authorization, and waits anew for the next one", async () => {
    await complete();
    await stage.admin("POST", "/revoke", { service_account_id: stage.serviceAccountId });
    // What is refused at the same moment as it is minted anew would count as refused after it.
    stage.clock.advance("1s");
    await stage.terraform.refresh({ expectNextActions: { [LINK]: "update", [COMPLETION]: "create" } });
    stage.clock.advance("1s");
    const run = stage.terraform.apply({ expectNextActions: {} });
    await stage.clock.whenAsleep();
    await stage.linkUnit(stage.serviceAccountId);
    stage.clock.advance("10s");
    await run;
    const state = await stage.terraform.state();
    expect(state.resource(COMPLETION).values["linked_at"]).toBe("2030-01-01T00:00:02.000Z");
  });

  it("is replaced in the plan that replaces its link, and what hangs on it with it", async () => {
    await complete(`
      resource "terraform_data" "live" {
        triggers_replace = [cronofy_organizational_unit_link_completion.acme.linked_at]
      }
    `);
    const run = stage.terraform.apply({
      args: [`-replace=${LINK}`],
      expectActions: { [LINK]: "replace", [COMPLETION]: "replace", "terraform_data.live": "replace" },
      expectNextActions: {},
    });
    await stage.clock.whenAsleep();
    await stage.linkUnit(stage.serviceAccountId);
    stage.clock.advance("10s");
    await run;
    const state = await stage.terraform.state();
    expect(state.addresses).toEqual([LINK, COMPLETION, "terraform_data.live"]);
  });

  it("is gone once its link was ended by somebody else", async () => {
    await complete();
    await stage.authorizations.locked(stage.keyOf(stage.serviceAccountId), async (record) => {
      const current = await record.current();
      if (current !== null) await record.write(endedRecord(current, "forget", stage.clock.now()));
    });
    await stage.terraform.refresh({ expectNextActions: { [LINK]: "update", [COMPLETION]: "create" } });
  });

  it("stays while there is no evidence: Cronofy has a problem, or the record is gone", async () => {
    await complete();
    // Terraform shows one warning of a kind, and the link has the same.
    await stage.terraform.workspace.run(["state", "rm", LINK]);
    const alone = `
      ${REQUIRED_PROVIDERS}
      resource "cronofy_organizational_unit_link_completion" "acme" {
        link_id = ${JSON.stringify(stage.serviceAccountId)}
      }
    `;
    await stage.admin("POST", "/faults", { path: "/v1/userinfo", status: 503, times: 1 });
    const failing = await stage.terraform.plan({ configuration: alone, expectActions: {} });
    expect(failing.message).toMatch(/Link could not be checked[\s\S]*503[\s\S]*is kept/);
    for (const file of await readdir(stage.store)) await rm(path.join(stage.store, file), { recursive: true });
    const gone = await stage.terraform.plan({ expectActions: {} });
    expect(gone.message).toMatch(/Link could not be checked[\s\S]*No link is recorded[\s\S]*is kept/);
  });

  it("changes its interval in place, and is replaced for another link, but not for another spelling", async () => {
    await complete();
    const { configuration } = withCompletion('poll_interval = "1m"');
    await stage.terraform.apply({ configuration, expectActions: { [COMPLETION]: "update" } });
    const linkedTo = (link: string) => ({
      configuration: configuration.replace("cronofy_organizational_unit_link.acme.id", link),
    });
    await stage.terraform.plan(linkedTo("cronofy_organizational_unit_link.acme.service_account_id"));
    const another = JSON.stringify(stage.sandbox.service_accounts[1]?.service_account_id);
    await stage.terraform.plan({ ...linkedTo(another), expectActions: { [COMPLETION]: "replace" } });
  });

  it("imports a link that works by either spelling, and waits for none that does not", async () => {
    await stage.terraform.apply({ configuration: link() });
    await stage.terraform.import(COMPLETION, `us/${stage.serviceAccountId}`, {
      ...withCompletion(),
      expectError: /Link is not completed[\s\S]*An import does not wait/,
    });
    await stage.terraform.import(COMPLETION, "mars/ser_1", { expectError: /Not the id of a link/ });
    await stage.terraform.import(COMPLETION, "uk/ser_1", { expectError: /Link of another data center/ });
    await stage.authorize(await authorizationUrl());
    await stage.terraform.refresh({ expectNonEmptyPlan: true });
    await stage.terraform.import(COMPLETION, stage.serviceAccountId);
    const state = await stage.terraform.state();
    expect(state.resource(COMPLETION).values).toMatchObject({
      id: `us/${stage.serviceAccountId}`,
      linked_at: "2030-01-01T00:00:00.000Z",
    });
  });

  it("says at plan what is wrong with an argument, and where", async () => {
    const refuse = (arguments_: string, expectError: RegExp) =>
      stage.terraform.plan({
        configuration: `
          ${REQUIRED_PROVIDERS}
          resource "cronofy_organizational_unit_link_completion" "acme" {
            ${arguments_}
          }
        `,
        expectError,
      });
    await refuse('link_id = "us/ser_1/x"', /Not the id of a link[\s\S]*link_id = "us\/ser_1\/x"/);
    await refuse('link_id = "uk/ser_1"', /Link of another data center[\s\S]*link_id = "uk\/ser_1"/);
    await refuse('link_id = "ser_1"\npoll_interval = "soon"', /Not a duration[\s\S]*poll_interval = "soon"/);
    await refuse('link_id = "ser_1"\npoll_interval = "999ms"', /Interval too short[\s\S]*poll_interval = "999ms"/);
  });
});

it("does not begin to wait without a link store, and says why", async () => {
  const stage = await raiseBesideStage({ OU_LINK_STORE_FILE: undefined });
  try {
    const { message } = await stage.terraform.apply({
      configuration: `
        ${REQUIRED_PROVIDERS}
        resource "cronofy_organizational_unit_link_completion" "acme" {
          link_id = ${JSON.stringify(stage.serviceAccountId)}
        }
      `,
      expectError: /No link store to look into/,
    });
    expect(message).toContain("this would never finish");
  } finally {
    await stage.close();
  }
});
