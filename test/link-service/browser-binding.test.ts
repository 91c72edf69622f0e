import { startLinkService } from "../../src/link-service";
import { CronofyClient, Secret } from "../../src/cronofy";
import { invitationUrl } from "../../src/link-store";
import type { LinkService } from "../../src/link-service";
import { Browser, linkOf } from "./browser";
import type { Page } from "./browser";
import { CLIENT_SECRET, LINK, LINK_SECRET, Stage, returnUrl } from "./stage";

describe("a flow and its browser", () => {
  let stage: Stage;
  let service: LinkService;
  let administrator: Browser;
  let attacker: Browser;

  beforeEach(async () => {
    stage = await Stage.open();
    service = stage.service();
    administrator = stage.browser(service);
    attacker = stage.browser(service);
  });

  afterEach(() => stage.close());

  it("are held together by a cookie that only this host can set and no script can read", async () => {
    const { headers } = await administrator.open(await stage.invite());
    expect(headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^__Host-ou-link=[\w-]{43}; Max-Age=86400; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
      ) as string,
    ]);
  });

  it("keep their cookie from page to page, so that several tabs can go on", async () => {
    const first = await stage.depart(administrator);
    const cookies = new Map(administrator.cookies);
    await stage.depart(administrator);
    expect(administrator.cookies).toEqual(cookies);
    expect(await administrator.open(returnUrl({ code: "code-1", state: first }))).toMatchObject({ status: 200 });
  });

  it.each(["chosen by somebody else", "A".repeat(42), "A".repeat(44), `!${"A".repeat(43)}`, `${"A".repeat(43)}!`])(
    "replaces a cookie that we never set: %s",
    async (cookie) => {
      administrator.cookies.set("__Host-ou-link", cookie);
      await administrator.open(await stage.invite());
      expect(administrator.cookies.get("__Host-ou-link")).toMatch(/^[\w-]{43}$/);
    },
  );

  describe("on return", () => {
    it("are refused in another browser: nobody can be made to finish an attacker's flow", async () => {
      const state = await stage.depart(attacker);
      for (const cookie of [undefined, "A".repeat(43)]) {
        if (cookie !== undefined) administrator.cookies.set("__Host-ou-link", cookie);
        expect(await administrator.open(returnUrl({ code: "attackers-code", state }))).toMatchObject({
          status: 400,
          title: "This began in another browser",
        });
      }
      expect(stage.cronofy.redemptions).toEqual([]);
      expect(await stage.store.look(LINK)).toMatchObject({ redeemingSince: null, authorization: null });
    });

    it("are refused in another browser also where Cronofy refused", async () => {
      const state = await stage.depart(attacker);
      const page = await administrator.open(
        returnUrl({ error: "server_error", error_description: "Call +1 555 0100", state }),
      );
      expect(page).toMatchObject({ status: 400, title: "This began in another browser" });
      expect(page.text).not.toContain("555");
    });

    it("still work in the right browser after somebody tried in another one", async () => {
      const state = await stage.depart(administrator);
      await attacker.open(returnUrl({ code: "code-1", state }));
      expect(await administrator.open(returnUrl({ code: "code-1", state }))).toMatchObject({ status: 200 });
    });

    it("take no second code for a state that has done its work, at this instance or another", async () => {
      const state = await stage.depart(administrator);
      stage.pass(60);
      await administrator.open(returnUrl({ code: "code-1", state }));
      for (const instance of [service, stage.service()]) {
        const again = stage.browser(instance);
        again.cookies.set("__Host-ou-link", administrator.cookies.get("__Host-ou-link") ?? "");
        stage.pass(60);
        expect(await again.open(returnUrl({ code: `injected-${stage.now.getTime()}`, state }))).toMatchObject({
          status: 409,
          title: "This is already linked",
        });
      }
      expect(stage.cronofy.redemptions).toHaveLength(1);
      expect(stage.completed).toHaveLength(1);
    });

    it("take no second code for a link that was made in the second in which the state was signed", async () => {
      const state = await stage.depart(administrator);
      expect(await administrator.open(returnUrl({ code: "code-1", state }))).toMatchObject({ status: 200 });
      expect(await administrator.open(returnUrl({ code: "injected", state }))).toMatchObject({ status: 409 });
      expect(stage.cronofy.redemptions).toHaveLength(1);
    });

    it("take one of two codes for one state that come to two instances at once", async () => {
      const state = await stage.depart(administrator);
      stage.pass(60);
      const pages = await Promise.all(
        [service, stage.service()].map((instance, index) => {
          const tab = stage.browser(instance);
          tab.cookies.set("__Host-ou-link", administrator.cookies.get("__Host-ou-link") ?? "");
          return tab.open(returnUrl({ code: `code-${index}`, state }));
        }),
      );
      expect(pages.map(({ status }) => status).sort()).toEqual([200, 409]);
      expect(stage.cronofy.redemptions).toHaveLength(1);
    });
  });

  it("that began with Terraform's output end in whichever browser", async () => {
    const state = await stage.signState();
    expect(await administrator.open(returnUrl({ code: "code-1", state }))).toMatchObject({
      status: 200,
      title: "Conferencing is linked",
    });
  });

  describe("on the form", () => {
    it.each([
      ["another site's page", { "Sec-Fetch-Site": "cross-site", Origin: "https://evil.example.com" }],
      ["a neighbouring host's page", { "Sec-Fetch-Site": "same-site" }],
      ["another site's page in an older browser", { Origin: "https://evil.example.com" }],
    ])("are refused from %s, even with cookie and token", async (_, headers) => {
      const page = await administrator.open(await stage.invite());
      const refused = await administrator.press(page, headers);
      expect(refused).toMatchObject({ status: 403, title: "Please press the button once more" });
      expect(linkOf(refused, "Try again")).toBe("");
      expect(refused.headers.get("retry-after")).toBe("15");
      expect(stage.log.at(-1)).toMatchObject({
        link: `de/${LINK.serviceAccountId}`,
        detail: "Another site's page posted the form.",
      });
      expect(stage.cronofy.mints).toEqual([]);
    });

    it.each([
      ["Origin: null, as our Referrer-Policy has it", { Origin: "null" }],
      ["our own origin", { Origin: "https://links.example.com" }],
      ["nothing", {}],
    ])("are taken from an older browser that says %s", async (_, headers) => {
      const page = await administrator.open(await stage.invite());
      expect(await administrator.press(page, headers)).toMatchObject({ status: 303 });
    });

    it("are refused without a cookie, without a token, and with the token of another browser or invitation", async () => {
      const url = await stage.invite();
      const page = await administrator.open(url);
      const other = await administrator.open(await stage.invite({ conferencingProviderName: "ms_teams" }));
      await attacker.open(url);
      const notItsOwn = "The form's token is not this browser's.";
      const attempts: [() => Promise<Page>, string][] = [
        [() => new Browser((request) => service.fetch(request)).press(page), "The browser brought no cookie."],
        [() => administrator.post(url, {}), notItsOwn],
        [() => attacker.press(page), notItsOwn],
        [() => administrator.press({ ...other, url }), notItsOwn],
      ];
      for (const [attempt, detail] of attempts) {
        expect((await attempt()).status).toBe(403);
        expect(stage.log.at(-1)).toMatchObject({ link: `de/${LINK.serviceAccountId}`, detail });
      }
      expect(stage.cronofy.mints).toEqual([]);
      expect((await administrator.press(page)).status).toBe(303);
    });
  });

  it.each<[string, number | null, number, string | null]>([
    ["is as long as it may be", 4_096, 403, "The form's token is not this browser's."],
    ["is longer by one", 4_097, 413, null],
    ["breaks off", null, 403, "The form broke off."],
  ])("on a form that %s", async (_, length, status, detail) => {
    const { url } = await administrator.open(await stage.invite());
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(stream) {
        if (length === null && sent > 0) return stream.error(new Error("gone"));
        if (sent === length) return stream.close();
        const part = Math.min(1_000, (length ?? Infinity) - sent);
        sent += part;
        stream.enqueue(new Uint8Array(part));
      },
    });
    const [[name, cookie] = ["", ""]] = administrator.cookies;
    const headers = { Cookie: `${name}=${cookie}` };
    const answer = await service.fetch(new Request(url, { method: "POST", headers, body, duplex: "half" }));
    expect(answer.status).toBe(status);
    expect(stage.log.at(-1)?.detail).toBe(detail);
  });

  it("have a plain cookie over http on loopback, where browsers refuse a better one", async () => {
    const running = await startLinkService({
      client: new CronofyClient({ ...LINK, clientSecret: new Secret(CLIENT_SECRET), apiUrl: stage.cronofy.url }),
      store: stage.store,
      linkSecret: new Secret(LINK_SECRET),
      port: 0,
    });
    try {
      const browser = new Browser(fetch);
      const { lifeId } = await stage.declare();
      const link = { ...LINK, lifeId, redirectUri: running.callbackUrl };
      const page = await browser.open(await invitationUrl(running.url, link, new Secret(LINK_SECRET)));
      expect(page.headers.getSetCookie()).toEqual([
        expect.stringMatching(/^ou-link=[\w-]{43}; Max-Age=86400; Path=\/; HttpOnly; SameSite=Lax$/) as string,
      ]);
      const { location } = await browser.press(page);
      const state = new URL(location ?? "").searchParams.get("state") ?? "";
      const back = `${running.callbackUrl}?${new URLSearchParams({ code: "code-1", state }).toString()}`;
      expect(await browser.open(back)).toMatchObject({ status: 200, title: "Conferencing is linked" });
    } finally {
      await running.close();
    }
  });
});
