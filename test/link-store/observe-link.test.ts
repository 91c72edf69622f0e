import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { inspect } from "node:util";
import { FileLinkStore, lookAtLink, observeLink } from "../../src/link-store";
import type { GrantedAccess, LinkRecord } from "../../src/link-store";
import { CronofyClient, Secret } from "../../src/cronofy";
import { breakOff, json, raw, startScriptedServer } from "../cronofy/scripted-server";
import type { Answer, ScriptedServer } from "../cronofy/scripted-server";
import { ACCESS_TOKEN, KEY, NOW, REFRESH_TOKEN, authorizedRecord, invitedLink, revealed, write } from "./records";

const TOKEN = "/oauth/token";
const USER_INFO = "/v1/userinfo";
const CLIENT_SECRET = "client-secret-f00d";

const EXPIRED = authorizedRecord({ accessTokenExpiresAt: "2026-03-01T10:00:59.000Z" });
const LINKED = {
  kind: "linked",
  authorization: {
    organizationalUnitId: "ou_1",
    scope: "organizational_unit_use_integrations",
    linkedAt: "2026-02-01T09:00:00.000Z",
    conferencingProviderName: "zoom_enterprise",
  },
};
const ROTATED = json(200, {
  access_token: "rotated-access",
  refresh_token: "rotated-refresh",
  expires_in: 3600,
  scope: "organizational_unit_use_integrations",
});
const UNIT = json(200, { sub: "ou_1" });

let folder: string;
let store: FileLinkStore;
let server: ScriptedServer;
let client: CronofyClient;

beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), "authorizations-"));
  store = new FileLinkStore(folder);
  server = await startScriptedServer();
  client = new CronofyClient({
    dataCenter: KEY.dataCenter,
    clientId: KEY.clientId,
    clientSecret: new Secret(CLIENT_SECRET),
    apiUrl: server.url,
    requestTimeout: 2_000,
    delay: () => Promise.resolve(),
  });
  server.script(USER_INFO, UNIT);
  server.script(TOKEN, ROTATED);
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What was asked, in order: paths, or the access token of a question for the user info. */
function asked(): string[] {
  return server.requests.map(({ path, headers }) => headers.authorization?.replace("Bearer ", "") ?? path);
}

