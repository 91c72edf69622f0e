// What the provider has beside the link, part by part: what it answers, and what it says where it cannot.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createHandlers } from "../../src/plugin";
import type { Call, Diagnostic } from "../../src/plugin";
import { FakeClock } from "../../src/plugin/testing";
import { decodeMsgpack, encodeMsgpack } from "../../src/plugin/values/msgpack";
import { toPlain } from "../../src/plugin/values/plain";
import { known, types } from "../../src/plugin";
import { DATA_CENTERS } from "../../src/cronofy";
import { newLink } from "../../src/link-store";
import type { LinkFacts } from "../../src/link-store";
import { askAgain } from "../../src/provider/ask-again-action";
import type { Cronofy, Observation } from "../../src/provider/cronofy";
import { organizationalUnitDataSource } from "../../src/provider/organizational-unit-data-source";
import { organizationalUnitLinkCompletion } from "../../src/provider/organizational-unit-link-completion";
import { createCronofyProvider } from "../../src/provider/provider";
import type { InvokeAction_Event } from "../../src/plugin/wire/generated/tfplugin6";
import { createSandbox } from "../../src/sandbox";
import type { RunningSandbox, Sandbox } from "../../src/sandbox";
import { placeOf } from "../plugin/lifecycle/diagnostic-place";
import { testContext, unwire, wire } from "../plugin/lifecycle/memory-provider";

type Plain = Readonly<Record<string, unknown>>;

describe("a function", () => {
  const provider = createCronofyProvider({ env: {} });
  const handlers = createHandlers(provider);

  async function call(name: string, ...args: readonly string[]) {
    const { result, error } = await handlers.callFunction(
      {
        name,
        arguments: args.map((text) => ({
          msgpack: encodeMsgpack(known(text), types.string.type),
          json: Buffer.alloc(0),
        })),
      },
      testContext().context,
    );
    if (error !== undefined) return { error: error.text, argument: error.functionArgument };
    const { type } = provider.functions?.find((each) => each.name === name)?.definition.returns ?? types.string;
    return toPlain(decodeMsgpack(result?.msgpack ?? Buffer.alloc(0), type), type);
  }

  const URL_PARTS = ["de", "id", "https://example.com/cb", "s", "t"] as const;
  const URL_QUERY =
    "?response_type=code&client_id=id&redirect_uri=https%3A%2F%2Fexample.com%2Fcb&state=s" +
    "&scope=organizational_unit_use_integrations&capabilities%5B%5D=conferencing&ou_link_token=t";
  const APP = "https://app-de.cronofy.com/organizational_unit_oauth";

  it.each<[string, readonly string[], unknown]>([
    [
      "data_center",
      ["uk"],
      {
        id: "uk",
        country: "United Kingdom",
        api_url: "https://api-uk.cronofy.com",
        app_url: "https://app-uk.cronofy.com",
      },
    ],
    ["authorization_url", URL_PARTS, APP + URL_QUERY],
    ["authorization_url", [...URL_PARTS, "ms_teams"], `${APP}${URL_QUERY}&conferencing_provider_name=ms_teams`],
    ["parse_callback_url", ["https://e.example/cb?code=c&state=s"], { code: "c", state: "s", error: null }],
    ["parse_callback_url", ["https://e.example/cb?error=e&state=s"], { code: null, state: "s", error: "e" }],
    ["parse_callback_url", ["https://e.example/cb?error=e"], { code: null, state: null, error: "e" }],
  ])("%s(%j) is %j", async (name, args, expected) => {
    expect(await call(name, ...args)).toEqual(expected);
  });

  it.each<[string, readonly string[], RegExp, number]>([
    ["data_center", ["mars"], /got "mars"$/, 0],
    ["authorization_url", ["mars", ...URL_PARTS.slice(1)], /got "mars"$/, 0],
    ["authorization_url", ["de", "", "https://e.example/cb", "s", "t"], /./, 1],
    ["authorization_url", ["de", "id", "http://e.example/cb", "s", "t"], /https/, 2],
    ["authorization_url", ["de", "id", "https://e.example/cb", "", "t"], /./, 3],
    ["authorization_url", ["de", "id", "https://e.example/cb", "s", " t"], /./, 4],
    ["authorization_url", [...URL_PARTS, ""], /./, 5],
    ["authorization_url", [...URL_PARTS, "zoom", "ms_teams"], /^Name one conferencing provider at most$/, 6],
    ["parse_callback_url", ["https://e.example/cb"], /neither code nor error/, 0],
    ["parse_callback_url", ["nowhere"], /./, 0],
  ])("%s(%j) is refused (%s) at the argument that is to blame", async (name, args, error, argument) => {
    expect(await call(name, ...args)).toEqual({ error: expect.stringMatching(error) as string, argument });
  });
});

