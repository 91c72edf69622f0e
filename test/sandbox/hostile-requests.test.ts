import { createHash } from "node:crypto";
import { request } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { createSandbox } from "../../src/sandbox";
import type { TokenReply } from "./support";
import { withSandbox } from "./support";
import { depth } from "../depth";

/** HOSTILE_SEED replays the requests of a run that failed. */
const SEED = process.env["HOSTILE_SEED"] ?? "hostile-requests";
const CLIENT_SECRET = "client-secret-in-clear-0123456789";
const ACME = { service_account_id: "ser_1", email: "calendars@acme.example", accounts: ["ada@acme.example"] };

const TYPES = ["application/json", "application/x-www-form-urlencoded", "text/plain", "multipart/form-data", ""];

const BODIES = [
  "",
  "{",
  "null",
  "[]",
  '"text"',
  '{"__proto__":{"client_id":"x"}}',
  '{"service_account_id":{"toString":1}}',
  '{"service_account_id":"__proto__","grant_type":"constructor","sub":"constructor","path":"/x"}',
  '{"grant_type":["authorization_code"],"code":{},"redirect_uri":null}',
  '{"authorization_url":"http://[::1","advance_seconds":1e999}',
  '{"authorization_url":"http://x/organizational_unit_oauth?client_id=%ff"}',
  '{"client_id":"client","client_secret":"client-secret-in-clear-0123456789","grant_type":"refresh_token","refresh_token":"__proto__"}',
  '{"client_id":"client","client_secret":"client-secret-in-clear-0123456789","grant_type":"authorization_code","code":"x","redirect_uri":"\\u0000"}',
  "%ff%fe=%&=&&a[]=1&__proto__=x",
  "decision=approve&proved_access=yes&conferencing_provider_name=__proto__&organizational_unit=__proto__",
  "\u0000\uffff\ud800",
  '{"service_account_id":"ser_1","zoom_plan":"free","locked":true,"sub":"ser_1"}',
  '{"sub":"ser_1"}',
  '{"email":"a@b.example","callback_url":"http://\\u0000","scope":"x"}',
  '{"email":"a@b.example","callback_url":"https://a.example/","scope":"x"}',
  '{"service_account_authorizations":[{"email":{}},[],null,"x"]}',
  "service_account_id=ser_1&advance_seconds=1e308&path=/x&kind=constructor&times=NaN",
];

/** Rarer, for reading them takes longer than all the rest. */
const LONG_BODIES = ["[".repeat(20_000), `decision=sign_in&email=${"a".repeat(60_000)}`, "x".repeat(70_000)];

/** Every route there is: the host, the method, and paths that lead to it. */
const TARGETS: readonly (readonly ["admin" | "api" | "app", string, string])[] = [
  ["api", "POST", "/v1/organizational_unit_authorization_link_tokens"],
  ["api", "POST", "/v1/service_account_authorizations"],
  ["api", "GET", "/v1/userinfo"],
  ["api", "POST", "/oauth/token"],
  ["api", "POST", "/oauth/token/revoke"],
  ["app", "POST", "/oauth/token"],
  ["app", "POST", "/oauth/token/revoke"],
  ["app", "GET", "/organizational_unit_oauth"],
  ["app", "POST", "/organizational_unit_oauth"],
  ["admin", "POST", "/authorize"],
  ["admin", "POST", "/revoke"],
  ["admin", "POST", "/forget_unit"],
  ["admin", "POST", "/clock"],
  ["admin", "POST", "/zoom_plan"],
  ["admin", "POST", "/lock"],
  ["admin", "POST", "/plan"],
  ["admin", "POST", "/service_accounts"],
  ["admin", "POST", "/tokens"],
  ["admin", "POST", "/faults"],
  ["admin", "POST", "/snapshots/x/restore"],
  ["admin", "POST", "/snapshots"],
  ["admin", "POST", "/reset"],
  ["admin", "DELETE", "/faults"],
  ["admin", "GET", "/faults"],
  ["admin", "GET", "/snapshots"],
  ["admin", "GET", "/requests"],
  ["admin", "GET", "/callbacks"],
  ["admin", "GET", "/state"],
  ...["revoke", "forget_unit", "clock", "zoom_plan", "lock", "plan", "fault", "clear_faults", "reset"].map(
    (button) => ["admin", "POST", `/console/${button}`] as const,
  ),
  ["admin", "GET", "/assumptions"],
  ["admin", "GET", "/"],
];

/**
 * How many requests each route gets: the most where strangers' requests arrive, fewer on the admin API, which only a test's
 * author speaks to, and fewest on its pages, which are rendered whole at every request. HOSTILE_REQUESTS sets one number for
 * all of them.
 */
const ASKED = process.env["HOSTILE_REQUESTS"];

function countFor(host: string, path: string): number {
  if (ASKED !== undefined) return Number(ASKED);
  if (host !== "admin") return depth(300, 10_000);
  return path === "/" || path === "/assumptions" || path.startsWith("/console") ? depth(10, 100) : depth(50, 1_000);
}

