import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import {
  CodeSpentError,
  FileLinkStore,
  LinkEndedError,
  redeemCode,
  stateOf,
  unfinishedSince,
} from "../../src/link-store";
import type { LinkFacts } from "../../src/link-store";
import { CronofyClient, LINK_SCOPE, OAuthError, Secret } from "../../src/cronofy";
import { behindProxy } from "../cronofy/recording-proxy";
import { breakOff, json, raw, startScriptedServer } from "../cronofy/scripted-server";
import type { ScriptedServer } from "../cronofy/scripted-server";
import { DECLARATION, KEY, NOW, authorizedRecord, invitedLink, revealed, write } from "./records";

const TOKEN = "/oauth/token";
const USER_INFO = "/v1/userinfo";
const GRANTED = { access_token: "access", refresh_token: "refresh", expires_in: 1800, scope: LINK_SCOPE };
const redirectUri = "https://example.com/callback";

let folder: string;
let store: FileLinkStore;
let server: ScriptedServer;
let client: CronofyClient;

beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), "links-"));
  store = new FileLinkStore(folder);
  server = await startScriptedServer();
  client = new CronofyClient({
    dataCenter: KEY.dataCenter,
    clientId: KEY.clientId,
    clientSecret: new Secret("client-secret-f00d"),
    apiUrl: server.url,
    requestTimeout: 2_000,
    delay: () => Promise.resolve(),
  });
  server.script(USER_INFO, json(200, { sub: "ou_1" }));
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const asked = () => server.requests.map(({ path: asked }) => asked);

const redeem = (signal?: AbortSignal, code = "c0de") =>
  redeemCode(store, client, KEY, {
    code: new Secret(code),
    redirectUri,
    conferencingProviderName: "ms_teams",
    now: () => NOW,
    ...(signal !== undefined && { signal }),
  });

/** Of a code, as records have it. */
function fingerprint(code: string): string {
  return createHash("sha256").update(code).digest("base64url").slice(0, 16);
}

/** What is recorded afterwards of a link that was declared before. */
const expected = {
  ...KEY,
  lifeId: "life-1",
  declaration: DECLARATION,
  awaited: null,
  redeemingSince: null,
  sentCode: fingerprint("c0de"),
  authorization: {
    organizationalUnitId: "ou_2" as string | null,
    scope: LINK_SCOPE,
    redirectUri,
    linkedAt: NOW.toISOString(),
    conferencingProviderName: "ms_teams",
    declarationId: DECLARATION.id,
    accessTokenExpiresAt: "2026-03-01T10:30:00.000Z",
    confirmedAt: null,
    refusedAt: null,
  },
  ended: null,
  tokens: { refreshToken: "refresh", accessToken: "access" },
};
const unnamed = { ...expected, authorization: { ...expected.authorization, organizationalUnitId: null } };

