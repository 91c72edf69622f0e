// What the provider block, the environment and the arguments may be, in-process.
import { hostname } from "node:os";
import { version } from "../../package.json";
import { CONFERENCING_PROVIDER_NAMES, CronofyClient, Secret } from "../../src/cronofy";
import { verifyOAuthState } from "../../src/link-store";
import type { AccessTokenSource } from "../../src/link-store";
import { NULL, UNKNOWN, createHandlers, known } from "../../src/plugin";
import type { Problem, Value } from "../../src/plugin";
import type { Attribute } from "../../src/plugin/schema/attribute";
import { FakeClock } from "../../src/plugin/testing";
import { Decimal } from "../../src/plugin/values/numeric";
import { Cronofy } from "../../src/provider/cronofy";
import { organizationalUnitLink } from "../../src/provider/organizational-unit-link";
import { createCronofyProvider } from "../../src/provider/provider";
import { RateBudgets } from "../../src/provider/rate-budgets";
import { SETTINGS } from "../../src/provider/settings";
import type { CronofySettings } from "../../src/provider/settings";
import { VERSION } from "../../src/provider/address";
import { json, startScriptedServer } from "../cronofy/scripted-server";
import { testContext, wire } from "../plugin/lifecycle/memory-provider";
import { placeOf } from "../plugin/lifecycle/diagnostic-place";

const PROVIDER = createCronofyProvider({ env: {} });

/** Every text that somebody may set, by where it stands. */
function textsIn(place: string, attributes: Readonly<Record<string, Attribute>>): [string, Attribute][] {
  return Object.entries(attributes).flatMap(([name, attribute]) => {
    const { type, options, nested } = attribute;
    const isSet = options.required === true || options.optional === true;
    const own: [string, Attribute][] = isSet && type.kind === "string" ? [[`${place}.${name}`, attribute]] : [];
    return [...own, ...textsIn(`${place}.${name}`, nested?.attributes ?? {})];
  });
}

const TEXTS = [
  ...textsIn("provider", PROVIDER.schema),
  ...[...PROVIDER.resources, ...(PROVIDER.dataSources ?? []), ...(PROVIDER.ephemeralResources ?? [])].flatMap(
    ({ typeName, definition }) => textsIn(typeName, definition.schema),
  ),
  ...(PROVIDER.functions ?? []).flatMap(({ name, definition }) =>
    [...definition.parameters, ...(definition.variadic === undefined ? [] : [definition.variadic])].map(
      (each): [string, Attribute] => [`${name}(${each.name})`, { type: each.type.type, options: each }],
    ),
  ),
];

/** What would be taken as it is, if nothing came with it. */
const SAMPLES = [
  "s3cret-of-somebody-0123456789-abcd",
  "ser_1",
  "https://s3cret.example.com/cb",
  "us",
  "5m",
  "url",
  "never",
];

describe("a text with a line break at its end", () => {
  it.each(TEXTS)("is refused as %s", (_place, { options }) => {
    const validators = (options.validators ?? []) as readonly ((text: string) => Problem | undefined)[];
    for (const sample of SAMPLES) {
      const problems = validators.map((validate) => validate(`${sample}\n`)).filter((each) => each !== undefined);
      expect(problems.map(({ severity }) => severity ?? "error")).toContain("error");
    }
  });

  it("is refused from the environment too, all such at once, and without the text", async () => {
    const names = ["client_id", "client_secret", "api_url", "app_url", "link_service_url", "link_secret"] as const;
    const { found, text } = await configured(
      Object.fromEntries(names.map((name) => [SETTINGS[name].variable, `${SAMPLES.join("")}\n`])),
    );
    expect(found).toHaveLength(names.length);
    for (const name of names) {
      expect(found).toContainEqual([name, expect.stringContaining(SETTINGS[name].variable) as string]);
    }
    expect(text).not.toContain("s3cret");
    expect(text).toContain("trimspace");
  });

  it.each(["OU_LINK_STORE_FILE", "OU_LINK_STORE_POSTGRES", "OU_LINK_STORE_KEY"])(
    "is refused as %s",
    async (variable) => {
      const store = variable === "OU_LINK_STORE_KEY" ? { OU_LINK_STORE_FILE: "links" } : {};
      const { text } = await configured({ ...CREDENTIALS, ...store, [variable]: "postgres://s3cret@db/links\n" });
      expect(text).toContain("trimspace");
      expect(text).not.toContain("s3cret");
    },
  );
});