describe("random and hostile requests", () => {
  // None of the bodies makes a fault: it would answer with a 5xx, as it should.
  it.each(TARGETS)(
    `never get a 5xx from %s %s %s (seed ${SEED})`,
    async (host, method, path) => {
      const sandbox = createSandbox({
        seed: SEED,
        clientId: "client",
        clientSecret: CLIENT_SECRET,
        serviceAccounts: [ACME],
      });
      const random = randomBytes(`${SEED} ${host} ${method} ${path}`);
      const count = countFor(host, path);
      const { access_token } = (await (await sandbox.admin(json("/tokens", { sub: "ser_1" }))).json()) as TokenReply;
      const bearers = [
        `Bearer ${CLIENT_SECRET}`,
        `Bearer ${access_token}`,
        "Bearer undefined",
        "Basic eDp5",
        "Bearer",
        "x",
      ];
      for (let round = 0; round < count; round += 1) {
        const draw = random();
        const noise = draw.toString("latin1");
        const url = `http://localhost${path}${pick(draw, 0, [
          "",
          `?${encodeURIComponent(noise)}`,
          `?client_id=client&redirect_uri=${escape(noise)}`,
          "?client_id=client&redirect_uri=https://a.example/&response_type=code&ou_link_token=__proto__",
          "?done=__proto__&client_id=&client_id=",
          `?access_token=${access_token}&client_secret=${CLIENT_SECRET}`,
        ])}`;
        const response = await sandbox[host](
          new Request(url, {
            method,
            headers: { authorization: pick(draw, 4, bearers), "content-type": pick(draw, 8, TYPES) },
            ...(method === "GET"
              ? {}
              : { body: pick(draw, 12, draw.readUInt8(16) < 4 ? LONG_BODIES : [...BODIES, noise]) }),
          }),
        );
        if (response.status >= 500) throw new Error(`Request ${round} got ${response.status}.`);
        await response.arrayBuffer();
      }
      const told = JSON.stringify([
        sandbox.controls.requests(),
        sandbox.controls.callbacks(),
        sandbox.controls.state(),
      ]);
      for (const secret of [CLIENT_SECRET, access_token]) expect(told).not.toContain(secret);
      expect((await sandbox.admin(new Request("http://localhost/state"))).status).toBe(200);
    },
    120_000,
  );

  it("never end a sandbox that listens", () =>
    withSandbox({ seed: SEED, clientId: "client", clientSecret: CLIENT_SECRET }, async ({ running }) => {
      const random = randomBytes(SEED);
      for (const [host, method, path] of TARGETS) {
        for (let round = 0; round < 4; round += 1) {
          const draw = random();
          const response = await fetch(`${running[`${host}_url`]}${path}?${escape(draw.toString("latin1"))}`, {
            method,
            redirect: "manual",
            headers: { authorization: `Bearer ${CLIENT_SECRET}`, "content-type": pick(draw, 8, TYPES) },
            ...(method === "GET" ? {} : { body: pick(draw, 12, [...BODIES, ...LONG_BODIES]) }),
          });
          expect([path, round, response.status < 500]).toEqual([path, round, true]);
          await response.arrayBuffer();
        }
      }
      expect((await fetch(`${running.admin_url}/state`)).status).toBe(200);
    }));

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

  it("are answered in each host, whatever their method, without a length and in chunks, and in HTTP/1.0", () =>
    withSandbox({}, async ({ running: { api_url, app_url, admin_url } }) => {
      for (const [url, request, status] of [
        [api_url, "OPTIONS /oauth/token", 404],
        [api_url, "POST /oauth/token", 400],
        [app_url, "PUT /organizational_unit_oauth", 404],
        [app_url, "POST /oauth/token", 400],
        [admin_url, "DELETE /faults", 204],
        [admin_url, "POST /reset", 204],
        [admin_url, "PATCH /state", 404],
      ] as const) {
        const head = `${request} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n`;
        for (const message of [
          `${head}\r\n`,
          `${head}Transfer-Encoding: chunked\r\n\r\n3\r\na=b\r\n0\r\n\r\n`,
          `${request} HTTP/1.0\r\n\r\n`,
        ]) {
          expect([request, /^HTTP\/1\.1 (\d+)/.exec(await answerTo(url, message))?.[1]]).toEqual([
            request,
            String(status),
          ]);
        }
      }
    }));

  it("are refused when they name another host, as after DNS rebinding", () =>
    withSandbox({}, async ({ running: { api_url, app_url, admin_url } }) => {
      for (const url of [api_url, app_url, admin_url]) {
        expect(await rawPost(url, "", { host: "evil.example" })).toBe(421);
        expect(await rawPost(url, "", { host: "localhost:1" })).not.toBe(421);
      }
    }));
});

async function answerTo(url: string, message: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  socket.write(message);
  return text(socket);
}

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

/** Chooses by the four bytes at an offset, so that one draw serves several choices. */
function pick(random: Buffer, offset: number, from: readonly string[]): string {
  return from[random.readUInt32BE(offset) % from.length] ?? "";
}

function json(path: string, body: unknown): Request {
  const headers = { "content-type": "application/json" };
  return new Request(`http://localhost${path}`, { method: "POST", headers, body: JSON.stringify(body) });
}