describe("observeLink", () => {
  const observe = (signal?: AbortSignal) =>
    observeLink(store, client, KEY, { now: () => NOW, ...(signal !== undefined && { signal }) });

  it("asks nothing where nothing is recorded", async () => {
    expect(await observe()).toEqual({ kind: "not-recorded" });
    expect(asked()).toEqual([]);
  });

  it.each([
    ["nobody has authorized", invitedLink(), { kind: "awaited" }],
    [
      "a code is under way",
      invitedLink({ redeemingSince: NOW.toISOString() }),
      { kind: "awaited", link: { redeemingSince: NOW.toISOString() } },
    ],
    [
      "the link was ended",
      invitedLink({ awaited: null, ended: { at: NOW.toISOString(), by: "forget" } }),
      { kind: "ended", link: { ended: { by: "forget" } } },
    ],
  ])("asks nothing where %s, and tells what is recorded", async (_what, recorded, evidence) => {
    await write(store, recorded);
    expect(await observe()).toMatchObject(evidence);
    expect(asked()).toEqual([]);
  });

  it.each<[string, LinkRecord | null, object]>([
    ["nothing is recorded", null, { kind: "not-recorded" }],
    ["nobody has authorized", invitedLink(), { kind: "awaited", link: { lifeId: "life-1" } }],
    ["there is an authorization", authorizedRecord(), { ...LINKED, link: { lifeId: "life-1" } }],
    ["it was refused", authorizedRecord({ refusedAt: NOW.toISOString() }), { kind: "refused" }],
  ])("is not needed by who looks without a credential, where %s", async (_what, recorded, evidence) => {
    if (recorded !== null) await write(store, recorded);
    expect(await lookAtLink(store, KEY)).toMatchObject(evidence);
    expect(asked()).toEqual([]);
  });

  it("is not needed to see that a record is damaged, or that the store is broken", async () => {
    await write(store, authorizedRecord());
    writeFileSync(path.join(folder, readdirSync(folder)[0] ?? ""), "{");
    expect(await lookAtLink(store, KEY)).toMatchObject({
      kind: "unavailable",
      reason: expect.stringContaining("is damaged") as string,
      cause: { code: "corrupt" },
    });
    const failure = new TypeError("a mistake of ours");
    jest.spyOn(store, "look").mockRejectedValueOnce(failure);
    await expect(lookAtLink(store, KEY)).rejects.toBe(failure);
  });

  it("asks once while the access token is fresh", async () => {
    await write(store, authorizedRecord());
    expect(await observe()).toMatchObject(LINKED);
    expect(asked()).toEqual([ACCESS_TOKEN]);
    expect(revealed(await store.read(KEY))).toEqual(revealed(authorizedRecord()));
  });

  it("learns the unit's id where it was not known", async () => {
    await write(store, authorizedRecord({ organizationalUnitId: null }));
    expect(await observe()).toMatchObject(LINKED);
  });

  it.each([
    ["expired", EXPIRED],
    ["is missing", authorizedRecord({ accessToken: null })],
    ["has no end that is known", authorizedRecord({ accessTokenExpiresAt: null })],
  ])("refreshes where the access token %s, and records the new tokens before it uses them", async (_what, recorded) => {
    await write(store, recorded);
    let recordedWhenUsed: Promise<unknown> = Promise.resolve();
    server.script(USER_INFO, (response, request) => {
      recordedWhenUsed = store.read(KEY).then(revealed);
      UNIT(response, request);
    });
    expect(await observe()).toMatchObject(LINKED);
    expect(asked()).toEqual([TOKEN, "rotated-access"]);
    expect(server.requests[0]?.body).toMatchObject({ refresh_token: REFRESH_TOKEN });
    expect(await recordedWhenUsed).toEqual({
      ...revealed(authorizedRecord({ confirmedAt: NOW.toISOString() })),
      tokens: { refreshToken: "rotated-refresh", accessToken: "rotated-access" },
    });
  });

  it("keeps the scope that was granted where a refresh names none", async () => {
    await write(store, EXPIRED);
    server.script(
      TOKEN,
      json(200, { access_token: "rotated-access", refresh_token: "rotated-refresh", expires_in: 3600 }),
    );
    expect(await observe()).toMatchObject(LINKED);
  });

  it("refreshes once where the recorded access token is refused", async () => {
    await write(store, authorizedRecord());
    server.script(USER_INFO, raw(401, ""), UNIT);
    expect(await observe()).toMatchObject(LINKED);
    expect(asked()).toEqual([ACCESS_TOKEN, TOKEN, "rotated-access"]);
  });

  it.each<[string, () => void]>([
    ["a fresh access token", () => server.script(USER_INFO, raw(401, ""))],
    ["the refresh token", () => server.script(TOKEN, json(400, { error: "invalid_grant" }))],
  ])("finds the link refused where Cronofy refuses %s, and stays with that", async (_what, refuse) => {
    await write(store, EXPIRED);
    refuse();
    const refused = {
      kind: "refused",
      link: { authorization: { refusedAt: NOW.toISOString() } },
      reason: `Cronofy no longer accepts the authorization of ${KEY.serviceAccountId}'s Organizational Unit.`,
    };
    expect(await observe()).toMatchObject(refused);
    const kept = await store.read(KEY);
    expect(kept?.authorization?.refusedAt).toBe(NOW.toISOString());
    expect(kept?.tokens?.refreshToken.reveal()).toMatch(/^(refresh-token-cafe|rotated-refresh)$/);

    const before = server.requests.length;
    const later = await observeLink(store, client, KEY, { now: () => new Date("2026-04-01T00:00:00Z") });
    expect(later).toMatchObject(refused);
    expect(server.requests).toHaveLength(before);
  });

  it("uses the tokens that another process fetched in the meantime", async () => {
    await write(store, authorizedRecord());
    const theirs = authorizedRecord({
      accessToken: new Secret("their-access"),
      refreshToken: new Secret("their-refresh"),
    });
    server.script(USER_INFO, (response) => void write(store, theirs).then(() => response.writeHead(401).end()), UNIT);
    expect(await observe()).toMatchObject(LINKED);
    expect(asked()).toEqual([ACCESS_TOKEN, "their-access"]);
  });

  it("uses the tokens that another process fetched while it held the lock", async () => {
    await write(store, EXPIRED);
    let observed: unknown;
    await store.locked(KEY, async (record) => {
      await new Promise<void>((isWaiting) => {
        const waiting = new FileLinkStore(folder, {
          delay: () => {
            isWaiting();
            return new Promise(setImmediate);
          },
        });
        observed = observeLink(waiting, client, KEY, { now: () => NOW });
      });
      await record.write(authorizedRecord({ accessToken: new Secret("their-access") }));
    });
    expect(await observed).toMatchObject(LINKED);
    expect(asked()).toEqual(["their-access"]);
  });

  it.each<[string, LinkRecord]>([
    ["at once", authorizedRecord()],
    ["after a refresh", EXPIRED],
  ])("has no evidence where Cronofy answers for somebody else's authorization, %s", async (_what, recorded) => {
    await write(store, recorded);
    server.script(USER_INFO, json(200, { sub: "acc_5b" }));
    const evidence = await observeLink(store, client, KEY, { now: () => NOW, maxAge: 3_600_000 });
    expect(evidence).toMatchObject({
      kind: "unavailable",
      reason:
        `The authorization that is kept for ${KEY.serviceAccountId} is not for its Organizational Unit: it is for a ` +
        "person's calendar account, acc_5b. Take it out with ou-link store forget, which revokes nothing, and have an " +
        "administrator authorize.",
    });
    expect((await store.read(KEY))?.authorization?.organizationalUnitId).toBe("ou_1");
  });

  it("takes the refusal that another process recorded in the meantime", async () => {
    await write(store, authorizedRecord());
    const theirs = authorizedRecord({ refusedAt: "2026-03-01T09:59:59.000Z" });
    server.script(USER_INFO, (response) => void write(store, theirs).then(() => response.writeHead(401).end()));
    expect(await observe()).toMatchObject({
      kind: "refused",
      link: { authorization: { refusedAt: "2026-03-01T09:59:59.000Z" } },
    });
    expect(asked()).toEqual([ACCESS_TOKEN]);
  });

  it.each<[string, string, Answer, string]>([
    ["the user info is limited", USER_INFO, raw(429, ""), "rate limit"],
    ["the user info is broken", USER_INFO, raw(500, ""), "(500)"],
    ["the user info is forbidden", USER_INFO, raw(403, ""), "(403)"],
    ["the user info is nonsense", USER_INFO, raw(200, "<html>"), "not a JSON object"],
    ["the connection breaks", USER_INFO, breakOff(), "connection failed"],
    ["a refresh is limited", TOKEN, raw(429, ""), "rate limit"],
    ["a refresh is broken", TOKEN, raw(503, ""), "(503)"],
    ["a refresh gives no tokens", TOKEN, json(200, {}), "lacks access_token"],
    [
      "our secret is wrong",
      TOKEN,
      json(400, { error: "invalid_client" }),
      "Cronofy does not accept the client secret of the application client-1 in the data center de, so its links cannot " +
        "be checked. Check the client id, the client secret and the data center.",
    ],
    ["our secret is unauthorized", TOKEN, raw(401, ""), "does not accept the client secret"],
    ["a refresh is otherwise refused", TOKEN, json(400, { error: "invalid_request" }), "invalid_request"],
  ])("has no evidence where %s, and changes nothing", async (_what, path, answer, reason) => {
    await write(store, path === TOKEN ? EXPIRED : authorizedRecord());
    const before = revealed(await store.read(KEY));
    server.script(path, answer);
    const evidence = await observe();
    expect(evidence).toMatchObject({ kind: "unavailable", reason: expect.stringContaining(reason) as string });
    expect(inspect(evidence, { depth: 10 })).not.toMatch(
      new RegExp([REFRESH_TOKEN, ACCESS_TOKEN, CLIENT_SECRET].join("|")),
    );
    expect(revealed(await store.read(KEY))).toEqual(before);
  });

  it("has no evidence where Cronofy cannot be reached", async () => {
    await write(store, authorizedRecord());
    await server.close();
    expect(await observe()).toMatchObject({ kind: "unavailable", cause: { sent: false } });
  });

  it("does not take another application's record of the same service account for its own", async () => {
    await write(store, authorizedRecord());
    const other = observeLink(store, client, { ...KEY, clientId: "client-2" }, { now: () => NOW });
    expect(await other).toEqual({ kind: "not-recorded" });
    expect(asked()).toEqual([]);
  });

  it("has no evidence where the store cannot tell: damaged, or locked", async () => {
    await write(store, EXPIRED);
    await store.locked(KEY, async () => {
      const impatient = new FileLinkStore(folder, { lockTimeout: 0 });
      const locked = observeLink(impatient, client, KEY, { now: () => NOW });
      expect(await locked).toMatchObject({ kind: "unavailable", cause: { code: "locked" } });
    });

    writeFileSync(path.join(folder, readdirSync(folder)[0] ?? ""), "{");
    expect(await observe()).toMatchObject({ kind: "unavailable", cause: { code: "corrupt" } });
    expect(asked()).toEqual([]);
  });

  it("throws the reason of an aborted signal, but records tokens that were already asked for", async () => {
    await write(store, EXPIRED);
    const reason = new Error("interrupted");
    const interrupted = new AbortController();
    server.script(TOKEN, (response, request) => {
      interrupted.abort(reason);
      ROTATED(response, request);
    });
    await expect(observe(interrupted.signal)).rejects.toBe(reason);
    expect((await store.read(KEY))?.tokens?.refreshToken.reveal()).toBe("rotated-refresh");
    expect(asked()).toEqual([TOKEN]);
  });
});

