// How a link ends at Cronofy, and what days do to it on which the store or the clock goes back. What a store does in all
// of a link's life is in the contract of stores.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import {
  FileLinkStore,
  declareLink,
  endLink,
  isAuthorized,
  observeLink,
  openLink,
  releaseLink,
  stateOf,
  withdrawDeclaration,
} from "../../src/link-store";
import type { LinkEvidence, LinkRecord } from "../../src/link-store";
import { CronofyClient, Secret } from "../../src/cronofy";
import { hang, json, raw, startScriptedServer } from "../cronofy/scripted-server";
import type { ScriptedServer } from "../cronofy/scripted-server";
import { DECLARATION, KEY, NOW, REFRESH_TOKEN, authorizedRecord, invitedLink, revealed, write } from "./records";

const TOKEN = "/oauth/token";
const REVOKE = "/oauth/token/revoke";
const USER_INFO = "/v1/userinfo";
const CLIENT_SECRET = "client-secret-f00d";
const DAY = 24 * 3_600_000;

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
    clientSecret: new Secret(CLIENT_SECRET),
    apiUrl: server.url,
    requestTimeout: 2_000,
    delay: () => Promise.resolve(),
  });
  server.script(REVOKE, raw(200, ""));
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const ended = () => invitedLink({ awaited: null, ended: { at: NOW.toISOString(), by: "forget" } });
const asked = () => server.requests.map(({ path: asked }) => asked);
const after = (milliseconds: number) => new Date(NOW.getTime() + milliseconds);
const end = (signal?: AbortSignal) =>
  endLink(store, client, KEY, { declarationId: DECLARATION.id, now: NOW, ...(signal !== undefined && { signal }) });
const declare = (now: Date, asksAnew = false, id = DECLARATION.id) =>
  declareLink(store, KEY, {
    declaration: { id, at: now.toISOString(), place: null },
    conferencingProviderName: null,
    asksAnew,
    now,
  });
const observe = (now: Date): Promise<LinkEvidence> => observeLink(store, client, KEY, { now: () => now });

describe("endLink", () => {
  it("revokes by the refresh token, then records the end, and keeps no token", async () => {
    await write(store, authorizedRecord());
    expect(await end()).toEqual({ kind: "revoked" });
    expect(server.requests.map(({ body }) => body)).toEqual([
      { client_id: KEY.clientId, client_secret: CLIENT_SECRET, token: REFRESH_TOKEN },
    ]);
    expect(await store.read(KEY)).toMatchObject({
      tokens: null,
      authorization: null,
      ended: { at: NOW.toISOString(), by: "destroy" },
    });
    expect(await end()).toMatchObject({ kind: "ended-before" });
    expect(server.requests).toHaveLength(1);
  });

  it("keeps the record where the revocation fails", async () => {
    await write(store, authorizedRecord());
    server.script(REVOKE, raw(500, ""));
    await expect(end()).rejects.toMatchObject({ status: 500 });
    expect(revealed(await store.read(KEY))).toEqual(revealed(authorizedRecord()));
  });

  it("is stopped by the signal, and keeps the record", async () => {
    await write(store, authorizedRecord());
    const reason = new Error("interrupted");
    const interrupted = new AbortController();
    server.script(REVOKE, (response, request) => {
      interrupted.abort(reason);
      hang()(response, request);
    });
    await expect(end(interrupted.signal)).rejects.toBe(reason);
    expect(revealed(await store.read(KEY))).toEqual(revealed(authorizedRecord()));
  });

  it("makes no store just to find nothing in it", async () => {
    const neverMade = path.join(folder, "never-made");
    store = new FileLinkStore(neverMade);
    for (const finish of [end(), releaseLink(store, KEY, { declarationId: null, now: NOW })]) {
      expect(await finish).toEqual({ kind: "not-recorded" });
    }
    await expect(store.list()).resolves.toEqual([]);
    expect(existsSync(neverMade)).toBe(false);
    expect(asked()).toEqual([]);
  });

  it("ends nothing where the record went while the lock was waited for", async () => {
    const look = () => Promise.resolve(invitedLink());
    const racing = Object.assign(Object.create(store) as FileLinkStore, { look });
    expect(await releaseLink(racing, KEY, { declarationId: DECLARATION.id, now: NOW })).toEqual({
      kind: "not-recorded",
    });
  });
});

describe("openLink", () => {
  it.each<[string, LinkRecord | null, boolean]>([
    ["goes on with one that waits", invitedLink(), true],
    ["goes on with one that is authorized", authorizedRecord(), true],
    ["begins a new one where the last was ended", ended(), false],
    ["begins one where there is none", null, false],
  ])("gives a link's life to whoever does not declare it: it %s", async (_what, before, goesOn) => {
    if (before !== null) await write(store, before);
    const link = await openLink(store, KEY);
    const recorded = await store.read(KEY);
    expect(recorded).toMatchObject(link);
    if (goesOn) expect(revealed(recorded)).toEqual(revealed(before));
    else expect(recorded).toEqual({ ...invitedLink({ declaration: null, awaited: null }), lifeId: link.lifeId });
    expect(link.lifeId === before?.lifeId).toBe(goesOn);
  });
});

