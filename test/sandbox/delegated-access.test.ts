import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { startSandbox } from "../../src/sandbox";
import { expectError, matching, TestSandbox, tokensOf, withSandbox } from "./support";

const PATH = "/v1/service_account_authorizations";

interface Delivered {
  readonly path: string;
  readonly body: unknown;
}

describe("asking for an account behind a service account", () => {
  let sandbox: TestSandbox;
  let bearer: string;
  let application: Application;
  beforeEach(async () => {
    sandbox = new TestSandbox(await startSandbox());
    bearer = (await sandbox.tokensFor(sandbox.acme)).access_token;
    application = await Application.start();
  });
  afterEach(async () => {
    await sandbox.running.close();
    application.stop();
  });

  it("is accepted, and a code follows that redeems with the callback URL as redirect URI", async () => {
    const callback_url = `${application.url}/hook?tenant=7`;
    const response = await ask(sandbox, bearer, {
      email: "joan@acme.example",
      callback_url,
      scope: "read_write",
      state: "s",
    });
    expect([response.status, await response.text()]).toEqual([202, ""]);
    const [{ path, body }] = (await application.received(1)) as [Delivered];
    expect([path, body]).toEqual(["/hook?tenant=7", { authorization: { code: matching(/^\w{32}$/), state: "s" } }]);
    const { code } = (body as { authorization: { code: string } }).authorization;
    await expectError(await sandbox.redeem(code), 400, "invalid_grant");
    const redeemed = (await (await sandbox.redeem(code, callback_url)).json()) as Record<string, string>;
    expect(redeemed).toMatchObject({ sub: matching(/^acc_/), account_id: redeemed["sub"], scope: "read_write" });
    const info = await sandbox.userInfo(redeemed["access_token"] ?? "");
    expect(await info.json()).toMatchObject({ email: "joan@acme.example", "cronofy.type": "account" });
  });

  it("leads to an account with conferencing profiles once the unit is linked, without a further call", async () => {
    const callback_url = `${application.url}/hook`;
    await ask(sandbox, bearer, { email: "joan@acme.example", callback_url, scope: "read_write" });
    const [{ body }] = (await application.received(1)) as [Delivered];
    const { code } = (body as { authorization: { code: string } }).authorization;
    const { access_token } = await tokensOf(await sandbox.redeem(code, callback_url));
    expect(await profilesOf(sandbox, access_token)).toEqual([]);
    await sandbox.link();
    expect(await profilesOf(sandbox, access_token)).toEqual(["zoom"]);
  });

  it("may be for several at once, each with an outcome of its own", async () => {
    const callback_url = `${application.url}/hook`;
    const response = await ask(sandbox, bearer, {
      service_account_authorizations: [
        { email: "one@acme.example", callback_url, scope: "read_write", state: "1" },
        { email: "two@acme.example", callback_url, scope: "read_write delete_everything", state: "2" },
      ],
    });
    expect(response.status).toBe(202);
    const bodies = (await application.received(2)).map(({ body }) => (body as { authorization: object }).authorization);
    expect(bodies).toEqual(
      expect.arrayContaining([
        { code: matching(/^\w{32}$/), state: "1" },
        { error: "unable_to_grant_scope", state: "2" },
      ]),
    );
  });

  it.each([
    [{}, ["email", "callback_url", "scope"]],
    [{ email: "no address", callback_url: "ftp://x", scope: " " }, ["scope", "callback_url", "email"]],
    [{ service_account_authorizations: [] }, ["service_account_authorizations"]],
    [{ service_account_authorizations: "x" }, ["service_account_authorizations"]],
    [{ service_account_authorizations: [{}], email: "a@b.example" }, ["service_account_authorizations"]],
    [
      { service_account_authorizations: [null, { email: "a@b.example", callback_url: "http://x/", scope: "x" }] },
      ["email", "callback_url", "scope"].map((each) => `service_account_authorizations[0].${each}`),
    ],
  ])("is refused with 422 that names what is wrong in %j", async (body, fields) => {
    const response = await ask(sandbox, bearer, body);
    expect(response.status).toBe(422);
    const { errors } = (await response.json()) as { errors: object };
    expect(Object.keys(errors).sort()).toEqual([...fields].sort());
  });

  it("needs a service account's access token that may do it", async () => {
    const body = { email: "a@acme.example", callback_url: application.url, scope: "read_write" };
    const { access_token } = await sandbox.link();
    expect((await ask(sandbox, access_token, body)).status).toBe(403);
    expect((await ask(sandbox, sandbox.running.client_secret, body)).status).toBe(401);
    await sandbox.admin("POST", "/lock", { sub: sandbox.acme, locked: true });
    expect((await ask(sandbox, bearer, body)).status).toBe(423);
    const added = await sandbox.admin("POST", "/service_accounts", {
      email: "rooms@acme.example",
      scope: "service_account/resources/manage",
    });
    const { service_account_id } = (await added.json()) as { service_account_id: string };
    const { access_token: rooms } = await sandbox.tokensFor(service_account_id);
    expect((await ask(sandbox, rooms, body)).status).toBe(403);
  });

  it("sends nothing off this machine, and says so", async () => {
    const callback_url = "https://app.example/hook?secret=1";
    expect((await ask(sandbox, bearer, { email: "a@acme.example", callback_url, scope: "read_write" })).status).toBe(
      202,
    );
    expect(await (await sandbox.admin("GET", "/callbacks")).json()).toEqual([
      { callback_url: "https://app.example/hook", outcome: "not_loopback", status: null },
    ]);
  });

  it("may call back with its fields at the top level", () =>
    withSandbox({ assumptions: { delegatedAccessCallback: "flat" } }, async (own) => {
      const { access_token } = await own.tokensFor(own.acme);
      const callback_url = `${application.url}/hook`;
      await ask(own, access_token, { email: "a@acme.example", callback_url, scope: "read_write", state: "s" });
      expect((await application.received(1))[0]?.body).toEqual({ code: matching(/^\w{32}$/), state: "s" });
    }));
});

