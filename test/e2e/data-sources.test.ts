import { readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { DATA_CENTERS } from "../../src/cronofy";
import { REQUIRED_PROVIDERS, raiseBesideStage } from "./beside-stage";
import type { BesideStage } from "./beside-stage";

jest.setTimeout(120_000);

const UNIT = "data.cronofy_organizational_unit.acme";
const USER = "data.cronofy_user_info.someone";

describe("the data source cronofy_organizational_unit, through real Terraform", () => {
  let stage: BesideStage;
  beforeEach(async () => {
    stage = await raiseBesideStage();
  });
  afterEach(() => stage.close());

  const unit = (account = stage.serviceAccountId) => `
    ${REQUIRED_PROVIDERS}
    data "cronofy_organizational_unit" "acme" {
      service_account_id = ${JSON.stringify(account)}
    }
  `;
  const read = async () => {
    const { message } = await stage.terraform.apply({ configuration: unit() });
    const state = await stage.terraform.state();
    return { values: state.resource(UNIT).values, message };
  };
  const link = () => stage.linkUnit(stage.serviceAccountId);
  const NOTHING_TOLD = { linked: false, organizational_unit_id: null, scope: null, linked_at: null };

  it("tells of a link that is declared elsewhere", async () => {
    await link();
    const { values, message } = await read();
    expect(values).toMatchObject({
      id: `us/${stage.serviceAccountId}`,
      status: "linked",
      linked: true,
      scope: "organizational_unit_use_integrations",
      linked_at: "2030-01-01T00:00:00.000Z",
      organizational_unit_id: expect.stringMatching(/./) as string,
    });
    expect(message).not.toContain("Warning");
  });

  it("tells that Cronofy refuses the authorization, without a warning", async () => {
    await link();
    await stage.admin("POST", "/revoke", { service_account_id: stage.serviceAccountId });
    const { values, message } = await read();
    expect(values).toMatchObject({ status: "unlinked", ...NOTHING_TOLD });
    expect(message).not.toContain("Warning");
  });

  it("is unknown, with a warning at the argument, where nobody has authorized", async () => {
    const { values, message } = await read();
    expect(values).toMatchObject({ id: `us/${stage.serviceAccountId}`, status: "unknown", ...NOTHING_TOLD });
    expect(message).toMatch(/Warning: No authorization is recorded .*service_account_id = "ser_/);
  });

  it("is unknown, with a warning and no failure, while Cronofy is out of reach", async () => {
    await link();
    await stage.admin("POST", "/faults", { path: "/v1/userinfo", status: 503, times: 1 });
    const { values, message } = await read();
    expect(values).toMatchObject({ status: "unknown", ...NOTHING_TOLD });
    expect(message).toMatch(/Warning: Link could not be checked .*503/);
  });

  it("is unknown, with a warning that names the record, where that is damaged", async () => {
    await link();
    const [file = ""] = await readdir(stage.store);
    await writeFile(path.join(stage.store, file), "{ half a rec");
    const { values, message } = await read();
    expect(values).toMatchObject({ status: "unknown", ...NOTHING_TOLD });
    expect(message).toContain(file);
  });

  it("is unknown where the record is gone", async () => {
    await link();
    for (const file of await readdir(stage.store)) await rm(path.join(stage.store, file), { recursive: true });
    expect((await read()).values).toMatchObject({ status: "unknown" });
  });

  it("refuses what is no service account, where it stands", async () => {
    await stage.terraform.plan({
      configuration: unit("us/ser_1"),
      expectError: /Not a service account.*service_account_id = "us\/ser_1"/,
    });
  });
});

describe("the data source cronofy_organizational_unit on bad days", () => {
  const withEnvironment = async (env: Readonly<Record<string, string | undefined>>) => {
    const stage = await raiseBesideStage(env);
    try {
      const { message } = await stage.terraform.apply({
        configuration: `
          ${REQUIRED_PROVIDERS}
          data "cronofy_organizational_unit" "acme" {
            service_account_id = ${JSON.stringify(stage.serviceAccountId)}
          }
        `,
      });
      const state = await stage.terraform.state();
      return { values: state.resource(UNIT).values, message };
    } finally {
      await stage.close();
    }
  };

  it("is unknown, with a warning, without a link store", async () => {
    const { values, message } = await withEnvironment({ OU_LINK_STORE_FILE: undefined });
    expect(values).toMatchObject({ status: "unknown", linked: false });
    expect(message).toMatch(/Warning: No link store to look into .*link_store/);
  });

  it("is unknown, with a warning, where the store cannot be reached", async () => {
    const { values, message } = await withEnvironment({
      OU_LINK_STORE_FILE: undefined,
      OU_LINK_STORE_POSTGRES: "postgres://nobody:n0-secret@127.0.0.1:1/none?sslmode=disable",
    });
    expect(values).toMatchObject({ status: "unknown", linked: false });
    expect(message).toContain("Warning: Link could not be checked");
    expect(message).not.toContain("n0-secret");
  });
});

describe("the data source cronofy_user_info, through real Terraform", () => {
  let stage: BesideStage;
  beforeEach(async () => {
    stage = await raiseBesideStage();
  });
  afterEach(() => stage.close());

  const configuration = `
    ${REQUIRED_PROVIDERS}
    variable "access_token" {
      type      = string
      sensitive = true
    }
    data "cronofy_user_info" "someone" {
      access_token = var.access_token
    }
  `;
  const accessTokenOf = async (sub: string) =>
    String(((await stage.admin("POST", "/tokens", { sub })) as { access_token: string }).access_token);
  const infoOf = async (sub: string) => {
    await stage.terraform.apply({
      configuration,
      variables: { access_token: await accessTokenOf(sub) },
    });
    const state = await stage.terraform.state();
    return state.resource(USER).values;
  };

  it("finds the sub of a service account", async () => {
    const account = stage.sandbox.service_accounts[0];
    expect(await infoOf(stage.serviceAccountId)).toMatchObject({
      sub: stage.serviceAccountId,
      type: "service_account",
      email: account?.email,
      name: null,
      authorization: {
        scope: "service_account/accounts/manage",
        status: "active",
        delegated_scope: "read_write",
      },
      service_account: { provider_name: expect.stringMatching(/./) as string, domain: account?.domain },
      conferencing_profiles: [],
    });
  });

  it("lists the conferencing services that an account has gained by the link of its unit", async () => {
    const { accounts } = (await stage.admin("GET", "/state")) as {
      accounts: { account_id: string; service_account_id: string; email: string }[];
    };
    const someone = accounts.find((each) => each.service_account_id === stage.serviceAccountId);
    expect(await infoOf(someone?.account_id ?? "")).toMatchObject({ type: "account", conferencing_profiles: [] });

    await stage.linkUnit(stage.serviceAccountId);
    expect(await infoOf(someone?.account_id ?? "")).toMatchObject({
      sub: someone?.account_id,
      email: someone?.email,
      zoneinfo: "Etc/UTC",
      service_account: null,
      conferencing_profiles: [
        {
          provider_name: expect.stringMatching(/^zoom/) as string,
          profile_id: expect.stringMatching(/^pro_/) as string,
          profile_name: someone?.email,
          profile_connected: true,
          profile_relink_url: null,
        },
      ],
    });
  });

  it("takes what the documentation names, of profiles too that are disconnected, and ignores the rest", async () => {
    const answer = {
      sub: "acc_567236000909002",
      email: "janed@company.com",
      name: "",
      "cronofy.type": "account",
      "cronofy.new": true,
      "cronofy.data": {
        authorization: { scope: "read_write", new: 1 },
        conferencing_profiles: [
          {
            provider_name: "go_to",
            profile_id: "pro_n23kjnwrw2",
            profile_name: "janed",
            profile_connected: false,
            profile_relink_url: "https://app.cronofy.com/v2/relink/go_to",
            profile_new: {},
          },
          { provider_name: "not yet heard of" },
        ],
      },
    };
    const cronofy = createServer((_, response) => response.end(JSON.stringify(answer)));
    await new Promise<void>((resolve) => cronofy.listen(0, "127.0.0.1", resolve));
    try {
      await stage.terraform.apply({
        configuration: `
          ${configuration}
          provider "cronofy" {
            api_url = "http://127.0.0.1:${(cronofy.address() as AddressInfo).port}"
          }
        `,
        variables: { access_token: "some-access-token" },
      });
      const state = await stage.terraform.state();
      expect(state.resource(USER).values).toMatchObject({
        sub: "acc_567236000909002",
        name: null,
        zoneinfo: null,
        authorization: { scope: "read_write", status: null, delegated_scope: null },
        service_account: null,
        conferencing_profiles: [
          {
            provider_name: "go_to",
            profile_id: "pro_n23kjnwrw2",
            profile_name: "janed",
            profile_connected: false,
            profile_relink_url: "https://app.cronofy.com/v2/relink/go_to",
          },
          { provider_name: "not yet heard of", profile_id: null, profile_connected: null, profile_relink_url: null },
        ],
      });
    } finally {
      cronofy.closeAllConnections();
      cronofy.close();
    }
  });

  it("blames the access token that Cronofy refuses, and does not repeat it", async () => {
    const { message } = await stage.terraform.plan({
      configuration,
      variables: { access_token: "an-0ld-token" },
      expectError: /Access token is not accepted.*access_token = var.access_token/,
    });
    expect(message).not.toContain("an-0ld-token");
  });

  it("refuses an empty access token, where it stands", async () => {
    await stage.terraform.plan({
      configuration: configuration.replace("var.access_token", '""'),
      variables: { access_token: "unused" },
      expectError: /Empty value.*access_token = ""/,
    });
  });
});

it("cronofy_data_centers lists them all and asks nobody, through real Terraform", async () => {
  const stage = await raiseBesideStage();
  try {
    await stage.terraform.apply({
      configuration: `
        ${REQUIRED_PROVIDERS}
        data "cronofy_data_centers" "all" {}
        output "api_urls" {
          value = { for each in data.cronofy_data_centers.all.data_centers : each.id => each.api_url }
        }
      `,
    });
    const state = await stage.terraform.state();
    expect(state.outputs["api_urls"]).toEqual(Object.fromEntries(DATA_CENTERS.map(({ id, apiUrl }) => [id, apiUrl])));
    expect(state.resource("data.cronofy_data_centers.all").values["data_centers"]).toContainEqual({
      id: "us",
      country: "United States",
      api_url: "https://api.cronofy.com",
      app_url: "https://app.cronofy.com",
    });
    expect(await stage.admin("GET", "/requests")).toEqual([]);
  } finally {
    await stage.close();
  }
});
