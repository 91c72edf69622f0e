// What a link's plan does while the link store fails it. Two links share each bad day: one linked, one pending.
import { readFile, readdir, rename, rm, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Client } from "pg";
import { STALE_AFTER } from "../../src/link-store/file/file-lock";
import { TABLE, TAKE_LOCK } from "../../src/link-store/postgres/postgres-table";
import { startPostgres } from "../postgres";
import type { TestPostgres } from "../postgres";
import { layBreakableLine } from "./breakable-line";
import { LINK_TOKENS, PENDING, TOKEN, raiseTwoLinks } from "./two-links";
import type { Outlook, TwoLinks } from "./two-links";

jest.setTimeout(120_000);

/** Longer than an access token lives: the next plan has to refresh it, under the record's lock. */
const OVER_AN_HOUR = "61m";

/** Longer than the pending URL is assumed to live. */
const OVER_ITS_LIFE = "501h";

/** One kind of store with a stage that uses it, and what can befall it. */
interface Suffering {
  readonly stage: TwoLinks;
  /** What a warning calls the place. */
  readonly place: string;
  /** Makes it fail as a whole, and later work again. */
  fail(): Promise<void>;
  recover(): Promise<void>;
  /** Replaces the linked link's record. @returns what it was */
  rewrite(change: (record: string) => string): Promise<string>;
  /** Leaves the linked link's lock behind, as a process does that is killed while it holds it. */
  dieHoldingTheLock(): Promise<void>;
  close(): Promise<void>;
}

async function sufferingFolder(): Promise<Suffering> {
  const stage = await raiseTwoLinks();
  const [name = ""] = (await readdir(stage.store)).filter((each) => each.startsWith(stage.linkedServiceAccountId));
  const file = path.join(stage.store, name);
  return {
    stage,
    place: stage.store,
    async fail() {
      await rename(stage.store, `${stage.store}.away`);
      await writeFile(stage.store, "This is no folder.");
    },
    async recover() {
      await rm(stage.store);
      await rename(`${stage.store}.away`, stage.store);
    },
    async rewrite(change) {
      const record = await readFile(file, "utf8");
      await writeFile(file, change(record));
      return record;
    },
    async dieHoldingTheLock() {
      await writeFile(`${file}.lock`, "");
      const longAgo = (Date.now() - STALE_AFTER) / 1_000 - 1;
      await utimes(`${file}.lock`, longAgo, longAgo);
    },
    close: () => stage.close(),
  };
}

async function sufferingDatabase(postgres: TestPostgres): Promise<Suffering> {
  const url = await postgres.createDatabase();
  const line = await layBreakableLine(url);
  const stage = await raiseTwoLinks({ postgres: url, env: { OU_LINK_STORE_POSTGRES: line.url } });
  const key = [stage.sandbox.client_id, stage.linkedServiceAccountId];
  const database = new Client({ connectionString: url });
  await database.connect();
  return {
    stage,
    place: `on ${new URL(line.url).host}`,
    fail: () => line.cut(),
    recover: () => line.mend(),
    async rewrite(change) {
      const where = "WHERE client_id = $1 AND service_account_id = $2";
      const { rows } = await database.query<{ record: string }>(`SELECT record FROM ${TABLE} ${where}`, key);
      const record = rows[0]?.record ?? "";
      await database.query(`UPDATE ${TABLE} SET record = $3 ${where}`, [...key, change(record)]);
      return record;
    },
    async dieHoldingTheLock() {
      // Its lease has run out by the database's clock.
      await database.query(TAKE_LOCK, ["us", ...key, "a process that died", -1]);
    },
    async close() {
      await database.end();
      await stage.close();
      await line.cut();
    },
  };
}

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.close());