describe("observeLink with a source of access tokens", () => {
  const GRANTED: GrantedAccess = {
    accessToken: new Secret(ACCESS_TOKEN),
    linkedAt: "2026-02-01T09:00:00.000Z",
    scope: "organizational_unit_use_integrations",
    organizationalUnitId: "ou_1",
  };
  const unnamed = { ...GRANTED, organizationalUnitId: null };
  const authorization = { ...LINKED.authorization, conferencingProviderName: null };
  const unknown = { ...authorization, organizationalUnitId: null };
  const REFUSED = raw(401, "");

  it.each<[string, GrantedAccess | null, Answer, object]>([
    ["it has none", null, UNIT, { kind: "not-authorized" }],
    ["Cronofy answers for it", GRANTED, json(200, {}), { kind: "linked", authorization, link: null }],
    ["Cronofy names its unit", unnamed, UNIT, { kind: "linked", authorization, link: null }],
    ["nobody names its unit", unnamed, json(200, {}), { kind: "linked", authorization: unknown, link: null }],
    ["Cronofy refuses it", GRANTED, REFUSED, { kind: "refused", authorization, link: null }],
    ["Cronofy refuses it, and nobody names its unit", unnamed, REFUSED, { kind: "refused", authorization: unknown }],
    ["it is somebody else's", GRANTED, json(200, { sub: "acc_5b" }), { kind: "unavailable" }],
    ["Cronofy is broken", GRANTED, raw(500, ""), { kind: "unavailable" }],
  ])("tells of an authorization what can be known where %s", async (_what, granted, answer, evidence) => {
    server.script(USER_INFO, answer);
    const source = {
      description: "a source",
      accessToken: () => Promise.resolve(granted),
      close: () => Promise.resolve(),
    };
    expect(await observeLink(source, client, KEY, { now: () => NOW })).toMatchObject(evidence);
    expect(new Set(asked())).toEqual(new Set(granted === null ? [] : [ACCESS_TOKEN]));
  });
});

