import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { configuration, raiseStage } from "./stage";
import type { Stage } from "./stage";

jest.setTimeout(120_000);

describe("the main job, through the executable and plain HCL", () => {
  let stage: Stage;
  const output: string[] = [];
  const secrets: string[] = [];

  beforeAll(async () => {
    stage = await raiseStage({ provider: "executable", env: { TF_LOG: "TRACE" } });
  });
  afterAll(() => stage.close());

  it("mints at apply and outputs a URL with every parameter of the document", async () => {
    const run = await stage.terraform.apply();
    output.push(run.stdout, run.stderr);
    expect(run.exitCode).toBe(0);
    const link = await stage.link();
    expect(link).toMatchObject({
      id: `us/${stage.serviceAccountId}`,
      status: "pending",
      linked: false,
      authorization_required: true,
    });
    const url = new URL(String(link["authorization_url"]));
    expect(url.origin).toBe(stage.sandbox.app_url);
    expect(url.pathname).toBe("/organizational_unit_oauth");
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: "code",
      client_id: stage.sandbox.client_id,
      redirect_uri: stage.callbackUrl,
      state: expect.stringMatching(/^ey/) as string,
      scope: "organizational_unit_use_integrations",
      "capabilities[]": "conferencing",
      ou_link_token: link["ou_link_token"],
    });
  });

  it("plans nothing while the link waits", async () => {
    const run = await stage.terraform.plan();
    output.push(run.stdout, run.stderr);
    expect(run.exitCode).toBe(0);
  });

  it("reads the link back once the administrator has been through, and proposes nothing for it", async () => {
    const page = await stage.authorize();
    expect(page.status).toBe(200);
    secrets.push(...(await storedTokensOf(stage)));
    const { plan, stdout, stderr } = await stage.terraform.plan();
    output.push(stdout, stderr);
    expect(plan?.resource_changes?.[0]?.change).toMatchObject({
      actions: ["no-op"],
      after: { status: "linked", linked: true, authorization_url: null, ou_link_token: null },
    });
    const run = await stage.terraform.apply();
    output.push(run.stdout, run.stderr);
    expect((await stage.terraform.plan()).exitCode).toBe(0);
    expect(await stage.link()).toMatchObject({
      status: "linked",
      authorization_required: false,
      scope: "organizational_unit_use_integrations",
      organizational_unit_id: expect.stringMatching(/./) as string,
    });
  });

  it("finds a link that was revoked behind its back, and proposes a re-mint in place", async () => {
    await stage.admin("POST", "/revoke", { service_account_id: stage.serviceAccountId });
    const { plan, exitCode, stdout, stderr } = await stage.terraform.plan();
    output.push(stdout, stderr);
    expect(exitCode).toBe(2);
    expect(plan?.resource_drift?.[0]?.change).toMatchObject({
      before: { status: "linked" },
      after: { status: "unlinked" },
    });
    expect(plan?.resource_changes?.[0]?.change).toMatchObject({
      actions: ["update"],
      after: { status: "pending", authorization_required: true },
      after_unknown: { authorization_url: true, ou_link_token: true },
    });
  });

  it("revokes and forgets at destroy", async () => {
    expect((await stage.terraform.apply()).exitCode).toBe(0);
    expect((await stage.terraform.plan()).exitCode).toBe(0);
    expect((await stage.authorize()).status).toBe(200);
    const run = await stage.terraform.destroy();
    output.push(run.stdout, run.stderr);
    expect(run.exitCode).toBe(0);
    expect(await stage.requests("POST", "/oauth/token/revoke")).toBe(1);
    expect(await readdir(stage.store)).toEqual([]);
  });

  it("says nothing secret in any of its output, with TF_LOG=TRACE", async () => {
    const everything = output.join("\n");
    expect(everything).toContain("tf_rpc");
    expect(everything).not.toMatch(/ou_link_token=[^&\s]/);
    for (const secret of [stage.sandbox.client_secret, ...secrets, ...(await linkTokensOf(stage))]) {
      expect(everything).not.toContain(secret);
    }
  });

  it("links again after all that", async () => {
    await stage.terraform.write({
      "main.tf": configuration(stage, { conferencing_provider_name: '"zoom_enterprise"' }),
    });
    expect((await stage.terraform.apply()).exitCode).toBe(0);
    expect((await stage.authorize()).status).toBe(200);
    expect((await stage.terraform.apply()).exitCode).toBe(0);
    expect((await stage.link())["status"]).toBe("linked");
  });
});

/** The access and refresh tokens in the authorization store. */
async function storedTokensOf(stage: Stage): Promise<string[]> {
  const files = await readdir(stage.store);
  const records = await Promise.all(files.map((file) => readFile(path.join(stage.store, file), "utf8")));
  const tokens = records
    .flatMap((record) => [...record.matchAll(/token"?: ?"([^"]{20,})"/gi)])
    .map(([, token]) => token);
  expect(tokens).toHaveLength(2);
  return tokens.map(String);
}

/** The link tokens that this state and the one before it hold. */
async function linkTokensOf(stage: Stage): Promise<string[]> {
  const backup = await readFile(path.join(stage.terraform.directory, "terraform.tfstate.backup"), "utf8");
  const tokens = [...backup.matchAll(/"ou_link_token": "([^"]+)"/g)].map((match) => match[1] ?? "");
  expect(tokens.length).toBeGreaterThan(0);
  return tokens;
}