const CREDENTIALS = { CRONOFY_CLIENT_ID: "client-1", CRONOFY_CLIENT_SECRET: "client-secret" };

async function configured(env: Readonly<Record<string, string>>, config: Readonly<Record<string, unknown>> = {}) {
  const provider = createCronofyProvider({ env });
  const { diagnostics } = await createHandlers(provider).configureProvider(
    { terraformVersion: "1.11.4", config: wire(config, provider.schema), clientCapabilities: undefined },
    testContext().context,
  );
  return {
    found: diagnostics.map(({ attribute, summary, detail }) => [placeOf(attribute), `${summary}: ${detail}`]),
    text: JSON.stringify(diagnostics),
  };
}

describe("the provider block", () => {
  it("is told all that it lacks at once, each at its attribute", async () => {
    const { found } = await configured({ CRONOFY_DATA_CENTER: "mars" });
    expect(found.map(([place]) => place)).toEqual(["data_center", "client_id"]);
  });

  it("is told of a store that cannot be opened beside the rest", async () => {
    const { found } = await configured({ OU_LINK_STORE_FILE: "a", OU_LINK_STORE_POSTGRES: "postgres://db/links" });
    expect(found).toEqual([
      ["client_id", expect.stringContaining("Missing client_id") as string],
      ["", expect.stringContaining("Link store cannot be used") as string],
    ]);
  });

  it("takes a short client secret, from which it signs where there is no link secret", async () => {
    expect((await configured({ CRONOFY_CLIENT_ID: "c", CRONOFY_CLIENT_SECRET: "s" })).found).toEqual([]);
  });

  it("wants a link secret that nobody guesses", async () => {
    const { found } = await configured({ ...CREDENTIALS, OU_LINK_SECRET: "x" });
    expect(found).toEqual([
      ["link_secret", expect.stringMatching(/openssl rand -base64 32.*OU_LINK_SECRET/) as string],
    ]);
  });
});

