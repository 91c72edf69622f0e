import { schemaToJson } from "../../src/plugin";
import { PROVIDER_ADDRESS } from "../../src/provider/address";
import { createCronofyProvider } from "../../src/provider/provider";
import { comparableSchema } from "../plugin/testing/comparable-schema";
import { raiseStage } from "./stage";
import type { Stage } from "./stage";

jest.setTimeout(60_000);

describe("provider functions, through real Terraform", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await raiseStage({ provider: "attached" });
  });
  afterAll(() => stage.close());

  const REQUIRED = `
    terraform {
      required_providers {
        cronofy = {
          source = "ou-link/cronofy"
        }
      }
    }
  `;
  const output = (expression: string) => `${REQUIRED}\noutput "value" {\n  value = ${expression}\n}\n`;
  const evaluate = async (expression: string) => {
    await stage.terraform.apply({ configuration: output(expression) });
    return (await stage.terraform.state()).outputs["value"];
  };
  const refuse = (expression: string, expectError: RegExp) =>
    stage.terraform.apply({ configuration: output(expression), expectError });

  it("data_center gives the addresses of one", async () => {
    expect(await evaluate('provider::cronofy::data_center("uk")')).toEqual({
      id: "uk",
      country: "United Kingdom",
      api_url: "https://api-uk.cronofy.com",
      app_url: "https://app-uk.cronofy.com",
    });
    await refuse('provider::cronofy::data_center("mars")', /got "mars"\.\s*$/m);
  });

  it("authorization_url builds the URL of the document", async () => {
    const call = 'provider::cronofy::authorization_url("de", "id", "https://example.com/cb", "s", "t", "ms_teams")';
    const { origin, pathname, searchParams } = new URL(String(await evaluate(call)));
    expect(origin + pathname).toBe("https://app-de.cronofy.com/organizational_unit_oauth");
    expect(Object.fromEntries(searchParams)).toEqual({
      response_type: "code",
      client_id: "id",
      redirect_uri: "https://example.com/cb",
      state: "s",
      scope: "organizational_unit_use_integrations",
      "capabilities[]": "conferencing",
      ou_link_token: "t",
      conferencing_provider_name: "ms_teams",
    });
  });

  it("parse_callback_url takes an approval and a refusal apart, and refuses anything else", async () => {
    const parse = (url: string) => `provider::cronofy::parse_callback_url("${url}")`;
    expect(await evaluate(parse("https://example.com/cb?code=c&state=s"))).toEqual({
      code: "c",
      state: "s",
      error: null,
    });
    expect(await evaluate(parse("https://example.com/cb?error=access_denied"))).toEqual({
      code: null,
      state: null,
      error: "access_denied",
    });
    await refuse(parse("https://example.com/cb"), /neither code nor error/);
  });

  it("the provider exports its schema in the very words of Terraform", async () => {
    const { provider_schemas } = schemaToJson(createCronofyProvider()) as { provider_schemas: Record<string, unknown> };
    const seen = await stage.terraform.providerSchema(PROVIDER_ADDRESS);
    expect(seen).toEqual(comparableSchema(provider_schemas[PROVIDER_ADDRESS], seen));
  });
});
