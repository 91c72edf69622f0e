import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { STALE_AFTER, tryFileLock } from "../../src/link-store/file/file-lock";
import { depth } from "../depth";

const ROUNDS = depth(20, 200);
const CONTENDERS = 6;

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "file-lock-"));
  file = path.join(folder, "record.json");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Leaves what a process leaves that died with the lock in its hands. */
function leaveDeadLock(of = file): void {
  writeFileSync(`${of}.lock`, "");
  const longAgo = Date.now() / 1_000 - 11;
  utimesSync(`${of}.lock`, longAgo, longAgo);
}

describe("a file's lock", () => {
  it("is held by one at a time, and leaves nothing behind", async () => {
    const release = await tryFileLock(file);
    expect(release).not.toBeNull();
    expect(await tryFileLock(file)).toBeNull();
    await release?.();
    await (
      await tryFileLock(file)
    )?.();
    expect(readdirSync(folder)).toEqual([]);
  });

  it(`of a dead process goes to one of ${CONTENDERS} contenders, in each of ${ROUNDS} rounds`, async () => {
    let taken = 0;
    for (let round = 0; round < ROUNDS; round++) {
      leaveDeadLock();
      const holders = (await Promise.all(Array.from({ length: CONTENDERS }, () => tryFileLock(file)))).filter(
        (release) => release !== null,
      );
      expect(holders.length).toBeLessThanOrEqual(1);
      taken += holders.length;
      for (const release of holders) await release();
      rmSync(`${file}.lock`, { force: true });
    }
    expect(taken).toBeGreaterThan(ROUNDS / 2);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("is taken over although the process that was about to do so died", async () => {
    leaveDeadLock();
    leaveDeadLock(`${file}.takeover`);
    const release = await tryFileLock(file);
    expect(release).not.toBeNull();
    await release?.();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("of a dead process is left to who takes it over already", async () => {
    leaveDeadLock();
    writeFileSync(`${file}.takeover.lock`, "");
    expect(await tryFileLock(file)).toBeNull();
    expect(readdirSync(folder)).toEqual(["record.json.lock", "record.json.takeover.lock"]);
  });

  it("stays with who took it over, when the one that was taken for dead gives it back", async () => {
    const release = await tryFileLock(file);
    const longAgo = Date.now() / 1_000 - 11;
    utimesSync(`${file}.lock`, longAgo, longAgo);
    const releaseTakenOver = await tryFileLock(file);
    expect(releaseTakenOver).not.toBeNull();
    await release?.();
    expect(await tryFileLock(file)).toBeNull();
    await releaseTakenOver?.();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("shows in time that its holder lives", async () => {
    jest.useFakeTimers({ doNotFake: ["setImmediate", "nextTick", "queueMicrotask", "performance"] });
    try {
      const release = await tryFileLock(file);
      const taken = statSync(`${file}.lock`).mtimeMs;
      jest.advanceTimersByTime(STALE_AFTER / 2 + 1);
      for (let turn = 0; turn < 20; turn++) await stat(folder);
      expect(statSync(`${file}.lock`).mtimeMs - taken).toBeGreaterThan(STALE_AFTER / 2 - 1_000);
      await release?.();
    } finally {
      jest.useRealTimers();
    }
  });

  it.each(["", ".takeover"])(
    "is taken over where its time%s is in the future, as after a clock was put right",
    async (kind) => {
      const future = Date.now() / 1_000 + 86_400;
      const dead = Date.now() / 1_000 - 60;
      for (const [lock, time] of [
        [`${file}.lock`, kind === "" ? future : dead],
        [`${file}${kind}.lock`, future],
      ] as const) {
        writeFileSync(lock, "");
        utimesSync(lock, time, time);
      }
      const release = await tryFileLock(file);
      expect(release).not.toBeNull();
      await release?.();
    },
  );

  it("fails where the folder is none", async () => {
    const noFolder = path.join(folder, "file");
    writeFileSync(noFolder, "");
    await expect(tryFileLock(path.join(noFolder, "record.json"))).rejects.toMatchObject({ code: "ENOTDIR" });
  });
});