describe("a setting", () => {
  const LINK_SECRET = "link-secret-0123456789-0123456789-abcd";
  const ENV = {
    CRONOFY_DATA_CENTER: "de",
    CRONOFY_CLIENT_ID: "env-client",
    CRONOFY_CLIENT_SECRET: "env-secret",
    CRONOFY_API_URL: "https://api.env.example",
    CRONOFY_APP_URL: "https://app.env.example",
    OU_LINK_SERVICE_URL: "https://links.env.example",
    OU_LINK_SECRET: LINK_SECRET,
    CRONOFY_REQUEST_TIMEOUT: "5s",
    CRONOFY_MAX_RETRIES: "3",
    CRONOFY_REQUESTS_PER_SECOND: "7",
    CRONOFY_REQUESTS_PER_MINUTE: "70",
    CRONOFY_READ_BACK_MAX_AGE: "15m",
  };
  const FROM_ENV = {
    data_center: known("de"),
    client_id: known("env-client"),
    client_secret: known("env-secret"),
    api_url: known("https://api.env.example"),
    app_url: known("https://app.env.example"),
    link_service_url: known("https://links.env.example"),
    link_secret: known(LINK_SECRET),
    link_store: NULL,
    request_timeout: known(5_000),
    max_retries: known(3),
    requests_per_second: known(7),
    requests_per_minute: known(70),
    read_back_max_age: known(900_000),
  };

  /** What a provider block and an environment come to, secrets revealed, and what the log hides. */
  async function settled(block: Readonly<Record<string, Value<unknown>>>, env: Readonly<Record<string, string>>) {
    const provider = createCronofyProvider({ env });
    const nothing = Object.fromEntries(Object.keys(provider.schema).map((name) => [name, NULL]));
    const hidden: string[] = [];
    const log = { ...testContext().context.log, redact: (text: string) => void hidden.push(text) };
    const call = { signal: new AbortController().signal, log, warn: () => undefined, terraformVersion: "1.11.4" };
    const cronofy = (await provider.configure({ ...nothing, ...block }, call)) as Cronofy;
    const settings = Object.entries(cronofy["settings"]).map(([name, value]: [string, Value<unknown>]) => [
      name,
      value.kind === "known" && value.value instanceof Secret ? known(value.value.reveal()) : value,
    ]);
    const { place, now } = cronofy["surroundings"];
    return { settings: Object.fromEntries(settings) as unknown, hidden, place, now };
  }

  it("comes from the environment where the block has none, and secrets stay out of the log", async () => {
    const { settings, hidden, place, now } = await settled({}, ENV);
    expect(settings).toEqual(FROM_ENV);
    expect(hidden).toEqual(["env-secret", LINK_SECRET]);
    expect(place).toBe(`${hostname()}:${process.cwd()}`);
    expect(Math.abs(now().getTime() - Date.now())).toBeLessThan(60_000);
  });

  it("comes from the block first, and is waited for where that is not known yet", async () => {
    const block = {
      data_center: known("uk"),
      client_id: known("block-client"),
      client_secret: known("block-secret"),
      api_url: known("https://api.block.example"),
      app_url: known("https://app.block.example"),
      link_service_url: known("https://links.block.example"),
      link_secret: known(`block-${LINK_SECRET}`),
      request_timeout: known("6s"),
      max_retries: known(new Decimal("4")),
      requests_per_second: known(new Decimal("8")),
      requests_per_minute: known(new Decimal("80")),
      read_back_max_age: known("16m"),
    };
    const { settings, hidden } = await settled(block, ENV);
    expect(settings).toEqual({
      data_center: known("uk"),
      client_id: known("block-client"),
      client_secret: known("block-secret"),
      api_url: known("https://api.block.example"),
      app_url: known("https://app.block.example"),
      link_service_url: known("https://links.block.example"),
      link_secret: known(`block-${LINK_SECRET}`),
      link_store: NULL,
      request_timeout: known(6_000),
      max_retries: known(4),
      requests_per_second: known(8),
      requests_per_minute: known(80),
      read_back_max_age: known(960_000),
    });
    expect(hidden).toEqual(["block-secret", `block-${LINK_SECRET}`]);
    const unknown = Object.fromEntries(Object.keys(block).map((name) => [name, UNKNOWN]));
    const waiting = await settled(unknown, ENV);
    expect(waiting.settings).toEqual({
      ...Object.fromEntries(Object.keys(FROM_ENV).map((name) => [name, UNKNOWN])),
      link_store: NULL,
    });
    expect(waiting.hidden).toEqual([]);
  });

  it("that is nowhere has its default, and an empty variable is none", async () => {
    const nothing = Object.fromEntries(Object.keys(ENV).map((variable) => [variable, ""]));
    const { settings } = await settled({}, { ...nothing, ...CREDENTIALS });
    expect(settings).toEqual({
      ...Object.fromEntries(Object.keys(FROM_ENV).map((name) => [name, NULL])),
      data_center: known("us"),
      client_id: known("client-1"),
      client_secret: known("client-secret"),
      link_secret: known("client-secret"),
    });
  });

  it("that is wrong is told with its variable where it comes from there, and without where it does not", async () => {
    expect((await configured({ ...CREDENTIALS, CRONOFY_MAX_RETRIES: "many" })).found).toEqual([
      [
        "max_retries",
        expect.stringMatching(/ The value comes from CRONOFY_MAX_RETRIES in the environment\.$/) as string,
      ],
    ]);
    const { found } = await configured(CREDENTIALS, { api_url: "http://e.example" });
    expect(found).toEqual([["api_url", expect.stringMatching(/^(?!.*environment).*\.$/) as string]]);
    expect((await configured({ CRONOFY_CLIENT_SECRET: "s" })).found).toEqual([
      ["client_id", "Missing client_id: Set client_id in the provider block, or CRONOFY_CLIENT_ID in the environment."],
    ]);
  });

  it("of what is sent to Cronofy is kept to by all blocks of an application together", () => {
    const budgets = new RateBudgets();
    const limits = { application: "us/c", requestsPerSecond: 5, requestsPerMinute: 50 };
    const budget = budgets.of(limits);
    expect(budgets.of({ ...limits })).toBe(budget);
    for (const change of [{ application: "de/c" }, { requestsPerSecond: 6 }, { requestsPerMinute: 60 }]) {
      expect(budgets.of({ ...limits, ...change })).not.toBe(budget);
    }
  });
});

