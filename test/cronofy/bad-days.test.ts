import http from "node:http";
import https from "node:https";
import net from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { inspect } from "node:util";
import { gzipSync } from "node:zlib";
import { CronofyClient, CronofyError, OAuthError, Secret, UnauthorizedError } from "../../src/cronofy";
import { createSelfSignedCertificate } from "../../src/plugin/server/certificate";
import { breakOff, hang, json, raw, startScriptedServer, trickle } from "./scripted-server";
import type { Answer, ScriptedServer } from "./scripted-server";

const TOKEN = "/oauth/token";
const REVOKE = "/oauth/token/revoke";
const USER_INFO = "/v1/userinfo";
const SECRETS = ["client-secret-f00d", "access-token-babe", "refresh-token-cafe"] as const;
const [CLIENT_SECRET, ACCESS_TOKEN, REFRESH_TOKEN] = SECRETS;
const MEBIBYTE = 1024 * 1024;
const HTML = { "Content-Type": "text/html" };
const SIGN_IN = `<!doctype html><title>Sign in</title>${ACCESS_TOKEN}`;

/** What one sees of a failure. */
interface Failure {
  readonly code: CronofyError["code"];
  /** Of the message. */
  readonly told: RegExp;
  /** Whether the request may have been worked on. */
  readonly sent?: boolean;
}

let server: ScriptedServer;

beforeEach(async () => {
  server = await startScriptedServer();
});
afterEach(() => server.close());

function connect({ apiUrl = server.url, requestTimeout = 10_000 } = {}): CronofyClient {
  return new CronofyClient({
    dataCenter: "de",
    clientId: "client-1",
    clientSecret: new Secret(CLIENT_SECRET),
    apiUrl,
    maxRetries: 0,
    requestTimeout,
  });
}

const userInfo = (client = connect()) => client.userInfo(new Secret(ACCESS_TOKEN));

/** Whether Cronofy itself said that the authorization is over; anything else is no evidence. */
function isRefusal(error: unknown): boolean {
  return error instanceof UnauthorizedError || (error instanceof OAuthError && error.error === "invalid_grant");
}

