import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { LINK, configuration, raiseStage } from "./stage";
import type { Stage } from "./stage";

jest.setTimeout(120_000);

describe("bad input gets one clear diagnostic, and loses nothing", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await raiseStage({ provider: "attached" });
  });
  afterAll(() => stage.close());

  const refusal = async (arguments_: Record<string, string>, provider = "") => {
    const run = await stage.terraform.apply({
      configuration: configuration(stage, arguments_, provider),
      expectError: /Error: /,
    });
    const text = run.stdout + run.stderr;
    expect(text.match(/Error: /g)).toHaveLength(1);
    expect(text).not.toMatch(/\n\s+at .*:\d+/);
    expect(text).not.toContain(stage.sandbox.client_secret);
    expect((await stage.terraform.state()).addresses).toEqual([]);
    return run.message;
  };

  it.each<[string, Record<string, string>, string, string[]]>([
    [
      "an API out of reach",
      {},
      'api_url = "http://127.0.0.1:1"\nmax_retries = 0',
      ["Cronofy cannot be reached", "ECONNREFUSED"],
    ],
    ["a wrong secret", {}, 'client_secret = "wrong-one"', ["Cronofy refuses the credentials", "client secret"]],
    [
      "an unknown service account",
      { service_account_id: '"ser_unknown"' },
      "",
      ["service_account_id = ", "ser_unknown"],
    ],
    ["a redirect URI that is none", { redirect_uri: '"callback"' }, "", ["redirect_uri = ", "Invalid address"]],
    ["a redirect URI without TLS", { redirect_uri: '"http://example.com/cb"' }, "", ["redirect_uri = ", "Use https"]],
    ["an unknown data center", {}, 'data_center = "mars"', ['data_center = "mars"', '"uk"']],
    ["a store that names no folder", {}, "link_store = {}", ["No store chosen"]],
    ["a lifetime without a unit", { link_token_lifetime: '"10"' }, "", ["link_token_lifetime = ", "Not a duration"]],
    ["an unknown remint", { remint: '"always"' }, "", ['remint = "always"', "when_stale"]],
    [
      "a parameter that is ours",
      { authorization_parameters: '{ scope = "all" }' },
      "",
      ["authorization_parameters", "Reserved parameter"],
    ],
    ["an empty service account", { service_account_id: '""' }, "", ["service_account_id = ", "Empty value"]],
    ["a secret with its line break", {}, 'client_secret = "s3cret\\n"', ["client_secret = ", "trimspace(file("]],
    ["a short link secret", {}, 'link_secret = "s3cret"', ["link_secret = ", "openssl rand -base64 32"]],
    ["a store of no name", {}, 'link_store = {\n  file = ""\n}', ['file = ""', "link_store.file: "]],
    ["a time-out without a unit", { timeouts: '{\n  create = "1"\n}' }, "", ['create = "1"', "timeouts.create: "]],
    ["a read-only attribute", { status: '"linked"' }, "", ['status = "linked"', "read-only", "Remove the line"]],
  ])("%s", async (_, arguments_, provider, expected) => {
    const text = await refusal(arguments_, provider);
    for (const part of expected) expect(text).toContain(part);
  });

  it("warns of a conferencing provider that it does not know, and passes it on", async () => {
    const { stdout } = await stage.terraform.apply({
      configuration: configuration(stage, { conferencing_provider_name: '"carrier_pigeon"' }),
    });
    const state = await stage.terraform.state();
    expect(stdout).toContain("Unknown conferencing provider");
    expect(String(state.resource(LINK).values["authorization_url"])).toContain("carrier_pigeon");
  });

  it("keeps the link when its store cannot be written, and names the folder", async () => {
    await stage.terraform.apply({ configuration: configuration(stage) });
    const folder = path.join(stage.terraform.workspace.directory, "main.tf", "below");
    const { stdout, message } = await stage.terraform.plan({
      configuration: configuration(stage, {}, `link_store = { file = ${JSON.stringify(folder)} }`),
    });
    expect(message).toContain("Link could not be checked");
    expect(stdout.replace(/[\s│╷╵]+/g, "")).toContain(folder.replace(/\s+/g, ""));
  });

  it("tells of a state that it cannot read, and leaves the state as it is", async () => {
    await stage.terraform.apply({ configuration: configuration(stage) });
    const file = path.join(stage.terraform.workspace.directory, "terraform.tfstate");
    const state = await readFile(file, "utf8");
    const older = state.replace('"schema_version": 1', '"schema_version": 0');
    expect(older).not.toBe(state);
    await writeFile(file, older);
    const { stderr } = await stage.terraform.plan({ expectError: /Nothing was changed/ });
    expect(stderr.match(/Error: /g)).toHaveLength(1);
    expect(await readFile(file, "utf8")).toBe(older);
    await writeFile(file, state);
  });

  it("does not touch a link of another data center", async () => {
    await stage.terraform.plan({
      configuration: configuration(stage, {}, 'data_center = "uk"'),
      expectError: /Link of another data center/,
    });
  });
});

describe("a provider without a client secret", () => {
  it("plans, and says before it makes anything what is missing, and where to set it", async () => {
    const stage = await raiseStage({ provider: "attached", env: { CRONOFY_CLIENT_SECRET: undefined } });
    try {
      await stage.terraform.plan({ expectNonEmptyPlan: true });
      const { stderr } = await stage.terraform.apply({ expectError: /Missing client_secret/ });
      expect(stderr).toContain("CRONOFY_CLIENT_SECRET");
    } finally {
      await stage.close();
    }
  });
});
