import { inspect } from "node:util";
import {
  AccountLockedError,
  CronofyClient,
  CronofyError,
  ForbiddenError,
  InvalidArgumentError,
  InvalidParametersError,
  NotFoundError,
  OAuthError,
  PlanLacksFeatureError,
  RateBudget,
  RateBudgetError,
  RateLimitedError,
  Secret,
  ServerError,
  Stopwatch,
  UnauthorizedError,
  UnexpectedResponseError,
  UnreachableError,
} from "../../src/cronofy";
import type { CronofyClientOptions, RetryEvent } from "../../src/cronofy";
import { behindProxy } from "./recording-proxy";
import { breakOff, hang, json, raw, startScriptedServer, trickle } from "./scripted-server";
import type { Answer, ScriptedServer } from "./scripted-server";

const MINT = "/v1/organizational_unit_authorization_link_tokens";
const TOKEN = "/oauth/token";
const REVOKE = "/oauth/token/revoke";
const USER_INFO = "/v1/userinfo";

const CLIENT_SECRET = "client-secret-f00d";
const CODE = "code-beef";
const REFRESH_TOKEN = "refresh-token-cafe";
const ACCESS_TOKEN = "access-token-babe";

const MINTED = json(200, { organizational_unit_authorization_link_token: { ou_link_token: "link-token" } });
const GRANTED = json(200, {
  token_type: "bearer",
  access_token: "new-access",
  expires_in: 3600,
  refresh_token: "new-refresh",
  scope: "organizational_unit_use_integrations",
  sub: "ou_1",
});

let server: ScriptedServer;
let retries: RetryEvent[];

beforeEach(async () => {
  server = await startScriptedServer();
  retries = [];
});
afterEach(() => server.close());

function connect(options: Partial<CronofyClientOptions> = {}): CronofyClient {
  return new CronofyClient({
    dataCenter: "de",
    clientId: "client-1",
    clientSecret: new Secret(CLIENT_SECRET),
    apiUrl: server.url,
    delay: () => Promise.resolve(),
    random: () => 0.5,
    onRetry: (event) => retries.push(event),
    ...options,
  });
}

/** Every method of the API, by the path that it asks. */
const METHODS: readonly { path: string; call: (client: CronofyClient, signal?: AbortSignal) => Promise<unknown> }[] = [
  { path: MINT, call: (client, signal) => client.createLinkToken("ser_1", signal) },
  {
    path: TOKEN,
    call: (client, signal) =>
      client.redeemCode({ code: new Secret(CODE), redirectUri: "https://example.com/callback" }, signal),
  },
  { path: TOKEN, call: (client, signal) => client.refresh(new Secret(REFRESH_TOKEN), signal) },
  { path: REVOKE, call: (client, signal) => client.revoke({ token: new Secret(REFRESH_TOKEN) }, signal) },
  { path: USER_INFO, call: (client, signal) => client.userInfo(new Secret(ACCESS_TOKEN), signal) },
];
const [mint, redeem, refresh, revoke, userInfo] = METHODS.map(({ call }) => call) as [
  ...[Call, Call, Call, Call, Call],
];
type Call = (client: CronofyClient, signal?: AbortSignal) => Promise<unknown>;

async function failureOf(promise: Promise<unknown>): Promise<CronofyError> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof CronofyError)) throw new Error(`Expected a CronofyError, got ${inspect(error)}`);
  return error;
}

