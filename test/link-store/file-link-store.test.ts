import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { stat } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { inspect } from "node:util";
import { LinkStoreError, FileLinkStore, StoreKeys, makeFolder } from "../../src/link-store";
import { Secret } from "../../src/cronofy";
import { ACCESS_TOKEN, KEY, REFRESH_TOKEN, authorizedRecord, revealed, write } from "./records";
import { itKeepsLinksForLife } from "./life-contract";
import { itKeepsTheStoreContract } from "./store-contract";

let parent: string;
let folder: string;

beforeEach(() => {
  parent = mkdtempSync(path.join(os.tmpdir(), "links "));
  folder = path.join(parent, "new", "store");
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

/** The only record in the folder. */
function recordFile(): string {
  const names = readdirSync(folder);
  expect(names).toHaveLength(1);
  return path.join(folder, names[0] ?? "");
}

function rewrite(change: (text: string) => string): Promise<void> {
  writeFileSync(recordFile(), change(readFileSync(recordFile(), "utf8")));
  return Promise.resolve();
}

async function storeErrorOf(promise: Promise<unknown>): Promise<LinkStoreError> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof LinkStoreError)) throw new Error(`Expected a store error, got ${inspect(error)}`);
  expect(inspect(error, { depth: 10 })).not.toMatch(new RegExp(`${REFRESH_TOKEN}|${ACCESS_TOKEN}`));
  return error;
}

describe("an encrypted file store", () => {
  const keys = StoreKeys.parse(randomBytes(32).toString("base64"));
  itKeepsTheStoreContract({
    open: (options = {}) => new FileLinkStore(folder, { ...options, keys }),
    openWithoutKey: () => new FileLinkStore(folder),
    rewrite,
  });
  itKeepsLinksForLife(() => new FileLinkStore(folder, { keys }));
});