describe("the match by e-mail", () => {
  const serviceAccounts = [
    {
      service_account_id: "ser_1",
      email: "calendars@acme.example",
      accounts: ["ada@acme.example", "alan@acme.example"],
      conferencing_users: ["ADA@acme.example"],
    },
  ];

  it.each([
    [true, [["zoom"], []]],
    [false, [[], []]],
  ])(
    "gives a profile to those alone whom the conferencing service knows (case ignored: %j)",
    (emailMatchIgnoresCase, expected) =>
      withSandbox({ serviceAccounts, assumptions: { emailMatchIgnoresCase } }, async (sandbox) => {
        await sandbox.link();
        const { accounts } = (await (await sandbox.admin("GET", "/state")).json()) as {
          accounts: { account_id: string }[];
        };
        const profiles = [];
        for (const { account_id } of accounts) {
          profiles.push(await profilesOf(sandbox, (await sandbox.tokensFor(account_id)).access_token));
        }
        expect(profiles).toEqual(expected);
      }),
  );
});

function ask(sandbox: TestSandbox, bearer: string, body: unknown): Promise<Response> {
  return sandbox.api(PATH, {
    method: "POST",
    headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

async function profilesOf(sandbox: TestSandbox, accessToken: string): Promise<string[]> {
  const info = (await (await sandbox.userInfo(accessToken)).json()) as {
    "cronofy.data": { conferencing_profiles: { provider_name: string }[] };
  };
  return info["cronofy.data"].conferencing_profiles.map((each) => each.provider_name);
}

/** The side that is called back. */
class Application {
  readonly #deliveries: Delivered[] = [];
  readonly #server = createServer((request, response) => {
    void (async () => {
      let text = "";
      for await (const chunk of request) text += String(chunk);
      this.#deliveries.push({ path: request.url ?? "", body: JSON.parse(text) as unknown });
      response.end();
      this.#server.emit("delivered");
    })();
  });

  static async start(): Promise<Application> {
    const application = new Application();
    application.#server.listen(0, "127.0.0.1");
    await once(application.#server, "listening");
    return application;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async received(count: number): Promise<Delivered[]> {
    while (this.#deliveries.length < count) await once(this.#server, "delivered");
    return this.#deliveries;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