async function expectFailure(call: Promise<unknown>, { told, ...facts }: Failure): Promise<void> {
  const error: unknown = await call.then(
    (result) => Promise.reject(new Error(`It worked: ${inspect(result)}`)),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(CronofyError);
  expect(error).toMatchObject(facts);
  const { message } = error as CronofyError;
  expect(message).toMatch(told);
  // What could not be done and where, what happened, and what to do.
  expect(message).toMatch(/^Could not [a-z ]+ at \S+: .+\. [A-Z].+\.$/);
  const shown = inspect(error, { depth: 10, showHidden: true });
  expect(SECRETS.filter((secret) => shown.includes(secret))).toEqual([]);
}

/** Takes its time to be seen; the others must not be mistaken for it on a slow machine. */
const TIMES_OUT: Failure = { code: "unreachable", sent: true, told: /no complete answer came in time/ };
const timeoutFor = (failure: Failure) => ({ ...(failure === TIMES_OUT && { requestTimeout: 100 }) });

const CHECK_ADDRESS = /Check that the address is Cronofy's API and that no proxy answers in its place\.$/;

const BAD_ANSWERS: readonly (readonly [what: string, answer: Answer, failure: Failure])[] = [
  ["a web page", raw(200, SIGN_IN, HTML), { code: "unexpected_response", told: /is not a JSON object but a web page/ }],
  ["a web page called JSON", raw(200, SIGN_IN), { code: "unexpected_response", told: CHECK_ADDRESS }],
  ["an empty body", raw(200, ""), { code: "unexpected_response", told: /\(200\) is not a JSON object but empty/ }],
  ["204", raw(204, ""), { code: "unexpected_response", told: /\(204\) is not a JSON object but empty/ }],
  ["half an object", raw(200, '{"sub":"ou'), { code: "unexpected_response", told: /is not a JSON object/ }],
  ["a list", json(200, [{ sub: "ou_1" }]), { code: "unexpected_response", told: /is not a JSON object/ }],
  [
    "a success that tells of an error",
    json(200, { error: "invalid_token", sub: "ou_1" }),
    { code: "unexpected_response", told: /\(200\) tells of an error, although its status does not/ },
  ],
  ["errors with 202", json(202, { errors: { a: [] } }), { code: "unexpected_response", told: /tells of an error/ }],
  [
    "a redirect",
    raw(302, "", { Location: `https://login.example.com/?${ACCESS_TOKEN}` }),
    { code: "unexpected_response", told: /a redirect to login\.example\.com, which is not followed/ },
  ],
  ["a redirect to nowhere", raw(307, ""), { code: "unexpected_response", told: /\(307\) is a redirect, which is not/ }],
  ["a proxy's 407", raw(407, SIGN_IN, HTML), { code: "unexpected_response", told: /a proxy's, which asks for cred/ }],
  ["a proxy's 403", raw(403, SIGN_IN, HTML), { code: "forbidden", told: /\(403\)/ }],
  ["a gateway's 502", raw(502, SIGN_IN, HTML), { code: "server_error", told: /\(502\)\. Try again later/ }],
  ["a huge body", raw(200, "x".repeat(2 * MEBIBYTE)), { code: "unexpected_response", told: /is larger than 1 MiB/ }],
  [
    "a small body that unpacks to a huge one",
    (response) => response.writeHead(200, { "Content-Encoding": "gzip" }).end(gzipSync(Buffer.alloc(8 * MEBIBYTE))),
    { code: "unexpected_response", told: /is larger than 1 MiB/ },
  ],
  [
    "a body that cannot be unpacked",
    raw(200, "nonsense", { "Content-Encoding": "gzip" }),
    { code: "unexpected_response", told: /cannot be decompressed/ },
  ],
  [
    "a body that breaks off",
    (response) => {
      response.writeHead(200, { "Content-Length": "500" });
      response.write('{"sub":"ou_1",', () => response.destroy());
    },
    { code: "unreachable", sent: true, told: /the connection failed \(ECONNRESET\)\. Check the address/ },
  ],
  ["a reset", breakOff(), { code: "unreachable", sent: true, told: /ECONNRESET/ }],
  ["nothing", hang(), TIMES_OUT],
  ["a body that trickles in", trickle(), TIMES_OUT],
];

describe("no evidence of anything, and a sentence that helps, where the answer is", () => {
  it.each(BAD_ANSWERS)("%s", async (_what, answer, failure) => {
    server.script(USER_INFO, answer);
    const client = connect(timeoutFor(failure));
    await expectFailure(userInfo(client), failure);
    expect(isRefusal(await userInfo(client).catch((error: unknown) => error))).toBe(false);
    server.script(TOKEN, answer);
    await expectFailure(client.refresh(new Secret(REFRESH_TOKEN)), failure);
  });
});

it.each([
  ["an unknown type", { sub: "x_1", "cronofy.type": "something_new", "cronofy.data": { more: [] } }],
  ["no type", { sub: "x_1" }],
  ["no sub", { "cronofy.type": "account" }],
  ["nothing at all", {}],
  ["an error of null", { error: null }],
])("a user info with %s is evidence all the same: the token was accepted", async (_what, answer) => {
  server.script(USER_INFO, json(200, answer, { "Content-Type": "text/plain" }));
  expect(await userInfo()).toMatchObject({ raw: answer, conferencingProfiles: [] });
});

it("takes rotated tokens even from an answer that tells of an error too: there is no other copy", async () => {
  server.script(TOKEN, json(200, { access_token: "new", refresh_token: "newer", error: "temporarily_unavailable" }));
  expect((await connect().refresh(new Secret(REFRESH_TOKEN))).refreshToken.reveal()).toBe("newer");
});

it("only Cronofy's own refusal is a refusal", async () => {
  server.script(USER_INFO, raw(401, ""));
  expect(isRefusal(await userInfo().catch((error: unknown) => error))).toBe(true);
  server.script(TOKEN, json(400, { error: "invalid_grant" }));
  const refresh = connect().refresh(new Secret(REFRESH_TOKEN));
  expect(isRefusal(await refresh.catch((error: unknown) => error))).toBe(true);
});

it.each([
  ["a web page", raw(200, SIGN_IN, HTML), /is not a JSON object but a web page/],
  ["an error", json(200, { error: "server_error" }), /tells of an error/],
])("does not take %s for a revocation", async (_what, answer, told) => {
  server.script(REVOKE, answer);
  const revocation = connect().revoke({ token: new Secret(REFRESH_TOKEN) });
  await expectFailure(revocation, { code: "unexpected_response", told });
});

it("takes any other success for a revocation: its body is not documented", async () => {
  for (const answer of [raw(200, ""), raw(202, "OK"), json(200, { more: 1 })]) {
    server.script(REVOKE, answer);
    await expect(connect().revoke({ token: new Secret(REFRESH_TOKEN) })).resolves.toBeUndefined();
  }
});

describe("where there is no HTTP at the other end", () => {
  const open: (net.Server | Socket)[] = [];

  afterEach(() => {
    for (const each of open.splice(0)) {
      if ("destroy" in each) each.destroy();
      else each.close();
    }
  });

  async function portOf(listener: net.Server): Promise<number> {
    open.push(listener);
    listener.on("connection", (socket: Socket) => open.push(socket.on("error", () => {})));
    await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
    return (listener.address() as AddressInfo).port;
  }

  it.each<[string, "http" | "https", () => net.Server, Failure]>([
    [
      "a connection that is closed before anything is sent",
      "http",
      () => net.createServer((socket) => socket.destroy()),
      { code: "unreachable", sent: true, told: /ECONNRESET/ },
    ],
    [
      "something else than HTTP",
      "http",
      () => net.createServer((socket) => socket.once("data", () => socket.end("220 mail.example.com ESMTP\r\n"))),
      { code: "unexpected_response", told: /the answer is not HTTP that can be read/ },
    ],
    [
      "a header without end",
      "http",
      () => net.createServer((socket) => socket.end(`HTTP/1.1 200 OK\r\nX: ${"x".repeat(MEBIBYTE)}`)),
      { code: "unexpected_response", told: /the answer is not HTTP that can be read/ },
    ],
    [
      "a certificate that nobody trusts",
      "https",
      () => {
        const { certificatePem: cert, privateKeyPem: key } = createSelfSignedCertificate({ curve: "P-521" });
        return https.createServer({ cert, key });
      },
      { code: "unreachable", sent: false, told: /DEPTH_ZERO_SELF_SIGNED_CERT\)\. .* NODE_EXTRA_CA_CERTS/ },
    ],
    [
      "no TLS",
      "https",
      () => http.createServer((_request, response) => response.end("{}")),
      { code: "unreachable", told: /The other side does not speak TLS as it should: check the address with its port/ },
    ],
    ["a handshake that never comes", "https", () => net.createServer(), TIMES_OUT],
  ])("but %s", async (_what, scheme, listener, failure) => {
    const port = await portOf(listener());
    const client = connect({ apiUrl: `${scheme}://127.0.0.1:${port}`, ...timeoutFor(failure) });
    await expectFailure(userInfo(client), failure);
  });

  it("nor anybody who listens", async () => {
    const { url } = server;
    await server.close();
    await expectFailure(userInfo(connect({ apiUrl: url })), {
      code: "unreachable",
      sent: false,
      told: /\(ECONNREFUSED\)\. Check the address, the network and the proxy settings, then try again\.$/,
    });
  });

  it("nor a host of that name", async () => {
    // A proxy would look the name up in our place.
    const before = Object.entries(process.env).filter(([name]) => /^(https?|all)_proxy$/i.test(name));
    for (const [name] of before) delete process.env[name];
    try {
      // RFC 6761 6.4: never exists.
      const client = connect({ apiUrl: "https://api.cronofy.invalid" });
      await expectFailure(userInfo(client), {
        code: "unreachable",
        sent: false,
        told: /\((ENOTFOUND|EAI_AGAIN)\)\. The name of the host could not be looked up/,
      });
    } finally {
      for (const [name, value] of before) process.env[name] = value;
    }
  });
});
