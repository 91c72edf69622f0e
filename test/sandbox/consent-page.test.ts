import { startSandbox } from "../../src/sandbox";
import { REDIRECT_URI, TestSandbox, withSandbox } from "./support";

const APPROVAL = { proved_access: "yes", conferencing_provider_name: "zoom_enterprise", decision: "approve" };

describe("the administrator's page", () => {
  let sandbox: TestSandbox;
  beforeEach(async () => {
    // With access as one of its questions, so that one form has everything.
    const assumptions = { administratorAccess: "confirmed" } as const;
    sandbox = new TestSandbox(await startSandbox({ applicationName: "Hire <b>& Co</b>", assumptions }));
  });
  afterEach(() => sandbox.running.close());

  async function open(changes: Record<string, string | undefined> = {}) {
    const url = await sandbox.authorizationUrl(changes);
    const response = await fetch(url, { redirect: "manual" });
    const page = await response.text();
    return { url, response, page };
  }

  it("says who asks and for which service account, and escapes it", async () => {
    const { response, page } = await open();
    expect(response.status).toBe(200);
    expect(page).toContain("calendars@acme.example");
    expect(page).toContain("Hire &lt;b&gt;&amp; Co&lt;/b&gt;");
    expect(page).toContain("https://app.example");
  });

  it("sends the browser back with code and state once everything is approved", async () => {
    const { url, page } = await open();
    const answer = await fetch(url, { ...submission(formOf(page), APPROVAL), redirect: "manual" });
    expect(answer.status).toBe(302);
    const location = answer.headers.get("location") ?? "";
    expect(location.startsWith(`${REDIRECT_URI}&code=`)).toBe(true);
    const query = new URL(location).searchParams;
    expect(query.get("state")).toBe("opaque state");
    expect((await sandbox.redeem(query.get("code") ?? "")).status).toBe(200);
  });

  it("sends no state where none was sent", async () => {
    const { url, page } = await open({ state: undefined });
    const answer = await fetch(url, { ...submission(formOf(page), APPROVAL), redirect: "manual" });
    expect(new URL(answer.headers.get("location") ?? "").searchParams.has("state")).toBe(false);
  });

  it("sends the browser back with access_denied on a refusal, which needs no answers", async () => {
    const { url, page } = await open();
    const answer = await fetch(url, { ...submission(formOf(page), { decision: "refuse" }), redirect: "manual" });
    expect(answer.status).toBe(302);
    expect(answer.headers.get("location")).toBe(`${REDIRECT_URI}&error=access_denied&state=opaque+state`);
  });

  it("offers the documented providers", async () => {
    const { page } = await open();
    expect([...(formOf(page).choices.get("conferencing_provider_name") ?? [])].sort()).toEqual([
      "google_meet",
      "indeed",
      "ms_teams",
      "webex_enterprise",
      "zoom_enterprise",
    ]);
    expect(formOf(page).filled.has("conferencing_provider_name")).toBe(false);
  });

  it("offers a preselected provider alone", async () => {
    const { url, page } = await open({ conferencing_provider_name: "webex_enterprise" });
    expect(formOf(page).choices.get("conferencing_provider_name")).toEqual(["webex_enterprise"]);
    const other = await fetch(url, { ...submission(formOf(page), APPROVAL), redirect: "manual" });
    expect(other.status).toBe(422);
    const { proved_access, decision } = APPROVAL;
    const answer = await fetch(url, { ...submission(formOf(page), { proved_access, decision }), redirect: "manual" });
    expect(answer.status).toBe(302);
  });

  it("falls back to the list for an unknown provider", async () => {
    const { response, page } = await open({ conferencing_provider_name: "carrier_pigeon" });
    expect(response.status).toBe(200);
    expect(formOf(page).choices.get("conferencing_provider_name")).toHaveLength(5);
  });

  it("offers units of the same organization alone, the existing one first", async () => {
    const { sub = "" } = await sandbox.link();
    const { url, page } = await open();
    expect(formOf(page).choices.get("organizational_unit")).toEqual([sub, "new"]);
    expect(formOf(page).filled.get("organizational_unit")).toBe(sub);
    const globex = sandbox.running.service_accounts[1]?.service_account_id;
    const other = await open({ ou_link_token: await sandbox.mint(globex) });
    expect(formOf(other.page).choices.get("organizational_unit")).toEqual(["new"]);
    const intruding = submission(formOf(other.page), { ...APPROVAL, organizational_unit: sub });
    expect((await fetch(other.url, { ...intruding, redirect: "manual" })).status).toBe(422);

    const answer = await fetch(url, {
      ...submission(formOf(page), { ...APPROVAL, organizational_unit: "new" }),
      redirect: "manual",
    });
    const code = new URL(answer.headers.get("location") ?? "").searchParams.get("code") ?? "";
    expect(((await (await sandbox.redeem(code)).json()) as { sub: string }).sub).not.toBe(sub);
  });

  it("shows the form again, with what was answered and what is missing", async () => {
    const { url, page } = await open();
    const { conferencing_provider_name, decision } = APPROVAL;
    const answer = await fetch(url, submission(formOf(page), { conferencing_provider_name, decision }));
    expect(answer.status).toBe(422);
    const again = await answer.text();
    expect(again).toContain('role="alert"');
    expect(again).toContain('href="#provedAccess"');
    expect(formOf(again).filled.get("conferencing_provider_name")).toBe("zoom_enterprise");
    expect((await fetch(url, { ...submission(formOf(again), APPROVAL), redirect: "manual" })).status).toBe(302);
  });

  it("labels every control", async () => {
    const { page } = await open();
    const inputs = page.match(/<input\b/g)?.length ?? 0;
    expect(inputs).toBe(7);
    expect(page.match(/<label>\s*<input\b[^>]*>\s*<span>[^<]+/g)).toHaveLength(inputs);
    expect(page.match(/<legend>/g)).toHaveLength(3);
    expect(page).toContain('<html lang="en">');
  });

  it("cannot be framed, runs nothing, and is not stored", async () => {
    const { response } = await open();
    expect(response.headers.get("content-security-policy")).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    expect(response.headers.get("permissions-policy")).toContain("camera=(), geolocation=(), microphone=()");
    expect(response.headers.get("x-frame-options")).toBe("DENY");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("cache-control")).toBe("no-store");
  });

  it.each([{ "sec-fetch-site": "cross-site" }, { origin: "https://evil.example" }])(
    "takes no form from another site (%j)",
    async (headers) => {
      const { url } = await open();
      const answer = await fetch(url, {
        method: "POST",
        headers: { ...headers, "content-type": "application/x-www-form-urlencoded" },
        body: "decision=refuse",
        redirect: "manual",
      });
      expect(answer.status).toBe(403);
      expect(answer.headers.has("location")).toBe(false);
    },
  );
});