describe("requests", () => {
  it("creates a link token with the client secret as bearer", async () => {
    server.script(MINT, MINTED);
    const token = await connect().createLinkToken("ser_1");
    expect(token.reveal()).toBe("link-token");
    expect(server.requests).toMatchObject([
      {
        method: "POST",
        path: MINT,
        headers: { authorization: `Bearer ${CLIENT_SECRET}`, "content-type": "application/json; charset=utf-8" },
        body: { service_account_id: "ser_1" },
      },
    ]);
  });

  it("redeems a code with the credentials in the body and no Authorization", async () => {
    server.script(TOKEN, GRANTED);
    const tokens = await connect().redeemCode({ code: new Secret(CODE), redirectUri: "https://example.com/callback" });
    expect({ ...tokens, accessToken: tokens.accessToken.reveal(), refreshToken: tokens.refreshToken.reveal() }).toEqual(
      {
        accessToken: "new-access",
        refreshToken: "new-refresh",
        expiresIn: 3600,
        scope: "organizational_unit_use_integrations",
        sub: "ou_1",
        accountId: null,
        serviceAccountId: null,
      },
    );
    expect(server.requests[0]?.headers.authorization).toBeUndefined();
    expect(server.requests[0]?.body).toEqual({
      client_id: "client-1",
      client_secret: CLIENT_SECRET,
      grant_type: "authorization_code",
      code: CODE,
      redirect_uri: "https://example.com/callback",
    });
  });

  it("refreshes, and keeps the refresh token where the answer has no other", async () => {
    server.script(TOKEN, GRANTED, json(200, { access_token: "new-access" }));
    const client = connect();
    expect((await client.refresh(new Secret(REFRESH_TOKEN))).refreshToken.reveal()).toBe("new-refresh");
    const sparse = await client.refresh(new Secret(REFRESH_TOKEN));
    expect(sparse.refreshToken.reveal()).toBe(REFRESH_TOKEN);
    expect(sparse).toMatchObject({ expiresIn: 0, scope: "", sub: null });
    expect(server.requests[0]?.body).toEqual({
      client_id: "client-1",
      client_secret: CLIENT_SECRET,
      grant_type: "refresh_token",
      refresh_token: REFRESH_TOKEN,
    });
  });

  it("revokes by token and by sub, and takes an empty answer", async () => {
    server.script(REVOKE, raw(200, ""));
    await connect().revoke({ token: new Secret(REFRESH_TOKEN) });
    await connect().revoke({ sub: "ou_1" });
    expect(server.requests.map(({ body }) => body)).toEqual([
      { client_id: "client-1", client_secret: CLIENT_SECRET, token: REFRESH_TOKEN },
      { client_id: "client-1", client_secret: CLIENT_SECRET, sub: "ou_1" },
    ]);
  });

  it("reads the user info of an account", async () => {
    const answer = {
      sub: "acc_1",
      "cronofy.type": "account",
      "cronofy.data": {
        authorization: { scope: "read_write", status: "active", added_later: true },
        conferencing_profiles: [
          { provider_name: "zoom", profile_id: "pro_1", profile_name: "a@example.com", profile_connected: true },
          { provider_name: "something_new", profile_connected: "yes" },
          "nonsense",
        ],
      },
    };
    server.script(USER_INFO, json(200, answer));
    expect(await connect().userInfo(new Secret(ACCESS_TOKEN))).toEqual({
      sub: "acc_1",
      type: "account",
      authorization: { scope: "read_write", status: "active" },
      conferencingProfiles: [
        { providerName: "zoom", profileId: "pro_1", profileName: "a@example.com", connected: true },
        { providerName: "something_new", profileId: null, profileName: null, connected: null },
        { providerName: null, profileId: null, profileName: null, connected: null },
      ],
      raw: answer,
    });
    expect(server.requests[0]?.headers.authorization).toBe(`Bearer ${ACCESS_TOKEN}`);
  });

  it.each([{}, { sub: 3, "cronofy.data": [] }, { "cronofy.data": { authorization: null } }])(
    "takes a user info with nothing known in it: %j",
    async (answer) => {
      server.script(USER_INFO, json(200, answer));
      expect(await connect().userInfo(new Secret(ACCESS_TOKEN))).toEqual({
        sub: null,
        type: null,
        authorization: null,
        conferencingProfiles: [],
        raw: answer,
      });
    },
  );

  it("uses one connection for what may be repeated, and own connections for what may not", async () => {
    server.script(USER_INFO, json(200, {}));
    server.script(TOKEN, GRANTED);
    const client = connect();
    for (let round = 0; round < 3; round++) await userInfo(client);
    expect(server.connections()).toBe(1);
    for (let round = 0; round < 3; round++) await refresh(client);
    expect(server.connections()).toBe(4);
  });

  it("goes to loopback without the proxy that the environment names", async () => {
    const before = process.env["http_proxy"];
    process.env["http_proxy"] = "http://127.0.0.1:9";
    try {
      server.script(MINT, MINTED);
      await mint(connect({ maxRetries: 0 }));
    } finally {
      if (before === undefined) delete process.env["http_proxy"];
      else process.env["http_proxy"] = before;
    }
    expect(server.requests).toHaveLength(1);
  });

  describe("behind a proxy", () => {
    const elsewhere = () => connect({ apiUrl: "https://api.cronofy.invalid", maxRetries: 0 });

    it.each([
      ["us%40er:p%3Aw%2F%25@", "us@er:p:w/%"],
      ["m%C3%BCller:p@", "müller:p"],
      ["user:plain@", "user:plain"],
      ["user@", "user:"],
      ["us%er:p%3Aw@", "us%er:p:w"],
      ["", ""],
    ])("sends it the credentials that %j means", async (spelled, credentials) => {
      const asked = await behindProxy(spelled, () =>
        expect(mint(elsewhere())).rejects.toMatchObject({ code: "unexpected_response", status: 407 }),
      );
      expect(asked).toEqual([{ target: "api.cronofy.invalid:443", credentials }]);
    });

    it.each(["api.cronofy.invalid", ".cronofy.invalid", "*", "other.example, *.cronofy.invalid"])(
      "goes past it where NO_PROXY is %j",
      async (names) => {
        const direct = () => expect(mint(elsewhere())).rejects.toMatchObject({ code: "unreachable", sent: false });
        expect(await behindProxy("us%40er:pw@", direct, { NO_PROXY: names })).toEqual([]);
      },
    );

    it.each(["http://us@er:p/w@proxy:3128", "socks5://proxy:1080"])("says that %s cannot be one", async (address) => {
      await behindProxy("", () => expect(mint(elsewhere())).rejects.toThrow(/Write HTTPS_PROXY as http:/), {
        HTTPS_PROXY: address,
      });
      await behindProxy("", () => expect(mint(elsewhere())).rejects.not.toThrow("us@er"), { HTTPS_PROXY: address });
    });
  });

  it.each(["http://api.example.com", "ftp://127.0.0.1", "api.example.com", ""])(
    "refuses to be set up with the address %j",
    (apiUrl) => {
      expect(() => connect({ apiUrl })).toThrow(InvalidArgumentError);
    },
  );

  it("knows the addresses of its data center", () => {
    const { dataCenter, apiUrl, appUrl } = new CronofyClient({
      dataCenter: "us",
      clientId: "client-1",
      clientSecret: new Secret(CLIENT_SECRET),
    });
    expect({ dataCenter, apiUrl, appUrl }).toEqual({
      dataCenter: "us",
      apiUrl: "https://api.cronofy.com",
      appUrl: "https://app.cronofy.com",
    });
  });
});

