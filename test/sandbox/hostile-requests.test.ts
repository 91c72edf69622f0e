import { createHash } from "node:crypto";
import { request } from "node:http";
import { startSandbox } from "../../src/sandbox";
import type { RunningSandbox } from "../../src/sandbox";
import { withSandbox } from "./support";

const SEED = "hostile-requests";
const ROUNDS = 150;

const TYPES = ["application/json", "application/x-www-form-urlencoded", "text/plain", "multipart/form-data", ""];

const BODIES = [
  "",
  "{",
  "null",
  "[]",
  '"text"',
  "[".repeat(20_000),
  '{"__proto__":{"client_id":"x"}}',
  '{"service_account_id":{"toString":1}}',
  '{"service_account_id":"__proto__","grant_type":"constructor","sub":"constructor","path":"/x"}',
  '{"grant_type":["authorization_code"],"code":{},"redirect_uri":null}',
  '{"authorization_url":"http://[::1","advance_seconds":1e999}',
  '{"authorization_url":"http://x/organizational_unit_oauth?client_id=%ff"}',
  '{"client_id":"client","client_secret":"secret","grant_type":"refresh_token","refresh_token":"__proto__"}',
  '{"client_id":"client","client_secret":"secret","grant_type":"authorization_code","code":"x","redirect_uri":"\\u0000"}',
  "%ff%fe=%&=&&a[]=1&__proto__=x",
  "decision=approve&proved_access=yes&conferencing_provider_name=__proto__&organizational_unit=__proto__",
  "\u0000\uffff\ud800",
];

describe("random and hostile requests", () => {
  let running: RunningSandbox;
  beforeAll(async () => (running = await startSandbox({ seed: SEED, clientId: "client", clientSecret: "secret" })));
  afterAll(() => running.close());

  const targets: [keyof RunningSandbox & `${string}_url`, string, string][] = [
    ["api_url", "POST", "/v1/organizational_unit_authorization_link_tokens"],
    ["api_url", "POST", "/oauth/token"],
    ["app_url", "POST", "/oauth/token/revoke"],
    ["api_url", "GET", "/v1/userinfo"],
    ["app_url", "GET", "/organizational_unit_oauth"],
    ["app_url", "POST", "/organizational_unit_oauth"],
    ["admin_url", "POST", "/authorize"],
    ["admin_url", "POST", "/revoke"],
    ["admin_url", "POST", "/clock"],
    ["admin_url", "POST", "/service_accounts"],
    ["admin_url", "POST", "/tokens"],
    ["admin_url", "POST", "/faults"],
  ];

  it.each(targets)(`never get a 5xx from %s %s %s (seed ${SEED})`, async (origin, method, path) => {
    const random = randomBytes(`${SEED} ${method} ${path}`);
    for (let round = 0; round < ROUNDS; round += 1) {
      const noise = random().toString("latin1");
      const query = pick(random(), [
        "",
        `?${encodeURIComponent(noise)}`,
        `?client_id=client&redirect_uri=${escape(noise)}`,
      ]);
      const response = await fetch(`${running[origin]}${path}${query}`, {
        method,
        redirect: "manual",
        headers: {
          authorization: pick(random(), ["Bearer secret", "Bearer undefined", "Basic eDp5", "Bearer", "x"]),
          "content-type": pick(random(), TYPES),
        },
        ...(method === "GET" ? {} : { body: pick(random(), [...BODIES, noise]) }),
      });
      expect([round, response.status < 500]).toEqual([round, true]);
      await response.arrayBuffer();
    }
  });

  it("are refused with 413 when they are too long, whether or not they say so", () =>
    withSandbox({}, async ({ running: { api_url } }) => {
      const long = JSON.stringify({ service_account_id: "x".repeat(70_000) });
      expect(await rawPost(`${api_url}/oauth/token`, long, { "content-length": String(long.length) })).toBe(413);
      expect(await rawPost(`${api_url}/oauth/token`, long, { "transfer-encoding": "chunked" })).toBe(413);
    }));

  it("are read when they are sent in chunks", () =>
    withSandbox({}, async ({ running: { api_url, client_id, client_secret } }) => {
      const headers = { "transfer-encoding": "chunked", "content-type": "application/json" };
      const body = JSON.stringify({ client_id, client_secret, token: "x" });
      expect(await rawPost(`${api_url}/oauth/token/revoke`, body, headers)).toBe(200);
    }));

  it("are refused when they name another host, as after DNS rebinding", () =>
    withSandbox({}, async ({ running: { api_url, app_url, admin_url } }) => {
      for (const url of [api_url, app_url, admin_url]) {
        expect(await rawPost(url, "", { host: "evil.example" })).toBe(421);
        expect(await rawPost(url, "", { host: "localhost:1" })).not.toBe(421);
      }
    }));
});

function rawPost(url: string, body: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: "POST", headers }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

/** Bytes without end that follow from a seed. */
function randomBytes(seed: string): () => Buffer {
  let state = seed;
  return () => {
    const bytes = createHash("sha256").update(state).digest();
    state = bytes.toString("hex");
    return bytes;
  };
}

function pick(random: Buffer, from: readonly string[]): string {
  return from[random.readUInt32BE() % from.length] ?? "";
}
