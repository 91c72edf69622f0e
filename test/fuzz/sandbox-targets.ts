import fc from "fast-check";
import { SeedFileError, createSandbox, parseSeedFile } from "../../src/sandbox";
import { must, refusal, target } from "./fuzz-target";
import type { FuzzTarget } from "./fuzz-target";
import { damage, damageJson, edits, hostileText, jsonEdits, jsonText, wholeText } from "./hostile";

const SECRET = "zq7secretnevertold";

const seedFile = {
  client_id: "hire_and_co",
  client_secret: SECRET,
  application_name: "Hire & Co",
  redirect_uris: ["https://app.example/callback?tenant=7"],
  seed: "demo",
  clock_ahead_seconds: 60,
  service_accounts: [
    { service_account_id: "ser_1", email: "calendars@acme.example", accounts: ["ada@acme.example"] },
    { service_account_id: "ser_2", email: "calendars@globex.example", zoom_plan: "free" },
  ],
  links: [
    {
      service_account_id: "ser_1",
      conferencing_provider_name: "zoom_enterprise",
      organizational_unit_id: "org_1",
      refresh_token: SECRET,
    },
  ],
  faults: [{ path: "/v1/none", status: 503, body: { a: 1 }, headers: { "X-A": "b" }, times: 2 }],
  assumptions: { linkTokenLifetimeSeconds: 61, rateLimit: { perSecond: 50, perMinute: 500, sendsRetryAfter: true } },
};

type Route = readonly [host: "api" | "app" | "admin", path: string, body: unknown];

/** What has a body, with one that works. Faults are not among them: their answers fail as they should. */
const ROUTES: readonly Route[] = [
  ["api", "/v1/organizational_unit_authorization_link_tokens", { service_account_id: "ser_1" }],
  [
    "api",
    "/v1/service_account_authorizations",
    { service_account_authorizations: [{ email: "a@b.example", callback_url: "https://a.example/", scope: "x" }] },
  ],
  ["api", "/oauth/token", { client_id: "c", client_secret: SECRET, grant_type: "refresh_token", refresh_token: "r" }],
  [
    "api",
    "/oauth/token",
    {
      client_id: "c",
      client_secret: SECRET,
      grant_type: "authorization_code",
      code: "x",
      redirect_uri: "https://a.example/",
    },
  ],
  ["api", "/oauth/token/revoke", { client_id: "c", client_secret: SECRET, sub: "ser_1" }],
  [
    "admin",
    "/authorize",
    { authorization_url: "http://x/organizational_unit_oauth?client_id=c&state=s", decision: "approve" },
  ],
  ["admin", "/revoke", { service_account_id: "ser_1" }],
  ["admin", "/forget_unit", { service_account_id: "ser_1" }],
  ["admin", "/clock", { advance_seconds: 60 }],
  ["admin", "/zoom_plan", { service_account_id: "ser_1", zoom_plan: "free" }],
  ["admin", "/lock", { sub: "ser_1", locked: true }],
  ["admin", "/plan", { enterprise_conferencing: false }],
  ["admin", "/service_accounts", { email: "a@b.example", service_account_id: "ser_9" }],
  ["admin", "/tokens", { sub: "ser_1" }],
  ["app", "/organizational_unit_oauth", { decision: "approve" }],
];

const options = () => ({
  seed: "fuzz",
  clientId: "c",
  clientSecret: SECRET,
  serviceAccounts: [{ service_account_id: "ser_1", email: "calendars@acme.example" }],
});
/** Made anew from time to time: what is added to it stays. */
let sandbox = createSandbox(options());
let uses = 0;

export const sandboxTargets: readonly FuzzTarget[] = [
  target({
    name: "seed-file",
    share: 20,
    input: fc.record({ edits: jsonEdits, text: fc.option(edits, { freq: 3 }) }),
    holds({ edits, text }) {
      const json = jsonText(damageJson(seedFile, edits));
      const file = text === null ? json : damage(json, text);
      const refused = refusal(() => parseSeedFile(file), SeedFileError);
      if (refused !== null) return must(!refused.message.includes(SECRET), "it tells a secret");
      createSandbox(parseSeedFile(file));
    },
  }),
  target({
    name: "sandbox-requests",
    share: 20,
    input: fc.record({
      route: fc.constantFrom(...ROUTES),
      edits: jsonEdits,
      text: fc.option(edits, { freq: 3 }),
      type: fc.constantFrom("application/json", "application/x-www-form-urlencoded", "text/plain"),
      query: wholeText,
      bearer: fc.oneof(fc.constant(SECRET), hostileText),
    }),
    async holds({ route: [host, path, body], edits, text, type, query, bearer }) {
      if (uses++ % 1_000 === 0) sandbox = createSandbox(options());
      const json = jsonText(damageJson(body, edits));
      const request = new Request(`http://localhost${path}?${encodeURIComponent(query)}`, {
        method: "POST",
        headers: { "content-type": type, authorization: isHeader(bearer) ? `Bearer ${bearer}` : "" },
        body: text === null ? json : damage(json, text),
      });
      const response = await sandbox[host](request);
      must(response.status < 500, `it answers ${response.status}: ${await response.text()}`);
    },
  }),
];

function isHeader(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}
