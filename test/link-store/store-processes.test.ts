// Several processes at once, and processes that die, on each store.
import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, utimesSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { PostgresLinkStore, STORE_KEY_VARIABLE, openLinkStore, storeChosenBy } from "../../src/link-store";
import type { LinkStore } from "../../src/link-store";
import { Secret } from "../../src/cronofy";
import { startPostgres } from "../postgres";
import type { TestPostgres } from "../postgres";
import { KEY, authorization, write } from "./records";
import { startRotatingCronofy } from "./rotating-cronofy";
import type { RotatingCronofy } from "./rotating-cronofy";

const RACES = 100;
const RACERS = 3;

/** More than there are; the test ends where a process takes them all. */
const MOST_STEPS = 60;

const ALL_BUT_INTERVALS = [
  "Date",
  "hrtime",
  "nextTick",
  "performance",
  "queueMicrotask",
  "setImmediate",
  "clearImmediate",
  "setTimeout",
  "clearTimeout",
] as const;

let postgres: TestPostgres;
let folder: string;
let cronofy: RotatingCronofy;
let children: ChildProcess[];

beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(() => postgres.close());

beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), "authorizations-"));
  cronofy = await startRotatingCronofy();
  children = [];
});
afterEach(async () => {
  children.forEach((child) => child.kill("SIGKILL"));
  await cronofy.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Kind {
  readonly name: string;
  environment(): Promise<Record<string, string>>;
  /** Lets the time pass after which the lock of a dead process is free. */
  outliveDeadLocks(): void;
}

const KINDS: readonly Kind[] = [
  {
    name: "file",
    environment: () => Promise.resolve({ OU_LINK_STORE_FILE: folder }),
    outliveDeadLocks() {
      const longAgo = Date.now() / 1_000 - 11;
      for (const lock of readdirSync(folder).filter((name) => name.endsWith(".lock"))) {
        utimesSync(path.join(folder, lock), longAgo, longAgo);
      }
    },
  },
  {
    name: "encrypted postgres",
    environment: async () => ({
      OU_LINK_STORE_POSTGRES: await postgres.createDatabase(),
      [STORE_KEY_VARIABLE]: randomBytes(32).toString("base64"),
    }),
    // There it is free as soon as the database sees the connection end.
    outliveDeadLocks() {},
  },
];

describe.each(KINDS)("the $name store", (kind) => {
  let env: Record<string, string>;
  let store: LinkStore;

  beforeEach(async () => {
    env = await kind.environment();
    const choice = storeChosenBy(env);
    if (choice === null) throw new Error("No store was chosen.");
    store = openLinkStore(choice, { env, lockTimeout: 5_000 });
  });
  afterEach(() => store.close());

  async function startChild(more: Record<string, string> = {}): Promise<ChildProcess> {
    const child = fork(path.join(__dirname, "renew-in-child.ts"), [], {
      execArgv: ["--require", "tsx/cjs"],
      env: { PATH: process.env["PATH"], API_URL: cronofy.url, ...env, ...more },
    });
    children.push(child);
    await once(child, "message");
    return child;
  }

  /** A record that needs to be renewed, with the refresh token that works. */
  const expired = () =>
    authorization({
      refreshToken: new Secret(cronofy.refreshToken()),
      accessToken: new Secret("expired"),
      accessTokenExpiresAt: "2026-03-01T09:00:00.000Z",
    });

  it(`is renewed once by ${RACERS} processes at the same time, in each of ${RACES} races`, async () => {
    const racers = await Promise.all(Array.from({ length: RACERS }, () => startChild()));
    for (let race = 1; race <= RACES; race++) {
      await write(store, expired());
      const finds = racers.map((racer) => once(racer, "message"));
      for (const racer of racers) racer.send("go");
      for (const [evidence] of await Promise.all(finds)) expect(evidence).toMatchObject({ kind: "linked" });
      expect(cronofy.counts()).toEqual({ refreshed: race, refused: 0 });
      expect((await store.read(KEY))?.refreshToken.reveal()).toBe(cronofy.refreshToken());
    }
    console.info(`${kind.name}: ${RACES} races of ${RACERS} processes, ${RACES} refreshes, 0 tokens lost`);
  }, 120_000);

  it("holds the old record or the new one, whole, whatever step its holder is killed at, and the lock is free", async () => {
    await write(store, authorization());
    let killed = 0;
    let old = 0;
    for (let step = 1; step <= MOST_STEPS; step++) {
      await write(store, expired());
      const before = cronofy.refreshToken();
      const child = await startChild({ KILL_AT: String(step) });
      const exit = once(child, "exit");
      const ended = Promise.race([exit.then(() => "killed"), once(child, "message").then(() => "done")]);
      child.send("go");
      const isDone = (await ended) === "done";
      child.kill("SIGKILL");
      await exit;

      const token = (await store.read(KEY))?.refreshToken.reveal();
      expect([before, cronofy.refreshToken()]).toContain(token);
      kind.outliveDeadLocks();
      await write(store, authorization({ scope: `after step ${step}` }));
      expect((await store.read(KEY))?.scope).toBe(`after step ${step}`);
      if (isDone) {
        expect(killed).toBeGreaterThanOrEqual(8);
        expect(old).toBeGreaterThan(0);
        expect(old).toBeLessThan(killed);
        console.info(
          `${kind.name}: killed at ${killed} steps, ${old} times the old record and else the new, 0 damaged`,
        );
        return;
      }
      killed++;
      if (token === before) old++;
    }
    throw new Error(`A renewal takes more than ${MOST_STEPS} steps.`);
  }, 120_000);
});

describe("the postgres store", () => {
  it("ends the lock of a holder that is halted, and the holder then overwrites nothing", async () => {
    const url = new Secret(await postgres.createDatabase());
    // A holder that is too busy to give a sign of life in time is as good as halted.
    const lockLease = 300;
    const halted = new PostgresLinkStore(url, { lockLease });
    const other = new PostgresLinkStore(url, { lockTimeout: 5_000 });
    await write(other, authorization());
    jest.useFakeTimers({ doNotFake: [...ALL_BUT_INTERVALS] });
    try {
      await halted.locked(KEY, async (record) => {
        await record.current();
        await write(other, authorization({ refreshToken: new Secret("theirs") }));
        await expect(record.write(authorization())).rejects.toMatchObject({ code: "lock-lost" });
      });
    } finally {
      jest.useRealTimers();
    }
    expect((await other.read(KEY))?.refreshToken.reveal()).toBe("theirs");
    await Promise.all([halted.close(), other.close()]);
  });
});