/** The provider's own side of Cronofy, with settings of which some are replaced. */
function cronofyWith(change: Partial<CronofySettings>, log = testContext().context.log) {
  const settings: CronofySettings = {
    data_center: known("us"),
    client_id: known("client-1"),
    client_secret: known(new Secret("client-secret")),
    api_url: NULL,
    app_url: NULL,
    link_service_url: known("https://links.example.com"),
    link_secret: known(new Secret("link-secret")),
    link_store: NULL,
    request_timeout: NULL,
    max_retries: NULL,
    requests_per_second: NULL,
    requests_per_minute: NULL,
    read_back_max_age: NULL,
    ...change,
  };
  const { now, sleep } = new FakeClock(new Date("2026-03-01T10:00:00.000Z"));
  const surroundings = {
    now,
    sleep,
    rateBudgets: new RateBudgets(),
    place: "build-7:/srv",
    userAgent: "test",
  };
  return new Cronofy(settings, surroundings, log);
}

describe("what is not known of the provider block yet", () => {
  it.each<[keyof CronofySettings, (cronofy: Cronofy) => unknown]>([
    ["link_store", ({ store }) => store],
    ["client_id", ({ client }) => client],
    ["client_secret", ({ client }) => client],
    ["data_center", (cronofy) => cronofy.linkKey("ser_1")],
    ["link_secret", (cronofy) => cronofy.signState("ser_1", "https://e.example/cb", null)],
  ])("is asked for by its name where it is needed: %s", async (name, use) => {
    const cronofy = cronofyWith({ [name]: UNKNOWN });
    await expect((async () => await use(cronofy))()).rejects.toMatchObject({
      summary: "Provider configuration is not known yet",
      detail:
        `The provider block's ${name} comes from something that has not been applied. Apply that first (terraform apply ` +
        "-target=…), or set the value directly.",
    });
  });

  it("is something else than what is not there: without a client secret Cronofy is not asked", async () => {
    await expect(Promise.resolve().then(() => cronofyWith({ client_secret: NULL }).client)).rejects.toMatchObject({
      summary: "Missing client_secret",
      detail: expect.stringMatching(
        /^Set client_secret in the provider block, or CRONOFY_CLIENT_SECRET in the environment\. Without it links can be planned, by what their records say; /,
      ) as string,
    });
  });

  it("leaves open what hangs on it", async () => {
    const invitation = {
      serviceAccountId: "ser_1",
      redirectUri: "https://links.example.com/callback",
      lifeId: "life-1",
    };
    for (const setting of ["link_service_url", "link_secret", "data_center", "client_id"] as const) {
      expect(await cronofyWith({ [setting]: UNKNOWN }).invitationUrl(invitation)).toEqual(UNKNOWN);
    }
    expect(await cronofyWith({ link_service_url: NULL }).invitationUrl(invitation)).toEqual(NULL);
    expect(cronofyWith({ data_center: UNKNOWN }).linkId(known("ser_1"))).toEqual(UNKNOWN);
    expect(cronofyWith({}).linkId(UNKNOWN)).toEqual(UNKNOWN);
    expect(cronofyWith({}).linkId(known("ser_1"))).toEqual(known("us/ser_1"));
    const open = cronofyWith({ link_service_url: UNKNOWN, link_store: UNKNOWN });
    expect([open.authorizeWith, open.callbackUrl, open.keepsRecords]).toEqual([UNKNOWN, UNKNOWN, undefined]);
    const none = cronofyWith({ link_service_url: NULL });
    expect([none.authorizeWith, none.callbackUrl, none.keepsRecords]).toEqual([known("url"), NULL, false]);
    await expect(cronofyWith({ request_timeout: UNKNOWN }).observe("ser_1", CALL)).resolves.toEqual({
      kind: "unavailable",
      reason: "The provider block is not wholly known yet.",
      cause: null,
    });
  });
});