describe("a declaration that is taken back", () => {
  it("leaves tokens that were renewed in the meantime, and a refusal that was seen", async () => {
    await write(store, authorizedRecord({ declaration: null }));
    const declared = await declare(NOW);
    const renewed = authorizedRecord({ refreshToken: new Secret("renewed"), refusedAt: NOW.toISOString() });
    await write(store, { ...renewed, declaration: declared.link.declaration });
    await withdrawDeclaration(store, KEY, declared, NOW);
    expect(revealed(await store.read(KEY))).toEqual(revealed({ ...renewed, declaration: null }));
  });

  it.each<[string, (declared: LinkRecord) => LinkRecord | null]>([
    ["what is no longer there", () => null],
    ["an administrator who came", (link) => ({ ...authorizedRecord(), ...pick(link) })],
    ["a code that is under way", (link) => ({ ...link, redeemingSince: NOW.toISOString() })],
    ["another declaration", (link) => ({ ...link, declaration: { ...DECLARATION, id: "declaration-2" } })],
    ["a link that nobody declares any more", (link) => ({ ...link, declaration: null })],
    ["an end", (link) => ({ ...link, awaited: null, ended: { at: NOW.toISOString(), by: "forget" } })],
  ])("leaves %s", async (_what, change) => {
    const declared = await declare(NOW);
    const record = await store.read(KEY);
    if (record === null) throw new Error("The link was declared.");
    const theirs = change(record);
    if (theirs !== null) await write(store, theirs);
    else rmSync(folder, { recursive: true });
    await withdrawDeclaration(store, KEY, declared, NOW);
    expect(revealed(await store.read(KEY))).toEqual(revealed(theirs));
  });

  const pick = ({ lifeId, declaration }: LinkRecord) => ({ lifeId, declaration });
});

describe("a store from yesterday's backup", () => {
  const YESTERDAY = authorizedRecord({ accessTokenExpiresAt: "2026-02-28T11:00:00.000Z" });

  it("with a refresh token that Cronofy still takes: the link is linked, and the new tokens are kept", async () => {
    await write(store, YESTERDAY);
    server.script(
      TOKEN,
      json(200, { access_token: "access", refresh_token: "refresh", expires_in: 3600, scope: "granted" }),
    );
    server.script(USER_INFO, json(200, { sub: "ou_1" }));
    expect(await observe(NOW)).toMatchObject({ kind: "linked" });
    expect(revealed(await store.read(KEY))?.tokens).toEqual({ refreshToken: "refresh", accessToken: "access" });
  });

  it("with a refresh token that was replaced since: the link is refused, nothing is revoked, nothing is thrown away", async () => {
    await write(store, YESTERDAY);
    server.script(TOKEN, json(400, { error: "invalid_grant" }));
    expect(await observe(NOW)).toMatchObject({ kind: "refused" });
    expect(await observe(after(DAY))).toMatchObject({ kind: "refused" });
    expect(asked()).toEqual([TOKEN]);
    const kept = await store.read(KEY);
    expect(revealed(kept)).toEqual(
      revealed(authorizedRecord({ ...YESTERDAY.authorization, refusedAt: NOW.toISOString() })),
    );
    // Asked anew, by whom it was declared: in the same life, so that an invitation that is out goes on working.
    const { link } = await declare(after(DAY), true);
    expect(link).toMatchObject({ lifeId: "life-1", awaited: { since: after(DAY).toISOString() } });
  });

  it("in which an ended link is alive again: Cronofy refuses it, and it belongs to nobody who is still there", async () => {
    await write(store, authorizedRecord());
    const backup = await store.read(KEY);
    await end();
    const { link: newLife } = await declare(after(1_000), false, "declaration-2");
    expect(newLife).toMatchObject({ awaited: { since: after(1_000).toISOString() } });

    await write(store, backup ?? invitedLink());
    server.script(USER_INFO, raw(401, ""));
    server.script(TOKEN, json(400, { error: "invalid_grant" }));
    expect(await observe(after(DAY))).toMatchObject({ kind: "refused" });
    const asWas = await store.read(KEY);
    // The new declaration does not end what is recorded as another's, and asks anew where it is applied.
    const ending = await endLink(store, client, KEY, { declarationId: "declaration-2", now: after(DAY) });
    expect(ending).toMatchObject({ kind: "declared-elsewhere", declaration: { id: DECLARATION.id } });
    expect(revealed(await store.read(KEY))).toEqual(revealed(asWas));
    expect(asked().filter((each) => each === REVOKE)).toHaveLength(1);
    const { link } = await declare(after(DAY), true, "declaration-2");
    expect(link).toMatchObject({ declaration: { id: "declaration-2" }, awaited: { since: after(DAY).toISOString() } });
  });

  it("in which the administrator had not come yet: they are awaited since the time they were", async () => {
    await write(store, invitedLink());
    expect(await observe(NOW)).toMatchObject({ kind: "awaited", link: { awaited: { since: DECLARATION.at } } });
    const { link } = await declare(NOW, false, "declaration-2");
    expect(link.awaited?.since).toBe(DECLARATION.at);
    expect(asked()).toEqual([]);
  });
});

describe("a clock that was moved back", () => {
  const THEN = after(-30 * DAY);

  it("does not move since when an administrator is awaited, until they are asked anew", async () => {
    await declare(NOW);
    expect((await declare(THEN)).link.awaited?.since).toBe(NOW.toISOString());
    expect((await declare(THEN, true)).link.awaited?.since).toBe(THEN.toISOString());
  });

  it("neither loses an authorization nor asks for another", async () => {
    await write(store, authorizedRecord());
    server.script(USER_INFO, json(200, { sub: "ou_1" }));
    expect(await observe(THEN)).toMatchObject({ kind: "linked" });
    const { link } = await declare(THEN, false, "declaration-2");
    expect(link.awaited).toBeNull();
    expect(isAuthorized(link)).toBe(true);
    expect(revealed(await store.read(KEY))?.tokens).toEqual(revealed(authorizedRecord())?.tokens);
    expect(asked()).toEqual([USER_INFO]);
  });

  it("neither revives a link that was ended later than now, nor keeps it from being declared", async () => {
    await declare(NOW);
    await end();
    expect(await observe(THEN)).toMatchObject({ kind: "ended" });
    expect(stateOf((await declare(THEN)).link)).toBe("invited");
  });
});
