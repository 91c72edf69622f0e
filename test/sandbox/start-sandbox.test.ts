import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createSandbox, startSandbox } from "../../src/sandbox";
import { anyText, matching, withSandbox } from "./support";

describe("starting a sandbox", () => {
  it("gives, as JSON, what a program needs to use it", () =>
    withSandbox({}, async ({ running }) => {
      expect(JSON.parse(JSON.stringify(running))).toEqual({
        api_url: matching(/^http:\/\/127\.0\.0\.1:\d+$/),
        app_url: matching(/^http:\/\/127\.0\.0\.1:\d+$/),
        admin_url: matching(/^http:\/\/127\.0\.0\.1:\d+$/),
        client_id: matching(/^[0-9a-f]{24}$/),
        client_secret: anyText(),
        service_accounts: ["acme", "globex", "initech"].map((name) => ({
          service_account_id: matching(/^ser_[0-9a-f]{24}$/),
          email: `calendars@${name}.example`,
          domain: `${name}.example`,
        })),
      });
      expect(new Set([running.api_url, running.app_url, running.admin_url]).size).toBe(3);
      return Promise.resolve();
    }));

  it("keeps its hosts apart", () =>
    withSandbox({}, async (sandbox) => {
      expect((await sandbox.app("/v1/userinfo")).status).toBe(404);
      expect((await sandbox.api("/organizational_unit_oauth")).status).toBe(404);
      expect((await sandbox.api("/requests")).status).toBe(404);
    }));

  it("gives the same ids for the same seed, and other secrets each time", () => {
    const [first, second, other] = ["a", "a", "b"].map((seed) =>
      createSandbox({ seed, serviceAccounts: [{ email: "calendars@acme.example" }] }),
    );
    expect(second?.service_accounts).toEqual(first?.service_accounts);
    expect(other?.service_accounts).not.toEqual(first?.service_accounts);
    expect(second?.client_secret).not.toBe(first?.client_secret);
  });

  it("uses the client and the service accounts it is given", async () => {
    const { client_id, client_secret, service_accounts } = createSandbox({
      clientId: "id",
      clientSecret: "secret",
      serviceAccounts: [{ service_account_id: "ser_64b17f9b8090ea21640c9151", email: "a@b.example" }],
    });
    expect({ client_id, client_secret, service_accounts }).toEqual({
      client_id: "id",
      client_secret: "secret",
      service_accounts: [
        { service_account_id: "ser_64b17f9b8090ea21640c9151", email: "a@b.example", domain: "b.example" },
      ],
    });
    return Promise.resolve();
  });

  it("answers requests without a listener, too", async () => {
    const { api, admin, client_secret, service_accounts } = createSandbox();
    const body = JSON.stringify({ service_account_id: service_accounts[0]?.service_account_id });
    const headers = { authorization: `Bearer ${client_secret}`, "content-type": "application/json" };
    const path = "/v1/organizational_unit_authorization_link_tokens";
    const mint = () => api(new Request(`http://sandbox${path}`, { method: "POST", headers, body }));
    expect((await mint()).status).toBe(200);
    const fault = JSON.stringify({ path, drop: "after" });
    await admin(new Request("http://sandbox/faults", { method: "POST", headers, body: fault }));
    await expect(mint()).rejects.toThrow("dropped the connection");
  });

  it("names a port that is taken", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = taken.address() as AddressInfo;
    try {
      await expect(startSandbox({ port })).rejects.toThrow(`port ${port} of 127.0.0.1: it is taken`);
    } finally {
      taken.close();
    }
  });

  it("names a port that does not exist", async () => {
    await expect(startSandbox({ port: 65_535 })).rejects.toThrow("port 65536 of 127.0.0.1");
  });

  it("stops answering once closed", async () => {
    const running = await startSandbox();
    await fetch(`${running.api_url}/v1/userinfo`);
    await running.close();
    await expect(fetch(`${running.api_url}/v1/userinfo`)).rejects.toThrow();
  });

  it("leaves the global Request and Response alone", () => {
    const before = [globalThis.Request, globalThis.Response];
    return withSandbox({}, () => {
      expect([globalThis.Request, globalThis.Response]).toEqual(before);
      return Promise.resolve();
    });
  });
});
