// Several processes at once, and processes that die, on each store.
import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, utimesSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { Client } from "pg";
import {
  PostgresLinkStore,
  STORE_KEY_VARIABLE,
  declareLink,
  endLink,
  observeLink,
  openLinkStore,
  stateOf,
  storeChosenBy,
  unfinishedSince,
} from "../../src/link-store";
import type { LinkEvidence, LinkFacts, LinkStore } from "../../src/link-store";
import { TABLE } from "../../src/link-store/postgres/postgres-table";
import { Secret } from "../../src/cronofy";
import type { CronofyClient } from "../../src/cronofy";
import { startPostgres } from "../postgres";
import type { TestPostgres } from "../postgres";
import { clientOf, keyAt, redeemWith } from "./moments";
import type { MomentName } from "./moments";
import { DECLARATION, KEY, NOW, authorizedRecord, write } from "./records";
import { startRotatingCronofy } from "./rotating-cronofy";
import type { RotatingCronofy } from "./rotating-cronofy";
import { depth } from "../depth";

const RACES = depth(6, 100);
const RACERS = 3;

/** When nothing that was begun now can still be under way. */
const MUCH_LATER = new Date(NOW.getTime() + 3_600_000);

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
  folder = mkdtempSync(path.join(os.tmpdir(), "links-"));
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
  outliveDeadLocks(env: Readonly<Record<string, string>>): Promise<void>;
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
      return Promise.resolve();
    },
  },
  {
    name: "encrypted postgres",
    environment: async () => ({
      OU_LINK_STORE_POSTGRES: await postgres.createDatabase(),
      [STORE_KEY_VARIABLE]: randomBytes(32).toString("base64"),
    }),
    async outliveDeadLocks(env) {
      const database = new Client({ connectionString: env["OU_LINK_STORE_POSTGRES"] });
      await database.connect();
      await database.query(`UPDATE ${TABLE} SET locked_until = now() - interval '1 second'`);
      await database.end();
    },
  },
];