describe("with Cronofy there,", () => {
  let sandbox: Sandbox;
  let running: RunningSandbox;
  let account: string;

  beforeAll(async () => {
    sandbox = createSandbox({ seed: "beside the link" });
    running = await sandbox.listen();
    account = sandbox.service_accounts[0]?.service_account_id ?? "";
  });
  afterAll(() => running.close());

  async function configured(change: Readonly<Record<string, string>> = {}, info: string[] = []) {
    const env = {
      CRONOFY_CLIENT_ID: sandbox.client_id,
      CRONOFY_CLIENT_SECRET: sandbox.client_secret,
      CRONOFY_API_URL: running.api_url,
      CRONOFY_APP_URL: running.app_url,
      CRONOFY_MAX_RETRIES: "0",
      ...change,
    };
    const provider = createCronofyProvider({ env });
    const { context } = testContext();
    const hidden: string[] = [];
    const log = {
      ...context.log,
      info: (message: string, fields?: object) => void info.push(`${message} ${JSON.stringify(fields)}`),
      redact: (text: string) => void hidden.push(text),
    };
    const call = { ...context, log };
    const handlers = createHandlers(provider);
    const config = wire({}, provider.schema);
    await handlers.configureProvider({ terraformVersion: "1.11.4", config, clientCapabilities: undefined }, call);
    return { provider, handlers, call, hidden };
  }

  const told = (diagnostics: readonly { summary: string; detail: string; attribute?: unknown }[]) =>
    diagnostics.map(({ summary, detail, attribute }) => ({
      summary,
      detail,
      at: placeOf(attribute as Parameters<typeof placeOf>[0]),
    }));

  async function read(typeName: string, config: Plain, ...settings: Parameters<typeof configured>) {
    const { provider, handlers, call, hidden } = await configured(...settings);
    const schema = provider.dataSources?.find((each) => each.typeName === typeName)?.definition.schema ?? {};
    const request = { typeName, config: wire(config, schema), providerMeta: undefined, clientCapabilities: undefined };
    const { state, diagnostics } = await handlers.readDataSource(request, call);
    return { values: state && unwire(state, schema), told: told(diagnostics), hidden };
  }

  it.each([
    ["asks nobody where no invitation brings them, and says what does", askAgain.typeName, "No invitation to ask by"],
    ["that this version does not have is told as such", "cronofy_unheard_of", "Unknown action"],
  ])("an action %s", async (_what, actionType, summary) => {
    const { handlers, call } = await configured();
    const config = wire({ service_account_id: account }, askAgain.definition.schema);
    const events: InvokeAction_Event[] = [];
    await handlers.invokeAction(
      { actionType, config, clientCapabilities: undefined },
      call,
      (event) => void events.push(event),
    );
    expect(events).toMatchObject([{ type: { $case: "completed", completed: { diagnostics: [{ summary }] } } }]);
  });

  it("all data centers are listed, and nobody is asked", async () => {
    const { values } = await read("cronofy_data_centers", {});
    expect(values).toEqual({
      data_centers: DATA_CENTERS.map(({ id, country, apiUrl, appUrl }) => ({
        id,
        country,
        api_url: apiUrl,
        app_url: appUrl,
      })),
    });
    expect(sandbox.controls.requests()).toEqual([]);
  });

  it("an access token is told whose it is, and kept out of the log", async () => {
    const { access_token: token } = sandbox.controls.issueTokens(account);
    const { values, told: problems, hidden } = await read("cronofy_user_info", { access_token: token });
    const { email, domain } = sandbox.service_accounts[0] ?? {};
    expect(problems).toEqual([]);
    expect(values).toEqual({
      access_token: token,
      sub: account,
      type: "service_account",
      email,
      name: null,
      zoneinfo: null,
      authorization: {
        scope: "service_account/accounts/manage",
        status: "active",
        delegated_scope: "read_write",
      },
      service_account: { provider_name: expect.any(String) as string, domain },
      conferencing_profiles: [],
    });
    expect(hidden).toContain(token);
  });

  it("what Cronofy tells of an account is taken as documented, and the rest is left", async () => {
    const profile = { provider_name: "go_to", profile_id: "pro_1", profile_name: "jane", profile_connected: false };
    const relink = { profile_relink_url: "https://app.cronofy.com/v2/relink/go_to" };
    const raw = {
      sub: "acc_1",
      email: "jane@e.example",
      "cronofy.type": "account",
      "cronofy.data": {
        authorization: { scope: "read_write", new: 1 },
        conferencing_profiles: [{ ...profile, ...relink, new: {} }, { provider_name: "not yet heard of" }],
      },
    };
    const server = createServer((_, response) => response.end(JSON.stringify(raw))).listen(0, "127.0.0.1");
    try {
      await once(server, "listening");
      const env = { CRONOFY_API_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
      expect((await read("cronofy_user_info", { access_token: "token" }, env)).values).toMatchObject({
        sub: "acc_1",
        type: "account",
        email: "jane@e.example",
        name: null,
        authorization: { scope: "read_write", status: null, delegated_scope: null },
        service_account: null,
        conferencing_profiles: [
          { ...profile, ...relink },
          { provider_name: "not yet heard of", profile_id: null, profile_connected: null, profile_relink_url: null },
        ],
      });
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it("a request takes no longer than it may", async () => {
    const silent = createServer(() => undefined).listen(0, "127.0.0.1");
    try {
      await once(silent, "listening");
      const env = {
        CRONOFY_API_URL: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
        CRONOFY_REQUEST_TIMEOUT: "20ms",
      };
      expect((await read("cronofy_user_info", { access_token: "token" }, env)).told).toMatchObject([
        {
          summary: "Cronofy cannot be reached",
          detail: expect.stringContaining("no complete answer came in time") as string,
        },
      ]);
    } finally {
      silent.closeAllConnections();
      silent.close();
    }
  });

  it("a request that is repeated is told in the log", async () => {
    sandbox.controls.addFault({ path: "/v1/userinfo", status: 503, times: 1 });
    const { access_token: token } = sandbox.controls.issueTokens(account);
    jest.useFakeTimers({ doNotFake: ["setImmediate", "nextTick", "queueMicrotask", "setInterval", "Date"] });
    try {
      const log: string[] = [];
      let [told, waited]: [unknown, number] = [undefined, 0];
      void read("cronofy_user_info", { access_token: token }, { CRONOFY_MAX_RETRIES: "1" }, log).then(
        (it) => (told = it),
      );
      while (told === undefined) {
        await new Promise(setImmediate);
        if (log.length > waited) waited += (await jest.advanceTimersByTimeAsync(5_000), 1);
      }
      expect(told).toMatchObject({ told: [], values: { sub: account } });
      expect(log).toEqual([
        expect.stringMatching(
          /^Waiting before a retry \{"operation":"read the user info","attempt":1,"delay_ms":\d+(\.\d+)?,"reason":"server_error"\}$/,
        ) as string,
      ]);
    } finally {
      jest.useRealTimers();
    }
  });

  it("an access token that Cronofy refuses is blamed, and what else goes wrong is not blamed on it", async () => {
    expect((await read("cronofy_user_info", { access_token: "an-0ld-token" })).told).toEqual([
      {
        summary: "Access token is not accepted",
        detail:
          "Cronofy does not accept the access token (401). It has expired or was revoked, or it is of another data center " +
          "than the provider's. Hand over a fresh one.",
        at: "access_token",
      },
    ]);
    sandbox.controls.addFault({ path: "/v1/userinfo", status: 503, times: 1 });
    expect((await read("cronofy_user_info", { access_token: "an-0ld-token" })).told).toEqual([
      { summary: "Cronofy has a problem", detail: expect.stringContaining("503") as string, at: "" },
    ]);
  });

  it("a link token is minted for one run, with the URL around it, and kept out of the log", async () => {
    const { provider, handlers, call, hidden } = await configured();
    const [{ typeName, definition }] = provider.ephemeralResources as [
      NonNullable<typeof provider.ephemeralResources>[0],
    ];
    const opened = async (more: Plain) => {
      const config = { service_account_id: account, redirect_uri: "https://e.example/cb", ...more };
      const request = { typeName, config: wire(config, definition.schema), clientCapabilities: undefined };
      const { result, diagnostics } = await handlers.openEphemeralResource(request, call);
      return { values: result && unwire(result, definition.schema), told: told(diagnostics) };
    };
    const more = { state: "mine", authorization_parameters: { locale: "de" }, conferencing_provider_name: "ms_teams" };
    const { values } = await opened(more);
    const url = new URL(String(values?.["authorization_url"]));
    expect(url.origin).toBe(running.app_url);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      redirect_uri: "https://e.example/cb",
      state: "mine",
      locale: "de",
      conferencing_provider_name: "ms_teams",
      ou_link_token: values?.["ou_link_token"],
    });
    expect(hidden).toContain(values?.["ou_link_token"]);
    expect((await opened({ service_account_id: "ser_nobody" })).told).toMatchObject([
      { summary: "Cronofy refuses the parameters", at: "service_account_id" },
    ]);
  });
});

const SINCE = "2026-03-01T09:00:00.000Z";
const STORE = "the folder /var/lib/ou-link";
const authorization = {
  organizationalUnitId: "org_1",
  scope: "organizational_unit_use_integrations",
  linkedAt: "2026-03-01T10:05:00.000Z",
  conferencingProviderName: null,
};
const facts = (changes: Partial<LinkFacts> = {}): LinkFacts => ({
  ...newLink({ dataCenter: "us", clientId: "c", serviceAccountId: "ser_1" }),
  ...changes,
});
const AWAITED = { awaited: { since: SINCE, conferencingProviderName: null } };
const LINKED = { kind: "linked", authorization, link: facts() } as const;
const REFUSED = { kind: "refused", authorization, link: facts(), reason: "Cronofy answered invalid_grant." } as const;
const PENDING: Observation = { kind: "awaited", link: facts(AWAITED) };
const ENDED: Observation = { kind: "ended", link: { ...facts(), ended: { at: SINCE, by: "forget" } } };
const UNAVAILABLE: Observation = { kind: "unavailable", reason: "Cronofy answered 503.", cause: undefined };
const NOT_RECORDED: Observation = { kind: "not-recorded", store: STORE };
const NOT_AUTHORIZED: Observation = { kind: "not-authorized" };
const NO_STORE: Observation = { kind: "no-store" };

/** What the parts need of the provider, where observations come one after the other; the last one stays. */
function observing(observations: readonly Observation[], clock = new FakeClock()) {
  const rest = [...observations];
  const observed: { account: string; signal: AbortSignal | undefined }[] = [];
  const cronofy = {
    now: clock.now,
    sleep: clock.sleep,
    store: observations[0]?.kind === "no-store" ? null : { description: STORE },
    linkId: ({ value }: { value: string }) => known(`us/${value}`),
    observe: (account: string, { signal }: Partial<Call>) => {
      observed.push({ account, signal });
      return Promise.resolve(rest.length > 1 ? rest.shift() : rest[0]);
    },
  };
  return { cronofy: cronofy as unknown as Cronofy, observed, clock };
}

function calling(more: Partial<Call> = {}) {
  const warnings: Diagnostic[] = [];
  const { context } = testContext();
  return { call: { ...context, warn: (finding: Diagnostic) => warnings.push(finding), ...more } as never, warnings };
}

describe("the data source of a unit", () => {
  const NOTHING = { linked: false, awaited_since: null, organizational_unit_id: null, scope: null, linked_at: null };
  const NO_RECORD =
    'The link_store has no record of ser_1, so the status is "unknown". Either no administrator has authorized yet, or ' +
    "the link service writes to another store.";

  const told = async (observation: Observation) => {
    const { call, warnings } = calling();
    const { cronofy } = observing([observation]);
    const read = await organizationalUnitDataSource.definition.read({ service_account_id: "ser_1" }, cronofy, call);
    return { read, warnings };
  };

  it.each<[string, Observation, Plain]>([
    [
      "linked",
      LINKED,
      {
        status: "linked",
        linked: true,
        awaited_since: null,
        organizational_unit_id: "org_1",
        scope: "organizational_unit_use_integrations",
        linked_at: "2026-03-01T10:05:00.000Z",
      },
    ],
    [
      "linked by a program that keeps no record",
      { kind: "linked", authorization, link: null },
      { status: "linked", linked: true, awaited_since: null, organizational_unit_id: "org_1" },
    ],
    [
      "linked and asked anew",
      { kind: "linked", authorization, link: facts(AWAITED) },
      { status: "linked", linked: true, awaited_since: SINCE },
    ],
    ["refused", REFUSED, { ...NOTHING, status: "unlinked" }],
    ["refused, and a program's", { ...REFUSED, link: null }, { ...NOTHING, status: "unlinked" }],
    [
      "refused and asked anew",
      { ...REFUSED, link: facts(AWAITED) },
      { ...NOTHING, status: "pending", awaited_since: SINCE },
    ],
    ["ended", ENDED, { ...NOTHING, status: "unlinked" }],
    ["awaited", PENDING, { ...NOTHING, status: "pending", awaited_since: SINCE }],
  ])("tells of a link that is %s, without a warning", async (_, observation, expected) => {
    const { read, warnings } = await told(observation);
    expect(read).toMatchObject({ id: "us/ser_1", ...expected });
    expect(warnings).toEqual([]);
  });

  it.each<[string, Observation, string, string]>([
    ["out of reach", UNAVAILABLE, "Link could not be checked", 'Cronofy answered 503. The status is "unknown".'],
    ["recorded nowhere", NOT_RECORDED, "No authorization is recorded", NO_RECORD],
    ["not known to a program", NOT_AUTHORIZED, "No authorization is recorded", NO_RECORD],
    [
      "kept in no store",
      NO_STORE,
      "No link store to look into",
      'Without a link_store nothing tells whether ser_1 is linked, so the status is "unknown". Configure the store that ' +
        "the link service writes to.",
    ],
  ])("warns of a link that is %s, and fails nothing", async (_, observation, summary, detail) => {
    const { read, warnings } = await told(observation);
    expect(read).toMatchObject({ id: "us/ser_1", ...NOTHING, status: "unknown" });
    expect(warnings).toEqual([{ summary, detail, path: ["service_account_id"] }]);
  });
});

describe("a completion", () => {
  const { definition } = organizationalUnitLinkCompletion;
  const COMPLETED = { organizational_unit_id: "org_1", linked_at: "2026-03-01T10:05:00.000Z" };
  const create = (stage: ReturnType<typeof observing>, config: Plain = {}, more: Partial<Call> = {}) =>
    definition.create({ link_id: "ser_1", poll_interval: "30s", ...config }, stage.cronofy, calling(more).call);

  it("is made at once where the link works, by either spelling of its id", async () => {
    for (const link_id of ["ser_1", "us/ser_1"]) {
      const stage = observing([LINKED]);
      expect(await create(stage, { link_id })).toEqual({ id: "us/ser_1", ...COMPLETED });
      expect(stage.observed).toMatchObject([{ account: "ser_1" }]);
    }
  });

  it("looks at its interval, whatever is in the way, until the link works", async () => {
    const stage = observing([NOT_RECORDED, PENDING, UNAVAILABLE, REFUSED, LINKED]);
    const made = create(stage);
    for (const looks of [1, 2, 3, 4]) {
      await stage.clock.whenAsleep();
      stage.clock.advance("29s");
      await new Promise(setImmediate);
      expect(stage.observed).toHaveLength(looks);
      stage.clock.advance("1s");
    }
    expect(await made).toEqual({ id: "us/ser_1", ...COMPLETED });
    expect(stage.observed).toHaveLength(5);
  });

  const IN_VAIN =
    " Print the link's authorization_url with terraform output -raw <name>, by the name of the output that holds it; send " +
    "the administrator there, and apply again, which goes on waiting. Or raise timeouts.create.";

  const WHY: readonly [string, Observation, string][] = [
    ["unavailable", UNAVAILABLE, "Cronofy answered 503."],
    ["not recorded", NOT_RECORDED, `No link is recorded in ${STORE}.`],
    ["not authorized", NOT_AUTHORIZED, "The program of the link_store has no authorization for it."],
  ];

  it.each([
    ...WHY,
    ["awaited", PENDING, "Nobody has authorized yet."],
    ["refused", REFUSED, "Cronofy answered invalid_grant."],
    ["ended", ENDED, `The link was ended at ${SINCE}.`],
  ])("looks a last time when its time is nearly over, and says that the link is %s", async (_, observation, why) => {
    const stage = observing([observation]);
    const failed = create(stage, {}, { timeout: 40_000 }).catch((error: unknown) => error);
    await stage.clock.whenAsleep();
    stage.clock.advance("30s");
    await stage.clock.whenAsleep();
    stage.clock.advance("9s");
    expect(await failed).toMatchObject({
      summary: "Not linked in time",
      detail: `us/ser_1 was not linked within 40 seconds. ${why}${IN_VAIN}`,
      path: ["timeouts", "create"],
    });
    expect(stage.observed).toHaveLength(3);
  });

  it("ends at once where Terraform is interrupted", async () => {
    const interruption = new AbortController();
    const stage = observing([PENDING]);
    const ended = expect(create(stage, {}, { signal: interruption.signal })).rejects.toThrow("Interrupted.");
    await stage.clock.whenAsleep();
    interruption.abort(new Error("Interrupted."));
    await ended;
    expect(stage.observed).toEqual([{ account: "ser_1", signal: interruption.signal }]);
  });

  it("does not begin to wait without a store, nor for a link of another data center", async () => {
    await expect(create(observing([NO_STORE]))).rejects.toMatchObject({
      summary: "No link store to look into",
      detail:
        "Without a link_store nothing tells when us/ser_1 is linked, so this would never finish. Configure the store that " +
        "the link service writes to, or leave this resource out: the link does without it.",
    });
    await expect(create(observing([LINKED]), { link_id: "uk/ser_1" })).rejects.toMatchObject({
      summary: "Link of another data center",
      path: ["link_id"],
    });
  });

  it("is planned with its id, unless that is not known yet, and without another data center", () => {
    const plan = (config: Plain, prior: Plain | null = null) => {
      const planned: Record<string, unknown> = {};
      void definition.plan?.({ config, prior, planned } as never, observing([LINKED]).cronofy, calling().call);
      return planned;
    };
    expect(plan({ link_id: known("us/ser_1") })).toEqual({ id: known("us/ser_1") });
    expect(plan({ link_id: known("ser_1") })).toEqual({ id: known("us/ser_1") });
    expect(plan({ link_id: { kind: "unknown" } })).toEqual({});
    expect(plan({ link_id: known("us/ser_1") }, {})).toEqual({});
    expect(() => plan({ link_id: known("uk/ser_1") })).toThrow(/belongs to the data center "uk"/);
  });

  const STATES = [
    { id: "us/ser_1", link_id: "ser_1" },
    { id: null, link_id: "ser_1" },
  ];

  it.each<[string, Observation, Plain | null]>([
    ["stays where the link works", LINKED, COMPLETED],
    ["is gone where somebody is awaited", PENDING, null],
    ["is gone where the link is refused", REFUSED, null],
    ["is gone where the link was ended", ENDED, null],
  ])("that is read back %s", async (_, observation, changes) => {
    const { call, warnings } = calling();
    for (const state of STATES) {
      const read = await definition.read(state, observing([observation]).cronofy, call);
      expect(read).toEqual(changes && { ...state, ...changes });
    }
    expect(warnings).toEqual([]);
  });

  it.each([...WHY, ["in no store", NO_STORE, "No link_store is configured to look into."]] as const)(
    "that is read back stays where the link is %s, with a warning",
    async (_, observation, why) => {
      const { call, warnings } = calling();
      for (const state of STATES) {
        expect(await definition.read(state as never, observing([observation]).cronofy, call)).toEqual(state);
      }
      const detail = `${why} The completion of us/ser_1 is kept.`;
      expect(warnings).toEqual(STATES.map(() => ({ summary: "Link could not be checked", detail })));
    },
  );

  it("is imported for a link that works, and for none that does not", async () => {
    const imported = (id: string, observation: Observation = LINKED) =>
      definition.import?.(id, observing([observation]).cronofy, calling().call);
    for (const id of ["ser_1", "us/ser_1"]) {
      expect(await imported(id)).toEqual({
        id: "us/ser_1",
        link_id: "us/ser_1",
        poll_interval: "10s",
        ...COMPLETED,
      });
    }
    await expect(imported("ser_1", PENDING)).rejects.toMatchObject({
      summary: "Link is not completed",
      detail:
        "Nobody has authorized yet. An import does not wait: it takes a link that works. Declare the resource without " +
        "importing it, and apply to wait for us/ser_1.",
    });
    await expect(imported("mars/ser_1")).rejects.toMatchObject({
      summary: "Not the id of a link",
      detail:
        "Import takes the id of a link, <data center>/<service account>, or a service account such as " +
        "ser_64b17f9b8090ea21640c9151.",
    });
    await expect(imported("uk/ser_1")).rejects.toMatchObject({ summary: "Link of another data center" });
  });

  it("judges its arguments", async () => {
    const judged = async (config: Plain) => {
      const handlers = createHandlers(createCronofyProvider({ env: {} }));
      const { typeName } = organizationalUnitLinkCompletion;
      const request = { typeName, config: wire(config, definition.schema), clientCapabilities: undefined };
      const { diagnostics } = await handlers.validateResourceConfig(request, testContext().context);
      return diagnostics.map(({ summary, detail }) => `${summary}: ${detail}`);
    };
    expect(await judged({ link_id: "us/ser_1", poll_interval: "1s" })).toEqual([]);
    expect(await judged({ link_id: "us/ser_1/x" })).toEqual([
      "Not the id of a link: Give the id of a cronofy_organizational_unit_link, <data center>/<service account>, or a " +
        'service account such as ser_64b17f9b8090ea21640c9151; got "us/ser_1/x".',
    ]);
    expect(await judged({ link_id: "ser_1", poll_interval: "999ms" })).toEqual([
      'Interval too short: Wait at least "1s" between two looks; got "999ms".',
    ]);
    expect(await judged({ link_id: "ser_1", poll_interval: "soon" })).toEqual([
      expect.stringMatching(/^Not a duration/) as string,
    ]);
  });

  it.each([
    ["ser_1", "us/ser_1", true],
    ["us/ser_1", "ser_1", true],
    ["us/ser_1", "us/ser_1", true],
    ["us/ser_1", "uk/ser_1", false],
    ["ser_1", "ser_2", false],
    ["us/ser_1", "us/ser_2", false],
    ["junk", "junk", true],
    ["junk", "ser_1", false],
    ["ser_1", "junk", false],
  ])("takes %s and %s for the same link: %p", (one, other, same) => {
    const { link_id: linkId } = definition.schema as unknown as {
      link_id: { options: { semanticEquals: (one: string, other: string) => boolean } };
    };
    expect(linkId.options.semanticEquals(one, other)).toBe(same);
  });
});
