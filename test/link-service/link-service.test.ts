import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { FileLinkStore, LinkStoreError, newLink, signOAuthState } from "../../src/link-store";
import type { LinkKey, OAuthState } from "../../src/link-store";
import { CronofyClient, Secret } from "../../src/cronofy";
import { FINGERPRINT_HEADER, accessLogLine, fingerprintsOf, startLinkService } from "../../src/link-service";
import type { AccessLogEntry, ComparedSide, RunningLinkService, Sameness } from "../../src/link-service";
import { TOKENS, startScriptedCronofy } from "./scripted-cronofy";
import type { ScriptedCronofy } from "./scripted-cronofy";

const NOW = new Date("2026-03-01T09:00:00Z");
const now = () => NOW;
const CLIENT_SECRET = "client-secret-in-clear";
const LINK_SECRET = "link-secret-in-clear";
const CODE = "01234567890123456789012345678901";

const LINK: LinkKey = {
  dataCenter: "de",
  clientId: "client-1",
  serviceAccountId: "ser_5ba21743f408617d1269ea1e",
};

describe("the link service", () => {
  let folder: string;
  let storeFolder: string;
  let store: FileLinkStore;
  let cronofy: ScriptedCronofy;
  let service: RunningLinkService;
  let log: AccessLogEntry[];

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "ou-link-service-"));
    storeFolder = path.join(folder, "links");
    store = new FileLinkStore(storeFolder, { lockTimeout: 1_000, delay: () => Promise.resolve() });
    cronofy = await startScriptedCronofy();
    log = [];
    service = await start();
  });

  afterEach(async () => {
    await service.close();
    await cronofy.close();
    await rm(folder, { recursive: true });
  });

  function start(publicUrl?: string) {
    return startLinkService({
      client: new CronofyClient({
        dataCenter: LINK.dataCenter,
        clientId: LINK.clientId,
        clientSecret: new Secret(CLIENT_SECRET),
        apiUrl: cronofy.url,
        maxRetries: 0,
      }),
      store,
      linkSecret: new Secret(LINK_SECRET),
      port: 0,
      ...(publicUrl === undefined ? {} : { publicUrl }),
      now,
      log: (entry) => log.push(entry),
    });
  }

  const signState = (change: Partial<OAuthState> = {}, secret = LINK_SECRET) =>
    signOAuthState({ ...LINK, redirectUri: service.callbackUrl, ...change }, new Secret(secret));

  async function comeBack(query: Record<string, string>, method = "GET") {
    const url = `${service.callbackUrl}?${new URLSearchParams(query).toString()}`;
    const response = await fetch(url, { method });
    const page = await response.text();
    return { status: response.status, headers: response.headers, page, title: /<h1>(.*)<\/h1>/.exec(page)?.[1] };
  }

  /** The name of the file in which the link is kept, whether or not it is there. */
  async function fileOfLink(): Promise<string> {
    const elsewhere = path.join(folder, "elsewhere");
    await new FileLinkStore(elsewhere).locked(LINK, (record) => record.write(newLink(LINK)));
    return (await readdir(elsewhere))[0] ?? "";
  }

  const approve = async (code = CODE) => comeBack({ code, state: await signState() });

  const lastEntry = () => log.at(-1);

  describe("when the administrator approved", () => {
    it("redeems the code with exactly its own redirect URI and stores the authorization", async () => {
      const { status, title, page } = await approve();
      expect({ status, title }).toEqual({ status: 200, title: "Conferencing is linked" });
      expect(factsOn(page)).toEqual([
        ["Calendar account", LINK.serviceAccountId],
        ["Connection", "org_5ba21743f408617d1269ea1e"],
        ["Reference", lastEntry()?.reference],
      ]);
      expect(cronofy.redemptions).toEqual([
        {
          client_id: LINK.clientId,
          client_secret: CLIENT_SECRET,
          grant_type: "authorization_code",
          code: CODE,
          redirect_uri: service.callbackUrl,
        },
      ]);
      expect(await store.read(LINK)).toMatchObject({
        ...LINK,
        redeemingSince: null,
        authorization: {
          organizationalUnitId: "org_5ba21743f408617d1269ea1e",
          linkedAt: NOW.toISOString(),
          refusedAt: null,
        },
      });
      expect(lastEntry()).toMatchObject({ status: 200, outcome: "linked", link: `de/${LINK.serviceAccountId}` });
    });

    it("replaces an earlier authorization by that of a new code", async () => {
      await approve();
      cronofy.script = () => ({ ...TOKENS, body: { ...TOKENS.body, sub: "org_2" } });
      expect((await approve("another-code")).status).toBe(200);
      expect(await store.read(LINK)).toMatchObject({ authorization: { organizationalUnitId: "org_2" } });
    });

    it("finishes the redemption of an administrator who closes the page", async () => {
      const gone = new AbortController();
      const answered = new Promise<void>((resolve) => {
        cronofy.script = () => {
          gone.abort();
          resolve();
          return TOKENS;
        };
      });
      const query = new URLSearchParams({ code: CODE, state: await signState() });
      await expect(fetch(`${service.callbackUrl}?${query.toString()}`, { signal: gone.signal })).rejects.toThrow();
      await answered;
      await service.close();
      expect(await store.read(LINK)).toMatchObject(LINK);
      service = await start();
    });
  });

  describe("when the same code comes again", () => {
    it("says kindly that it is linked already, and does not send the code again", async () => {
      await approve();
      const { status, title } = await approve();
      expect({ status, title }).toEqual({ status: 409, title: "This is already linked" });
      expect(cronofy.redemptions).toHaveLength(1);
    });

    it("sends it once when two requests come at the same time", async () => {
      const outcomes = await Promise.all([approve(), approve(), approve()]);
      expect(outcomes.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
      expect(cronofy.redemptions).toHaveLength(1);
    });

    it("says that it is linked already when another instance has redeemed it", async () => {
      await approve();
      await service.close();
      service = await start();
      cronofy.script = () => ({ status: 400, body: { error: "invalid_grant" } });
      expect(await approve()).toMatchObject({ status: 409, title: "This is already linked" });
    });
  });

  describe("when the code does not work", () => {
    it("says that it has expired, and how to get another link", async () => {
      cronofy.script = () => ({ status: 400, body: { error: "invalid_grant" } });
      const { status, title, page } = await approve();
      expect({ status, title }).toEqual({ status: 410, title: "This approval has expired" });
      expect(page).toContain("for a new one");
      expect(await store.look(LINK)).toMatchObject({ redeemingSince: null, authorization: null });
    });

    it("does not take a revoked link for linked", async () => {
      await approve();
      await store.locked(LINK, async (record) => {
        const current = await record.current();
        if (current === null || current.authorization === null) throw new Error("Nothing was stored.");
        const authorization = { ...current.authorization, refusedAt: NOW.toISOString() };
        await record.write({ ...current, authorization });
      });
      expect(await approve()).toMatchObject({ status: 410, title: "This approval has expired" });
    });
  });

  describe("when Cronofy sends the administrator back without a code", () => {
    it.each([
      ["access_denied", 403, "You declined the connection", ""],
      [
        "invalid_request",
        400,
        "Cronofy did not understand the request",
        " Check the link's arguments, first of all authorization_parameters.",
      ],
      [
        "unauthorized_client",
        400,
        "This application may not ask for that",
        " Check that the application's plan includes Enterprise Conferencing.",
      ],
      [
        "unsupported_response_type",
        400,
        "Cronofy does not answer in this way",
        " Report this: only response_type=code is ever sent.",
      ],
      [
        "invalid_scope",
        400,
        "Cronofy does not grant what was asked for",
        " Check that organizational_unit_use_integrations is open to the application.",
      ],
      [
        "something_new",
        400,
        "Cronofy did not accept the request",
        " RFC 6749 has no such code for this step: ask Cronofy what it means.",
      ],
      ["server_error", 502, "Cronofy had a problem", ""],
      ["temporarily_unavailable", 503, "Cronofy is busy", ""],
    ])("explains %s, and tells the operator what to do", async (error, status, title, advice) => {
      const said = status === 400 ? {} : { error_description: " \r\n" };
      const answer = await comeBack({ error, ...said, state: await signState() });
      expect(answer).toMatchObject({ status, title });
      expect(answer.page).not.toContain("Cronofy says");
      expect(lastEntry()?.detail).toBe(`Cronofy answered the administrator with ${error}.${advice}`);
      expect(cronofy.redemptions).toEqual([]);
    });

    it("shows what Cronofy says of it, escaped, in one line and not without end", async () => {
      const said = async (error_description: string) => {
        const { page } = await comeBack({ error: "server_error", error_description, state: await signState() });
        return /<dt>Cronofy says<\/dt>\s*<dd>(.*)<\/dd>/.exec(page)?.[1];
      };
      const start = `<b>Ask</b>\r\n\u202Eyour \u0000admin`;
      expect(await said(` ${start}${"!".repeat(500)}`)).toMatch(/^&lt;b&gt;Ask&lt;\/b&gt; your admin!{179}…$/);
      expect(lastEntry()?.detail).toContain("server_error, and said: <b>Ask</b> your admin!!!");
      expect(await said("!".repeat(200))).toBe("!".repeat(200));
    });

    it("says what is missing when there is neither code nor error", async () => {
      expect(await comeBack({ state: await signState() })).toMatchObject({
        status: 400,
        title: "Something is missing in this address",
      });
    });
  });

  describe("when the state is not good", () => {
    const cases: [string, () => Promise<Record<string, string>>][] = [
      ["missing", () => Promise.resolve({})],
      ["junk", () => Promise.resolve({ state: "junk" })],
      ["signed with another secret", async () => ({ state: await signState({}, "another secret") })],
      ["altered", async () => ({ state: (await signState()).replace(/\.[^.]{4}/, ".AAAA") })],
      ["unsigned", () => Promise.resolve({ state: `${b64({ alg: "none" })}.${b64({ sub: LINK.serviceAccountId })}.` })],
    ];

    it.each(cases)("sends no code where it is %s", async (_, query) => {
      expect(await comeBack({ code: CODE, ...(await query()) })).toMatchObject({
        status: 400,
        title: "This link could not be verified",
      });
      expect(cronofy.redemptions).toEqual([]);
    });

    it("does not take an unsigned refusal for the administrator's answer either", async () => {
      expect(await comeBack({ error: "access_denied" })).toMatchObject({ title: "This link could not be verified" });
    });

    it.each([
      ["client id", { clientId: "client-2" }],
      ["data center", { dataCenter: "us" }],
      ["redirect URI", { redirectUri: "https://elsewhere.example.com/callback" }],
    ] as const)(
      "sends no code where it was signed for another %s, and tells the operator what has to be alike",
      async (name, change) => {
        const { status, title, page } = await comeBack({ code: CODE, state: await signState(change) });
        expect({ status, title }).toEqual({ status: 400, title: "This link could not be verified" });
        expect(cronofy.redemptions).toEqual([]);
        expect(lastEntry()?.detail).toContain(name);
        expect(page).not.toContain("elsewhere.example.com");
      },
    );

    it("names its own side of what has to be alike, in the operator's log alone", async () => {
      const { page } = await comeBack({
        code: CODE,
        state: await signState({ clientId: "client-2", dataCenter: "us" }),
      });
      expect(lastEntry()?.detail).toBe(
        "The state's signature does not hold. Check that both sides use the same link secret, data center, client id and " +
          "redirect URI, then start over from a new authorization URL. " +
          `Here: data center de, client id client-1, redirect URI ${service.callbackUrl}.`,
      );
      expect(page).not.toContain("client-1");
    });
  });

  describe("when Cronofy does not cooperate", () => {
    it.each([
      [400, { error: "invalid_client" }],
      [401, {}],
      [402, {}],
      [403, {}],
    ])("says that the service is not set up correctly on a %d", async (status, body) => {
      cronofy.script = () => ({ status, body });
      expect(await approve()).toMatchObject({ status: 500, title: "This service is not set up correctly" });
      expect(lastEntry()?.detail).toContain(String(status));
    });

    it("lets the administrator try again where the code was not sent, and that works", async () => {
      await cronofy.close();
      const { status, title, page, headers } = await approve();
      expect({ status, title }).toEqual({ status: 503, title: "Cronofy cannot take your approval now" });
      expect(page).toContain('<a href="">Try again</a>');
      expect(headers.get("retry-after")).toBe("15");
      expect((await approve()).status).toBe(503);
    });

    it("lets the administrator try again after a rate limit, and that works", async () => {
      cronofy.script = () => ({ status: 429 });
      expect(await approve()).toMatchObject({ status: 503, title: "Cronofy cannot take your approval now" });
      cronofy.script = () => TOKENS;
      expect(await approve()).toMatchObject({ status: 200, title: "Conferencing is linked" });
    });

    it.each([
      ["has an error of its own", { status: 500 }],
      ["is unavailable", { status: 503 }],
      ["hangs up", "hang up"],
      ["answers nonsense", { status: 200, body: "nonsense" }],
      ["redirects", { status: 302 }],
    ] as const)("never sends the code again where Cronofy %s", async (_, answer) => {
      cronofy.script = () => answer;
      const { status, title, page } = await approve();
      expect({ status, title }).toEqual({ status: 502, title: "We cannot tell whether this worked" });
      expect(page).not.toContain("Try again");
      cronofy.script = () => TOKENS;
      await approve();
      expect(cronofy.redemptions).toHaveLength(1);
    });
  });

  describe("when the store does not cooperate", () => {
    it("keeps the code for another try where the folder cannot be made", async () => {
      await writeFile(storeFolder, "a file in the place of the folder");
      const { status, title, page, headers } = await approve();
      expect({ status, title }).toEqual({ status: 503, title: "Your approval cannot be recorded right now" });
      expect(page).toContain('<a href="">Try again</a>');
      expect(headers.get("retry-after")).toBe("15");
      expect(cronofy.redemptions).toEqual([]);
      await rm(storeFolder);
      expect(await approve()).toMatchObject({ status: 200 });
    });

    it("keeps the code where the record is damaged, and leaves the record alone", async () => {
      await approve();
      const [record] = await readdir(storeFolder);
      const file = path.join(storeFolder, record ?? "");
      await writeFile(file, "{");
      expect(await approve("another-code")).toMatchObject({ status: 503 });
      expect(cronofy.redemptions).toHaveLength(1);
      expect(await readFile(file, "utf8")).toBe("{");
      expect(lastEntry()?.detail).toContain(file);
    });

    it("says that the approval is lost where it breaks for good after the redemption, and revokes it", async () => {
      cronofy.script = async () => {
        await rm(storeFolder, { recursive: true });
        await writeFile(storeFolder, "a file in the place of the folder");
        return TOKENS;
      };
      const { status, title, page } = await approve();
      expect({ status, title }).toEqual({ status: 500, title: "Your approval could not be recorded" });
      expect(page).not.toContain("Try again");
      expect(cronofy.revocations).toEqual([TOKENS.body.refresh_token]);
      expect(lastEntry()).toMatchObject({
        outcome: "not-stored",
        detail: expect.stringContaining("It was revoked.") as string,
      });
    });

    const down = new LinkStoreError("not-readable", "db", "The database is down.");
    const broken = new TypeError("It is broken.");

    it.each([
      ["the database", down, 200, "Conferencing is linked", null],
      ["something unknown", broken, 500, "Something went wrong here", "TypeError: It is broken."],
    ])("has linked all the same where %s keeps it from being listed", async (_, error, status, title, detail) => {
      jest.spyOn(store, "list").mockRejectedValue(error);
      expect(await approve()).toMatchObject({ status, title });
      expect(await store.look(LINK)).toMatchObject({ authorization: { refusedAt: null } });
      expect(lastEntry()?.detail).toBe(detail);
    });

    it.each([
      ["the database", down, 410, "This approval has expired", /invalid_grant/],
      ["something unknown", broken, 500, "Something went wrong here", /^TypeError: It is broken\.$/],
    ])("does not take an expired code for one that linked where %s fails", async (_, error, status, title, detail) => {
      cronofy.script = () => ({ status: 400, body: { error: "invalid_grant" } });
      jest.spyOn(store, "look").mockRejectedValue(error);
      expect(await approve()).toMatchObject({ status, title });
      expect(lastEntry()?.detail).toMatch(detail);
    });

    it("does not spend the code where there is no space to keep what it gives", async () => {
      await mkdir(path.join(storeFolder, `${await fileOfLink()}.reserved`), { recursive: true });
      expect(await approve()).toMatchObject({ status: 503, title: "Your approval cannot be recorded right now" });
      expect(cronofy.redemptions).toEqual([]);
      await rm(path.join(storeFolder, `${await fileOfLink()}.reserved`), { recursive: true });
      expect(await approve()).toMatchObject({ status: 200 });
    });
  });

  it("keeps nothing of a grant that is a person's, revokes it and says so", async () => {
    const granted = { ...TOKENS.body, scope: "read_write", account_id: "acc_5b", sub: "acc_5b" };
    cronofy.script = () => ({ ...TOKENS, body: granted });
    const { status, title, page } = await approve();
    expect({ status, title }).toEqual({ status: 403, title: "This was approved for something else" });
    expect(page).not.toContain("acc_5b");
    expect(cronofy.revocations).toEqual([TOKENS.body.refresh_token]);
    expect(await store.read(LINK)).toMatchObject({ authorization: null, tokens: null, redeemingSince: null });
    expect(lastEntry()?.detail).toContain("a person's calendar account, acc_5b");
  });

  it("tells the operator, and nobody else, of a unit that is recorded for another service account too", async () => {
    expect((await approve()).status).toBe(200);
    expect(lastEntry()?.detail).toBeNull();
    const other = { ...LINK, serviceAccountId: "ser_6cb21743f408617d1269ea1e" };
    const { status, page } = await comeBack({ code: `${CODE}-2`, state: await signState(other) });
    expect(status).toBe(200);
    expect(page).not.toContain(LINK.serviceAccountId);
    expect(lastEntry()?.detail).toContain(`${other.serviceAccountId} is recorded for ${LINK.serviceAccountId} too.`);
    // Beside what is shared, waits or is damaged, a unit of one's own is nothing to tell of.
    const before = await readdir(storeFolder);
    const damaged = { ...LINK, serviceAccountId: "ser_6" };
    await store.locked(damaged, (record) => record.write(newLink(damaged)));
    const file = (await readdir(storeFolder)).find((each) => !before.includes(each));
    await writeFile(path.join(storeFolder, file ?? ""), "{");
    const waiting = { ...LINK, serviceAccountId: "ser_7" };
    await store.locked(waiting, (record) => record.write(newLink(waiting)));
    cronofy.script = () => ({ ...TOKENS, body: { ...TOKENS.body, sub: "org_2" } });
    const third = { ...LINK, serviceAccountId: "ser_8" };
    expect(await comeBack({ code: `${CODE}-3`, state: await signState(third) })).toMatchObject({ status: 200 });
    expect(lastEntry()?.detail).toBeNull();
  });

  describe("on every answer", () => {
    const paths = [
      "/callback",
      "/callback?error=access_denied",
      "/healthz",
      "/readyz",
      "/invitations/abc",
      "/",
      "/elsewhere?code=abc",
    ];

    it.each(paths)("sends headers that keep the address of %s to itself", async (path) => {
      const { headers } = await fetch(service.url + path);
      expect(Object.fromEntries(headers)).toMatchObject({
        "cache-control": "no-store",
        "content-security-policy": expect.stringMatching(
          /^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
        ) as string,
        "cross-origin-opener-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "x-robots-tag": "noindex",
      });
    });

    it("shows nothing of what comes with no state of ours, neither raw nor escaped", async () => {
      const markup = `"><script>alert(1)</script>`;
      for (const error of [markup, "server_error"]) {
        const { page } = await comeBack({ error, error_description: markup, state: markup });
        expect(page).not.toContain("alert(1)");
      }
    });

    it("escapes the names that a state brings", async () => {
      const state = await signState({ serviceAccountId: "<b>&" });
      const { page } = await comeBack({ error: "access_denied", state });
      expect(page).toContain("&lt;b&gt;&amp;");
      expect(page).not.toContain("<b>");
    });

    it("has the same reference on the page and in the log", async () => {
      const { page } = await approve();
      expect(lastEntry()?.reference).toMatch(/^[0-9a-f]{8}$/);
      expect(page).toContain(lastEntry()?.reference);
    });

    it("keeps every secret out of pages and log", async () => {
      const state = await signState();
      const scripts = [
        () => TOKENS,
        () => ({ status: 401 }),
        () => ({ status: 500, body: TOKENS.body }),
        () => "hang up" as const,
      ];
      const texts: string[] = [];
      for (const [attempt, script] of scripts.entries()) {
        cronofy.script = script;
        texts.push((await comeBack({ code: `${CODE}-${attempt}`, state })).page);
      }
      await fetch(`${service.url}/elsewhere?code=${CODE}&state=${state}`).then(async (it) =>
        texts.push(await it.text()),
      );
      texts.push(...log.map(accessLogLine));
      expect(log).toHaveLength(scripts.length + 1);
      for (const secret of [CODE, state, CLIENT_SECRET, LINK_SECRET, "access-token", "refresh-token"]) {
        expect(texts.join("\n")).not.toContain(secret);
      }
    });
  });

  it("is healthy", async () => {
    const response = await fetch(`${service.url}/healthz`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: "ok" });
  });

  it("is ready as long as the store can be written", async () => {
    expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
    expect(await readdir(storeFolder)).toEqual([]);
    await rm(storeFolder, { recursive: true });
    await writeFile(storeFolder, "a file in the place of the folder");
    const response = await fetch(`${service.url}/readyz`);
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ status: "store unavailable" });
    expect(lastEntry()).toMatchObject({
      outcome: "store-unavailable",
      detail: expect.stringContaining(storeFolder) as string,
    });
    expect((await fetch(`${service.url}/healthz`)).status).toBe(200);
    expect(lastEntry()).toMatchObject({ outcome: null, reference: null, link: null, detail: null });
  });

  it("is not ready where the store can be locked and has no space", async () => {
    const reserve = () => Promise.reject(new LinkStoreError("not-writable", "disk", "The disk is full."));
    jest.spyOn(store, "locked").mockImplementation((_, work) => work({ reserve } as never));
    expect((await fetch(`${service.url}/readyz`)).status).toBe(503);
    expect(lastEntry()?.detail).toBe("The disk is full.");
  });

  it("is not ready where the store keeps it waiting, which it asks once for all who ask it", async () => {
    jest.useFakeTimers({ doNotFake: ["setImmediate", "nextTick", "queueMicrotask", "setInterval", "Date"] });
    try {
      const locked = jest.spyOn(store, "locked").mockReturnValue(new Promise(() => undefined));
      const ask = async () => (await fetch(`${service.url}/readyz`)).status;
      for (const times of [1, 2]) {
        const answers = Promise.all([ask(), ask()]);
        while (log.length < 2 * times) {
          await new Promise(setImmediate);
          if (locked.mock.calls.length === times) await jest.advanceTimersByTimeAsync(3_000);
        }
        expect(await answers).toEqual([503, 503]);
        expect(locked).toHaveBeenCalledTimes(times);
      }
      // Each in a name of its own, so that no instance waits for another's.
      expect(new Set(locked.mock.calls.map(([{ serviceAccountId }]) => serviceAccountId)).size).toBe(2);
      expect(lastEntry()?.detail).toBe("The store does not answer within 3 seconds.");
    } finally {
      jest.useRealTimers();
    }
  });

  describe("compares what another side shows with what it has", () => {
    const own = () => ({
      linkSecret: new Secret(LINK_SECRET),
      store,
      client: { dataCenter: LINK.dataCenter, clientId: LINK.clientId },
    });

    async function readyz(shown?: string): Promise<Record<string, unknown>> {
      const headers = shown === undefined ? {} : { [FINGERPRINT_HEADER]: shown };
      return (await (await fetch(`${service.url}/readyz`, { headers })).json()) as Record<string, unknown>;
    }

    it.each<[string, Partial<ComparedSide>, Sameness]>([
      ["nothing", {}, { link_secret: true, store: true, data_center: true, client_id: true }],
      ["the link secret alone", { linkSecret: new Secret(`${LINK_SECRET}x`) }, { link_secret: false }],
      [
        "the store",
        { store: { description: "the folder /elsewhere" } },
        { link_secret: true, store: false, data_center: true, client_id: true },
      ],
      [
        "the application",
        { client: { dataCenter: "us", clientId: "client-2" } },
        { link_secret: true, store: true, data_center: false, client_id: false },
      ],
    ])("where %s differs", async (_, change, same) => {
      expect(await readyz(fingerprintsOf({ ...own(), ...change }))).toEqual({ status: "ready", same });
    });

    it("also while the store does not answer", async () => {
      await writeFile(storeFolder, "a file in the place of the folder");
      const same = { link_secret: true, store: true, data_center: true, client_id: true };
      expect(await readyz(fingerprintsOf(own()))).toEqual({ status: "store unavailable", same });
    });

    it("and tells nothing to who shows nothing, or nonsense", async () => {
      const shows = fingerprintsOf(own());
      for (const shown of [undefined, "", "x", shows.slice(1), `x${shows}`, `${shows}.x`]) {
        expect(await readyz(shown)).toEqual({ status: "ready" });
      }
    });
  });

  it("leaves the code alone where a program looks into the link", async () => {
    const response = await comeBack({ code: CODE, state: await signState() }, "HEAD");
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("GET");
    expect(cronofy.redemptions).toEqual([]);
  });

  it("says that there is nothing where there is nothing", async () => {
    const response = await fetch(`${service.url}/elsewhere`);
    expect(response.status).toBe(404);
    expect(await response.text()).toContain("There is nothing here");
  });

  it("answers below the path of its public address", async () => {
    await service.close();
    service = await start("https://example.com/links/");
    expect(service.callbackUrl).toBe("https://example.com/links/callback");
    expect((await fetch(`${service.url}/links/healthz`)).status).toBe(200);
    expect((await fetch(`${service.url}/healthz`)).status).toBe(404);
    const query = new URLSearchParams({ code: CODE, state: await signState() });
    expect((await fetch(`${service.url}/links/callback?${query.toString()}`)).status).toBe(200);
  });

  it.each([
    ["https://example.com/für uns", "/f%C3%BCr%20uns"],
    ["https://example.com/f%c3%bcr%20uns/", "/f%C3%BCr%20uns"],
    ["https://example.com/a:b/*/{c}", "/a:b/*/{c}"],
    ["https://example.com/%7Eacme/100%25", "/~acme/100%25"],
  ])("answers below %s, however its path is written", async (publicUrl, path) => {
    await service.close();
    service = await start(publicUrl);
    const page = (suffix: string) => fetch(`${service.url}${path}${suffix}`);
    expect((await page("/healthz")).status).toBe(200);
    expect(await (await page("/invitations/x")).text()).toContain("This invitation could not be verified");
    const { pathname } = new URL(service.callbackUrl);
    const query = new URLSearchParams({ code: CODE, state: await signState() });
    expect((await fetch(`${service.url}${pathname}?${query.toString()}`)).status).toBe(200);
    expect((await fetch(`${service.url}${path}x/healthz`)).status).toBe(404);
  });

  it("names the port that it cannot have", async () => {
    const { port } = new URL(service.url);
    await expect(
      startLinkService({
        client: new CronofyClient({ ...LINK, clientSecret: new Secret(CLIENT_SECRET) }),
        store,
        linkSecret: new Secret(LINK_SECRET),
        port: Number(port),
      }),
    ).rejects.toThrow(`cannot listen on port ${port} of 127.0.0.1: it is taken`);
  });
});

/** What stands at the foot of a page. */
function factsOn(page: string): unknown[] {
  return [...page.matchAll(/<dt>(.*)<\/dt>\s*<dd>(.*)<\/dd>/g)].map(([, name, value]) => [name, value]);
}

function b64(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