describe("a file store", () => {
  itKeepsTheStoreContract({
    open: (options = {}) => new FileLinkStore(folder, options),
    openWithoutKey: () => new FileLinkStore(folder),
    rewrite,
  });

  it("says where it is", () => {
    expect(new FileLinkStore(folder).description).toBe(`the folder ${folder}`);
  });

  it("makes nothing by reading", async () => {
    await new FileLinkStore(folder).read(KEY);
    expect(readdirSync(parent)).toEqual([]);
  });

  it("leaves one file for a link, named for it, and both file and folder to the owner alone", async () => {
    const store = new FileLinkStore(folder);
    await write(store, authorizedRecord());
    await write(store, authorizedRecord());
    expect(path.basename(recordFile())).toMatch(/^ser_64b17f9b8090ea21640c9151-[0-9a-f]{16}\.json$/);
    const odd = path.join(parent, "odd");
    await write(new FileLinkStore(odd), authorizedRecord({ serviceAccountId: "../ser ü" }));
    expect(readdirSync(odd)).toEqual([expect.stringMatching(/^___ser__-[0-9a-f]{16}\.json$/)]);
    if (process.platform === "win32") return;
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(recordFile()).mode & 0o777).toBe(0o600);
  });

  it("writes a record of the first format", async () => {
    await write(new FileLinkStore(folder), authorizedRecord());
    expect(JSON.parse(readFileSync(recordFile(), "utf8"))).toEqual({
      version: 1,
      link: {
        data_center: "de",
        client_id: "client-1",
        service_account_id: "ser_64b17f9b8090ea21640c9151",
        life_id: "life-1",
        declaration: { id: "declaration-1", at: "2026-01-31T08:00:00.000Z", place: "build-7:/srv/links" },
        awaited: null,
        redeeming_since: null,
        sent_code: null,
        authorization: {
          organizational_unit_id: "ou_1",
          scope: "organizational_unit_use_integrations",
          redirect_uri: "https://example.com/callback",
          linked_at: "2026-02-01T09:00:00.000Z",
          conferencing_provider_name: "zoom_enterprise",
          declaration_id: "declaration-1",
          access_token_expires_at: "2026-03-01T11:00:00.000Z",
          confirmed_at: null,
          refused_at: null,
        },
        ended: null,
      },
      tokens: { refresh_token: REFRESH_TOKEN, access_token: ACCESS_TOKEN },
    });
  });

  it.each<[string, (text: string) => string, string]>([
    ["is empty", () => "", "it is not JSON"],
    ["was cut off", (text) => text.slice(0, -20), "it is not JSON"],
    ["is no object", () => "[]", "it has no version"],
    ["is nothing", () => "null", "it has no version"],
    ["has no version", (text) => text.replace('"version": 1,', ""), "it has no version"],
    ["has no link", (text) => text.replace('"link"', '"other"'), "it lacks a proper link"],
    ["lacks a token", (text) => text.replace(REFRESH_TOKEN, ""), "it lacks proper tokens"],
    ["has an empty access token", (text) => text.replace(ACCESS_TOKEN, ""), "it lacks proper tokens"],
    ["has a number as a token", (text) => text.replace(`"${REFRESH_TOKEN}"`, "7"), "it lacks proper tokens"],
    ["has no tokens", (text) => text.replace(/"tokens": \{[^}]*\}/, '"tokens": null'), "it lacks proper tokens"],
    [
      "has tokens of nothing",
      (text) => text.replace(/"authorization": \{[^}]*\}/, '"authorization": null'),
      "it lacks proper tokens",
    ],
    [
      "has a wrong time",
      (text) => text.replace("2026-02-01T", "2026-02-31T"),
      "it lacks a proper authorization.linked_at",
    ],
    ["has a wrong type", (text) => text.replace(`"${ACCESS_TOKEN}"`, "7"), "it lacks proper tokens"],
  ])("refuses a record that %s, says which, and leaves it", async (_what, damage, message) => {
    const store = new FileLinkStore(folder);
    await write(store, authorizedRecord());
    const file = recordFile();
    const damaged = damage(readFileSync(file, "utf8"));
    writeFileSync(file, damaged);
    for (const attempt of [store.read(KEY), store.locked(KEY, (record) => record.current())]) {
      const error = await storeErrorOf(attempt);
      expect(error).toMatchObject({ code: "corrupt", location: file });
      expect(error.message).toContain(file);
      expect(error.message).toContain(message);
      expect(error.message).toContain("have the administrator authorize anew");
    }
    expect(readFileSync(file, "utf8")).toBe(damaged);
  });

  it("refuses a record of a later format, and takes one with fields that it does not know", async () => {
    const store = new FileLinkStore(folder);
    await write(store, authorizedRecord());
    const text = readFileSync(recordFile(), "utf8");
    writeFileSync(recordFile(), text.replace('"version": 1', '"version": 3'));
    const error = await storeErrorOf(store.read(KEY));
    expect(error).toMatchObject({ code: "newer-format" });
    expect(error.message).toMatch(
      /ser_64b17f9b8090ea21640c9151.* \(format 3, .* up to 1\)\. Update whatever reads it\.$/,
    );
    writeFileSync(recordFile(), text.replace('"version": 1', '"version": 1, "added_later": true'));
    expect(revealed(await store.read(KEY))).toEqual(revealed(authorizedRecord()));
  });

  it("refuses a record that was put in another link's place, and leaves both", async () => {
    const store = new FileLinkStore(folder);
    await write(store, authorizedRecord());
    const file = recordFile();
    for (const other of [
      { ...KEY, clientId: "client-2" },
      { ...KEY, dataCenter: "us" as const },
      { ...KEY, serviceAccountId: "ser_other" },
    ]) {
      await write(store, authorizedRecord(other));
      const otherFile = path.join(folder, readdirSync(folder).find((name) => !file.endsWith(name)) ?? "");
      copyFileSync(file, otherFile);
      const error = await storeErrorOf(store.read(other));
      expect(error).toMatchObject({ code: "other-link", location: otherFile });
      expect(error.message).toContain(
        `The record ${otherFile} is of ${KEY.serviceAccountId} (data center de, client id client-1), not of ` +
          `${other.serviceAccountId} (data center ${other.dataCenter}, client id ${other.clientId})`,
      );
      expect(error.message).toContain("move it away");
      await storeErrorOf(store.locked(other, (record) => record.current()));
      expect(readFileSync(otherFile)).toEqual(readFileSync(file));
      rmSync(otherFile);
    }
  });

  it("lists damaged records as such, after the others, and leaves folders out", async () => {
    const store = new FileLinkStore(folder);
    const files = ["a.json", "b.json", "z.json"].map((name) => path.join(folder, name));
    await write(store, authorizedRecord());
    for (const file of [...files, `${files[0]}.new`]) writeFileSync(file, "{");
    mkdirSync(path.join(folder, "of-somebody-else.json"));
    const [first, ...damaged] = await store.list();
    expect(first?.link).toMatchObject(KEY);
    expect(damaged).toEqual(files.map((location) => ({ location, link: null, encryptedWith: null })));
  });

  it("names the folder that cannot be one", async () => {
    const file = path.join(parent, "file");
    writeFileSync(file, "");
    for (const below of [file, path.join(file, "store")]) {
      const store = new FileLinkStore(below);
      const error = await storeErrorOf(write(store, authorizedRecord()));
      expect(error).toMatchObject({ code: "not-writable", location: below });
      expect(error.message).toContain(below);
      expect(error.message).toContain("Name a folder that this user may write to, or make this one so.");
      for (const attempt of [store.read(KEY), store.list()]) {
        const unread = await storeErrorOf(attempt);
        expect(unread).toMatchObject({ code: "not-readable", cause: { code: "ENOTDIR" } });
        expect(unread.message).toMatch(
          /^Cannot read links from .* \(ENOTDIR\)\. Check that the folder of the link store is one, and that this user may read it\.$/,
        );
      }
    }
  });

  it("has its folder made once by two at once, and not where a file is", async () => {
    await Promise.all([makeFolder(folder), makeFolder(folder), makeFolder(folder)]);
    expect(statSync(folder).isDirectory()).toBe(true);
    const file = path.join(parent, "file");
    writeFileSync(file, "");
    await expect(makeFolder(file)).rejects.toMatchObject({ code: "EEXIST" });
  });

  it("keeps the old record where a new one cannot be written", async () => {
    const store = new FileLinkStore(folder);
    await write(store, authorizedRecord());
    mkdirSync(path.join(`${recordFile()}.new`, "in the way"), { recursive: true });
    const error = await storeErrorOf(write(store, authorizedRecord({ scope: "other" })));
    expect(error).toMatchObject({ code: "not-writable", location: folder });
    expect(revealed(await store.read(KEY))).toEqual(revealed(authorizedRecord()));
  });

  it("overwrites what a crash in the middle of a write left", async () => {
    const store = new FileLinkStore(folder);
    await write(store, authorizedRecord());
    const file = recordFile();
    writeFileSync(`${file}.new`, '{"version": 1, "refre');
    expect(revealed(await store.read(KEY))).toEqual(revealed(authorizedRecord()));
    await write(store, authorizedRecord({ scope: "other" }));
    expect(recordFile()).toBe(file);
    expect((await store.read(KEY))?.authorization?.scope).toBe("other");
  });

  it("takes over the lock of a dead process", async () => {
    const store = new FileLinkStore(folder, { lockTimeout: 0 });
    await write(store, authorizedRecord());
    const lock = `${recordFile()}.lock`;
    writeFileSync(lock, "");
    const error = await storeErrorOf(write(store, authorizedRecord()));
    expect(error).toMatchObject({ code: "locked" });
    expect(error.message).toContain(`the lock of the record ${lock.replace(/\.lock$/, "")} for 0 s`);
    const longAgo = Date.now() / 1_000 - 60;
    utimesSync(lock, longAgo, longAgo);
    await write(store, authorizedRecord({ scope: "other" }));
    expect((await store.read(KEY))?.authorization?.scope).toBe("other");
  });

  describe("whose lock was taken while it was halted", () => {
    beforeEach(() => jest.useFakeTimers({ doNotFake: ["setImmediate", "nextTick", "queueMicrotask", "performance"] }));
    afterEach(() => jest.useRealTimers());

    /** Lets the lock's holder find that its lock is gone. */
    async function loseLock(): Promise<void> {
      const lock = readdirSync(folder).find((name) => name.endsWith(".lock")) ?? "";
      rmSync(path.join(folder, lock), { recursive: true });
      jest.advanceTimersByTime(6_000);
      for (let turn = 0; turn < 20; turn++) await stat(folder);
    }

    it("still writes, where nobody changed the record: a token in hand is not thrown away", async () => {
      const store = new FileLinkStore(folder);
      await write(store, authorizedRecord());
      await store.locked(KEY, async (record) => {
        await record.current();
        await loseLock();
        await record.write(authorizedRecord({ refreshToken: new Secret("rotated") }));
        await record.write(authorizedRecord({ refreshToken: new Secret("rotated again") }));
      });
      expect((await store.read(KEY))?.tokens?.refreshToken.reveal()).toBe("rotated again");
    });

    it("does not overwrite what another process wrote", async () => {
      const store = new FileLinkStore(folder);
      await write(store, authorizedRecord());
      const file = recordFile();
      const theirs = readFileSync(file, "utf8").replace(REFRESH_TOKEN, "theirs");
      await store.locked(KEY, async (record) => {
        await record.current();
        await loseLock();
        writeFileSync(file, theirs);
        expect(await storeErrorOf(record.write(authorizedRecord()))).toMatchObject({
          code: "lock-lost",
          message: `Another process changed the record ${file} while this one was halted. Its version was kept; try again.`,
        });
      });
      expect(readFileSync(file, "utf8")).toBe(theirs);
    });
  });
});

