import { randomUUID } from "node:crypto";
import type { Pool, QueryResult } from "pg";
import { linkIdText } from "../../link";
import { delay } from "../../cronofy";
import type { Delay, Secret } from "../../cronofy";
import type { LinkFacts, LinkKey, LinkRecord } from "../link-record";
import { formatRecord, inOrder, isOf, listRecord, parseRecord, parseRecordFacts } from "../record-format";
import type { LinkStore, ListedRecord, LockedRecord } from "../link-store";
import { lockLost } from "../link-store-error";
import { outlast, waitForLock } from "../wait";
import { isLostConnection, isOutage, isPassing, postgresError, sqlStateOf } from "./postgres-error";
import { parsePostgresUrl } from "./postgres-location";
import type { PostgresLocation } from "./postgres-location";
import {
  CREATE_TABLE,
  KEEP_LOCK,
  LIST_RECORDS,
  READ_RECORD,
  RELEASE_LOCK,
  TABLE,
  TAKE_LOCK,
  WRITE_RECORD,
} from "./postgres-table";
import type { StoreKeys } from "../record-encryption";

export interface PostgresLinkStoreOptions {
  /**
   * What records are encrypted with.
   * @default null: they are in the clear
   */
  readonly keys?: StoreKeys | null;
  /**
   * Milliseconds to wait for a lock that another process holds, or for a server that has no connection to spare or takes
   * no writes. More than 30 s, so that the lock of a dead process is no obstacle.
   * @default 60_000
   */
  readonly lockTimeout?: number;
  /**
   * Milliseconds without a sign of life after which a lock is free: its holder was halted, or is gone. Three times as long
   * where the holder has reserved space.
   * @default 10_000
   */
  readonly lockLease?: number;
  /** @default the system's timer */
  readonly delay?: Delay;
  /** @default Math.random */
  readonly random?: () => number;
  /** @default the system's clock */
  readonly now?: () => Date;
}

/** How often in a lease the holder of a lock gives a sign of life. */
const SIGNS_OF_LIFE = 3;

/** How many leases a lock lasts without a sign of life where its holder has reserved space. */
const RESERVED_LEASES = 3;

/** Of SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const UNDEFINED_TABLE = "42P01";

/**
 * Links in a table of a PostgreSQL database, for pipelines and link services on several machines. The table is made
 * with the first write; a role that may not make it needs SELECT, INSERT, UPDATE and DELETE on one that is there.
 *
 * A connection is held for one statement only. So a process that works on many links needs few, and all of it works
 * behind a pooler.
 */
export class PostgresLinkStore implements LinkStore {
  readonly encrypts: boolean;
  private readonly location: PostgresLocation;
  private readonly options: Required<PostgresLinkStoreOptions>;
  private pool: Promise<Pool> | undefined;

  /**
   * @param url `postgres://user:password@host:port/database`, with TLS by `sslmode`, `sslrootcert`, `sslcert`, `sslkey`:
   *   every mode but `disable` and `no-verify` verifies the server's certificate and name.
   * @throws LinkStoreError `bad-settings`.
   */
  constructor(url: Secret, options: PostgresLinkStoreOptions = {}) {
    this.location = parsePostgresUrl(url);
    this.options = {
      keys: null,
      lockTimeout: 60_000,
      lockLease: 10_000,
      delay,
      random: Math.random,
      now: () => new Date(),
      ...options,
    };
    this.encrypts = this.options.keys !== null;
  }

  get description(): string {
    return this.location.description;
  }

  async read(key: LinkKey): Promise<LinkRecord | null> {
    const text = await this.readText(key);
    return text === null ? null : parseRecord(text, key, this.options.keys, this.placeOf(key));
  }

  async look(key: LinkKey): Promise<LinkFacts | null> {
    const text = await this.readText(key);
    return text === null ? null : parseRecordFacts(text, key, this.placeOf(key));
  }

  async locked<T>(key: LinkKey, work: (record: LockedRecord) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const holder = randomUUID();
    const seen = await this.acquire(key, holder, signal);
    const { lockLease } = this.options;
    // A failure does not matter here: the next write notices that the lock is lost.
    const keepLock = (lease: number) => this.query("write", KEEP_LOCK, [...valuesOf(key), holder, lease]);
    const heartbeat = setInterval(() => {
      void this.ask("write", KEEP_LOCK, [...valuesOf(key), holder, lockLease]).catch(() => {});
    }, lockLease / SIGNS_OF_LIFE).unref();
    try {
      return await work(this.record(key, seen, keepLock));
    } finally {
      clearInterval(heartbeat);
      // Where this fails, the lock ends by itself.
      await this.query("write", RELEASE_LOCK, [...valuesOf(key), holder]).catch(() => {});
    }
  }

  async list(): Promise<readonly ListedRecord[]> {
    interface Row {
      readonly data_center: string;
      readonly client_id: string;
      readonly service_account_id: string;
      readonly record: string;
    }
    const rows = await this.unlessNoTable(this.query<Row>("read", LIST_RECORDS, []));
    return inOrder(
      await Promise.all(
        (rows?.rows ?? []).map(({ data_center, client_id, service_account_id, record }) =>
          listRecord(record, `${data_center}/${client_id}/${service_account_id} in ${this.description}`),
        ),
      ),
    );
  }

  async close(): Promise<void> {
    const pool = this.pool;
    this.pool = undefined;
    await (await pool)?.end();
  }