describe.each(KINDS)("the $name store", (kind) => {
  let env: Record<string, string>;
  let store: LinkStore;
  /** The same for whoever has no key. */
  let keyless: LinkStore;

  beforeEach(async () => {
    env = await kind.environment();
    const choice = storeChosenBy(env);
    if (choice === null) throw new Error("No store was chosen.");
    store = openLinkStore(choice, { env, lockTimeout: 5_000 });
    keyless = openLinkStore(choice, { env: {} });
  });
  afterEach(async () => {
    await Promise.all([store.close(), keyless.close()]);
  });

  function startChild(script: string, more: Record<string, string> = {}): ChildProcess {
    const child = fork(path.join(__dirname, script), [], {
      execArgv: ["--require", "tsx/cjs"],
      env: { PATH: process.env["PATH"], API_URL: cronofy.url, ...env, ...more },
    });
    children.push(child);
    return child;
  }

  it(`is renewed once by ${RACERS} processes at the same time, in each of ${RACES} races`, async () => {
    const racers = Array.from({ length: RACERS }, () => startChild("renew-in-child.ts"));
    await Promise.all(racers.map((racer) => once(racer, "message")));
    const refreshToken = () => cronofy.refreshToken(KEY.serviceAccountId) ?? "";
    for (let race = 1; race <= RACES; race++) {
      await write(
        store,
        authorizedRecord({
          refreshToken: new Secret(refreshToken()),
          accessToken: new Secret("expired"),
          accessTokenExpiresAt: "2026-03-01T09:00:00.000Z",
        }),
      );
      const finds = racers.map((racer) => once(racer, "message"));
      for (const racer of racers) racer.send("go");
      for (const [evidence] of await Promise.all(finds)) expect(evidence).toMatchObject({ kind: "linked" });
      expect(cronofy.counts()).toEqual({ refreshed: race, refused: 0 });
      expect((await store.read(KEY))?.tokens?.refreshToken.reveal()).toBe(refreshToken());
    }
    console.info(`${kind.name}: ${RACES} races of ${RACERS} processes, ${RACES} refreshes, 0 tokens lost`);
  }, 120_000);

  describe("whose process is killed", () => {
    /** What the next look says, and whether it is so. */
    interface Look {
      readonly facts: LinkFacts | null;
      readonly evidence: LinkEvidence;
      /** Whether Cronofy takes the refresh token that was recorded. */
      readonly isGood: boolean;
      readonly name: string;
      readonly step: number;
    }

    /** What must be so whichever step was the last, and what whoever comes next does about it. */
    interface Aftermath {
      readonly states: readonly string[];
      readonly check: (look: Look) => void;
      readonly goOn: (client: CronofyClient, look: Look) => Promise<void>;
    }

    const declaration = { ...DECLARATION, id: "declaration-2" };
    const AFTERMATHS: Readonly<Record<MomentName, Aftermath>> = {
      create: {
        states: ["none", "invited"],
        check({ facts, evidence }) {
          expect(evidence.kind).toBe(facts === null ? "not-recorded" : "awaited");
          if (facts !== null) expect(facts.awaited?.since).toBe(NOW.toISOString());
        },
        async goOn(_client, { facts, step }) {
          // Terraform knows nothing of the first declaration, so the next apply makes another one.
          const asked = { declaration, conferencingProviderName: null, asksAnew: false, now: MUCH_LATER };
          const { link } = await declareLink(store, keyAt(step), asked);
          expect(link).toMatchObject({ declaration, ...(facts && { lifeId: facts.lifeId, awaited: facts.awaited }) });
          expect(stateOf(link)).toBe("invited");
        },
      },
      callback: {
        states: ["invited", "redeeming", "authorized"],
        check({ facts, evidence, name }) {
          if (facts === null) throw new Error("The link was declared.");
          const isMade = stateOf(facts) === "authorized";
          expect(evidence.kind).toBe(isMade ? "linked" : "awaited");
          expect(facts.awaited).toEqual(isMade ? null : { since: DECLARATION.at, conferencingProviderName: null });
          // No code is spent without word of it.
          if (cronofy.codesSpent(name) > 0) expect(stateOf(facts)).not.toBe("invited");
          expect(unfinishedSince(facts, NOW)).toBeNull();
          expect(unfinishedSince(facts, MUCH_LATER) !== null).toBe(stateOf(facts) === "redeeming");
        },
        async goOn(client, { step }) {
          const link = await redeemWith(store, client, step, 2);
          expect(link).toMatchObject({ lifeId: "life-1", declaration: DECLARATION });
          expect(stateOf(link)).toBe("authorized");
        },
      },
      refresh: {
        states: ["authorized", "refused"],
        check({ facts, evidence, isGood }) {
          expect(facts?.declaration).toEqual(DECLARATION);
          expect(evidence.kind).toBe(isGood ? "linked" : "refused");
        },
        async goOn(client, { evidence, step }) {
          // What Cronofy has rotated and nobody could keep is lost: then whoever asks anew and comes again ends that.
          if (evidence.kind === "refused") await redeemWith(store, client, step, 1);
          const later = await observeLink(store, client, keyAt(step), { now: () => NOW });
          expect(later).toMatchObject({ kind: "linked", link: { lifeId: "life-1", declaration: DECLARATION } });
        },
      },
      destroy: {
        states: ["authorized", "ended"],
        check({ facts, evidence, name }) {
          const isRevoked = cronofy.refreshToken(name) === null;
          expect(evidence.kind).toBe(facts?.ended ? "ended" : isRevoked ? "refused" : "linked");
          // None is called ended that is alive at Cronofy.
          if (facts?.ended) expect(isRevoked).toBe(true);
        },
        async goOn(client, { facts, name, step }) {
          const ending = await endLink(store, client, keyAt(step), { declarationId: DECLARATION.id, now: NOW });
          expect(ending.kind).toBe(facts?.ended ? "ended-before" : "revoked");
          expect(cronofy.refreshToken(name)).toBeNull();
          expect((await store.read(keyAt(step)))?.tokens).toBeNull();
        },
      },
    };

    it.each(Object.keys(AFTERMATHS) as MomentName[])(
      "at any step of %s: the next look says what is so",
      async (name) => {
        const { states, check, goOn } = AFTERMATHS[name];
        const child = startChild("life-in-child.ts", { MOMENT: name });
        const exit = once(child, "exit");
        const [steps] = (await Promise.race([once(child, "message"), exit])) as [number];
        expect(child.exitCode).toBeNull();
        child.kill("SIGKILL");
        await exit;
        expect(steps).toBeGreaterThanOrEqual(6);

        await kind.outliveDeadLocks(env);
        const client = clientOf(cronofy.url);
        const seen: Record<string, number> = {};
        for (let step = 1; step <= steps; step++) {
          const key = keyAt(step);
          const facts = await keyless.look(key);
          const token = (await store.read(key))?.tokens?.refreshToken.reveal();
          const isGood = token === cronofy.refreshToken(key.serviceAccountId);
          const evidence = await observeLink(store, client, key, { now: () => NOW });
          const look = { facts, evidence, isGood, name: key.serviceAccountId, step };
          check(look);
          const state = evidence.kind === "refused" ? "refused" : facts === null ? "none" : stateOf(facts);
          seen[state] = (seen[state] ?? 0) + 1;
          await goOn(client, look);
        }
        expect(Object.keys(seen)).toEqual(expect.arrayContaining([...states]));
        console.info(`${kind.name}: killed at ${steps} steps of ${name}, then ${JSON.stringify(seen)}, 0 damaged`);
      },
    );
  });
});

describe("the postgres store", () => {
  it("ends the lock of a holder that is halted, and the holder then overwrites nothing", async () => {
    const url = new Secret(await postgres.createDatabase());
    // A holder that is too busy to give a sign of life in time is as good as halted.
    const lockLease = 300;
    const halted = new PostgresLinkStore(url, { lockLease });
    const other = new PostgresLinkStore(url, { lockTimeout: 5_000 });
    await write(other, authorizedRecord());
    jest.useFakeTimers({ doNotFake: [...ALL_BUT_INTERVALS] });
    try {
      await halted.locked(KEY, async (record) => {
        await record.current();
        await write(other, authorizedRecord({ refreshToken: new Secret("theirs") }));
        await expect(record.write(authorizedRecord())).rejects.toMatchObject({ code: "lock-lost" });
      });
    } finally {
      jest.useRealTimers();
    }
    expect((await other.read(KEY))?.tokens?.refreshToken.reveal()).toBe("theirs");
    await Promise.all([halted.close(), other.close()]);
  });
});