describe("redeemCode", () => {
  it.each([
    ["that was refused", authorizedRecord({ refusedAt: "2026-02-20T00:00:00.000Z" })],
    [
      "that works, and was asked anew",
      authorizedRecord({ awaited: { since: NOW.toISOString(), conferencingProviderName: "ms_teams" } }),
    ],
    ["that nobody had made yet", invitedLink()],
    ["of which a redemption was never finished", invitedLink({ redeemingSince: "2026-02-20T00:00:00.000Z" })],
  ])("records what the code is worth, in the place of an authorization %s", async (_what, before) => {
    await write(store, before);
    server.script(TOKEN, json(200, { ...GRANTED, sub: "ou_2" }));
    expect(revealed(await redeem())).toEqual(expected);
    expect(revealed(await store.read(KEY))).toEqual(expected);
    expect(asked()).toEqual([TOKEN]);
    expect(server.requests[0]?.body).toMatchObject({ code: "c0de", redirect_uri: redirectUri });
  });

  it("begins a link's life where nobody has declared it", async () => {
    server.script(TOKEN, json(200, { ...GRANTED, sub: "ou_2" }));
    const link = await redeem();
    expect(link).toMatchObject({ declaration: null, awaited: null, authorization: { declarationId: null } });
    expect(link.lifeId).not.toBe("");
    expect(revealed(await store.read(KEY))).toEqual(revealed(link));
  });

  it("records that a code is under way before it is sent", async () => {
    await write(store, invitedLink());
    let recordedWhenSent: Promise<LinkFacts | null> = Promise.resolve(null);
    server.script(TOKEN, (response, request) => {
      recordedWhenSent = store.look(KEY);
      void recordedWhenSent.then(() => json(200, GRANTED)(response, request));
    });
    await redeem();
    expect(await recordedWhenSent).toMatchObject({ redeemingSince: NOW.toISOString(), declaration: DECLARATION });
  });

  it("asks for the unit's id where the tokens come without it", async () => {
    await write(store, invitedLink());
    server.script(TOKEN, json(200, GRANTED));
    server.script(USER_INFO, json(200, { sub: "ou_2" }));
    expect(revealed(await redeem())).toEqual(expected);
    expect(revealed(await store.read(KEY))).toEqual(expected);
  });

  it.each([
    ["fails", raw(403, "")],
    ["does not tell", json(200, {})],
  ])("does without the unit's id where the user info %s", async (_what, answer) => {
    await write(store, invitedLink());
    server.script(TOKEN, json(200, GRANTED));
    server.script(USER_INFO, answer);
    expect(revealed(await redeem())).toEqual(unnamed);
    expect(revealed(await store.read(KEY))).toEqual(unnamed);
  });

  it("is done when the signal is aborted after the code was spent", async () => {
    await write(store, invitedLink());
    const interrupted = new AbortController();
    server.script(TOKEN, json(200, GRANTED));
    server.script(USER_INFO, () => interrupted.abort(new Error("interrupted")));
    expect(revealed(await redeem(interrupted.signal))).toEqual(unnamed);
  });

  it.each([
    ["is not looked at for our own client secret", raw(401, "")],
    ["is not looked at for our own client id", json(400, { error: "invalid_client" })],
    ["is never looked at for the rate limit", raw(429, "")],
    ["is never passed on by a proxy that asks for credentials", raw(407, "")],
  ])("leaves the record as it was where the code %s", async (_what, answer) => {
    await write(store, authorizedRecord());
    server.script(TOKEN, answer);
    await expect(redeem()).rejects.toMatchObject({ operation: "redeem the code" });
    expect(new Set(asked())).toEqual(new Set([TOKEN]));
    expect(revealed(await store.read(KEY))).toEqual(revealed(authorizedRecord()));
  });

  it("leaves the record as it was where the environment names no proper proxy, so that nothing was sent", async () => {
    await write(store, invitedLink());
    client = new CronofyClient({
      dataCenter: KEY.dataCenter,
      clientId: KEY.clientId,
      clientSecret: new Secret("client-secret-f00d"),
      apiUrl: "https://api.cronofy.invalid",
    });
    const refused = () => expect(redeem()).rejects.toThrow(/Write HTTPS_PROXY as http:/);
    await behindProxy("", refused, { HTTPS_PROXY: "socks5://proxy:1080" });
    expect(await store.read(KEY)).toEqual(invitedLink());
  });

  it("passes on why the code is refused, and does not send it again", async () => {
    await write(store, authorizedRecord());
    server.script(TOKEN, json(400, { error: "invalid_grant" }));
    await expect(redeem()).rejects.toThrow(OAuthError);
    await expect(redeem()).rejects.toThrow(CodeSpentError);
    expect(asked()).toEqual([TOKEN]);
    expect(revealed(await store.read(KEY))).toEqual(revealed(authorizedRecord({ sentCode: fingerprint("c0de") })));
  });

  it("leaves the record as it was where Cronofy was not reached", async () => {
    await write(store, invitedLink());
    await server.close();
    await expect(redeem()).rejects.toMatchObject({ sent: false });
    expect(await store.read(KEY)).toEqual(invitedLink());
  });

  it.each([
    ["breaks off", breakOff()],
    ["is a failure", raw(500, "")],
    ["is nonsense", raw(200, "<html>")],
  ])(
    "leaves word that a code may have been spent where the answer %s, sends it once, and keeps the rest",
    async (_what, answer) => {
      await write(store, authorizedRecord());
      server.script(TOKEN, answer);
      await expect(redeem()).rejects.toMatchObject({ operation: "redeem the code" });
      expect(asked()).toEqual([TOKEN]);
      const kept = await store.read(KEY);
      expect(revealed(kept)).toEqual(
        revealed(authorizedRecord({ redeemingSince: NOW.toISOString(), sentCode: fingerprint("c0de") })),
      );
      await expect(redeem()).rejects.toThrow(CodeSpentError);
      // Whoever comes again brings the link through.
      server.script(TOKEN, json(200, { ...GRANTED, sub: "ou_2" }));
      expect(revealed(await redeem(undefined, "c0de-2"))).toEqual({ ...expected, sentCode: fingerprint("c0de-2") });
    },
  );

  it("does not spend the code of a link that was ended in the meantime", async () => {
    const ended = invitedLink({ awaited: null, ended: { at: NOW.toISOString(), by: "destroy" } });
    await write(store, ended);
    await expect(redeem()).rejects.toThrow(LinkEndedError);
    expect(asked()).toEqual([]);
    expect(await store.read(KEY)).toEqual(ended);
  });

  it("does not spend the code where there is no space for what it gives", async () => {
    await write(store, invitedLink());
    mkdirSync(path.join(folder, `${readdirSync(folder)[0] ?? ""}.reserved`, "in the way"), { recursive: true });
    await expect(redeem()).rejects.toMatchObject({ code: "not-writable" });
    expect(asked()).toEqual([]);
    expect(await store.read(KEY)).toEqual(invitedLink());
  });

  describe("where the store fails after the code was spent", () => {
    const away = () => `${folder}.away`;
    beforeEach(() => write(store, invitedLink()));
    afterEach(() => rmSync(away(), { recursive: true, force: true }));

    /** Has the store fail as soon as the code was sent, and come back in the wait of that number. */
    const failUntil = (wait: number) => {
      const waits: number[] = [];
      store = new FileLinkStore(folder, {
        lockTimeout: 1_000,
        delay: (milliseconds) => {
          waits.push(milliseconds);
          if (waits.length === wait) renameSync(away(), folder);
          return Promise.resolve();
        },
      });
      server.script(TOKEN, (response, request) => {
        renameSync(folder, away());
        json(200, { ...GRANTED, sub: "ou_2" })(response, request);
      });
      return waits;
    };

    it("tries again until it is there, and loses nothing", async () => {
      const waits = failUntil(3);
      expect(revealed(await redeem())).toEqual(expected);
      expect(revealed(await store.read(KEY))).toEqual(expected);
      expect(waits).toEqual([200, 400, 800]);
    });

    it("revokes what it cannot keep, and says so", async () => {
      const waits = failUntil(4);
      server.script("/oauth/token/revoke", raw(200, ""));
      await expect(redeem()).rejects.toMatchObject({
        reason: "not-kept",
        message: expect.stringMatching(/Cannot write to the folder .* It was revoked\./) as string,
      });
      expect(asked()).toEqual([TOKEN, "/oauth/token/revoke"]);
      expect(server.requests[1]?.body).toMatchObject({ token: "refresh" });
      expect(waits).toEqual([200, 400, 800]);
      renameSync(away(), folder);
      expect(await store.look(KEY)).toMatchObject({ redeemingSince: NOW.toISOString(), authorization: null });
    });
  });

  it("does not spend the code where the record cannot be replaced", async () => {
    await write(store, authorizedRecord());
    writeFileSync(path.join(folder, readdirSync(folder)[0] ?? ""), "{");
    await expect(redeem()).rejects.toMatchObject({ code: "corrupt" });
    store = new FileLinkStore(path.join(folder, readdirSync(folder)[0] ?? ""));
    await expect(redeem()).rejects.toMatchObject({ code: "not-writable" });
    expect(asked()).toEqual([]);
  });
});

describe("a redemption whose end was never recorded", () => {
  const since = NOW.toISOString();
  const after = (milliseconds: number) => new Date(NOW.getTime() + milliseconds);

  it.each<[string, string | null, Date, string | null]>([
    ["there is none", null, after(3_600_000), null],
    ["it may still be under way", since, after(299_999), null],
    ["it can no longer be under way", since, after(300_000), since],
    ["the clock was moved back", since, after(-3_600_000), null],
  ])("is told where it is one: %s", (_what, redeemingSince, now, told) => {
    expect(unfinishedSince({ redeemingSince }, now)).toBe(told);
  });

  it("makes the link neither invited nor authorized", () => {
    expect(stateOf(invitedLink({ redeemingSince: since }))).toBe("redeeming");
    expect(stateOf(authorizedRecord({ redeemingSince: since }))).toBe("redeeming");
  });
});