  /** @param seen the record as it was when the lock was taken. */
  private record(key: LinkKey, seen: string | null, keepLock: (lease: number) => Promise<unknown>): LockedRecord {
    const place = this.placeOf(key);
    let lastSeen = seen;
    let isFresh = true;
    const put = async (next: LinkRecord) => {
      if (!isOf(next, key)) throw new TypeError("A link was to be written in the place of another link's.");
      const text = await formatRecord(next, this.options.keys);
      await this.replace(key, text, lastSeen);
      lastSeen = text;
    };
    return {
      current: async () => {
        if (!isFresh) lastSeen = await this.readText(key);
        isFresh = false;
        return lastSeen === null ? null : parseRecord(lastSeen, key, this.options.keys, place);
      },
      write: put,
      reserve: async () => {
        // This is longer than most outages. Otherwise a process that waits for the lock could be the first to get it
        // when an outage ends.
        await keepLock(RESERVED_LEASES * this.options.lockLease);
        return put;
      },
    };
  }

  /**
   * Writes where the record is still as it was last seen. It outlasts an outage of the database, because nobody else
   * may have the token that is to be written.
   */
  private async replace(key: LinkKey, text: string, lastSeen: string | null): Promise<void> {
    await this.outlast(async () => {
      if ((await this.ask("write", WRITE_RECORD, [...valuesOf(key), text, lastSeen])).rowCount === 1) return;
      // An earlier attempt may have been carried out although its answer was lost.
      const there = (await this.ask<{ record: string }>("write", READ_RECORD, valuesOf(key))).rows[0]?.record;
      if (there !== text) throw lockLost(`the record of ${this.placeOf(key)}`, this.description);
    }, isOutage);
  }

  /** Takes a link's lock, and tells the record. No connection is kept during the wait. */
  private async acquire(key: LinkKey, holder: string, signal?: AbortSignal): Promise<string | null> {
    const values = [...valuesOf(key), holder, this.options.lockLease];
    const take = () => this.query<{ record: string | null }>("write", TAKE_LOCK, values, signal);
    const tryLock = async () => {
      const taken = await take().catch(async (error: unknown) => {
        if (sqlStateOf(error) !== UNDEFINED_TABLE) throw error;
        await this.query("write", CREATE_TABLE, null, signal);
        return take();
      });
      return taken.rows[0] ?? null;
    };
    const lock = { what: `the record of ${this.placeOf(key)}`, location: this.description };
    return (await waitForLock(tryLock, lock, this.options, signal)).record;
  }

  private async readText(key: LinkKey): Promise<string | null> {
    const found = await this.unlessNoTable(this.query<{ record: string | null }>("read", READ_RECORD, valuesOf(key)));
    return found?.rows[0]?.record ?? null;
  }

  /** There is no table before the first write, and so no record. */
  private async unlessNoTable<T>(answer: Promise<T>): Promise<T | null> {
    return answer.catch((error: unknown) => {
      if (sqlStateOf(error) === UNDEFINED_TABLE) return null;
      throw error;
    });
  }

  /** Asks, and waits for a server that cannot answer just now. */
  private query<Row extends object>(
    purpose: "read" | "write",
    text: string,
    values: Values | null,
    signal?: AbortSignal,
  ): Promise<QueryResult<Row>> {
    return this.outlast(() => this.ask<Row>(purpose, text, values), isPassing, signal);
  }

  private outlast<T>(
    attempt: () => Promise<T>,
    mayPass: (error: unknown) => boolean,
    signal?: AbortSignal,
  ): Promise<T> {
    const { lockTimeout: within, now, delay } = this.options;
    return outlast(attempt, { mayPass, within, now, delay, signal });
  }

  /**
   * Asks once, and once more where the connection was lost: one that ended while it was idle in the pool fails only
   * when it is used. A statement that was carried out all the same does no harm when it is repeated.
   */
  private async ask<Row extends object>(
    purpose: "read" | "write",
    text: string,
    values: Values | null,
  ): Promise<QueryResult<Row>> {
    const ask = async () => {
      try {
        const pool = await this.open();
        // Several statements at once are possible without values only.
        return await (values === null ? pool.query<Row>(text) : pool.query<Row>(text, [...values]));
      } catch (error) {
        throw postgresError(purpose, this.location, error);
      }
    };
    return ask().catch((error: unknown) => {
      if (!isLostConnection(error)) throw error;
      return ask();
    });
  }

  /** Connects to nothing yet. */
  private open(): Promise<Pool> {
    this.pool ??= openPool(this.location).catch((error: unknown) => {
      this.pool = undefined;
      throw error;
    });
    return this.pool;
  }

  private placeOf(key: LinkKey): string {
    return `${linkIdText(key)} in ${this.description}`;
  }
}

/** What a statement's parameters are. */
type Values = readonly (string | number | null)[];

async function openPool({ url, connections }: PostgresLocation): Promise<Pool> {
  const { Pool } = await import("pg");
  return (
    new Pool({
      connectionString: url.reveal(),
      application_name: TABLE,
      max: connections,
      connectionTimeoutMillis: 10_000,
      query_timeout: 15_000,
      idleTimeoutMillis: 10_000,
      // An idle connection does not keep a process from ending.
      allowExitOnIdle: true,
      keepAlive: true,
    })
      // An idle connection that the database closes is replaced when next needed.
      .on("error", () => {})
  );
}

function valuesOf({ dataCenter, clientId, serviceAccountId }: LinkKey): string[] {
  return [dataCenter, clientId, serviceAccountId];
}