describe("an administrator who signs in first", () => {
  let sandbox: TestSandbox;
  beforeEach(async () => (sandbox = new TestSandbox(await startSandbox())));
  afterEach(() => sandbox.running.close());

  function post(url: string, fields: Record<string, string>, cookie = ""): Promise<Response> {
    return fetch(url, { method: "POST", headers: { cookie }, body: new URLSearchParams(fields), redirect: "manual" });
  }

  /** @returns the cookie that proves it */
  async function signIn(url: string, cookie = ""): Promise<string> {
    const signedIn = await post(url, { email: " Calendars@acme.example", decision: "sign_in" }, cookie);
    expect(signedIn.status).toBe(303);
    // By GET, so that going back later finds a page and not a form to send again.
    expect(new URL(signedIn.headers.get("location") ?? "", url).href).toBe(url);
    const [set = ""] = signedIn.headers.getSetCookie();
    expect(set).toMatch(/^sandbox_session=\w{32}; Path=\/organizational_unit_oauth; HttpOnly; SameSite=Lax$/);
    return set.split(";")[0] ?? "";
  }

  it("sees the questions afterwards, and approves", async () => {
    const url = await sandbox.authorizationUrl();
    const opened = await (await fetch(url)).text();
    expect(opened).toContain("<h1>Sign in for acme.example</h1>");
    expect(opened).toContain('<label for="email">');
    expect(opened).not.toContain("conferencing_provider_name");
    const cookie = await signIn(url);
    const questions = await fetch(url, { headers: { cookie } });
    expect(questions.status).toBe(200);
    expect(formOf(await questions.text()).choices.has("proved_access")).toBe(false);
    const answers = { organizational_unit: "new", decision: "approve" };
    expect((await post(url, answers, cookie)).status).toBe(422);
    const approved = await post(url, { ...answers, conferencing_provider_name: "ms_teams" }, cookie);
    expect(approved.status).toBe(302);
    expect(approved.headers.get("location")).toMatch(/code=\w{32}/);
    expect((await fetch(url, { headers: { cookie } })).status).toBe(410);
  });

  it("may have two links open in one browser", async () => {
    const [one, other] = [await sandbox.authorizationUrl(), await sandbox.authorizationUrl()];
    const cookie = await signIn(one);
    expect(await signIn(other, cookie)).toBe(cookie);
    for (const url of [one, other]) {
      expect((await post(url, { ...APPROVAL, organizational_unit: "new" }, cookie)).status).toBe(302);
    }
  });

  it("goes on where the opening of the page is counted as the link's use", () =>
    withSandbox({ assumptions: { linkTokenUsedAt: "opening" } }, async (own) => {
      const url = await own.authorizationUrl();
      await fetch(url);
      const cookie = await signIn(url);
      expect((await fetch(url, { headers: { cookie } })).status).toBe(200);
      expect((await fetch(url)).status).toBe(410);
    }));

  it("is told of a wrong account, and may refuse at once", async () => {
    const url = await sandbox.authorizationUrl();
    const wrong = await post(url, { email: "calendars@globex.example", decision: "sign_in" });
    expect(wrong.status).toBe(422);
    expect(await wrong.text()).toContain("That is not calendars@acme.example.");
    expect((await post(url, { decision: "refuse" })).headers.get("location")).toContain("error=access_denied");
  });

  it("gets nowhere without the sign-in, with that for another link, or with a made-up session", async () => {
    const [one, other] = [await sandbox.authorizationUrl(), await sandbox.authorizationUrl()];
    const cookie = await signIn(one);
    const answers = { ...APPROVAL, organizational_unit: "new" };
    for (const refused of [
      await post(one, answers),
      await post(other, answers, cookie),
      await post(one, answers, `sandbox_session=${"A".repeat(32)}`),
    ]) {
      expect(refused.status).toBe(422);
      expect(await refused.text()).toContain("Sign in for acme.example");
    }
  });
});