describe("errors", () => {
  it.each<[number, new (...facts: never[]) => CronofyError]>([
    [401, UnauthorizedError],
    [402, PlanLacksFeatureError],
    [403, ForbiddenError],
    [404, NotFoundError],
    [422, InvalidParametersError],
    [423, AccountLockedError],
    [429, RateLimitedError],
    [500, ServerError],
    [504, ServerError],
    [400, UnexpectedResponseError],
    [418, UnexpectedResponseError],
  ])("is typed for status %i, whatever the body", async (status, type) => {
    for (const body of ["", "<html>", '{"errors":7}', "[]", "null"]) {
      server.script(MINT, raw(status, body));
      const error = await failureOf(mint(connect({ maxRetries: 0 })));
      expect(error).toBeInstanceOf(type);
      expect(error).toMatchObject({ status, operation: "create a link token", name: type.name });
    }
  });

  it("names what a 422 complains of", async () => {
    server.script(
      MINT,
      json(422, { errors: { service_account_id: [{ key: "errors.required", description: "required" }] } }),
    );
    const error = await failureOf(mint(connect()));
    expect(error).toMatchObject({ problems: [{ parameter: "service_account_id", key: "errors.required" }] });
    expect(error.message).toContain("for ser_1");
    expect(error.message).toContain("service_account_id: errors.required (422)");
  });

  it("names the error of a token endpoint and what to do about it", async () => {
    server.script(TOKEN, json(400, { error: "invalid_grant" }));
    const error = await failureOf(redeem(connect()));
    expect(error).toBeInstanceOf(OAuthError);
    expect(error).toMatchObject({ error: "invalid_grant", status: 400 });
    expect(error.message).toMatch(/invalid_grant \(400\)\. A code works once/);
    expect((await failureOf(refresh(connect()))).message).toContain("authorize anew");
    server.script(REVOKE, json(400, { error: "invalid_client" }));
    expect((await failureOf(revoke(connect()))).message).toContain("Check the client id and client secret");
  });

  it.each<[string, Answer, string]>([
    ["HTML", raw(200, "<html>"), "is not a JSON object"],
    ["truncated JSON", raw(200, '{"organizational_unit'), "is not a JSON object"],
    ["an array", json(200, []), "is not a JSON object"],
    ["another shape", json(200, { ou_link_token: "link-token" }), "has no ou_link_token"],
    ["another type", json(200, { organizational_unit_authorization_link_token: { ou_link_token: 1 } }), "has no ou"],
    ["no content", raw(204, ""), "is not a JSON object"],
  ])("is told of an answer with %s", async (_what, answer, message) => {
    server.script(MINT, answer);
    const error = await failureOf(mint(connect()));
    expect(error).toBeInstanceOf(UnexpectedResponseError);
    expect(error.message).toContain(message);
  });

  it("never follows a redirect, and names the host only", async () => {
    const elsewhere = await startScriptedServer();
    try {
      server.script(MINT, raw(307, "", { Location: `${elsewhere.url}/path?token=hidden` }));
      const error = await failureOf(mint(connect()));
      expect(error).toBeInstanceOf(UnexpectedResponseError);
      expect(error.message).toContain(`redirect to ${new URL(elsewhere.url).host},`);
      expect(error.message).not.toContain("hidden");
      expect(elsewhere.requests).toEqual([]);
    } finally {
      await elsewhere.close();
    }
  });

  it("does not take an answer of more than 1 MiB", async () => {
    server.script(MINT, raw(200, "x".repeat(1024 * 1024 + 1)));
    const error = await failureOf(mint(connect()));
    expect(error).toBeInstanceOf(UnexpectedResponseError);
    expect(error.message).toContain("larger than 1 MiB");
  });

  it("tells a host that cannot be reached from one that broke off", async () => {
    server.script(MINT, breakOff());
    const broken = await failureOf(mint(connect({ maxRetries: 0 })));
    expect(broken).toBeInstanceOf(UnreachableError);
    expect(broken).toMatchObject({ sent: true, timedOut: false, status: null });

    await server.close();
    const gone = await failureOf(mint(connect({ maxRetries: 0 })));
    expect(gone).toMatchObject({ sent: false, timedOut: false, reason: "ECONNREFUSED" });
    expect(gone.message).toContain("ECONNREFUSED");
  });

  it.each([
    ["nothing is answered", hang()],
    ["the body trickles in", trickle()],
  ])("times out where %s", async (_what, answer) => {
    server.script(USER_INFO, answer);
    const error = await failureOf(userInfo(connect({ requestTimeout: 60, maxRetries: 0 })));
    expect(error).toBeInstanceOf(UnreachableError);
    expect(error).toMatchObject({ sent: true, timedOut: true });
  });

  it("never holds a secret, not even one that the answer repeats", async () => {
    const secrets = [CLIENT_SECRET, CODE, REFRESH_TOKEN, ACCESS_TOKEN];
    const echo = secrets.join(" ");
    const statuses = [200, 302, 400, 401, 402, 403, 404, 418, 422, 423, 429, 500, 503];
    const answers: Answer[] = [
      ...statuses.map((status) => raw(status, echo, { Location: `https://example.com/?${CLIENT_SECRET}` })),
      ...secrets.flatMap((secret) => [
        json(400, { error: secret }),
        json(400, { error: "invalid_grant", error_description: echo }),
        json(422, { errors: { [secret]: [{ key: secret, description: echo }], x: [{ key: `errors.${secret}` }] } }),
      ]),
      raw(200, "x".repeat(1024 * 1024 + 1)),
      breakOff(),
      hang(),
    ];
    const seen = new Set<string>();
    for (const { path, call } of METHODS) {
      for (const answer of answers) {
        server.script(path, answer);
        const client = connect({ maxRetries: 0, requestTimeout: 60 });
        const error = await call(client).then(
          () => null,
          (thrown: unknown) => thrown as Error,
        );
        if (error === null) continue;
        seen.add(error.name);
        const told = [inspect(error, { depth: 10, showHidden: true }), JSON.stringify(error), String(error)].join("\n");
        expect(secrets.filter((secret) => told.includes(secret))).toEqual([]);
      }
    }
    expect([...seen].sort()).toEqual([
      "AccountLockedError",
      "ForbiddenError",
      "InvalidParametersError",
      "NotFoundError",
      "OAuthError",
      "PlanLacksFeatureError",
      "RateLimitedError",
      "ServerError",
      "UnauthorizedError",
      "UnexpectedResponseError",
      "UnreachableError",
    ]);
  });
});