const CALL = { signal: new AbortController().signal, warn: () => undefined };

describe("an import by identity", () => {
  const imported = (cronofy: Cronofy, dataCenter: string | null = null) =>
    organizationalUnitLink.definition.importByIdentity?.(
      { service_account_id: "ser_1", data_center: dataCenter },
      cronofy,
      { ...testContext().context, warn: () => undefined } as never,
    );

  it("has of a link what reading it back needs, and asks nobody", async () => {
    for (const dataCenter of [null, "us"]) {
      expect(await imported(cronofyWith({}), dataCenter)).toEqual({
        id: "us/ser_1",
        service_account_id: "ser_1",
        authorize_with: "invitation",
        redirect_uri: "https://links.example.com/callback",
        link_token_lifetime: "10m",
        remint: "when_stale",
        on_destroy: "revoke",
        status: "unknown",
        linked: false,
        authorization_required: false,
        next_action:
          "Nothing is known of the link. Ask the administrator, or change keepers and apply to ask them anew.",
      });
    }
    const open = cronofyWith({ link_service_url: UNKNOWN });
    expect(await imported(open)).toMatchObject({ authorize_with: "url", redirect_uri: null });
    await expect((async () => imported(cronofyWith({}), "uk"))()).rejects.toMatchObject({
      summary: "Link of another data center",
    });
  });
});

it("the provider offers all of its parts under their names", () => {
  const { resources, dataSources, ephemeralResources, functions } = createCronofyProvider({ env: {} });
  expect([...resources, ...(dataSources ?? []), ...(ephemeralResources ?? [])].map(({ typeName }) => typeName)).toEqual(
    [
      "cronofy_organizational_unit_link",
      "cronofy_organizational_unit_link_completion",
      "cronofy_data_centers",
      "cronofy_organizational_unit",
      "cronofy_user_info",
      "cronofy_organizational_unit_link_token",
    ],
  );
  expect(functions?.map(({ name }) => name)).toEqual(["authorization_url", "data_center", "parse_callback_url"]);
});