describe("an authorization request that leads nowhere", () => {
  let sandbox: TestSandbox;
  beforeAll(async () => (sandbox = new TestSandbox(await startSandbox({ redirectUris: [REDIRECT_URI] }))));
  afterAll(() => sandbox.running.close());

  it.each<[string, Record<string, string | undefined>]>([
    ["no client", { client_id: undefined }],
    ["an unknown client", { client_id: "other" }],
    ["no redirect URI", { redirect_uri: undefined }],
    ["a redirect URI of another application", { redirect_uri: "https://evil.example/callback" }],
    ["a redirect URI that differs in a slash", { redirect_uri: `${REDIRECT_URI}/` }],
    ["no link token", { ou_link_token: undefined }],
    ["an unknown link token", { ou_link_token: "A".repeat(32) }],
    ["another response type", { response_type: "token" }],
    ["another scope", { scope: "organizational_unit_scheduler" }],
    ["no capabilities", { "capabilities[]": undefined }],
  ])("is an error page with 400: %s", async (_what, changes) => {
    const url = await sandbox.authorizationUrl(changes);
    for (const method of ["GET", "POST"]) {
      const response = await fetch(url, { method, redirect: "manual" });
      expect(response.status).toBe(400);
      expect(response.headers.get("content-type")).toMatch(/^text\/html/);
      expect(response.headers.has("location")).toBe(false);
      expect(await response.text()).toContain("<h1>");
    }
  });

  it("is an error page with 410 once the link token is used or has expired", () =>
    withSandbox({}, async (own) => {
      const [used, expired] = [await own.authorizationUrl(), await own.authorizationUrl()];
      await own.consent(used);
      expect(await (await fetch(used)).text()).toContain("already used");
      expect((await fetch(used, { method: "POST", redirect: "manual" })).status).toBe(410);
      await own.advance(600);
      const response = await fetch(expired);
      expect(response.status).toBe(410);
      expect(await response.text()).toContain("has expired");
    }));

  it("is an error page for a service account that was revoked meanwhile", () =>
    withSandbox({}, async (own) => {
      const url = await own.authorizationUrl();
      await own.token({ sub: own.acme }, "/oauth/token/revoke");
      expect((await fetch(url)).status).toBe(400);
    }));

  it("is an error page for a parameter that comes twice", async () => {
    const url = await sandbox.authorizationUrl();
    expect((await fetch(`${url}&client_id=other`)).status).toBe(400);
  });

  it.each([
    "javascript:alert(1)",
    "/callback",
    "https://a.example/#x",
    "https://a.example/\r\nX: y",
    "https://é.example",
    "https://a.example/%0d%0aX-Injected: y\nz",
  ])("never takes %j as a redirect URI, even in development", (redirect_uri) =>
    withSandbox({}, async (own) => {
      expect((await fetch(await own.authorizationUrl({ redirect_uri }))).status).toBe(400);
    }),
  );

  it("keeps line breaks in state out of the headers of the way back", () =>
    withSandbox({}, async (own) => {
      const url = await own.authorizationUrl({
        state: "a\r\nX-Injected: 1",
        redirect_uri: "https://a.example/%0d%0aX-Injected:1",
      });
      const response = await fetch(url, {
        method: "POST",
        body: new URLSearchParams({ decision: "refuse" }),
        redirect: "manual",
      });
      expect(response.status).toBe(302);
      expect(response.headers.has("x-injected")).toBe(false);
      const location = response.headers.get("location") ?? "";
      expect(location).toBe("https://a.example/%0d%0aX-Injected:1?error=access_denied&state=a%0D%0AX-Injected%3A+1");
    }));

  it("may go back to a verified redirect URI with the code of RFC 6749", () =>
    withSandbox({ assumptions: { authorizationRequestErrors: "redirect" } }, async (own) => {
      const response = await fetch(await own.authorizationUrl({ scope: "other" }), { redirect: "manual" });
      expect(response.status).toBe(302);
      expect(response.headers.get("location")).toBe(`${REDIRECT_URI}&error=invalid_scope&state=opaque+state`);
    }));
});