describe("retries", () => {
  const limited = raw(429, "");
  const broken = raw(500, "");
  const unavailable = raw(503, "");
  const unavailableFor = raw(503, "", { "Retry-After": "2" });

  it.each<[string, Call, string, Answer, number]>([
    ["mint after 429", mint, MINT, limited, 5],
    ["mint after 503 with Retry-After", mint, MINT, unavailableFor, 5],
    ["mint after 503 without", mint, MINT, unavailable, 1],
    ["mint after 500", mint, MINT, broken, 1],
    ["mint after a broken connection", mint, MINT, breakOff(), 2],
    ["mint after a time-out", mint, MINT, hang(), 2],
    ["redeem after 429", redeem, TOKEN, limited, 5],
    ["redeem after 503 with Retry-After", redeem, TOKEN, unavailableFor, 1],
    ["redeem after a broken connection", redeem, TOKEN, breakOff(), 1],
    ["redeem after a time-out", redeem, TOKEN, hang(), 1],
    ["refresh after 429", refresh, TOKEN, limited, 5],
    ["refresh after 503 with Retry-After", refresh, TOKEN, unavailableFor, 1],
    ["refresh after a broken connection", refresh, TOKEN, breakOff(), 1],
    ["refresh after a time-out", refresh, TOKEN, hang(), 1],
    ["revoke after 500", revoke, REVOKE, broken, 5],
    ["revoke after a broken connection", revoke, REVOKE, breakOff(), 5],
    ["user info after 429", userInfo, USER_INFO, limited, 5],
    ["user info after 503", userInfo, USER_INFO, unavailable, 5],
    ["user info after a broken connection", userInfo, USER_INFO, breakOff(), 5],
    ["user info after 401", userInfo, USER_INFO, raw(401, ""), 1],
    ["user info after nonsense", userInfo, USER_INFO, raw(200, "<html>"), 1],
  ])("%s", async (_what, call, path, answer, attempts) => {
    server.script(path, answer);
    await failureOf(call(connect({ requestTimeout: 250, totalTimeout: 10_000 })));
    expect(server.requests).toHaveLength(attempts);
    expect(retries).toHaveLength(attempts - 1);
  });

  it.each(METHODS.map(({ path, call }) => [path, call] as const))(
    "repeats a call of %s that never left",
    async (_path, call) => {
      await server.close();
      const error = await failureOf(call(connect()));
      expect(error).toMatchObject({ sent: false });
      expect(retries).toHaveLength(4);
    },
  );

  it("succeeds when a retry does, and tells of each wait before it", async () => {
    server.script(MINT, limited, raw(429, "", { "Retry-After": "7" }), limited, MINTED);
    const waits: number[] = [];
    let time = 0;
    const stopwatch = new Stopwatch({
      now: () => time,
      delay: (milliseconds) => {
        waits.push(milliseconds);
        time += milliseconds;
        return Promise.resolve();
      },
    });
    const rateBudget = new RateBudget({ stopwatch, random: () => 0.5 });
    const token = await connect({ rateBudget }).createLinkToken("ser_1");
    expect(token.reveal()).toBe("link-token");
    expect(waits).toEqual([500, 7_000, 2_000]);
    expect(retries.map(({ operation, attempt, delay }) => ({ operation, attempt, delay }))).toEqual([
      { operation: "create a link token", attempt: 1, delay: 500 },
      { operation: "create a link token", attempt: 2, delay: 7_000 },
      { operation: "create a link token", attempt: 3, delay: 2_000 },
    ]);
  });

  it("gives up where the next wait would end after the total time", async () => {
    let time = 0;
    const delay = (milliseconds: number) => {
      time += milliseconds;
      return Promise.resolve();
    };
    server.script(USER_INFO, raw(429, "", { "Retry-After": "40" }));
    const rateBudget = new RateBudget({ stopwatch: new Stopwatch({ now: () => time, delay }) });
    await failureOf(userInfo(connect({ totalTimeout: 100_000, rateBudget })));
    expect(server.requests).toHaveLength(3);
    expect(time).toBe(80_000);
  });

  it("waits as long as a date in Retry-After says", async () => {
    const now = () => new Date("2026-03-01T10:00:00Z");
    server.script(MINT, raw(429, "", { "Retry-After": "Sun, 01 Mar 2026 10:00:20 GMT" }), MINTED);
    await mint(connect({ now }));
    expect(retries).toMatchObject([{ delay: 20_000, error: { code: "rate_limited" } }]);
  });

  it("repeats after 429 until the call's own deadline, and not at all where nothing is to be repeated", async () => {
    const now = () => new Date("2026-03-01T10:00:00Z");
    server.script(USER_INFO, raw(429, "", { "Retry-After": "10" }));
    const bounds = { deadline: new Date("2026-03-01T10:05:00Z") };
    await failureOf(connect({ now }).userInfo(new Secret(ACCESS_TOKEN), bounds));
    expect(server.requests).toHaveLength(30);
    await failureOf(userInfo(connect({ maxRetries: 0 })));
    expect(server.requests).toHaveLength(31);
  });

  it("sends nothing after the deadline", async () => {
    const error = await failureOf(connect().userInfo(new Secret(ACCESS_TOKEN), { deadline: new Date(0) }));
    expect(error).toMatchObject({ code: "unreachable", timedOut: true, sent: false });
    expect(server.requests).toEqual([]);
  });

  it("counts the requests of all clients that share a rate budget, and sends none that would come too late", async () => {
    server.script(USER_INFO, json(200, { sub: "ou_1" }));
    const rateBudget = new RateBudget({ requestsPerMinute: 2 });
    const [one, other] = [connect({ rateBudget }), connect({ rateBudget, totalTimeout: 1_000 })];
    await userInfo(one);
    await userInfo(other);
    const error = await failureOf(userInfo(other));
    expect(error).toBeInstanceOf(RateBudgetError);
    expect(error).toMatchObject({ code: "rate_limited", limit: 2, reason: "per_minute" });
    expect(server.requests).toHaveLength(2);
  });

  it("is stopped by the signal: before sending, while waiting for an answer, and between attempts", async () => {
    const reason = new Error("interrupted");
    const client = connect({ delay: noDelayExpected() });

    server.script(MINT, hang());
    await expect(mint(client, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(server.requests).toHaveLength(0);

    const during = new AbortController();
    server.script(MINT, () => during.abort(reason));
    await expect(mint(client, during.signal)).rejects.toBe(reason);

    const between = new AbortController();
    server.script(MINT, limited);
    const waiting = new CronofyClient({
      dataCenter: "de",
      clientId: "client-1",
      clientSecret: new Secret(CLIENT_SECRET),
      apiUrl: server.url,
      random: () => 1,
      onRetry: () => setImmediate(() => between.abort(reason)),
    });
    await expect(mint(waiting, between.signal)).rejects.toBe(reason);
  });

  it.each([
    ["redemption", redeem],
    ["refresh", refresh],
  ])("lets a %s that is under way come to its end when the signal is aborted", async (_what, call) => {
    const interrupted = new AbortController();
    server.script(TOKEN, (response, request) => {
      interrupted.abort(new Error("interrupted"));
      GRANTED(response, request);
    });
    await expect(call(connect(), interrupted.signal)).resolves.toMatchObject({ sub: "ou_1" });
  });
});

function noDelayExpected(): () => Promise<void> {
  return () => Promise.reject(new Error("No wait was expected."));
}
