import { LinkStoreError } from "../../src/link-store";
import type { LinkStore, LinkKey } from "../../src/link-store";
import { Secret } from "../../src/cronofy";
import type { Delay } from "../../src/cronofy";
import { ACCESS_TOKEN, KEY, REFRESH_TOKEN, authorization, revealed, write } from "./records";

/** What a store under test is opened with. */
export interface StoreOptions {
  readonly lockTimeout?: number;
  /** Called for each wait for a lock. */
  readonly delay?: Delay;
  readonly now?: () => Date;
}

/** Opens one more store on the same, at first empty, place. A fresh place for each test. */
export type OpenStore = (options?: StoreOptions) => LinkStore;

/** What every store of authorizations must do. Call it within a describe block that gives each test its own place. */
export function itKeepsTheStoreContract(open: OpenStore): void {
  it("has nothing at first", async () => {
    expect(await open().read(KEY)).toBeNull();
    expect(await open().locked(KEY, (record) => record.current())).toBeNull();
  });

  it.each([
    ["with everything", authorization()],
    [
      "with what may be missing",
      authorization({
        organizationalUnitId: null,
        scope: "",
        accessToken: null,
        accessTokenExpiresAt: null,
        refusedAt: "2026-02-02T00:00:00.000Z",
      }),
    ],
  ])("returns what was written, %s", async (_what, written) => {
    await write(open(), written);
    expect(revealed(await open().read(KEY))).toEqual(revealed(written));
    expect(revealed(await open().locked(KEY, (record) => record.current()))).toEqual(revealed(written));
  });

  it("replaces and forgets", async () => {
    const store = open();
    await write(store, authorization());
    await store.locked(KEY, async (record) => {
      await record.write(authorization({ refreshToken: new Secret("second") }));
      expect((await record.current())?.refreshToken.reveal()).toBe("second");
      expect((await open().read(KEY))?.refreshToken.reveal()).toBe("second");
      await record.forget();
      expect(await record.current()).toBeNull();
      await record.forget();
    });
    expect(await open().read(KEY)).toBeNull();
  });

  it("keeps links apart, however alike or odd their names are", async () => {
    const names = ["ser_1", "SER_1", "ser_1 ", "ser/1", "../ser_1", "..", "con", "ser_ü", "ser_%2F", "s".repeat(300)];
    const store = open();
    for (const name of names) {
      await write(store, authorization({ serviceAccountId: name, refreshToken: new Secret(`token of ${name}`) }));
    }
    for (const name of names) {
      const read = await store.read({ ...KEY, serviceAccountId: name });
      expect(read?.refreshToken.reveal()).toBe(`token of ${name}`);
    }
  });

  it("keeps links apart that differ in client id or data center alone", async () => {
    const store = open();
    const keys: LinkKey[] = [KEY, { ...KEY, clientId: "client-2" }, { ...KEY, dataCenter: "us" }];
    for (const key of keys) {
      expect(await store.read(key)).toBeNull();
      await write(store, authorization({ ...key, refreshToken: new Secret(`token of ${JSON.stringify(key)}`) }));
    }
    for (const key of keys) {
      expect(revealed(await store.read(key))).toEqual(
        revealed(authorization({ ...key, refreshToken: new Secret(`token of ${JSON.stringify(key)}`) })),
      );
    }
    await store.locked(KEY, (record) => record.forget());
    expect((await store.list()).map(({ link }) => link)).toEqual([keys[1], keys[2]]);
  });

  it("lists what was written, in order, without a token", async () => {
    const store = open();
    expect(await store.list()).toEqual([]);
    const names = ["ser_b", "ser_a", "ser_c"];
    for (const name of names) await write(store, authorization({ serviceAccountId: name }));
    await store.locked(KEY, (record) => record.current());
    const listed = await open().list();
    expect(listed.map(({ link }) => link)).toEqual([
      { ...KEY, serviceAccountId: "ser_a" },
      { ...KEY, serviceAccountId: "ser_b" },
      { ...KEY, serviceAccountId: "ser_c" },
    ]);
    expect(listed.every(({ encryptedWith }) => (encryptedWith !== null) === store.encrypts)).toBe(true);
    expect(JSON.stringify(listed)).not.toMatch(new RegExp(`${REFRESH_TOKEN}|${ACCESS_TOKEN}`));
  });

  it("does not write a link's record in the place of another's", async () => {
    const other = authorization({ serviceAccountId: "ser_other" });
    await expect(open().locked(KEY, (record) => record.write(other))).rejects.toThrow(TypeError);
    expect(await open().read(KEY)).toBeNull();
  });

  it("lets one at a time work on a record", async () => {
    let working = 0;
    let most = 0;
    const increment = (store: LinkStore) =>
      store.locked(KEY, async (record) => {
        most = Math.max(most, ++working);
        const count = Number((await record.current())?.scope ?? "0");
        await record.write(authorization({ scope: String(count + 1) }));
        working--;
      });
    await Promise.all([open(), open(), open(), open()].flatMap((store) => [increment(store), increment(store)]));
    expect(most).toBe(1);
    expect((await open().read(KEY))?.scope).toBe("8");
  });

  it("reads, and works on other records, while one is locked", async () => {
    const store = open();
    await write(store, authorization());
    await store.locked(KEY, async () => {
      expect(await open().read(KEY)).not.toBeNull();
      const other = authorization({ serviceAccountId: "ser_other" });
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
      expect((error as Error).message).toContain("for 5 s");
    });
    expect(time).toBeGreaterThanOrEqual(5_000);
    expect(time).toBeLessThan(6_000);
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