/** The one form of a page, as a browser without JavaScript sees it. */
interface HtmlForm {
  readonly method: string;
  /** Fields that would be sent untouched: hidden ones, filled ones, checked ones. */
  readonly filled: ReadonlyMap<string, string>;
  /** What may be chosen, by field name. */
  readonly choices: ReadonlyMap<string, readonly string[]>;
}

/** Reads the form out of HTML of the sandbox's own pages. */
function formOf(page: string): HtmlForm {
  const form = /<form([^>]*)>([\s\S]*)<\/form>/.exec(page);
  if (form === null) throw new Error("The page has no form.");
  const filled = new Map<string, string>();
  const choices = new Map<string, string[]>();
  for (const [tag] of (form[2] ?? "").matchAll(/<(?:input|button)\b[^>]*>/g)) {
    const name = attribute(tag, "name") ?? "";
    const value = attribute(tag, "value") ?? "";
    choices.set(name, [...(choices.get(name) ?? []), value]);
    if (/\schecked\b/.test(tag)) filled.set(name, value);
  }
  return { method: attribute(form[1] ?? "", "method") ?? "get", filled, choices };
}

/** What a browser sends for the form, with the fields the administrator set. */
function submission(form: HtmlForm, set: Readonly<Record<string, string>>): RequestInit {
  return {
    method: form.method.toUpperCase(),
    headers: { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin" },
    body: new URLSearchParams({ ...Object.fromEntries(form.filled), ...set }).toString(),
  };
}

function attribute(tag: string, name: string): string | undefined {
  return new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
}
