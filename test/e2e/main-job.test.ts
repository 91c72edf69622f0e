import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { LINK, configuration, raiseStage } from "./stage";
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
    const run = await stage.terraform.apply({ expectActions: { [LINK]: "create" } });
    output.push(run.stdout, run.stderr);
    const link = await stage.link();
    secrets.push(String(link["ou_link_token"]));
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
  });

  it("reads the link back once the administrator has been through, and proposes nothing for it", async () => {
    const page = await stage.authorize();
    expect(page.status).toBe(200);
    secrets.push(...(await storedTokensOf(stage)));
    const { plan, stdout, stderr } = await stage.terraform.plan({ expectActions: {} });
    output.push(stdout, stderr);
    expect(plan.change(LINK)).toMatchObject({
      actions: ["no-op"],
      after: { status: "linked", linked: true, authorization_url: null, ou_link_token: null },
    });
    const run = await stage.terraform.apply({ expectActions: {} });
    output.push(run.stdout, run.stderr);
    expect(await stage.link()).toMatchObject({
      status: "linked",
      authorization_required: false,
      scope: "organizational_unit_use_integrations",
      organizational_unit_id: expect.stringMatching(/./) as string,
    });
  });

  it("finds a link that was revoked behind its back, and proposes a re-mint in place", async () => {
    await stage.admin("POST", "/revoke", { service_account_id: stage.serviceAccountId });
    const { plan, stdout, stderr } = await stage.terraform.plan({ expectActions: { [LINK]: "update" } });
    output.push(stdout, stderr);
    expect(plan.drift(LINK)).toMatchObject({ before: { status: "linked" }, after: { status: "unlinked" } });
    expect(plan.change(LINK)).toMatchObject({
      after: { status: "pending", authorization_required: true },
      after_unknown: { authorization_url: true, ou_link_token: true },
    });
  });

  it("revokes at destroy, and keeps a record without tokens that the link was ended", async () => {
    const minted = await stage.terraform.apply({ expectActions: { [LINK]: "update" } });
    output.push(minted.stdout, minted.stderr);
    secrets.push(String((await stage.link())["ou_link_token"]));
    expect((await stage.authorize()).status).toBe(200);
    const run = await stage.terraform.destroy();
    output.push(run.stdout, run.stderr);
    expect(await stage.requests("POST", "/oauth/token/revoke")).toBe(1);
    expect(await stage.authorizations.read(stage.keyOf())).toMatchObject({ ended: { by: "destroy" }, tokens: null });
  });

  it("says nothing secret in any of its output, with TF_LOG=TRACE", () => {
    const everything = output.join("\n");
    expect(everything).toContain("tf_rpc");
    expect(everything).not.toMatch(/ou_link_token=[^&\s]/);
    expect(secrets.filter((secret) => secret.length > 10)).toHaveLength(4);
    for (const secret of [stage.sandbox.client_secret, ...secrets]) expect(everything).not.toContain(secret);
  });

  it("links again after all that", async () => {
    await stage.terraform.apply({
      configuration: configuration(stage, { conferencing_provider_name: '"zoom_enterprise"' }),
    });
    expect((await stage.authorize()).status).toBe(200);
    await stage.terraform.apply({ expectActions: {} });
    const state = await stage.terraform.state();
    expect(state.resource(LINK).values["status"]).toBe("linked");
  });
});

/** The access and refresh tokens in the link store. */
async function storedTokensOf(stage: Stage): Promise<string[]> {
  const files = await readdir(stage.store);
  const records = await Promise.all(files.map((file) => readFile(path.join(stage.store, file), "utf8")));
  const tokens = records
    .flatMap((record) => [...record.matchAll(/token"?: ?"([^"]{20,})"/gi)])
    .map(([, token]) => token);
  expect(tokens).toHaveLength(2);
  return tokens.map(String);
}