describe.each([
  ["file", () => sufferingFolder()],
  ["postgres", () => sufferingDatabase(postgres)],
] as const)("a %s store", (_, raise) => {
  let store: Suffering;
  let stage: TwoLinks;
  let before: Outlook;

  beforeAll(async () => {
    store = await raise();
    stage = store.stage;
    before = await stage.planNothing();
  });
  afterAll(() => store.close());

  const expectAsBefore = ({ linked, pending }: Outlook) => {
    expect(before).toMatchObject({ linked: { status: "linked" }, pending: { status: "pending" }, warnings: 0 });
    expect({ linked, pending }).toEqual({ linked: before.linked, pending: before.pending });
  };
  /** What a plan has to be while something is wrong: one warning that helps, and nothing else. */
  const expectOneWarning = async (lasting: Outlook, told: readonly string[], secrets: readonly string[]) => {
    expectAsBefore(lasting);
    expect(lasting.warnings).toBe(1);
    expect(lasting.message).toContain("Link could not be checked");
    for (const words of told) expect(lasting.message).toContain(words);
    for (const secret of secrets) expect(lasting.message).not.toContain(secret);
    expect(await stage.requests(...LINK_TOKENS)).toBe(2);
  };
  const expectGoodDay = async () => {
    const over = await stage.planNothing();
    expectAsBefore(over);
    expect(over.warnings).toBe(0);
    expect(await stage.requests(...LINK_TOKENS)).toBe(2);
  };

  it("that is down: both links stay as they are", async () => {
    const secrets = await stage.secrets();
    await store.fail();
    const lasting = await stage.planNothing();
    await store.recover();
    await expectOneWarning(lasting, ["Check that"], secrets);
    // Terraform may break a long path into lines.
    expect(lasting.message.replaceAll(" ", "")).toContain(store.place.replaceAll(" ", ""));
    await expectGoodDay();
  });

  it("that is down while tokens have to be refreshed: none is asked for that could not be kept", async () => {
    stage.clock.advance(OVER_AN_HOUR);
    const refreshes = await stage.requests(...TOKEN);
    await store.fail();
    const lasting = await stage.planNothing();
    expectAsBefore(lasting);
    expect(await stage.requests(...TOKEN)).toBe(refreshes);
    await store.recover();
    await expectGoodDay();
    expect(await stage.requests(...TOKEN)).toBe(refreshes + 1);
  });

  it.each<[string, (record: string) => string, string[]]>([
    ["half-written", (record) => record.slice(0, record.length / 2), ["damaged", "not JSON", "backup"]],
    ["empty", () => "", ["damaged"]],
    ["of another client id", (record) => withField(record, "link.client_id", "another"), ["client id another"]],
    ["of another data center", (record) => withField(record, "link.data_center", "de"), ["data center de"]],
    ["of a newer format", (record) => withField(record, "version", 99), ["newer version", "Update"]],
    ["without a refresh token", (record) => withField(record, "tokens.refresh_token", ""), ["damaged", "tokens"]],
  ])("with a record that is %s: the link stays as it was, and so does the record", async (_day, change, told) => {
    const secrets = await stage.secrets();
    const whole = await store.rewrite(change);
    const lasting = await stage.planNothing();
    await expectOneWarning(lasting, [...told, stage.linkedServiceAccountId], secrets);
    expect(await store.rewrite(() => whole)).toBe(change(whole));
  });

  it("whose record is whole again: nothing is left of all that", expectGoodDay);

  it("locked by a dead process: the lock is taken over, and nobody notices", async () => {
    await store.dieHoldingTheLock();
    stage.clock.advance(OVER_AN_HOUR);
    const refreshes = await stage.requests(...TOKEN);
    await expectGoodDay();
    expect(await stage.requests(...TOKEN)).toBe(refreshes + 1);
  });

  it("locked by a process that does not end: the link stays as it was, after a wait that has a bound", async () => {
    stage.clock.advance(OVER_AN_HOUR);
    const secrets = await stage.secrets();
    const refreshes = await stage.requests(...TOKEN);
    const lasting = await stage.authorizations.locked(stage.keyOf(stage.linkedServiceAccountId), () =>
      whileTimePasses(stage, stage.planNothing()),
    );
    await expectOneWarning(lasting, ["Another process has held the lock", "try again"], secrets);
    expect(await stage.requests(...TOKEN)).toBe(refreshes);
    await expectGoodDay();
  });

  it("that is down when its links are destroyed: they stay, and so does the authorization", async () => {
    const secrets = await stage.secrets();
    await store.fail();
    const { message } = await stage.terraform.destroy({ expectError: /Link store failed/ });
    for (const secret of secrets) expect(message).not.toContain(secret);
    expect((await stage.terraform.state()).addresses).toHaveLength(2);
    await store.recover();
    await expectGoodDay();
  });

  it("that is down when a URL lapses: it is not minted anew before the store can tell", async () => {
    stage.clock.advance(OVER_ITS_LIFE);
    await store.fail();
    const { plan } = await stage.terraform.apply({ expectActions: {} });
    expect(plan.change(PENDING).after).toMatchObject({ status: "pending" });
    expect(await stage.requests(...LINK_TOKENS)).toBe(2);
    await store.recover();
    await stage.terraform.plan({ expectActions: { [PENDING]: "update" } });
    await stage.terraform.apply({ expectActions: { [PENDING]: "update" } });
    expect(await stage.requests(...LINK_TOKENS)).toBe(3);
  });
});

function withField(record: string, name: string, value: unknown): string {
  const json = JSON.parse(record) as { readonly link: object; readonly tokens: object };
  const [outer = "", inner] = name.split(".");
  if (inner === undefined) return JSON.stringify({ ...json, [outer]: value });
  return JSON.stringify({ ...json, [outer]: { ...json[outer as keyof typeof json], [inner]: value } });
}

/** Moves the clock on until the work is done, or for an hour and a half of its time. */
async function whileTimePasses<T>({ clock }: TwoLinks, work: Promise<T>): Promise<T> {
  let isDone = false;
  const done = work.finally(() => (isDone = true));
  for (let look = 0; look < 270 && !isDone; look++) {
    await Promise.race([done.catch(() => {}), delay(100)]);
    clock.advance("20s");
  }
  return done;
}