describe("a program in the place of a store", () => {
  const program = (accessToken: string | null, asked: unknown[] = []): AccessTokenSource => ({
    description: "the program my-tokens",
    close: () => Promise.resolve(),
    accessToken: (key) => {
      asked.push(key.serviceAccountId);
      const granted = {
        accessToken: new Secret(accessToken ?? ""),
        expiresAt: "2026-03-01T11:00:00.000Z",
        linkedAt: "2026-03-01T09:00:00.000Z",
        scope: null,
        organizationalUnitId: null,
      };
      return Promise.resolve(accessToken === null ? null : (granted as never));
    },
  });
  const { signal } = CALL;

  it("is not run where Cronofy cannot be asked", async () => {
    const cronofy = cronofyWith({ link_store: known(program("token")), client_secret: NULL });
    expect(await cronofy.observe("ser_1", CALL)).toEqual({
      kind: "unavailable",
      reason: "Without client_secret Cronofy is not asked, and the program of the link_store keeps no record to read.",
      cause: null,
    });
  });

  it("keeps no records of ours", async () => {
    const cronofy = cronofyWith({ link_store: known(program("token")) });
    expect(cronofy.keepsRecords).toBe(false);
    expect(await cronofy.recorded("ser_1")).toBeNull();
    const what = { declarationId: "d", conferencingProviderName: null, asksAnew: false };
    expect(await cronofy.declare("ser_1", what, signal)).toBeNull();
  });

  it("has what it hands out revoked, or kept, and has nothing where it hands out none", async () => {
    const revoke = jest.spyOn(CronofyClient.prototype, "revoke").mockResolvedValue(undefined);
    try {
      const asked: unknown[] = [];
      const cronofy = cronofyWith({ link_store: known(program("token", asked)) });
      expect(await cronofy.end("ser_1", null, "keep", signal)).toEqual({ kind: "kept" });
      expect(asked).toEqual([]);
      expect(await cronofy.end("ser_1", null, "revoke", signal)).toEqual({ kind: "revoked" });
      expect(asked).toEqual(["ser_1"]);
      expect(revoke.mock.calls.map(([what, ended]) => ["token" in what && what.token.reveal(), ended])).toEqual([
        ["token", signal],
      ]);
      const none = cronofyWith({ link_store: known(program(null)) });
      expect(await none.end("ser_1", null, "revoke", signal)).toEqual({ kind: "not-recorded" });
      expect(revoke).toHaveBeenCalledTimes(1);
      expect(await cronofyWith({}).end("ser_1", null, "revoke", signal)).toEqual({ kind: "no-store" });
    } finally {
      revoke.mockRestore();
    }
  });
});

describe("Cronofy's client", () => {
  it("is one for a provider block, with what that says, and counts with all of its application", () => {
    const counted = jest.spyOn(RateBudgets.prototype, "of");
    const cronofy = cronofyWith({
      api_url: known("https://api.e.example"),
      app_url: known("https://app.e.example"),
      requests_per_second: known(5),
      requests_per_minute: known(50),
    });
    expect(cronofy.client).toBe(cronofy.client);
    const { dataCenter, clientId, appUrl } = cronofy.client;
    expect({ dataCenter, clientId, appUrl }).toEqual({
      dataCenter: "us",
      clientId: "client-1",
      appUrl: "https://app.e.example",
    });
    const limits = { application: "us/client-1", requestsPerSecond: 5, requestsPerMinute: 50 };
    expect(counted.mock.calls[0]).toEqual([limits]);
    counted.mockRestore();
  });

  it.each([
    ["1.14.0-beta1", " Terraform/1.14.0-beta1"],
    // What no header takes is left out.
    ["", ""],
    ["1.14\r\nX-Other: 1", ""],
  ])("tells Cronofy which release it is, and where Terraform is %j, that", async (terraformVersion, told) => {
    const server = await startScriptedServer();
    try {
      const env = { CRONOFY_CLIENT_ID: "c", CRONOFY_CLIENT_SECRET: "secret-of-c", CRONOFY_API_URL: server.url };
      const provider = createCronofyProvider({ env });
      const nothing = Object.fromEntries(Object.keys(provider.schema).map((name) => [name, NULL]));
      const { log } = testContext().context;
      const call = { signal: new AbortController().signal, log, warn: () => undefined, terraformVersion };
      const { client } = (await provider.configure(nothing, call)) as Cronofy;
      server.script("/oauth/token/revoke", json(200, {}));
      await client.revoke({ token: new Secret("token") });
      expect(server.requests.map(({ headers }) => headers["user-agent"])).toEqual([
        `terraform-provider-cronofy/${VERSION}${told}`,
      ]);
    } finally {
      await server.close();
    }
  });

  it("is not needed to sign who is asked for, and for what", async () => {
    const signed = async (name: string | null) => {
      const state = await cronofyWith({}).signState("ser_1", "https://e.example/cb", name);
      const audience = { dataCenter: "us", clientId: "client-1", redirectUri: "https://e.example/cb" } as const;
      return verifyOAuthState(state, new Secret("link-secret"), audience);
    };
    expect(await signed("zoom")).toMatchObject({ serviceAccountId: "ser_1", conferencingProviderName: "zoom" });
    expect(await signed(null)).not.toHaveProperty("conferencingProviderName");
  });

  it("is bounded by an interruption, and by the time that is allowed where that is known", () => {
    const { signal } = CALL;
    const cronofy = cronofyWith({});
    expect(cronofy.bounds({ signal })).toEqual({ signal });
    const deadline = new Date("2026-03-01T10:02:00.000Z");
    expect(cronofy.bounds({ signal, timeout: 120_000 })).toEqual({ signal, deadline });
  });
});

