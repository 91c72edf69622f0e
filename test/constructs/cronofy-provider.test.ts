import { TerraformStack, TerraformVariable, Testing } from "cdktf";
import "cdktf/lib/testing/adapters/jest";
import { LinkStore, CronofyProvider, DataCenter, bindings } from "../../src/constructs";
import type { CronofyProviderProps } from "../../src/constructs";
import { DATA_CENTERS } from "../../src/cronofy/constants";
import { SETTINGS } from "../../src/provider/settings";
import { problemsOf } from "./synthesized";

Testing.setupJest();

describe("CronofyProvider", () => {
  function stackWith(props?: CronofyProviderProps): TerraformStack {
    const stack = new TerraformStack(Testing.app(), "conferencing");
    new CronofyProvider(stack, "cronofy", props);
    return stack;
  }

  function warnings(provider: CronofyProvider): unknown[] {
    return provider.node.metadata.filter(({ type }) => type === "@cdktf/warn").map(({ data }) => data as unknown);
  }

  it("leaves to the environment what it is not told", () => {
    expect(Testing.synth(stackWith(), true)).toHaveProviderWithProperties(bindings.provider.CronofyProvider, {});
  });

  it("passes every property on", () => {
    const stack = stackWith({
      dataCenter: DataCenter.UK,
      clientId: "id",
      linkStore: LinkStore.file("/var/lib/ou-link"),
      apiUrl: "http://127.0.0.1:8081",
      appUrl: "http://127.0.0.1:8082",
      requestTimeout: "10s",
      maxRetries: 2,
      requestsPerSecond: 20,
      requestsPerMinute: 200,
      readBackMaxAge: "15m",
      alias: "uk",
    });
    expect(Testing.synth(stack, true)).toHaveProviderWithProperties(bindings.provider.CronofyProvider, {
      data_center: "uk",
      client_id: "id",
      link_store: { file: "/var/lib/ou-link" },
      api_url: "http://127.0.0.1:8081",
      app_url: "http://127.0.0.1:8082",
      request_timeout: "10s",
      max_retries: 2,
      requests_per_second: 20,
      requests_per_minute: 200,
      read_back_max_age: "15m",
      alias: "uk",
    });
  });

  it("knows every kind of link store", () => {
    const stores: [LinkStore, object][] = [
      [LinkStore.postgres("postgres://db.example.com/links"), { postgres: "postgres://db.example.com/links" }],
      [LinkStore.command(["my-tokens", "--print"]), { command: ["my-tokens", "--print"] }],
    ];
    for (const [linkStore, expected] of stores) {
      expect(Testing.synth(stackWith({ linkStore }), true)).toHaveProviderWithProperties(
        bindings.provider.CronofyProvider,
        { link_store: expected },
      );
    }
  });

  it("knows every data center", () => {
    expect(Object.values(DataCenter)).toEqual(DATA_CENTERS.map(({ id }) => id));
  });

  it("takes what data leaves empty for what is not there", () => {
    const empty = ["dataCenter", "clientId", "linkStore", "linkSecret", "maxRetries", "alias"].map((each) => [
      each,
      null,
    ]);
    expect(Testing.synth(stackWith(Object.fromEntries(empty) as object), true)).toHaveProviderWithProperties(
      bindings.provider.CronofyProvider,
      {},
    );
    expect(stackWith(Object.fromEntries(empty) as object).toTerraform()).toMatchObject({ provider: { cronofy: [{}] } });
  });

  it.each<[keyof CronofyProviderProps, unknown[]]>([
    ["dataCenter", ["de", "fr"]],
    ["clientId", ["id", " id", "i d", "", "\u201cid\u201d"]],
    ["clientSecret", ["CRN_0123456789", "CRN_0123456789\n", "CRN 0123456789"]],
    ["linkSecret", ["short", "a".repeat(32), "0123456789abcdef0123456789abcdef", "0123456789abcdef0123456789abcdef\n"]],
    [
      "linkServiceUrl",
      ["https://links.example.com", "https://links.example.com\n", "http://links.example.com", "https:e"],
    ],
    ["apiUrl", ["http://127.0.0.1:8081", "https://api.example.com?x=1"]],
    ["appUrl", ["https://app.example.com", "https://b\u00fccher.example"]],
    ["requestTimeout", ["10s", "10", "soon", "10m", "1h30m", "1.5h", "90s", "500ms", "576h"]],
    ["requestTimeout", ["0s", "", "10 m", "-1m", "1d", "1h-1m", "9999h", "m"]],
    ["readBackMaxAge", ["15m", "15m "]],
    ["maxRetries", [0, 20, 21, -1, 1.5]],
    ["requestsPerSecond", [1, 0, 100_001]],
    ["requestsPerMinute", [1, 0, 100_001]],
  ])("judges %s as the provider does, and repeats no secret", (name, values) => {
    const setting = SETTINGS[name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) as keyof typeof SETTINGS];
    for (const value of values) {
      const problems = problemsOf(stackWith({ [name]: value }));
      const isRight = (setting.validate as (text: unknown) => unknown)(value) === undefined;
      expect([value, problems]).toEqual([
        value,
        isRight ? [] : [expect.stringMatching(`^\\[conferencing/cronofy\\] ${name}: .`)],
      ]);
      if (name.endsWith("Secret")) expect(problems.join("")).not.toContain(String(value).trim());
    }
  });

  it.each<[object, string]>([
    [{ linkStore: { file: "/var/lib/ou-link" } }, "linkStore: write LinkStore.file(…), "],
    [{ linkStore: LinkStore.file("/var/lib/ou-link\n") }, "linkStore: file: it begins or ends with white space"],
    [{ linkStore: LinkStore.postgres("") }, "linkStore: postgres: set a value that is not blank"],
    [{ linkStore: LinkStore.command([] as unknown as [string]) }, "linkStore: command: give a list of the program"],
    [{ alias: "germany 2" }, "alias: use letters, digits, _ and -"],
    [{ clientId: 12 }, "clientId: write a text; got 12."],
    [{ maxRetries: "2" }, "maxRetries: write a whole number from 0 to 20"],
  ])("refuses %j", (props, problem) => {
    expect(problemsOf(stackWith(props))).toEqual([expect.stringContaining(`[conferencing/cronofy] ${problem}`)]);
  });

  it("tells all that is wrong at once", () => {
    expect(problemsOf(stackWith({ clientId: "i d", linkSecret: "short", maxRetries: 21 }))).toHaveLength(3);
  });

  it("warns of a secret that would be written into the configuration", () => {
    const provider = new CronofyProvider(stackWith(), "second", { clientSecret: "CRN_0123456789", alias: "second" });
    expect(warnings(provider)).toEqual([expect.stringMatching(/^clientSecret will stand .* in clear/)]);
    expect(warnings(provider)[0]).not.toContain("CRN_0123456789");
  });

  it("does not warn of a secret from a variable", () => {
    const stack = new TerraformStack(Testing.app(), "conferencing");
    const secret = new TerraformVariable(stack, "client_secret", { sensitive: true });
    const provider = new CronofyProvider(stack, "cronofy", { clientSecret: secret.stringValue });
    expect(warnings(provider)).toEqual([]);
    expect(Testing.synth(stack, true)).toHaveProviderWithProperties(bindings.provider.CronofyProvider, {
      client_secret: "${var.client_secret}",
    });
  });
});
