import { readFile } from "node:fs/promises";
import path from "node:path";
import { REQUIRED_PROVIDERS, raiseBesideStage } from "./beside-stage";
import type { BesideStage } from "./beside-stage";

jest.setTimeout(120_000);

const LINK_TOKENS = ["POST", "/v1/organizational_unit_authorization_link_tokens"] as const;

describe("an ephemeral link token, through real Terraform", () => {
  let stage: BesideStage;
  beforeEach(async () => {
    stage = await raiseBesideStage();
  });
  afterEach(() => stage.close());

  const declared = (arguments_: Readonly<Record<string, string>> = {}, rest = "") => {
    const all = {
      service_account_id: JSON.stringify(stage.serviceAccountId),
      redirect_uri: JSON.stringify(stage.callbackUrl),
      ...arguments_,
    };
    return `
      ${REQUIRED_PROVIDERS}
      ephemeral "cronofy_organizational_unit_link_token" "acme" {
        ${Object.entries(all)
          .map(([name, value]) => `${name} = ${value}`)
          .join("\n")}
      }
      ${rest}
    `;
  };
  /** The same, and an echo of what the ephemeral resource gives when the echo is created. */
  const withEcho = (arguments_: Readonly<Record<string, string>> = {}) => ({
    configuration: declared(
      arguments_,
      `
        provider "echo" {
          data = {
            for name in ["authorization_url", "ou_link_token"] :
            name => ephemeral.cronofy_organizational_unit_link_token.acme[name]
          }
        }
        resource "echo" "token" {}
      `,
    ),
  });
  const echoed = async (arguments_: Readonly<Record<string, string>>) => {
    await stage.terraform.apply(withEcho(arguments_));
    const state = await stage.terraform.state();
    return (state.resource("echo.token").values["data"] ?? {}) as Readonly<Record<string, unknown>>;
  };

  it("gives a URL with which an administrator can link the unit", async () => {
    const token = await echoed({});
    const url = new URL(String(token["authorization_url"]));
    expect(url.origin).toBe(stage.sandbox.app_url);
    expect(url.searchParams.get("ou_link_token")).toBe(token["ou_link_token"]);
    await stage.authorize(token["authorization_url"]);
  });

  it("shapes the URL by the arguments of the link", async () => {
    const { authorization_url } = await echoed({
      state: '"mine"',
      conferencing_provider_name: '"ms_teams"',
      authorization_parameters: '{ locale = "de" }',
    });
    const { searchParams } = new URL(String(authorization_url));
    expect(Object.fromEntries(searchParams)).toMatchObject({
      state: "mine",
      redirect_uri: stage.callbackUrl,
      conferencing_provider_name: "ms_teams",
      locale: "de",
    });
  });

  it("mints at each plan and once more at each apply", async () => {
    await stage.terraform.plan({ ...withEcho(), expectNonEmptyPlan: true });
    expect(await stage.requests(...LINK_TOKENS)).toBe(1);
    // A plan, its apply, and the plan that has to be empty.
    await stage.terraform.apply();
    expect(await stage.requests(...LINK_TOKENS)).toBe(4);
  });

  it("leaves nothing in the state, and nothing in what Terraform says", async () => {
    const { stdout, stderr } = await stage.terraform.apply({
      configuration: declared({}, 'resource "terraform_data" "any" {}'),
    });
    const state = await readFile(path.join(stage.terraform.workspace.directory, "terraform.tfstate"), "utf8");
    for (const text of [state, stdout, stderr]) {
      expect(text).not.toContain("organizational_unit_oauth");
      expect(text).not.toMatch(/"?ou_link_token/);
    }
    expect(state).toContain("terraform_data");
  });

  it("says what is wrong with an argument, and where", async () => {
    const refuse = (arguments_: Readonly<Record<string, string>>, expectError: RegExp) =>
      stage.terraform.plan({ configuration: declared(arguments_), expectError });
    await refuse({ service_account_id: '"us/ser_1"' }, /Not a service account.*service_account_id = "us\/ser_1"/);
    await refuse({ redirect_uri: '"http://example.com"' }, /Invalid address.*redirect_uri = "http:\/\/example.com"/);
    await refuse(
      { authorization_parameters: '{ scope = "all" }' },
      /Reserved parameter.*scope is set by this resource/,
    );
  });

  it("blames the service account that Cronofy does not know", async () => {
    await stage.terraform.plan({
      configuration: declared({ service_account_id: '"ser_nobody"' }),
      expectError: /service_account_id = "ser_nobody".*Could not create a link token for ser_nobody/,
    });
  });
});
