import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import {
  CodeSpentError,
  FileLinkStore,
  LinkEndedError,
  grantProblem,
  redeemCode,
  sharedUnits,
  stateOf,
  unfinishedSince,
} from "../../src/link-store";
import type { LinkFacts, LinkRecord, RecordState } from "../../src/link-store";
import { CronofyClient, LINK_SCOPE, OAuthError, Secret } from "../../src/cronofy";
import { behindProxy } from "../cronofy/recording-proxy";
import { breakOff, json, raw, startScriptedServer } from "../cronofy/scripted-server";
import type { ScriptedServer } from "../cronofy/scripted-server";
import { DECLARATION, KEY, NOW, authorizedRecord, invitedLink, revealed, write } from "./records";

const TOKEN = "/oauth/token";
const REVOKE = "/oauth/token/revoke";
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
  ])("records what the code is worth, in the place of an authorization %s", async (_what, before) => {
    await write(store, before);
    server.script(TOKEN, json(200, { ...GRANTED, sub: "ou_2" }));
    expect(revealed(await redeem())).toEqual(expected);
    expect(revealed(await store.read(KEY))).toEqual(expected);
    expect(asked()).toEqual([TOKEN]);
    expect(server.requests[0]?.body).toMatchObject({ code: "c0de", redirect_uri: redirectUri });
  });

  it("goes on telling of an earlier redemption that was never finished: its worth may go on at Cronofy", async () => {
    const redeemingSince = "2026-02-20T00:00:00.000Z";
    await write(store, invitedLink({ redeemingSince }));
    server.script(TOKEN, json(200, { ...GRANTED, sub: "ou_2" }));
    const link = await redeem();
    expect(revealed(link)).toEqual({ ...expected, redeemingSince });
    expect(stateOf(link)).toBe("authorized");
    expect(unfinishedSince(link, new Date(NOW.getTime() + 3_600_000))).toBeNull();
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
    await expect(redeem()).rejects.toMatchObject({
      name: "CodeSpentError",
      message: "The same code came again; it was not sent again.",
    });
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
      const sentCode = fingerprint("c0de-2");
      const redeemingSince = NOW.toISOString();
      expect(revealed(await redeem(undefined, "c0de-2"))).toEqual({ ...expected, sentCode, redeemingSince });
    },
  );

  it("does not spend the code of a link that was ended in the meantime", async () => {
    const ended = invitedLink({ awaited: null, ended: { at: NOW.toISOString(), by: "destroy" } });
    await write(store, ended);
    await expect(redeem()).rejects.toThrow(LinkEndedError);
    await expect(redeem()).rejects.toMatchObject({
      name: "LinkEndedError",
      message: "The link was ended before its administrator came back, so the code was not sent.",
    });
    expect(asked()).toEqual([]);
    expect(await store.read(KEY)).toEqual(ended);
  });

  it("passes on a mistake of ours in asking for the unit's id", async () => {
    await write(store, invitedLink());
    server.script(TOKEN, json(200, GRANTED));
    const failure = new TypeError("a mistake of ours");
    jest.spyOn(client, "userInfo").mockRejectedValueOnce(failure);
    await expect(redeem()).rejects.toBe(failure);
  });

  describe("while another process takes it for dead", () => {
    /** Has another process write the record as soon as the code was sent. */
    const changeMeanwhile = async (theirs: LinkRecord) => {
      await write(store, invitedLink());
      server.script(TOKEN, (response, request) => {
        rmSync(path.join(folder, readdirSync(folder).find((name) => name.endsWith(".lock")) ?? ""), {
          recursive: true,
        });
        void write(store, theirs).then(() => json(200, { ...GRANTED, sub: "ou_2" })(response, request));
      });
      server.script(REVOKE, raw(200, ""));
    };

    it("revokes what is for a link that the other one has ended, and leaves it so", async () => {
      const ended = invitedLink({ awaited: null, ended: { at: NOW.toISOString(), by: "destroy" } });
      await changeMeanwhile(ended);
      await expect(redeem()).rejects.toMatchObject({
        name: "AuthorizationDroppedError",
        reason: "link-ended",
        message: "The link was ended while its code was redeemed. It was revoked.",
      });
      expect(asked()).toEqual([TOKEN, REVOKE]);
      expect(await store.read(KEY)).toEqual(ended);
    });

    it("brings through the link that the other one has declared", async () => {
      await changeMeanwhile(invitedLink({ declaration: { ...DECLARATION, id: "declaration-2" } }));
      expect(revealed(await redeem())).toMatchObject({
        declaration: { id: "declaration-2" },
        authorization: { declarationId: "declaration-2" },
      });
      expect(asked()).toEqual([TOKEN]);
    });
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
    const failUntil = (wait: number, inItsPlace: "nothing" | "a file" = "nothing") => {
      const comeBack = () => {
        rmSync(folder, { force: true });
        renameSync(away(), folder);
      };
      const waits: number[] = [];
      store = new FileLinkStore(folder, {
        lockTimeout: 1_000,
        delay: (milliseconds) => {
          waits.push(milliseconds);
          if (waits.length === wait) comeBack();
          return Promise.resolve();
        },
      });
      server.script(TOKEN, (response, request) => {
        renameSync(folder, away());
        if (inItsPlace === "a file") writeFileSync(folder, "");
        json(200, { ...GRANTED, sub: "ou_2" })(response, request);
      });
      return waits;
    };

    it.each(["nothing", "a file"] as const)(
      "tries again until it is there, in place of %s, and loses nothing",
      async (inItsPlace) => {
        const waits = failUntil(3, inItsPlace);
        expect(revealed(await redeem())).toEqual(expected);
        expect(revealed(await store.read(KEY))).toEqual(expected);
        expect(waits).toEqual([200, 400, 800]);
      },
    );

    it("revokes what it cannot keep, and says so", async () => {
      const waits = failUntil(4);
      server.script(REVOKE, raw(200, ""));
      await expect(redeem()).rejects.toMatchObject({
        reason: "not-kept",
        message: expect.stringMatching(/Cannot write to the folder .* It was revoked\./) as string,
        cause: { code: "not-writable" },
      });
      expect(asked()).toEqual([TOKEN, REVOKE]);
      expect(server.requests[1]?.body).toMatchObject({ token: "refresh" });
      expect(waits).toEqual([200, 400, 800]);
      renameSync(away(), folder);
      expect(await store.look(KEY)).toMatchObject({ redeemingSince: NOW.toISOString(), authorization: null });
    });

    it("says of a wrong grant also that it could not be revoked", async () => {
      server.script(TOKEN, (response, request) => {
        renameSync(folder, away());
        json(200, { ...GRANTED, sub: "acc_5b" })(response, request);
      });
      server.script(REVOKE, raw(500, ""));
      await expect(redeem()).rejects.toMatchObject({
        reason: "wrong-grant",
        message:
          `What Cronofy granted is not for the Organizational Unit of ${KEY.serviceAccountId}: it is for a person's ` +
          "calendar account, acc_5b. It could not be revoked either just now, and goes on at Cronofy.",
      });
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

describe("what was granted", () => {
  it.each<[string, Partial<Parameters<typeof grantProblem>[0]>, string | null]>([
    ["names a unit", { sub: "ou_1" }, null],
    ["names nothing", {}, null],
    ["has the scope, among others", { scope: `read_write ${LINK_SCOPE}` }, null],
    ["is of the same service account", { serviceAccountId: KEY.serviceAccountId }, null],
    ["is of a kind that nobody knows", { sub: "xyz_1", type: "organizational_unit" }, null],
    ["has an account's id", { accountId: "acc_5b" }, "it is for a person's calendar account, acc_5b"],
    ["has another's id", { serviceAccountId: "ser_other" }, "it is for another service account, ser_other"],
    ["is an account's", { sub: "acc_5b" }, "it is for a person's calendar account, acc_5b"],
    ["is an application calendar's", { sub: "apc_5b" }, "it is for an application calendar, apc_5b"],
    ["is a service account's", { sub: "ser_5b" }, "it is for a service account, ser_5b"],
    ["is a resource's", { sub: "res_5b" }, "it is for a resource, res_5b"],
    ["is said to be an account's", { type: "account" }, "it is for a person's calendar account"],
    ["is said to be a calendar's", { type: "application_calendar" }, "it is for an application calendar"],
    ["is said to be a service account's", { type: "service_account" }, "it is for a service account"],
    ["has another scope", { scope: "read_write" }, `it is for "read_write", without ${LINK_SCOPE}`],
    [
      "has a scope that is longer",
      { scope: `${LINK_SCOPE}_too` },
      `it is for "${LINK_SCOPE}_too", without ${LINK_SCOPE}`,
    ],
  ])("may be the unit's where nothing speaks against it: it %s", (_what, grant, problem) => {
    expect(grantProblem({ scope: "", sub: null, ...grant }, KEY.serviceAccountId)).toBe(problem);
  });

  it("is told where one unit is recorded for several service accounts of one application", () => {
    const link = (serviceAccountId: string, unit: string | null, other: object = {}) => ({
      ...KEY,
      serviceAccountId,
      authorization: unit === null ? null : { organizationalUnitId: unit },
      ...other,
    });
    const links = [
      link("ser_1", "ou_1"),
      link("ser_2", "ou_2"),
      link("ser_3", "ou_1"),
      link("ser_3", "ou_1"),
      link("ser_4", "ou_1"),
      link("ser_5", "ou_2", { clientId: "client-2" }),
      link("ser_6", "ou_2", { dataCenter: "us" }),
      link("ser_7", null),
      link("ser_8", null),
      { ...link("ser_9", null), authorization: { organizationalUnitId: null } },
    ];
    expect(sharedUnits(links)).toEqual([
      {
        organizationalUnitId: "ou_1",
        serviceAccountIds: ["ser_1", "ser_3", "ser_4"],
        says:
          "The Organizational Unit ou_1 of ser_1 is recorded for ser_3, ser_4 too. Check that they are of one " +
          "organization: else an administrator chose the wrong unit.",
      },
    ]);
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
    expect(unfinishedSince(invitedLink({ redeemingSince }), now)).toBe(told);
  });

  it.each<[RecordState, LinkFacts]>([
    ["invited", invitedLink()],
    ["authorized", authorizedRecord()],
    ["authorized", authorizedRecord({ awaited: { since, conferencingProviderName: null } })],
    ["refused", authorizedRecord({ refusedAt: since })],
    ["redeeming", invitedLink({ redeemingSince: since })],
    ["redeeming", authorizedRecord({ redeemingSince: since })],
    ["ended", invitedLink({ redeemingSince: since, ended: { at: since, by: "forget" } })],
  ])("is one of the states of a link: %s", (state, link) => {
    expect(stateOf(link)).toBe(state);
  });
});