describe("a file store on a full disk", () => {
  /** A small disk of its own at the place of the folder; what is wrong where this machine gives none. */
  const mount = () =>
    spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k,mode=700", "none", folder], { encoding: "utf8" });

  it("refuses before anything is spent, and keeps what space was reserved for", async () => {
    mkdirSync(folder, { recursive: true });
    const { status, stderr } = mount();
    if (status !== 0) {
      process.stderr.write(`NOT RUN: a file store on a full disk, for no small disk can be mounted here. ${stderr}\n`);
      return;
    }
    const fill = () => {
      const rest = path.join(folder, "rest");
      expect(() => {
        for (;;) writeFileSync(rest, Buffer.alloc(4_096), { flag: "a" });
      }).toThrow("ENOSPC");
      return () => rmSync(rest);
    };
    try {
      const store = new FileLinkStore(folder);
      await write(store, authorizedRecord());
      const free = fill();
      const error = await storeErrorOf(store.locked(KEY, (record) => record.reserve()));
      expect(error).toMatchObject({ code: "not-writable" });
      expect(error.message).toContain("Its disk is full: free some space.");
      expect(revealed(await store.read(KEY))).toEqual(revealed(authorizedRecord()));
      free();
      await store.locked(KEY, async (record) => {
        const keep = await record.reserve();
        fill();
        await keep(authorizedRecord({ refreshToken: new Secret("rotated".repeat(1_000)) }));
      });
      expect((await store.read(KEY))?.tokens?.refreshToken.reveal()).toBe("rotated".repeat(1_000));
    } finally {
      spawnSync("umount", [folder]);
    }
  });
});
