import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { inspect } from "node:util";
import { FileLinkStore, observeLink, redeemAuthorization, revokeAuthorization } from "../../src/link-store";
import type { LinkEvidence } from "../../src/link-store";
import { CronofyClient, OAuthError, Secret } from "../../src/cronofy";
import { breakOff, hang, json, raw, startScriptedServer } from "../cronofy/scripted-server";
import type { Answer, ScriptedServer } from "../cronofy/scripted-server";
import { ACCESS_TOKEN, KEY, NOW, REFRESH_TOKEN, authorization, revealed, write } from "./records";

const TOKEN = "/oauth/token";
const REVOKE = "/oauth/token/revoke";
const USER_INFO = "/v1/userinfo";
const CLIENT_SECRET = "client-secret-f00d";

const EXPIRED = authorization({ accessTokenExpiresAt: "2026-03-01T10:00:59.000Z" });
const LINKED: LinkEvidence = {
  kind: "linked",
  organizationalUnitId: "ou_1",
  scope: "organizational_unit_use_integrations",
  linkedAt: "2026-02-01T09:00:00.000Z",
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
  server.script(REVOKE, raw(200, ""));
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

  it("asks once while the access token is fresh", async () => {
    await write(store, authorization());
    expect(await observe()).toEqual(LINKED);
    expect(asked()).toEqual([ACCESS_TOKEN]);
    expect(revealed(await store.read(KEY))).toEqual(revealed(authorization()));
  });

  it("learns the unit's id where it was not known", async () => {
    await write(store, authorization({ organizationalUnitId: null }));
    expect(await observe()).toEqual(LINKED);
  });

  it.each([
    ["expired", EXPIRED],
    ["is missing", authorization({ accessToken: null, accessTokenExpiresAt: null })],
  ])("refreshes where the access token %s, and records the new tokens before it uses them", async (_what, recorded) => {
    await write(store, recorded);
    let recordedWhenUsed: Promise<unknown> = Promise.resolve();
    server.script(USER_INFO, (response, request) => {
      recordedWhenUsed = store.read(KEY).then(revealed);
      UNIT(response, request);
    });
    expect(await observe()).toEqual(LINKED);
    expect(asked()).toEqual([TOKEN, "rotated-access"]);
    expect(server.requests[0]?.body).toMatchObject({ refresh_token: REFRESH_TOKEN });
    expect(await recordedWhenUsed).toEqual({
      ...revealed(authorization()),
      refreshToken: "rotated-refresh",
      accessToken: "rotated-access",
      accessTokenExpiresAt: "2026-03-01T11:00:00.000Z",
    });
  });

  it("refreshes once where the recorded access token is refused", async () => {
    await write(store, authorization());
    server.script(USER_INFO, raw(401, ""), UNIT);
    expect(await observe()).toEqual(LINKED);
    expect(asked()).toEqual([ACCESS_TOKEN, TOKEN, "rotated-access"]);
  });

  it.each<[string, () => void]>([
    ["a fresh access token", () => server.script(USER_INFO, raw(401, ""))],
    ["the refresh token", () => server.script(TOKEN, json(400, { error: "invalid_grant" }))],
  ])("finds the link refused where Cronofy refuses %s, and stays with that", async (_what, refuse) => {
    await write(store, EXPIRED);
    refuse();
    const refused = { kind: "refused", refusedAt: NOW.toISOString(), reason: expect.any(String) as string };
    expect(await observe()).toEqual(refused);
    const kept = await store.read(KEY);
    expect(kept?.refusedAt).toBe(NOW.toISOString());
    expect(kept?.refreshToken.reveal()).toMatch(/^(refresh-token-cafe|rotated-refresh)$/);

    const before = server.requests.length;
    const later = await observeLink(store, client, KEY, { now: () => new Date("2026-04-01T00:00:00Z") });
    expect(later).toEqual(refused);
    expect(server.requests).toHaveLength(before);
  });

  it("uses the tokens that another process fetched in the meantime", async () => {
    await write(store, authorization());
    const theirs = authorization({
      accessToken: new Secret("their-access"),
      refreshToken: new Secret("their-refresh"),
    });
    server.script(USER_INFO, (response) => void write(store, theirs).then(() => response.writeHead(401).end()), UNIT);
    expect(await observe()).toEqual(LINKED);
    expect(asked()).toEqual([ACCESS_TOKEN, "their-access"]);
  });

  it("takes the refusal that another process recorded in the meantime", async () => {
    await write(store, authorization());
    const theirs = authorization({ refusedAt: "2026-03-01T09:59:59.000Z" });
    server.script(USER_INFO, (response) => void write(store, theirs).then(() => response.writeHead(401).end()));
    expect(await observe()).toMatchObject({ kind: "refused", refusedAt: "2026-03-01T09:59:59.000Z" });
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
    ["our secret is wrong", TOKEN, json(400, { error: "invalid_client" }), "does not accept the client secret"],
    ["our secret is unauthorized", TOKEN, raw(401, ""), "does not accept the client secret"],
    ["a refresh is otherwise refused", TOKEN, json(400, { error: "invalid_request" }), "invalid_request"],
  ])("has no evidence where %s, and changes nothing", async (_what, path, answer, reason) => {
    await write(store, path === TOKEN ? EXPIRED : authorization());
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
    await write(store, authorization());
    await server.close();
    expect(await observe()).toMatchObject({ kind: "unavailable", cause: { sent: false } });
  });

  it("does not take another application's record of the same service account for its own", async () => {
    await write(store, authorization());
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
    expect((await store.read(KEY))?.refreshToken.reveal()).toBe("rotated-refresh");
    expect(asked()).toEqual([TOKEN]);
  });
});

