import { App, TerraformOutput, TerraformStack, Testing } from "cdktn";
import { CronofyProvider, bindings } from "terraform-provider-cronofy/cdktn";
import { raiseBesideStage } from "../e2e/beside-stage";
import type { BesideStage } from "../e2e/beside-stage";

jest.setTimeout(120_000);

describe("what CDK Terrain has beyond CDKTF, through real Terraform", () => {
  let stage: BesideStage;
  beforeAll(async () => {
    stage = await raiseBesideStage();
  });
  afterAll(() => stage.close());

  it("calls the provider's functions, and opens its ephemeral resource", async () => {
    const stack = new TerraformStack(Testing.stubVersion(new App({ stackTraces: false })), "conferencing");
    const cronofy = new CronofyProvider(stack, "cronofy");
    new TerraformOutput(stack, "canada", { value: cronofy.functions.dataCenter("ca"), staticId: true });
    const { EphemeralCronofyOrganizationalUnitLinkToken } = bindings.ephemeralCronofyOrganizationalUnitLinkToken;
    new EphemeralCronofyOrganizationalUnitLinkToken(stack, "token", {
      serviceAccountId: stage.serviceAccountId,
      redirectUri: stage.callbackUrl,
    });

    await stage.terraform.apply({
      configuration: { "main.tf": "", "cdk.tf.json": Testing.synth(stack) },
    });
    const state = await stage.terraform.state();

    expect(state.outputs["canada"]).toMatchObject({ id: "ca", country: "Canada" });
    const requests = (await stage.admin("GET", "/requests")) as { path: string }[];
    expect(requests.map((request) => request.path)).toContain("/v1/organizational_unit_authorization_link_tokens");
  });
});
