import { startSandbox } from "../../src/sandbox";
import { TestSandbox, withSandbox } from "./support";

describe("the console", () => {
  let sandbox: TestSandbox;
  beforeEach(async () => (sandbox = new TestSandbox(await startSandbox({ applicationName: "Hire <b>& Co</b>" }))));
  afterEach(() => sandbox.running.close());

  it("shows what the sandbox holds, with tokens shortened and names escaped", async () => {
    const { sub = "", access_token, refresh_token } = await sandbox.link();
    const pending = await sandbox.mint();
    const page = await get(sandbox, "/");
    for (const shown of [sandbox.acme, sub, "zoom_enterprise", "/v1/organizational_unit_authorization_link_tokens"]) {
      expect(page).toContain(shown);
    }
    expect(page).toContain(`${refresh_token.slice(0, 4)}…`);
    expect(page).toContain("Hire &lt;b&gt;&amp; Co&lt;/b&gt;");
    for (const secret of [access_token, refresh_token, pending, sandbox.running.client_secret]) {
      expect(page).not.toContain(secret);
    }
  });

  it("needs no script, cannot be framed and is not stored", async () => {
    for (const path of ["/", "/assumptions"]) {
      const response = await sandbox.admin("GET", path);
      expect(response.status).toBe(200);
      expect(response.headers.get("content-security-policy")).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
      expect(response.headers.get("cache-control")).toBe("no-store");
      expect(await response.text()).not.toMatch(/<script|\son\w+=/);
    }
  });

  it("labels every control and every table", async () => {
    await sandbox.link();
    const page = await get(sandbox, "/");
    for (const [, id] of page.matchAll(/<(?:select|input(?![^>]*type="hidden"))[^>]*\sid="([^"]+)"/g)) {
      expect(page).toContain(`<label for="${id}">`);
    }
    for (const [, id] of page.matchAll(/role="region" aria-labelledby="([^"]+)"/g)) {
      expect(page).toContain(`<h2 id="${id}">`);
    }
    expect(page).toContain('<html lang="en">');
  });

  it("revokes a link by a button", async () => {
    const { access_token } = await sandbox.link();
    const page = await get(sandbox, "/");
    expect(page).toContain('action="/console/revoke"');
    const pressed = await press(sandbox, "revoke", { service_account_id: sandbox.acme });
    expect([pressed.status, pressed.headers.get("location")]).toEqual([303, "/?done=revoke"]);
    expect(await get(sandbox, "/?done=revoke")).toMatch(/role="status">The link was revoked\./);
    expect((await sandbox.userInfo(access_token)).status).toBe(401);
  });

  it("forgets a unit by a button", async () => {
    const { sub = "", refresh_token } = await sandbox.link();
    await press(sandbox, "forget_unit", { organizational_unit_id: sub });
    expect((await sandbox.refresh(refresh_token)).status).toBe(400);
    expect(await get(sandbox, "/")).not.toContain(sub);
  });

  it("moves the clock by a button", async () => {
    const { access_token } = await sandbox.link();
    await press(sandbox, "clock", { advance_seconds: "3600" });
    expect((await sandbox.userInfo(access_token)).status).toBe(401);
    expect(await get(sandbox, "/")).toContain("3600 seconds");
  });

  it.each<[string, number | "dropped" | "torn"]>([
    ["unavailable", 503],
    ["rate_limited", 429],
    ["gateway_page", 502],
    ["drop_before", "dropped"],
    ["drop_after", "dropped"],
    ["truncate", "torn"],
  ])("injects a fault by a button: %s", async (kind, expected) => {
    const { access_token } = await sandbox.link();
    await press(sandbox, "fault", { path: "/v1/userinfo", kind, times: "1" });
    expect(await get(sandbox, "/")).toContain("/v1/userinfo</code> once");
    const met = await sandbox.userInfo(access_token).then(
      (response) =>
        response.text().then(
          () => response.status,
          () => "torn",
        ),
      () => "dropped",
    );
    expect(met).toBe(expected);
    expect((await sandbox.userInfo(access_token)).status).toBe(200);
  });

  it("calls faults off, and goes back to the beginning, by buttons", async () => {
    await press(sandbox, "fault", { path: "/*", kind: "unavailable", times: "5" });
    await press(sandbox, "clear_faults", {});
    const { access_token } = await sandbox.link();
    await press(sandbox, "reset", {});
    expect((await sandbox.userInfo(access_token)).status).toBe(401);
    expect(await get(sandbox, "/")).toContain("No request is about to go wrong.");
  });

  it("puts Zoom on another plan, locks, and takes the feature from the plan, by buttons", async () => {
    const { access_token } = await sandbox.tokensFor(sandbox.acme);
    await press(sandbox, "lock", { sub: sandbox.acme, locked: "yes" });
    expect((await sandbox.userInfo(access_token)).status).toBe(423);
    await press(sandbox, "lock", { sub: sandbox.acme, locked: "no" });
    expect((await sandbox.userInfo(access_token)).status).toBe(200);
    await press(sandbox, "plan", { enterprise_conferencing: "no" });
    expect((await sandbox.requestLinkToken({ service_account_id: sandbox.acme })).status).toBe(402);
    await press(sandbox, "plan", { enterprise_conferencing: "yes" });
    await press(sandbox, "zoom_plan", { service_account_id: sandbox.acme, zoom_plan: "free" });
    const authorization_url = await sandbox.authorizationUrl();
    expect((await sandbox.admin("POST", "/authorize", { authorization_url })).status).toBe(422);
  });

  it.each<[string, Record<string, string>, number, string]>([
    ["revoke", { service_account_id: "ser_0" }, 404, "There is no service account ser_0."],
    ["revoke", {}, 422, "service_account_id"],
    ["forget_unit", { organizational_unit_id: "org_0" }, 404, "There is no Organizational Unit org_0."],
    ["clock", { advance_seconds: "soon" }, 422, "advance_seconds"],
    ["clock", {}, 422, "advance_seconds"],
    ["fault", { path: "/x", kind: "earthquake", times: "1" }, 422, "kind: choose one"],
    ["fault", { path: "x", kind: "unavailable", times: "1" }, 422, "path"],
    ["fault", { path: "/<script>", kind: "unavailable", times: "0" }, 422, "times"],
    ["zoom_plan", { service_account_id: "ser_0", zoom_plan: "free" }, 404, "There is no service account ser_0."],
  ])("says on the page why it cannot %s %j", async (action, fields, status, message) => {
    const pressed = await press(sandbox, action, fields);
    expect(pressed.status).toBe(status);
    const page = await pressed.text();
    expect(page).toContain('role="alert"');
    expect(page).toContain(message);
  });

  it.each([
    { origin: "https://evil.example" },
    { origin: "null" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
  ])("takes no form from another site (%j)", async (headers) => {
    const { access_token } = await sandbox.link();
    const pressed = await press(sandbox, "revoke", { service_account_id: sandbox.acme }, headers);
    expect(pressed.status).toBe(403);
    expect((await sandbox.userInfo(access_token)).status).toBe(200);
  });

  it("says nothing that a link to it tells it to say", async () => {
    expect(await get(sandbox, "/?done=%3Cscript%3E")).not.toContain("script");
    expect(await get(sandbox, "/?done=constructor")).not.toContain('role="status"');
    expect((await press(sandbox, "constructor", {})).status).toBe(404);
  });

  it("has a page of what the sandbox assumes, and was told to assume", () =>
    withSandbox({ assumptions: { linkTokenLifetimeSeconds: 61 } }, async (own) => {
      const page = await get(own, "/assumptions");
      expect(page).toContain('id="rotatesRefreshTokens"');
      expect(page).toMatch(
        /id="linkTokenLifetimeSeconds"[\s\S]*?<code>61<\/code>[\s\S]*?Default[\s\S]*?<code>600<\/code>/,
      );
    }));
});

async function get(sandbox: TestSandbox, path: string): Promise<string> {
  const response = await sandbox.admin("GET", path);
  expect(response.status).toBe(200);
  return response.text();
}

/** As a browser without JavaScript sends a form of the console. */
function press(
  { running }: TestSandbox,
  action: string,
  fields: Record<string, string>,
  headers: Record<string, string> = { "sec-fetch-site": "same-origin" },
): Promise<Response> {
  return fetch(`${running.admin_url}/console/${action}`, {
    method: "POST",
    headers,
    body: new URLSearchParams(fields),
    redirect: "manual",
  });
}