describe("observeLink with an age that is good enough", () => {
  const HOUR = 3_600_000;
  const observeAt = (now: Date, maxAge = HOUR) => observeLink(store, client, KEY, { now: () => now, maxAge });
  const later = (milliseconds: number) => new Date(NOW.getTime() + milliseconds);

  it("asks once for as long, and tells the same all the time", async () => {
    await write(
      store,
      authorizedRecord({ organizationalUnitId: null, accessTokenExpiresAt: "2026-03-02T00:00:00.000Z" }),
    );
    expect(await observeAt(NOW)).toMatchObject(LINKED);
    expect(await observeAt(NOW)).toMatchObject(LINKED);
    expect(await observeAt(later(HOUR - 1))).toMatchObject(LINKED);
    expect(asked()).toEqual([ACCESS_TOKEN]);
    expect(await observeAt(later(HOUR))).toMatchObject(LINKED);
    expect(asked()).toEqual([ACCESS_TOKEN, ACCESS_TOKEN]);
  });

  it("counts from the answer that comes after a refresh too", async () => {
    await write(store, authorizedRecord({ ...EXPIRED.authorization, organizationalUnitId: null }));
    expect(await observeAt(NOW)).toMatchObject(LINKED);
    expect(await observeAt(later(1_000))).toMatchObject(LINKED);
    expect(asked()).toEqual([TOKEN, "rotated-access"]);
    expect(revealed(await store.read(KEY))).toMatchObject({
      authorization: { confirmedAt: NOW.toISOString(), organizationalUnitId: "ou_1" },
      tokens: { refreshToken: "rotated-refresh" },
    });
  });

  it("asks anew where the clock was moved back, or where nobody wants an old answer", async () => {
    await write(store, authorizedRecord({ confirmedAt: later(HOUR).toISOString() }));
    expect(await observeAt(NOW)).toMatchObject(LINKED);
    expect(await observeAt(NOW, 0)).toMatchObject(LINKED);
    expect(asked()).toEqual([ACCESS_TOKEN, ACCESS_TOKEN]);
  });

  it("never takes an old answer for a refused authorization", async () => {
    const refusedAt = NOW.toISOString();
    await write(store, authorizedRecord({ confirmedAt: refusedAt, refusedAt }));
    expect(await observeAt(NOW)).toMatchObject({ kind: "refused" });
  });

  it.each<[string, LinkRecord | null]>([
    ["another authorization", authorizedRecord({ linkedAt: NOW.toISOString() })],
    ["a refusal", authorizedRecord({ refusedAt: NOW.toISOString() })],
    ["a link that waits", invitedLink()],
    ["nothing", null],
  ])("does not keep the answer where meanwhile there is %s", async (_what, theirs) => {
    await write(store, authorizedRecord());
    server.script(USER_INFO, (response, request) => {
      if (theirs === null) rmSync(path.join(folder, readdirSync(folder)[0] ?? ""));
      void (theirs === null ? Promise.resolve() : write(store, theirs)).then(() => UNIT(response, request));
    });
    expect(await observeAt(NOW)).toMatchObject(LINKED);
    expect(revealed(await store.read(KEY))).toEqual(revealed(theirs));
  });

  it("is stopped by the signal while it waits to keep the answer", async () => {
    await write(store, authorizedRecord());
    const reason = new Error("interrupted");
    const interrupted = new AbortController();
    const waiting = new FileLinkStore(folder, { delay: () => Promise.resolve(interrupted.abort(reason)) });
    await store.locked(KEY, async () => {
      const options = { now: () => NOW, maxAge: HOUR, signal: interrupted.signal };
      await expect(observeLink(waiting, client, KEY, options)).rejects.toBe(reason);
    });
  });

  it("is content with the answer where it cannot be kept", async () => {
    await write(store, authorizedRecord());
    await store.locked(KEY, async () => {
      const impatient = new FileLinkStore(folder, { lockTimeout: 0 });
      expect(await observeLink(impatient, client, KEY, { now: () => NOW, maxAge: HOUR })).toMatchObject(LINKED);
    });
  });
});