describe("a conferencing provider", () => {
  const judged = async (name: string) => {
    const [link] = PROVIDER.resources;
    const { diagnostics } = await createHandlers(PROVIDER).validateResourceConfig(
      {
        typeName: "cronofy_organizational_unit_link",
        config: wire({ service_account_id: "ser_1", conferencing_provider_name: name }, link?.definition.schema ?? {}),
        clientCapabilities: undefined,
      },
      testContext().context,
    );
    return diagnostics.map(({ summary }) => summary);
  };

  it("is named in the warning, and so is each parameter that is not the configuration's to set", async () => {
    const [link] = PROVIDER.resources;
    const [token] = PROVIDER.ephemeralResources ?? [];
    const config = {
      service_account_id: "ser_1",
      redirect_uri: "https://e.example/cb",
      conferencing_provider_name: "carrier_pigeon",
      authorization_parameters: { locale: "de", scope: "all", state: UNKNOWN },
    };
    const handlers = createHandlers(PROVIDER);
    const { context } = testContext();
    const request = (kind: typeof link | typeof token, more = {}) => ({
      typeName: kind?.typeName ?? "",
      config: wire({ ...config, ...more }, kind?.definition.schema ?? {}),
      clientCapabilities: undefined,
    });
    const reserved = (name: string) => [
      `authorization_parameters[${JSON.stringify(name)}]`,
      "Reserved parameter",
      `authorization_parameters["${name}"]: ${name} is set by this resource and cannot be overridden; leave it out here.`,
    ];
    for (const { diagnostics } of [
      await handlers.validateResourceConfig(request(link), context),
      await handlers.validateEphemeralResourceConfig(request(token), context),
    ]) {
      expect(diagnostics.map(({ attribute, summary, detail }) => [placeOf(attribute), summary, detail])).toEqual([
        [
          "conferencing_provider_name",
          "Unknown conferencing provider",
          `This provider knows ${CONFERENCING_PROVIDER_NAMES.join(", ")}; got "carrier_pigeon". It is passed on, and if ` +
            "Cronofy does not know it either, the administrator chooses from a list.",
        ],
        reserved("scope"),
        reserved("state"),
      ]);
    }
    const unknown = { conferencing_provider_name: CONFERENCING_PROVIDER_NAMES[0], authorization_parameters: UNKNOWN };
    expect((await handlers.validateResourceConfig(request(link, unknown), context)).diagnostics).toEqual([]);
  });

  it("without a name is an error, and no warning beside it", async () => {
    expect(await judged("")).toEqual(["Empty value"]);
    expect(await judged("carrier_pigeon")).toEqual(["Unknown conferencing provider"]);
  });
});

it("the provider says the version that the package has", () => {
  expect(VERSION).toBe(version);
});