describe("observeLink with an age that is good enough", () => {
  const HOUR = 3_600_000;
  const observeAt = (now: Date, maxAge = HOUR) => observeLink(store, client, KEY, { now: () => now, maxAge });
  const later = (milliseconds: number) => new Date(NOW.getTime() + milliseconds);

  it("asks once for as long, and tells the same all the time", async () => {
    await write(store, authorization({ organizationalUnitId: null, accessTokenExpiresAt: "2026-03-02T00:00:00.000Z" }));
    expect(await observeAt(NOW)).toEqual(LINKED);
    expect(await observeAt(later(HOUR - 1))).toEqual(LINKED);
    expect(asked()).toEqual([ACCESS_TOKEN]);
    expect(await observeAt(later(HOUR))).toEqual(LINKED);
    expect(asked()).toEqual([ACCESS_TOKEN, ACCESS_TOKEN]);
  });

  it("counts from the answer that comes after a refresh too", async () => {
    await write(store, EXPIRED);
    expect(await observeAt(NOW)).toEqual(LINKED);
    expect(await observeAt(later(1_000))).toEqual(LINKED);
    expect(asked()).toEqual([TOKEN, "rotated-access"]);
    expect(revealed(await store.read(KEY))).toMatchObject({
      refreshToken: "rotated-refresh",
      confirmedAt: NOW.toISOString(),
    });
  });

  it("asks anew where the clock was moved back, or where nobody wants an old answer", async () => {
    await write(store, authorization({ confirmedAt: later(HOUR).toISOString() }));
    expect(await observeAt(NOW)).toEqual(LINKED);
    expect(await observeAt(NOW, 0)).toEqual(LINKED);
    expect(asked()).toEqual([ACCESS_TOKEN, ACCESS_TOKEN]);
  });

  it("never takes an old answer for a refused authorization", async () => {
    const refusedAt = NOW.toISOString();
    await write(store, authorization({ confirmedAt: refusedAt, refusedAt }));
    expect(await observeAt(NOW)).toMatchObject({ kind: "refused" });
  });

  it("is content with the answer where it cannot be kept", async () => {
    await write(store, authorization());
    await store.locked(KEY, async () => {
      const impatient = new FileLinkStore(folder, { lockTimeout: 0 });
      expect(await observeLink(impatient, client, KEY, { now: () => NOW, maxAge: HOUR })).toEqual(LINKED);
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
    expect(await Promise.all(both.map(evidenceOf))).toEqual([LINKED, LINKED]);
    expect(asked()).toEqual([TOKEN, "rotated-access", "rotated-access"]);
  });

  it("leaves a record that works when killed between rotation and use", async () => {
    await write(store, EXPIRED);
    const isUsed = hangAt(USER_INFO);
    const child = observeInChild();
    await isUsed;
    await kill(child);

    server.script(USER_INFO, UNIT);
    expect(await observeLink(store, client, KEY, { now: () => NOW })).toEqual(LINKED);
    expect((await store.read(KEY))?.refreshToken.reveal()).toBe("rotated-refresh");
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
    expect(await observeLink(store, client, KEY, { now: () => NOW })).toEqual(LINKED);
  });
});

describe("redeemAuthorization", () => {
  const GRANTED = { access_token: "access", refresh_token: "refresh", expires_in: 1800, scope: "granted" };
  const redirectUri = "https://example.com/callback";
  const redeem = (signal?: AbortSignal) =>
    redeemAuthorization(store, client, KEY, {
      code: new Secret("c0de"),
      redirectUri,
      now: () => NOW,
      ...(signal !== undefined && { signal }),
    });
  const expected = {
    ...KEY,
    organizationalUnitId: "ou_2",
    scope: "granted",
    redirectUri,
    linkedAt: NOW.toISOString(),
    refreshToken: "refresh",
    accessToken: "access",
    accessTokenExpiresAt: "2026-03-01T10:30:00.000Z",
    confirmedAt: null,
    refusedAt: null,
  };

  it("records what the code is worth, in the place of an authorization that was refused", async () => {
    await write(store, authorization({ refusedAt: "2026-02-20T00:00:00.000Z" }));
    server.script(TOKEN, json(200, { ...GRANTED, sub: "ou_2" }));
    expect(revealed(await redeem())).toEqual(expected);
    expect(revealed(await store.read(KEY))).toEqual(expected);
    expect(asked()).toEqual([TOKEN]);
    expect(server.requests[0]?.body).toMatchObject({ code: "c0de", redirect_uri: redirectUri });
  });

  it("asks for the unit's id where the tokens come without it", async () => {
    server.script(TOKEN, json(200, GRANTED));
    server.script(USER_INFO, json(200, { sub: "ou_2" }));
    expect(revealed(await redeem())).toEqual(expected);
    expect(revealed(await store.read(KEY))).toEqual(expected);
  });

  it.each([
    ["fails", raw(403, "")],
    ["does not tell", json(200, {})],
  ])("does without the unit's id where the user info %s", async (_what, answer) => {
    server.script(TOKEN, json(200, GRANTED));
    server.script(USER_INFO, answer);
    const without = { ...expected, organizationalUnitId: null };
    expect(revealed(await redeem())).toEqual(without);
    expect(revealed(await store.read(KEY))).toEqual(without);
  });

  it("is done when the signal is aborted after the code was spent", async () => {
    const interrupted = new AbortController();
    server.script(TOKEN, json(200, GRANTED));
    server.script(USER_INFO, () => interrupted.abort(new Error("interrupted")));
    expect(revealed(await redeem(interrupted.signal))).toEqual({ ...expected, organizationalUnitId: null });
  });

  it("sends a code once, and keeps the earlier record where it is refused", async () => {
    await write(store, authorization());
    for (const answer of [json(400, { error: "invalid_grant" }), raw(500, ""), breakOff()]) {
      server.script(TOKEN, answer);
      const before = server.requests.length;
      await expect(redeem()).rejects.toMatchObject({ operation: "redeem the code" });
      expect(server.requests).toHaveLength(before + 1);
    }
    server.script(TOKEN, json(400, { error: "invalid_grant" }));
    await expect(redeem()).rejects.toThrow(OAuthError);
    expect(revealed(await store.read(KEY))).toEqual(revealed(authorization()));
  });

  it("does not spend the code where the record cannot be replaced", async () => {
    await write(store, authorization());
    writeFileSync(path.join(folder, readdirSync(folder)[0] ?? ""), "{");
    await expect(redeem()).rejects.toMatchObject({ code: "corrupt" });
    const below = new FileLinkStore(path.join(folder, readdirSync(folder)[0] ?? ""));
    const options = { code: new Secret("c0de"), redirectUri, now: () => NOW };
    await expect(redeemAuthorization(below, client, KEY, options)).rejects.toMatchObject({ code: "not-writable" });
    expect(asked()).toEqual([]);
  });
});

describe("revokeAuthorization", () => {
  it("revokes by the refresh token, then forgets", async () => {
    await write(store, authorization());
    expect(await revokeAuthorization(store, client, KEY)).toBe("revoked");
    expect(server.requests.map(({ body }) => body)).toEqual([
      { client_id: KEY.clientId, client_secret: CLIENT_SECRET, token: REFRESH_TOKEN },
    ]);
    expect(await store.read(KEY)).toBeNull();
    expect(await revokeAuthorization(store, client, KEY)).toBe("not-recorded");
    expect(server.requests).toHaveLength(1);
  });

  it("keeps the record where the revocation fails", async () => {
    await write(store, authorization());
    server.script(REVOKE, raw(500, ""));
    await expect(revokeAuthorization(store, client, KEY)).rejects.toMatchObject({ status: 500 });
    expect(await store.read(KEY)).not.toBeNull();
  });

  it("is stopped by the signal, and keeps the record", async () => {
    await write(store, authorization());
    const reason = new Error("interrupted");
    const interrupted = new AbortController();
    server.script(REVOKE, (response, request) => {
      interrupted.abort(reason);
      hang()(response, request);
    });
    await expect(revokeAuthorization(store, client, KEY, interrupted.signal)).rejects.toBe(reason);
    expect(await store.read(KEY)).not.toBeNull();
  });
});
