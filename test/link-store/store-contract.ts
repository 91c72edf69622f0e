import { LinkStoreError } from "../../src/link-store";
import type { LinkStore, LinkKey } from "../../src/link-store";
import { Secret } from "../../src/cronofy";
import type { Delay } from "../../src/cronofy";
import { ACCESS_TOKEN, KEY, NOW, REFRESH_TOKEN, authorizedRecord, invitedLink, revealed, write } from "./records";

/** What a store under test is opened with. */
export interface StoreOptions {
  readonly lockTimeout?: number;
  /** Called for each wait for a lock. */
  readonly delay?: Delay;
  readonly random?: () => number;
  readonly now?: () => Date;
}

/** A place for one store, empty at first, and fresh for each test. */
export interface StorePlace {
  /** Opens one more store on it. */
  readonly open: (options?: StoreOptions) => LinkStore;
  /** Opens one that has no key. */
  readonly openWithoutKey: () => LinkStore;
  /** Changes the text of the only record, past the store. */
  readonly rewrite: (change: (text: string) => string) => Promise<void>;
}

const LEAKED = new RegExp(`${REFRESH_TOKEN}|${ACCESS_TOKEN}`);

/** What every store of links must do. Call it within a describe block that gives each test its own place. */
export function itKeepsTheStoreContract({ open, openWithoutKey, rewrite }: StorePlace): void {
  it("has nothing at first", async () => {
    expect(await open().read(KEY)).toBeNull();
    expect(await open().locked(KEY, (record) => record.current())).toBeNull();
  });

  it.each([
    ["with everything", authorizedRecord()],
    [
      "with what may be missing",
      authorizedRecord({
        declaration: null,
        organizationalUnitId: null,
        scope: "",
        conferencingProviderName: null,
        declarationId: null,
        accessToken: null,
        accessTokenExpiresAt: null,
        refusedAt: "2026-02-02T00:00:00.000Z",
      }),
    ],
    [
      "of a link that waits",
      invitedLink({ awaited: { since: "2026-02-02T00:00:00.000Z", conferencingProviderName: "x" } }),
    ],
    ["of a link whose code is under way", invitedLink({ redeemingSince: NOW.toISOString() })],
    ["of a link that was ended", invitedLink({ awaited: null, ended: { at: NOW.toISOString(), by: "forget" } })],
  ])("returns what was written, %s, and tells without a key what is no secret of it", async (_what, written) => {
    await write(open(), written);
    expect(revealed(await open().read(KEY))).toEqual(revealed(written));
    expect(revealed(await open().locked(KEY, (record) => record.current()))).toEqual(revealed(written));
    const looked = await openWithoutKey().look(KEY);
    const { tokens: _secret, ...facts } = written;
    expect(looked).toEqual(facts);
    expect((await openWithoutKey().list()).map(({ link }) => link)).toEqual([facts]);
  });

  it("replaces", async () => {
    const store = open();
    await write(store, authorizedRecord());
    await store.locked(KEY, async (record) => {
      await record.write(authorizedRecord({ refreshToken: new Secret("second") }));
      expect((await record.current())?.tokens?.refreshToken.reveal()).toBe("second");
      expect((await open().read(KEY))?.tokens?.refreshToken.reveal()).toBe("second");
      await record.write(invitedLink());
    });
    expect(await open().read(KEY)).toEqual(invitedLink());
  });

  it("writes what it has reserved space for, also after other writes, and leaves nothing of what was not used", async () => {
    const store = open();
    await store.locked(KEY, async (record) => {
      const keep = await record.reserve();
      await record.write(invitedLink());
      await keep(authorizedRecord());
    });
    expect(revealed(await open().read(KEY))).toEqual(revealed(authorizedRecord()));
    await store.locked(KEY, (record) => record.reserve());
    await store.locked({ ...KEY, clientId: "client-2" }, (record) => record.reserve());
    expect(revealed(await open().read(KEY))).toEqual(revealed(authorizedRecord()));
    expect(await store.list()).toHaveLength(1);
  });

  it.each<[string, (text: string) => string, string]>([
    ["of a later format", (text) => text.replace('"version": 1', '"version": 2'), "newer-format"],
    ["that was cut off", (text) => text.slice(0, text.length / 2), "corrupt"],
    ["that is empty", () => "", "corrupt"],
  ])("neither uses nor replaces a record %s, with or without a key", async (_what, change, code) => {
    const store = open();
    await write(store, authorizedRecord());
    let text = "";
    await rewrite((whole) => (text = change(whole)));
    for (const attempt of [
      store.read(KEY),
      store.look(KEY),
      openWithoutKey().look(KEY),
      store.locked(KEY, (record) => record.current()),
    ]) {
      const error: unknown = await attempt.catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(LinkStoreError);
      expect(error).toMatchObject({ code });
      expect(String(error)).not.toMatch(LEAKED);
    }
    expect(await store.list()).toMatchObject([{ link: null }]);
    await rewrite((still) => {
      expect(still).toBe(text);
      return still;
    });
  });

  it("takes no record whose header says something else than it did, and tells it to nobody but who cannot know", async () => {
    const store = open();
    if (!store.encrypts) return;
    await write(store, authorizedRecord());
    await rewrite((text) => {
      const { version, jwe } = JSON.parse(text) as { version: number; jwe: string };
      const [header = "", ...rest] = jwe.split(".");
      const said = Buffer.from(header, "base64url").toString().replace("life-1", "life-2");
      return JSON.stringify({ version, jwe: [Buffer.from(said).toString("base64url"), ...rest].join(".") });
    });
    await expect(store.read(KEY)).rejects.toMatchObject({ code: "corrupt" });
    await expect(store.locked(KEY, (record) => record.current())).rejects.toMatchObject({ code: "corrupt" });
    expect(await openWithoutKey().look(KEY)).toMatchObject({ lifeId: "life-2" });
  });

  it("gives no token to whom it has encrypted it from", async () => {
    const store = open();
    await write(store, authorizedRecord());
    const withoutKey = openWithoutKey();
    expect(withoutKey.encrypts).toBe(false);
    if (store.encrypts) {
      await expect(withoutKey.read(KEY)).rejects.toMatchObject({ code: "unknown-key" });
      await expect(withoutKey.locked(KEY, (record) => record.current())).rejects.toMatchObject({ code: "unknown-key" });
    }
    expect(JSON.stringify([await withoutKey.look(KEY), await withoutKey.list()])).not.toMatch(LEAKED);
  });

  it("keeps links apart, however alike or odd their names are", async () => {
    const names = ["ser_1", "SER_1", "ser_1 ", "ser/1", "../ser_1", "..", "con", "ser_ü", "ser_%2F", "s".repeat(300)];
    const store = open();
    for (const name of names) {
      await write(store, authorizedRecord({ serviceAccountId: name, refreshToken: new Secret(`token of ${name}`) }));
    }
    for (const name of names) {
      const read = await store.read({ ...KEY, serviceAccountId: name });
      expect(read?.tokens?.refreshToken.reveal()).toBe(`token of ${name}`);
    }
  });

  it("keeps links apart that differ in client id or data center alone", async () => {
    const store = open();
    const keys: LinkKey[] = [KEY, { ...KEY, clientId: "client-2" }, { ...KEY, dataCenter: "us" }];
    for (const key of keys) {
      expect(await store.read(key)).toBeNull();
      await write(store, authorizedRecord({ ...key, refreshToken: new Secret(`token of ${JSON.stringify(key)}`) }));
    }
    for (const key of keys) {
      expect(revealed(await store.read(key))).toEqual(
        revealed(authorizedRecord({ ...key, refreshToken: new Secret(`token of ${JSON.stringify(key)}`) })),
      );
    }
    expect((await store.list()).map(({ link }) => link)).toMatchObject([keys[0], keys[1], keys[2]]);
  });

  it("lists what was written, in order, without a token", async () => {
    const store = open();
    expect(await store.list()).toEqual([]);
    const names = ["ser_b", "ser_a", "ser_c"];
    for (const name of names) await write(store, authorizedRecord({ serviceAccountId: name }));
    await store.locked(KEY, (record) => record.current());
    const listed = await open().list();
    expect(listed.map(({ link }) => link)).toMatchObject([
      { ...KEY, serviceAccountId: "ser_a" },
      { ...KEY, serviceAccountId: "ser_b" },
      { ...KEY, serviceAccountId: "ser_c" },
    ]);
    expect(listed.every(({ encryptedWith }) => (encryptedWith !== null) === store.encrypts)).toBe(true);
    expect(JSON.stringify(listed)).not.toMatch(LEAKED);
  });

  it("does not write a link's record in the place of another's", async () => {
    const other = authorizedRecord({ serviceAccountId: "ser_other" });
    await expect(open().locked(KEY, (record) => record.write(other))).rejects.toThrow(TypeError);
    expect(await open().read(KEY)).toBeNull();
  });

  it("lets one at a time work on a record", async () => {
    let working = 0;
    let most = 0;
    const increment = (store: LinkStore) =>
      store.locked(KEY, async (record) => {
        most = Math.max(most, ++working);
        const count = Number((await record.current())?.authorization?.scope ?? "0");
        await record.write(authorizedRecord({ scope: String(count + 1) }));
        working--;
      });
    await Promise.all([open(), open(), open(), open()].flatMap((store) => [increment(store), increment(store)]));
    expect(most).toBe(1);
    expect((await open().read(KEY))?.authorization?.scope).toBe("8");
  });

  it("reads, and works on other records, while one is locked", async () => {
    const store = open();
    await write(store, authorizedRecord());
    await store.locked(KEY, async () => {
      expect(await open().read(KEY)).not.toBeNull();
      const other = authorizedRecord({ serviceAccountId: "ser_other" });
      await write(open({ lockTimeout: 0 }), other);
      expect(await open().read(other)).not.toBeNull();
    });
  });

  it("gives the lock back after work that fails, and passes on result and error", async () => {
    const failure = new Error("work failed");
    await expect(open().locked(KEY, () => Promise.reject(failure))).rejects.toBe(failure);
    expect(await open({ lockTimeout: 0 }).locked(KEY, () => Promise.resolve("done"))).toBe("done");
  });

  it("gives up on a lock that is held for too long", async () => {
    let time = 0;
    const options: StoreOptions = {
      lockTimeout: 5_000,
      now: () => new Date(time),
      delay: (milliseconds) => {
        time += milliseconds;
        return Promise.resolve();
      },
    };
    await open().locked(KEY, async () => {
      const error: unknown = await open(options)
        .locked(KEY, () => Promise.resolve())
        .catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(LinkStoreError);
      expect(error).toMatchObject({ code: "locked" });
      expect((error as Error).message).toMatch(/for 5 s\. Wait for it to end, then try again\.$/);
      expect((error as Error).message).toContain(KEY.serviceAccountId);
    });
    expect(time).toBeGreaterThanOrEqual(5_000);
    expect(time).toBeLessThan(6_000);
  });

  it.each([
    [0, 50],
    [1, 100],
  ])("looks at a lock that is held again at times of its own: with %d after %d ms", async (random, wait) => {
    const waits: number[] = [];
    const options: StoreOptions = {
      lockTimeout: 1_000,
      random: () => random,
      now: () => new Date(waits.length * 500),
      delay: (milliseconds) => Promise.resolve(void waits.push(milliseconds)),
    };
    await open().locked(KEY, async () => {
      await expect(open(options).locked(KEY, () => Promise.resolve())).rejects.toMatchObject({ code: "locked" });
    });
    expect(waits).toEqual([wait, wait]);
  });

  it("stops waiting for a lock when the signal is aborted", async () => {
    const reason = new Error("interrupted");
    const interrupted = new AbortController();
    const work = jest.fn(() => Promise.resolve());
    await open().locked(KEY, async () => {
      const waiting = open().locked(KEY, work, interrupted.signal);
      setImmediate(() => interrupted.abort(reason));
      await expect(waiting).rejects.toBe(reason);
    });
    await expect(open().locked(KEY, work, interrupted.signal)).rejects.toBe(reason);
    expect(work).not.toHaveBeenCalled();
  });
}
