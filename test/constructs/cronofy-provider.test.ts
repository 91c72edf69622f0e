import { TerraformStack, TerraformVariable, Testing } from "cdktf";
import "cdktf/lib/testing/adapters/jest";
import { LinkStore, CronofyProvider, DataCenter, bindings } from "../../src/constructs";
import type { CronofyProviderProps } from "../../src/constructs";
import { DATA_CENTERS } from "../../src/cronofy/data-centers";

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
