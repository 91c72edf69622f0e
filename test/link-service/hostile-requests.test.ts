import { accessLogLine } from "../../src/link-service";
import type { LinkService } from "../../src/link-service";
import { PROPERTY_SEED as SEED } from "../plugin/values/random-values";
import type { Browser } from "./browser";
import { HostileText } from "./hostile-text";
import { CLIENT_SECRET, LINK_SECRET, PUBLIC_URL, Stage, returnUrl } from "./stage";
import { depth } from "../depth";

const COUNT = depth(300, 10_000);
const SECRETS = [CLIENT_SECRET, LINK_SECRET, "link-token-in-clear", "access-token-in-clear", "refresh-token-in-clear"];

describe(`hostile requests (PROPERTY_SEED=${SEED})`, () => {
  let stage: Stage;
  let service: LinkService;
  let text: HostileText;

  beforeEach(async () => {
    stage = await Stage.open();
    service = stage.service();
    text = new HostileText(SEED);
  });

  afterEach(() => stage.close());

  /** What is sent to a route, made of good parts and of bad ones. */
  type Attempt = (parts: {
    readonly state: string;
    readonly invitation: string;
  }) => readonly [url: string, init?: RequestInit];

  const routes: readonly [string, Attempt][] = [
    [
      "GET /callback",
      ({ state }) => [
        returnUrl({
          [text.pick(["code", "error", "Code", text.next()])]: text.next(),
          [text.pick(["state", "state", text.next()])]: text.pick([state, text.damaged(state), text.next()]),
          [text.pick(["error_description", "code", "error"])]: text.next(),
        }),
      ],
    ],
    ["GET /invitations", ({ invitation }) => [`${PUBLIC_URL}/invitations/${text.path(text.damaged(invitation))}`]],
    [
      "POST /invitations",
      ({ invitation }) => [
        text.pick([invitation, text.damaged(invitation), `${PUBLIC_URL}/invitations/${text.path(text.next())}`]),
        { method: "POST", body: text.pick([`form_token=${text.next()}`, text.next(), "x".repeat(text.number(8_000))]) },
      ],
    ],
    ["GET /healthz", () => [`${PUBLIC_URL}/healthz?${text.path(text.next())}`]],
    ["GET /readyz", () => [`${PUBLIC_URL}/readyz?${text.path(text.next())}`]],
    ["any other path", () => [`${PUBLIC_URL}/${text.path(text.next())}`]],
    [
      "any method",
      ({ invitation }) => [
        text.pick([invitation, returnUrl({ code: text.next() }), `${PUBLIC_URL}/${text.path(text.next())}`]),
        { method: text.pick(["HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND", "POST"]) },
      ],
    ],
  ];

  it.each(routes)(
    `${COUNT} to %s make it neither fail nor do anything, nor tell a secret`,
    async (_, attempt) => {
      const state = await stage.signState();
      const invitation = await stage.invite();
      const signature = invitation.slice(invitation.lastIndexOf(".") + 1);
      for (let index = 0; index < COUNT; index++) {
        const [url, init] = attempt({ state, invitation });
        const request = requestOf(url, init);
        if (request === null) continue;
        for (const name of ["Cookie", "Origin", "Sec-Fetch-Site", "Content-Type", "Host", "X-Forwarded-Host"]) {
          if (text.number(3) === 0) setHeader(request, name, text.pick([text.next(), `__Host-ou-link=${text.next()}`]));
        }
        const response = await service.fetch(request);
        const page = await response.text();
        const entry = stage.log.pop();
        const line = entry === undefined ? "" : accessLogLine(entry);
        const what = `${request.method} ${JSON.stringify(url)} → ${response.status} ${entry?.outcome}`;
        // That Cronofy failed is what error=server_error with a good state says.
        if (response.status >= 500 && entry?.outcome !== "cronofy-failed") throw new Error(`${what}: ${entry?.detail}`);
        if (response.headers.get("x-content-type-options") !== "nosniff") throw new Error(`${what}: lacks headers`);
        const location = response.headers.get("location");
        if (location !== null) throw new Error(`${what}: leads to ${location}`);
        if (line === "" || /[\p{Cc}\u2028\u2029]/u.test(line)) throw new Error(`${what}: breaks the log`);
        if (/<script|<img/i.test(page)) throw new Error(`${what}: shows markup`);
        for (const secret of [...SECRETS, signature, state]) {
          if (line.includes(secret) || page.includes(secret)) throw new Error(`${what}: tells`);
        }
      }
      expect(stage.cronofy.mints).toEqual([]);
    },
    120_000,
  );

  describe("redirects", () => {
    let browser: Browser;

    beforeEach(() => {
      browser = stage.browser(service);
    });

    it("lead to Cronofy only, whatever host, query or form asks for another place", async () => {
      const url = await stage.invite();
      const page = await browser.open(url);
      for (const query of [
        "?next=https://evil.example.com",
        "?redirect_uri=https://evil.example.com",
        "?app_url=//evil",
      ]) {
        const { location } = await browser.press(
          { ...page, url: url + query },
          { "X-Forwarded-Host": "evil.example.com" },
        );
        expect(new URL(location ?? "").origin).toBe("https://app-de.cronofy.com");
        expect(new URL(location ?? "").searchParams.get("redirect_uri")).toBe(service.callbackUrl);
      }
    });

    it("hold no header that a parameter smuggles in", async () => {
      const smuggled = "fr\r\nSet-Cookie: a=b";
      const url = await stage.invite({ conferencingProviderName: smuggled, parameters: { locale: smuggled } });
      const { headers, location, status } = await browser.press(await browser.open(url));
      expect(status).toBe(303);
      expect(location).toContain("fr%0D%0ASet-Cookie%3A+a%3Db");
      expect(headers.getSetCookie()).toEqual([]);
    });
  });

  it("of any length are turned away unread", async () => {
    const url = await stage.invite();
    let pulled = 0;
    const endless = new ReadableStream({
      pull(controller) {
        pulled++;
        controller.enqueue(new Uint8Array(1024));
      },
    });
    const chunked = await service.fetch(new Request(url, { method: "POST", body: endless, duplex: "half" }));
    expect(chunked.status).toBe(413);
    expect(pulled).toBeLessThan(20);
    const declared = await service.fetch(
      new Request(url, { method: "POST", body: "x", headers: { "Content-Length": "1000000000" } }),
    );
    expect(declared.status).toBe(413);
  });
});

/** @returns null where no browser can send such a request. */
function requestOf(url: string, init: RequestInit | undefined): Request | null {
  try {
    return new Request(url, init);
  } catch {
    return null;
  }
}

function setHeader(request: Request, name: string, value: string): void {
  try {
    request.headers.set(name, value);
  } catch {
    // What cannot be in a header does not arrive.
  }
}