describe("observeLink in several processes", () => {
  let children: ChildProcess[];

  beforeEach(() => (children = []));
  afterEach(() => children.forEach((child) => child.kill("SIGKILL")));

  function observeInChild(): ChildProcess {
    const script = path.join(__dirname, "observe-in-child.ts");
    const child = fork(script, [folder, server.url], { execArgv: ["--require", "tsx/cjs"] });
    children.push(child);
    return child;
  }

  /** What a child found. */
  function evidenceOf(child: ChildProcess): Promise<unknown> {
    return new Promise((resolve, reject) => {
      child.on("message", (message) => message !== "waiting" && resolve(message));
      child.on("exit", (code) => reject(new Error(`The child ended with ${code} and no evidence.`)));
    });
  }

  /** Scripts an answer that is never given, and tells when it is waited for. */
  function hangAt(path: string): Promise<void> {
    return new Promise((resolve) => server.script(path, () => resolve()));
  }

  async function kill(child: ChildProcess): Promise<void> {
    const exit = once(child, "exit");
    child.kill("SIGKILL");
    await exit;
  }

  it("refreshes once for two that need it at the same time", async () => {
    await write(store, EXPIRED);
    const both = [observeInChild(), observeInChild()];
    // The first refresh is answered when the second process is known to wait for the lock.
    const isWaitedFor = Promise.race(
      both.map((child) => new Promise((resolve) => child.on("message", (told) => told === "waiting" && resolve(told)))),
    );
    server.script(TOKEN, (response, request) => void isWaitedFor.then(() => ROTATED(response, request)));
    expect(await Promise.all(both.map(evidenceOf))).toMatchObject([LINKED, LINKED]);
    expect(asked()).toEqual([TOKEN, "rotated-access", "rotated-access"]);
  });

  it("leaves a record that works when killed between rotation and use", async () => {
    await write(store, EXPIRED);
    const isUsed = hangAt(USER_INFO);
    const child = observeInChild();
    await isUsed;
    await kill(child);

    server.script(USER_INFO, UNIT);
    expect(await observeLink(store, client, KEY, { now: () => NOW })).toMatchObject(LINKED);
    expect((await store.read(KEY))?.tokens?.refreshToken.reveal()).toBe("rotated-refresh");
    expect(asked()).toEqual([TOKEN, "rotated-access", "rotated-access"]);
  });

  it("leaves the old record and a lock that goes stale when killed before the answer to a refresh", async () => {
    await write(store, EXPIRED);
    const isAsked = hangAt(TOKEN);
    const child = observeInChild();
    await isAsked;
    await kill(child);
    expect(revealed(await store.read(KEY))).toEqual(revealed(EXPIRED));

    const lock = readdirSync(folder).find((name) => name.endsWith(".lock")) ?? "";
    const longAgo = Date.now() / 1_000 - 60;
    utimesSync(path.join(folder, lock), longAgo, longAgo);
    server.script(TOKEN, ROTATED);
    expect(await observeLink(store, client, KEY, { now: () => NOW })).toMatchObject(LINKED);
  });
});
