import { createSandbox, parseSeedFile, seedFileJsonSchema, SeedFileError } from "../../src/sandbox";
import type { TestSandbox } from "./support";
import { tokensOf, withSandbox } from "./support";

const STATE = {
  client_id: "hire_and_co",
  client_secret: "not-a-secret",
  application_name: "Hire & Co",
  redirect_uris: ["https://app.example/callback?tenant=7"],
  seed: "demo",
  clock_ahead_seconds: 60,
  service_accounts: [
    { service_account_id: "ser_1", email: "calendars@acme.example", accounts: ["ada@acme.example"] },
    { service_account_id: "ser_2", email: "calendars@globex.example", zoom_plan: "free" },
  ],
  links: [
    {
      service_account_id: "ser_1",
      conferencing_provider_name: "zoom_enterprise",
      organizational_unit_id: "org_1",
      refresh_token: "known-from-the-start",
    },
  ],
  faults: [{ path: "/v1/none", status: 503 }],
  assumptions: { linkTokenLifetimeSeconds: 61, rateLimit: { perSecond: 50, perMinute: 500, sendsRetryAfter: true } },
};

describe("a seed file", () => {
  it("is what the sandbox begins with, and goes back to", () =>
    withSandbox(parseSeedFile(JSON.stringify(STATE)), async (sandbox) => {
      expect(sandbox.running).toMatchObject({ client_id: "hire_and_co", client_secret: "not-a-secret" });
      for (let round = 0; round < 2; round += 1) {
        const refreshed = await tokensOf(await sandbox.refresh("known-from-the-start"));
        expect(await (await sandbox.userInfo(refreshed.access_token)).json()).toMatchObject({ sub: "org_1" });
        expect(await (await sandbox.admin("GET", "/state")).json()).toMatchObject({
          clock: { ahead_seconds: 60 },
          assumptions: { linkTokenLifetimeSeconds: 61, rotatesRefreshTokens: true },
        });
        await sandbox.admin("POST", "/reset");
      }
    }));

  it("may leave everything out", () => {
    expect(parseSeedFile("{}")).toEqual({});
    expect(createSandbox(parseSeedFile("{}")).service_accounts).toHaveLength(3);
  });

  it("gives the same ids and tokens for the same seed", () => {
    const [first, second] = [1, 2].map(() => createSandbox(parseSeedFile('{"seed":"a"}')));
    expect(second?.service_accounts).toEqual(first?.service_accounts);
  });

  it.each<[unknown, string[]]>([
    [[], ["the file: "]],
    [{ servise_accounts: [] }, ["servise_accounts"]],
    [{ service_accounts: [{ email: "nobody" }] }, ["service_accounts[0].email: is no e-mail address"]],
    [{ service_accounts: [{ email: "a@b.example", zoom_plan: "trial" }] }, ["service_accounts[0].zoom_plan: "]],
    [
      {
        service_accounts: [
          { service_account_id: "ser_1", email: "a@b.example" },
          { service_account_id: "ser_1", email: "b@b.example" },
        ],
      },
      ["service_accounts[1].service_account_id: is there twice"],
    ],
    [
      { links: [{ service_account_id: "ser_9", conferencing_provider_name: "ms_teams" }] },
      ["links[0].service_account_id: has to be that of one of service_accounts"],
    ],
    [
      { assumptions: { linkTokenUsedAt: "never" }, faults: [{ path: "/x" }] },
      ["faults[0]: needs status", "assumptions.linkTokenUsedAt: "],
    ],
    [{ assumptions: { speedOfLight: 1 } }, ["assumptions: "]],
    [{ clock_ahead_seconds: -1, seed: 7 }, ["clock_ahead_seconds: ", "seed: "]],
  ])("is refused as %j, with every place that is wrong", (state, places) => {
    const { problems } = refusalOf(JSON.stringify(state));
    for (const place of places) expect(problems).toContainEqual(expect.stringContaining(place));
    expect(problems).toHaveLength(places.length);
  });

  it("is refused where it is not JSON, without a word of what is in it", () => {
    const { message } = refusalOf('{"client_secret": "hunter2" "x"}');
    expect(message).toMatch(/^the file: is not JSON/);
    expect(message).not.toContain("hunter2");
    expect(refusalOf(JSON.stringify({ client_secret: "hunter2 hunter2" })).message).not.toContain("hunter2");
  });

  it("is refused where the body of a fault is nested without end", () => {
    const body = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;
    const { message } = refusalOf(`{"faults":[{"path":"/x","status":500,"body":${body}}]}`);
    expect(message).toBe("faults[0].body: is nested too deeply");
  });

  it("has a JSON schema for editors, which names the fields", () => {
    expect(seedFileJsonSchema()).toHaveProperty("properties.service_accounts.items.properties.zoom_plan");
    expect(seedFileJsonSchema()).toHaveProperty("properties.assumptions.properties.rotatesRefreshTokens");
  });
});

describe("links from the beginning", () => {
  it("are refused for a service account that is not there", () => {
    const links = [{ service_account_id: "ser_9", conferencing_provider_name: "ms_teams" }];
    expect(() => createSandbox({ links })).toThrow("No service account ser_9 can be linked.");
  });

  it("keep their unit over a reset, even where its id was made up", () => {
    const serviceAccounts = [{ service_account_id: "ser_1", email: "a@b.example" }];
    const links = [{ service_account_id: "ser_1", conferencing_provider_name: "ms_teams" }];
    return withSandbox({ serviceAccounts, links }, async (sandbox) => {
      const before = await unitsOf(sandbox);
      await sandbox.admin("POST", "/reset");
      expect(await unitsOf(sandbox)).toEqual(before);
    });
  });
});

function refusalOf(text: string): SeedFileError {
  try {
    parseSeedFile(text);
  } catch (error) {
    if (error instanceof SeedFileError) return error;
    throw error;
  }
  throw new Error("The seed file was accepted.");
}

async function unitsOf(sandbox: TestSandbox): Promise<unknown> {
  return ((await (await sandbox.admin("GET", "/state")).json()) as Record<string, unknown>)["organizational_units"];
}
