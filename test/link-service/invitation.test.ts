import { LinkStoreError, signInvitation, signOAuthState } from "../../src/link-store";
import { CronofyClient, Secret } from "../../src/cronofy";
import { accessLogLine } from "../../src/link-service";
import type { AccessLogEntry, LinkService } from "../../src/link-service";
import { MintLimit } from "../../src/link-service/invitation";
import { linkOf, proseOf } from "./browser";
import type { Browser } from "./browser";
import { CALLBACK, LINK, LINK_SECRET, PUBLIC_URL, Stage, returnUrl } from "./stage";

describe("an invitation", () => {
  let stage: Stage;
  let service: LinkService;
  let browser: Browser;

  beforeEach(async () => {
    stage = await Stage.open();
    service = stage.service();
    browser = stage.browser(service);
  });

  afterEach(() => stage.close());

  it("takes an administrator from the mail to a stored authorization", async () => {
    const invited = await browser.open(await stage.invite({ conferencingProviderName: "zoom_enterprise" }));
    expect(invited).toMatchObject({ status: 200, title: "Connect Zoom" });
    expect(invited.text).toContain('<main class="good">');
    expect([...invited.text.matchAll(/<dt>(.*)<\/dt>\s*<dd>(.*)<\/dd>/g)].map(([, ...fact]) => fact)).toEqual([
      ["Calendar account", LINK.serviceAccountId],
      ["Reference", stage.log[0]?.reference],
    ]);
    const sent = await browser.press(invited);
    expect(sent.status).toBe(303);
    const { origin, pathname, searchParams } = new URL(sent.location ?? "");
    expect(origin + pathname).toBe("https://app-de.cronofy.com/organizational_unit_oauth");
    const { state, ...query } = Object.fromEntries(searchParams);
    expect(query).toEqual({
      response_type: "code",
      client_id: LINK.clientId,
      redirect_uri: CALLBACK,
      scope: "organizational_unit_use_integrations",
      "capabilities[]": "conferencing",
      ou_link_token: "link-token-in-clear",
      conferencing_provider_name: "zoom_enterprise",
    });
    stage.pass(120);
    const back = await browser.open(returnUrl({ code: "code-1", state: state ?? "" }));
    expect(back).toMatchObject({ status: 200, title: "Conferencing is linked" });
    expect(await stage.store.read(LINK)).toMatchObject(LINK);
    expect(stage.completed).toEqual([
      {
        dataCenter: LINK.dataCenter,
        serviceAccountId: LINK.serviceAccountId,
        organizationalUnitId: "org_5ba21743f408617d1269ea1e",
        linkedAt: "2026-03-01T09:02:00.000Z",
      },
    ]);
    expect(stage.log.map(({ outcome }) => outcome)).toEqual(["invited", "sent-to-cronofy", "linked"]);
    expect(stage.log[1]).toEqual({
      time: new Date("2026-03-01T09:00:00Z"),
      method: "POST",
      path: "/invitations/…",
      status: 303,
      milliseconds: 0,
      outcome: "sent-to-cronofy",
      reference: expect.stringMatching(/^[0-9a-f]{8}$/) as string,
      link: `de/${LINK.serviceAccountId}`,
      detail: null,
    });
  });

  it("mints nothing until the button is pressed, however often it is looked at", async () => {
    const url = await stage.invite();
    for (const method of ["GET", "HEAD", "GET", "OPTIONS", "PUT"]) await service.fetch(new Request(url, { method }));
    expect(stage.cronofy.mints).toEqual([]);
    await browser.press(await browser.open(url));
    expect(stage.cronofy.mints).toEqual([LINK.serviceAccountId]);
  });

  it("mints anew each time, so that it works for as long as nobody has finished", async () => {
    const url = await stage.invite();
    for (let day = 1; day <= 3; day++) {
      stage.pass(24 * 60 * 60);
      expect((await browser.press(await browser.open(url))).status).toBe(303);
    }
    expect(stage.cronofy.mints).toHaveLength(3);
  });

  it("asks to wait where it is pressed again and again, and leaves other invitations alone", async () => {
    const [url, other] = [await stage.invite(), await stage.invite({ serviceAccountId: "ser_other" })];
    const [page, otherPage] = [await browser.open(url), await browser.open(other)];
    for (let count = 0; count < 10; count++) {
      stage.pass(1);
      expect((await browser.press(page)).status).toBe(303);
    }
    const refused = await browser.press(page);
    expect(refused).toMatchObject({ status: 429, title: "Please wait a minute" });
    expect(refused.headers.get("retry-after")).toBe("51");
    expect(linkOf(refused, "Try again")).toBe("");
    expect(stage.log.at(-1)?.detail).toContain("presses its button again and again");
    expect((await browser.press(otherPage)).status).toBe(303);
    stage.pass(51);
    expect((await browser.press(page)).status).toBe(303);
    expect((await browser.press(page)).status).toBe(429);
    stage.pass(-24 * 60 * 60);
    expect((await browser.press(page)).status).toBe(303);
    expect(stage.cronofy.mints).toHaveLength(13);
  });

  it("remembers how often it was pressed among a thousand others, and not among more", () => {
    const limit = new MintLimit();
    const press = (lifeId: string) => limit.count(lifeId, stage.now);
    for (let count = 0; count < 10; count++) press("pressed");
    for (let other = 0; other < 999; other++) press(`other-${other}`);
    expect(press("pressed")).toBe(60);
    press("one-more");
    expect(press("pressed")).toBe(0);
    expect(press("other-1")).toBe(0);
  });

  it("passes further parameters on to Cronofy", async () => {
    const url = await stage.invite({ parameters: { locale: "fr", avoid: "a&b" } });
    const { location } = await browser.press(await browser.open(url));
    expect(Object.fromEntries(new URL(location ?? "").searchParams)).toMatchObject({ locale: "fr", avoid: "a&b" });
  });

  it.each([
    ["zoom_enterprise", "Connect Zoom", "paid plan"],
    ["webex_enterprise", "Connect Webex", "Webex administrator's account"],
    ["ms_teams", "Connect Microsoft Teams", "Microsoft 365"],
    ["google_meet", "Connect Google Meet", "Google Workspace"],
    ["indeed", "Connect Indeed", "Indeed administrator's account"],
    ["constructor", "Connect your conferencing service", "which you choose from a list"],
    [undefined, "Connect your conferencing service", "which you choose from a list"],
  ])("says what %s asks of the administrator", async (conferencingProviderName, title, needs) => {
    const page = await browser.open(
      await stage.invite({ ...(conferencingProviderName !== undefined && { conferencingProviderName }) }),
    );
    expect(page).toMatchObject({ status: 200, title });
    expect(proseOf(page)).toContain(needs);
  });

  it.each([undefined, "zoom_enterprise", "ms_teams"])(
    "says in plain words who asks (%s), how long it takes and who Cronofy is",
    async (conferencingProviderName) => {
      browser = stage.browser(stage.service({ integrator: { name: "Acme Scheduling" } }));
      const page = await browser.open(
        await stage.invite({ ...(conferencingProviderName !== undefined && { conferencingProviderName }) }),
      );
      const prose = proseOf(page);
      expect(prose).toMatch(/Acme Scheduling asks you to connect .* to your organization's calendars/);
      expect(prose).toContain("about five minutes");
      expect(prose).toContain("Cronofy is the service by which Acme Scheduling connects to your calendars");
      expect(prose).toContain("no further access to your calendars");
      expect(prose).not.toMatch(/organi[sz]ational unit|ser_|OAuth|token/i);
      expect(page.text).toContain(`<dd>${LINK.serviceAccountId}</dd>`);
      expect(page.text).toContain("<header>Acme Scheduling</header>");
    },
  );

  it("speaks of the people who sent it where nobody is named", async () => {
    const page = await browser.open(await stage.invite({ conferencingProviderName: "zoom_enterprise" }));
    const prose = proseOf(page);
    expect(prose).toContain(
      "The people who sent you this page ask you to connect Zoom to your organization's calendars",
    );
    expect(prose).toContain("Cronofy is the service by which they connect to your calendars, and now to Zoom.");
    expect(page.text).toContain("<title>Connect Zoom</title>");
    expect(page.text).not.toContain("<header>");
    const mail = new URL(linkOf(page, "Forward it by e-mail") ?? "").searchParams;
    expect(mail.get("subject")).toBe("Please connect Zoom");
    expect(mail.get("body")).toMatch(
      /^Hello,\r\n\r\nWe have been asked to connect Zoom to our organization's calendars, once for everybody\. .*\r\n\r\nPlease open this page\. It tells more, and leads through it:\r\n\r\nhttps:/,
    );
  });

  it("can be forwarded by the administrator's own mail program, whole and with what is needed", async () => {
    const integrator = { name: 'Müller & "Söhne"?' };
    browser = stage.browser(stage.service({ integrator, publicUrl: `${PUBLIC_URL}//` }));
    const url = await stage.invite({ conferencingProviderName: "zoom_enterprise" });
    const page = await browser.open(url);
    const mail = new URL(linkOf(page, "Forward it by e-mail") ?? "");
    expect({ protocol: mail.protocol, to: mail.pathname }).toEqual({ protocol: "mailto:", to: "" });
    // A mail program, other than a form, takes a plus for a plus.
    expect(mail.search).not.toContain("+");
    expect(mail.searchParams.get("subject")).toBe('Please connect Zoom for Müller & "Söhne"?');
    const lines = mail.searchParams.get("body")?.split("\r\n") ?? [];
    expect(lines).toContain(url);
    expect(lines.join(" ")).toContain('Müller & "Söhne"? asks us to connect Zoom');
    expect(lines.join(" ")).toContain("A Zoom administrator's account on a paid plan");
    // Outlook takes no longer one.
    expect(mail.href.length).toBeLessThan(2_000);
    expect(await browser.open(lines.at(-1) ?? "")).toMatchObject({ status: 200, title: "Connect Zoom" });
  });

  it("names the integrator and shows their logo, and no page with a code in its address loads it", async () => {
    const integrator = { name: `Acme <b>"Scheduling"</b>`, logoUrl: "https://cdn.example.com/logo.svg" };
    browser = stage.browser(stage.service({ integrator }));
    const invited = await browser.open(await stage.invite());
    expect(invited.text).toContain("Acme &lt;b&gt;&quot;Scheduling&quot;&lt;/b&gt;</header>");
    expect(invited.text).toContain(" – Acme &lt;b&gt;&quot;Scheduling&quot;&lt;/b&gt;</title>");
    expect(invited.text).toContain('<img src="https://cdn.example.com/logo.svg" alt=""');
    expect(invited.headers.get("content-security-policy")).toContain("img-src https://cdn.example.com;");
    const nameless = stage.browser(stage.service({ integrator: { logoUrl: integrator.logoUrl } }));
    expect((await nameless.open(await stage.invite())).text).toMatch(/<header><img [^>]*><\/header>/);
    const back = await browser.open(returnUrl({ code: "code-1", state: await stage.signState() }));
    expect(back.text).toContain("Acme &lt;b&gt;");
    expect(back.text).not.toContain("<img");
    expect(back.headers.get("content-security-policy")).not.toContain("img-src");
  });

  it("lets the form lead to Cronofy and on, and still allows neither script nor frames", async () => {
    const { headers } = await browser.open(await stage.invite());
    expect(headers.get("content-security-policy")).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'self' https:; frame-ancestors 'none'$/,
    );
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    // A sandbox speaks plain http.
    const client = new CronofyClient({ ...LINK, clientSecret: new Secret("c"), appUrl: "http://127.0.0.1:8082" });
    const local = await stage.browser(stage.service({ client })).open(await stage.invite());
    expect(local.headers.get("content-security-policy")).toContain("form-action 'self' https: http://127.0.0.1:8082;");
  });

  describe("that is linked already", () => {
    it("says so, and mints nothing even where an earlier page is still open", async () => {
      const url = await stage.invite();
      const early = await browser.open(url);
      await browser.open(returnUrl({ code: "code-1", state: await stage.signState() }));
      expect(await browser.open(url)).toMatchObject({ status: 200, title: "This is already linked" });
      expect(await browser.press(early)).toMatchObject({ status: 200, title: "This is already linked" });
      expect(stage.cronofy.mints).toEqual([]);
    });

    it("works again once Cronofy has refused the authorization", async () => {
      await browser.open(returnUrl({ code: "code-1", state: await stage.signState() }));
      await stage.refuse();
      stage.pass(1);
      const state = await stage.depart(browser);
      expect(await browser.open(returnUrl({ code: "code-2", state }))).toMatchObject({
        status: 200,
        title: "Conferencing is linked",
      });
    });
  });

  describe("that does not hold", () => {
    const open = async (url: string) => {
      const seen = await browser.open(url);
      const pressed = await browser.post(url, { form_token: "x" });
      expect(pressed).toMatchObject({ status: seen.status, title: seen.title });
      expect(stage.cronofy.mints).toEqual([]);
      return seen;
    };

    it("is gone where it has expired, and not a second before", async () => {
      const url = await stage.invite({ expiresAt: new Date(stage.now.getTime() + 60_000) });
      stage.pass(59);
      expect((await browser.open(url)).status).toBe(200);
      stage.pass(1);
      expect(await open(url)).toMatchObject({ status: 410, title: "This invitation has expired" });
    });

    it.each<[string, (url: string) => string]>([
      ["cut off", (url) => url.slice(0, -10)],
      ["of another account", (url) => url.replace(/(invitations\/[^.]+\.)[^.]+/, `$1${b64({ sub: "ser_other" })}`)],
      ["unsigned", (url) => url.replace(/invitations\/.*/, `invitations/${b64({ alg: "none" })}.${b64({})}.`)],
      ["junk", (url) => url.replace(/invitations\/.*/, "invitations/junk")],
      ["too long", (url) => `${url}${"A".repeat(10_000)}`],
    ])("cannot be verified where it is %s", async (_, change) => {
      const url = change(await stage.invite());
      expect(await open(url)).toMatchObject({ status: 400, title: "This invitation could not be verified" });
      expect(stage.log.at(-1)?.detail === "It is too long.").toBe(url.length > 8_192);
    });

    it("cannot be verified where another secret signed it", async () => {
      const url = await stage.invite({}, "another secret");
      expect(await open(url)).toMatchObject({ status: 400, title: "This invitation could not be verified" });
    });

    it("is not a state, and a state is no invitation", async () => {
      const signed = { ...LINK, redirectUri: CALLBACK };
      const secret = new Secret(LINK_SECRET);
      const state = await signOAuthState(signed, secret);
      expect(await open(`${PUBLIC_URL}/invitations/${state}`)).toMatchObject({ status: 400 });
      const invitation = await signInvitation({ ...signed, lifeId: "life-1" }, secret);
      expect(await browser.open(returnUrl({ code: "code-1", state: invitation }))).toMatchObject({
        title: "This link could not be verified",
      });
      expect(stage.cronofy.redemptions).toEqual([]);
    });

    it.each([
      ["client id", { clientId: "client-2" }],
      ["data center", { dataCenter: "us" }],
      ["redirect URI", { redirectUri: "https://elsewhere.example.com/callback" }],
    ] as const)("belongs elsewhere where it is for another %s, and the operator reads which", async (name, change) => {
      const page = await open(await stage.invite(change));
      expect(page).toMatchObject({ status: 404, title: "This invitation belongs elsewhere" });
      expect(page.text).not.toContain("elsewhere.example.com");
      expect(stage.log[0]?.detail).toContain(`${name} ${Object.values(change)[0]}`);
    });
  });

  describe("when no link token can be had", () => {
    it.each([
      ["a 429", { status: 429 }],
      ["a 500", { status: 500 }],
      ["a 503", { status: 503 }],
      ["a connection that broke", "hang up"],
    ] as const)("can be tried again at its own address after %s", async (_, answer) => {
      const page = await browser.open(await stage.invite());
      stage.cronofy.mint = () => answer;
      const pressed = await browser.press(page);
      expect(pressed).toMatchObject({ status: 503, title: "The connection cannot begin right now" });
      expect(pressed.text).toContain('<a href="">Try again</a>');
      expect(pressed.headers.get("retry-after")).toBe("15");
    });

    it.each([[401], [402], [403], [404], [422]])("says that the operator must act after a %d", async (status) => {
      const page = await browser.open(await stage.invite());
      stage.cronofy.mint = () => ({ status });
      expect(await browser.press(page)).toMatchObject({ status: 500, title: "The connection cannot begin" });
      expect(stage.log.at(-1)?.detail).toContain(String(status));
    });

    it.each([
      [
        "asks to come back where the store cannot be read",
        new LinkStoreError("not-readable", "db", "The database is down."),
        { status: 503, title: "The connection cannot begin right now" },
        "The database is down.",
      ],
      [
        "says that something is wrong where it fails otherwise",
        new TypeError("It is broken."),
        { status: 500, title: "Something went wrong here" },
        "TypeError: It is broken.",
      ],
    ])("%s", async (_, error, expected, detail) => {
      const url = await stage.invite();
      jest.spyOn(stage.store, "look").mockRejectedValue(error);
      expect(await browser.open(url)).toMatchObject(expected);
      expect(stage.log.at(-1)?.detail).toBe(detail);
    });

    it("says that something is wrong where the client fails unexpectedly", async () => {
      const page = await browser.open(await stage.invite());
      jest.spyOn(CronofyClient.prototype, "createLinkToken").mockRejectedValueOnce(new TypeError("It is broken."));
      expect(await browser.press(page)).toMatchObject({ status: 500, title: "Something went wrong here" });
    });
  });

  it.each<[string, Partial<AccessLogEntry>, string]>([
    ["all that is known", {}, 'GET /x 200 2ms outcome=linked link=us/ser_1 reference=0a1b2c3d detail="a \\"b\\""'],
    ["nothing", { outcome: null, link: null, reference: null, detail: null }, "GET /x 200 2ms"],
    ["a link that is none", { link: "us/a b" }, 'link="us/a b" '],
    ["a link in another script", { link: "us/é" }, 'link="us/é" '],
    ["an end that is none", { link: "us/ser_1\n" }, 'link="us/ser_1\\n" '],
    ["a path without end", { path: `/${"x".repeat(500)}` }, `GET /${"x".repeat(199)} 200 `],
  ])("is told in one line with %s", (_, change, line) => {
    const entry: AccessLogEntry = {
      time: stage.now,
      method: "GET",
      path: "/x",
      status: 200,
      milliseconds: 1.6,
      outcome: "linked",
      link: "us/ser_1",
      reference: "0a1b2c3d",
      detail: 'a "b"',
      ...change,
    };
    expect(`${accessLogLine(entry)} `).toContain(`${line.trimEnd()} `);
    expect(accessLogLine(entry)).toMatch(/^2026-03-01T09:00:00\.000Z GET /);
    expect(accessLogLine({ ...entry, outcome: null, link: null, reference: null, detail: null })).toMatch(/ms$/);
  });

  it("is in no log line", async () => {
    const url = await stage.invite();
    await browser.press(await browser.open(url));
    await browser.open(`${url}/further`);
    await browser.open(url.replace(PUBLIC_URL, `${PUBLIC_URL}/elsewhere`));
    const signature = url.slice(url.lastIndexOf(".") + 1);
    const lines = stage.log.map(accessLogLine).join("\n");
    expect(lines).toContain("GET /invitations/… 200");
    expect(lines).not.toContain(signature);
    expect(lines).not.toContain("link-token-in-clear");
  });
});

function b64(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
