import type { Pool, PoolClient, QueryResult } from "pg";
import { linkIdText } from "../link";
import { delay } from "../cronofy";
import type { Delay, Secret } from "../cronofy";
import type { LinkFacts, LinkKey, LinkRecord } from "./link-record";
import { formatRecord, inOrder, isOf, listRecord, parseRecord, parseRecordFacts } from "./record-format";
import type { LinkStore, ListedRecord, LockedRecord } from "./link-store";
import { LinkStoreError } from "./link-store-error";
import { lockHeld, lockLost } from "./lock-errors";
import { isConnectionError, postgresError, sqlStateOf } from "./postgres-error";
import { parsePostgresUrl } from "./postgres-location";
import type { PostgresLocation } from "./postgres-location";
import {
  ADD_LOCK,
  ADD_RECORD,
  CREATE_TABLE,
  FIND_TABLE,
  LIST_RECORDS,
  PUT_RECORD,
  READ_RECORD,
  REMOVE_LOCK,
  REPLACE_RECORD,
  TABLE,
  TAKE_LOCK,
} from "./postgres-table";
import type { StoreKeys } from "./store-keys";

export interface PostgresLinkStoreOptions {
  /**
   * What records are encrypted with.
   * @default null: they are in the clear
   */
  readonly keys?: StoreKeys | null;
  /**
   * Milliseconds to wait for a lock that another process holds. More than 30 s, so that the lock of a process that was
   * cut off is no obstacle.
   * @default 60_000
   */
  readonly lockTimeout?: number;
  /**
   * Milliseconds without a sign of life after which the database ends a lock: its holder was halted, or its machine is
   * gone. A process that merely dies closes its connection, and its lock is free at once.
   * @default 30_000
   */
  readonly lockLease?: number;
  /** @default the system's timer */
  readonly delay?: Delay;
  /** @default Math.random */
  readonly random?: () => number;
  /** @default the system's clock */
  readonly now?: () => Date;
}

/** Milliseconds between two looks at a lock that is held, at most. */
const LOCK_POLL = 100;

/** Signs of life that the holder of a lock gives in the time in which one is needed. */
const SIGNS_OF_LIFE = 3;

/** Connections for locks, each for as long as a lock is held: as many links as Terraform refreshes at the same time. */
const LOCK_CONNECTIONS = 10;

/** Connections for all else, apart from those above so that the holder of a lock can always write. */
const CONNECTIONS = 2;

/** How often a write is tried while the database cannot be reached, and the first wait in milliseconds; each doubles. */
const WRITE_ATTEMPTS = 5;
const WRITE_RETRY_DELAY = 200;

/** Of SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const UNDEFINED_TABLE = "42P01";
const ADMIN_SHUTDOWN = "57P01";

/**
 * Links in a table of a PostgreSQL database, for pipelines and link services on several machines. The table is
 * made with the first write; a role that may not make it needs SELECT, INSERT, UPDATE and DELETE on one that is there.
 *
 * A lock is a row's, held by a transaction of a connection of its own while the work is done; writes go through other
 * connections, and are committed one by one.
 */
export class PostgresLinkStore implements LinkStore {
  readonly encrypts: boolean;
  private readonly location: PostgresLocation;
  private readonly options: Required<PostgresLinkStoreOptions>;
  private pools: Promise<{ readonly locks: Pool; readonly queries: Pool }> | undefined;
  private table: Promise<void> | undefined;

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
      lockLease: 30_000,
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
    signal?.throwIfAborted();
    await this.makeTable();
    const release = await this.acquire(key, signal);
    try {
      return await work(this.record(key));
    } finally {
      await release();
    }
  }

  async list(): Promise<readonly ListedRecord[]> {
    interface Row {
      readonly data_center: string;
      readonly client_id: string;
      readonly service_account_id: string;
      readonly content: string;
    }
    const rows = await this.unlessNoTable(this.query<Row>("read", LIST_RECORDS, []));
    return inOrder(
      await Promise.all(
        (rows?.rows ?? []).map(({ data_center, client_id, service_account_id, content }) =>
          listRecord(content, `${data_center}/${client_id}/${service_account_id} in ${this.description}`),
        ),
      ),
    );
  }

  async close(): Promise<void> {
    const pools = this.pools;
    this.pools = undefined;
    this.table = undefined;
    if (pools === undefined) return;
    const { locks, queries } = await pools;
    await Promise.all([locks.end(), queries.end()]);
  }

  private record(key: LinkKey): LockedRecord {
    let lastSeen: string | null | undefined;
    const place = this.placeOf(key);
    return {
      current: async () => {
        lastSeen = await this.readText(key);
        return lastSeen === null ? null : parseRecord(lastSeen, key, this.options.keys, place);
      },
      write: async (next) => {
        if (!isOf(next, key)) throw new TypeError("A link was to be written in the place of another link's.");
        const text = await formatRecord(next, this.options.keys);
        await this.replace(key, text, lastSeen);
        lastSeen = text;
      },
    };
  }

  /**
   * Writes where the record is still as it was last seen, or whatever is there if it was never looked at. Outlives a
   * short outage of the database, for there may be a rotated token in hand that nobody else has.
   */
  private async replace(key: LinkKey, text: string, lastSeen: string | null | undefined): Promise<void> {
    const values = [...valuesOf(key), text];
    const write = (): Promise<QueryResult> => {
      if (lastSeen === undefined) return this.query("write", PUT_RECORD, values);
      if (lastSeen === null) return this.query("write", ADD_RECORD, values);
      return this.query("write", REPLACE_RECORD, [...values, lastSeen]);
    };
    for (let attempt = 1; ; attempt++) {
      try {
        if ((await write()).rowCount === 1) return;
        // An earlier attempt may have been carried out although its answer was lost.
        if ((await this.readText(key)) === text) return;
        throw lockLost(`the record of ${this.placeOf(key)}`, this.description);
      } catch (error) {
        const mayRecover = error instanceof LinkStoreError && isConnectionError(error);
        if (!mayRecover || attempt === WRITE_ATTEMPTS) throw error;
        await this.options.delay(WRITE_RETRY_DELAY * 2 ** (attempt - 1));
      }
    }
  }

  private async acquire(key: LinkKey, signal?: AbortSignal): Promise<() => Promise<void>> {
    const { lockTimeout, now, random } = this.options;
    const end = now().getTime() + lockTimeout;
    for (;;) {
      signal?.throwIfAborted();
      const release = await this.tryLock(key);
      if (release !== null) return release;
      if (now().getTime() >= end) {
        throw lockHeld(`the record of ${this.placeOf(key)}`, this.description, lockTimeout);
      }
      await this.options.delay(Math.ceil(LOCK_POLL * (0.5 + random() / 2)), signal);
    }
  }

  /** Takes a link's lock, or returns null while another holds it. Whoever waits keeps no connection meanwhile. */
  private async tryLock(key: LinkKey): Promise<(() => Promise<void>) | null> {
    await this.query("write", ADD_LOCK, valuesOf(key));
    const { lockLease } = this.options;
    const client = await this.connect();
    try {
      await client.query(`BEGIN; SET LOCAL idle_in_transaction_session_timeout = ${lockLease}`);
      if ((await client.query(TAKE_LOCK, valuesOf(key))).rowCount === 1) return heldBy(client, key, lockLease);
      await client.query("ROLLBACK");
      client.release();
      return null;
    } catch (error) {
      client.release(true);
      throw postgresError("write", this.location, error);
    }
  }

  private async readText(key: LinkKey): Promise<string | null> {
    const found = await this.unlessNoTable(this.query<{ content: string }>("read", READ_RECORD, valuesOf(key)));
    return found?.rows[0]?.content ?? null;
  }

  /** Where nothing was ever written there is no table, and nothing to be found. */
  private async unlessNoTable<T>(answer: Promise<T>): Promise<T | null> {
    return answer.catch((error: unknown) => {
      if (sqlStateOf(error) === UNDEFINED_TABLE) return null;
      throw error;
    });
  }

  private async makeTable(): Promise<void> {
    this.table ??= this.findOrMakeTable();
    await this.table.catch((error: unknown) => {
      this.table = undefined;
      throw error;
    });
  }

  private async findOrMakeTable(): Promise<void> {
    const { rows } = await this.query<{ found: string | null }>("write", FIND_TABLE, []);
    if (typeof rows[0]?.found === "string") return;
    const client = await this.connect();
    try {
      await client.query(CREATE_TABLE);
      client.release();
    } catch (error) {
      client.release(true);
      throw postgresError("write", this.location, error);
    }
  }

  private async connect(): Promise<PoolClient> {
    try {
      const { locks } = await this.open();
      return await locks.connect();
    } catch (error) {
      throw postgresError("write", this.location, error);
    }
  }

  /**
   * Asks once more where the server has ended the connection: it may have been idle in the pool, and that it was ended is
   * noticed only by using it. What was carried out all the same does no harm when it is done again.
   */
  private async query<Row extends object>(
    purpose: "read" | "write",
    text: string,
    values: readonly (string | null)[],
  ): Promise<QueryResult<Row>> {
    const ask = async () => {
      try {
        const { queries } = await this.open();
        return await queries.query<Row>(text, [...values]);
      } catch (error) {
        throw postgresError(purpose, this.location, error);
      }
    };
    return ask().catch((error: unknown) => {
      if (sqlStateOf(error) !== ADMIN_SHUTDOWN) throw error;
      return ask();
    });
  }

  /** Connects to nothing yet. */
  private open(): Promise<{ readonly locks: Pool; readonly queries: Pool }> {
    this.pools ??= openPools(this.location.url).catch((error: unknown) => {
      this.pools = undefined;
      throw error;
    });
    return this.pools;
  }

  private placeOf(key: LinkKey): string {
    return `${linkIdText(key)} in ${this.description}`;
  }
}

async function openPools(url: Secret): Promise<{ readonly locks: Pool; readonly queries: Pool }> {
  const { Pool } = await import("pg");
  const pool = (max: number) =>
    new Pool({
      connectionString: url.reveal(),
      application_name: TABLE,
      max,
      connectionTimeoutMillis: 10_000,
      query_timeout: 15_000,
      idleTimeoutMillis: 10_000,
      // An idle connection does not keep a process from ending.
      allowExitOnIdle: true,
      keepAlive: true,
    })
      // An idle connection that the database closes is replaced when next needed.
      .on("error", () => {});
  return { locks: pool(LOCK_CONNECTIONS), queries: pool(CONNECTIONS) };
}

/** Keeps a lock that was taken alive until it is given back. */
function heldBy(client: PoolClient, key: LinkKey, lease: number): () => Promise<void> {
  // A lock that is lost is noticed by the next write, if it matters.
  const ignore = () => {};
  client.on("error", ignore);
  const heartbeat = setInterval(() => void client.query("SELECT 1").catch(ignore), lease / SIGNS_OF_LIFE);
  heartbeat.unref();
  return async () => {
    clearInterval(heartbeat);
    try {
      await client.query(REMOVE_LOCK, valuesOf(key));
      await client.query("COMMIT");
      client.off("error", ignore);
      client.release();
    } catch {
      // The lock ends with its connection.
      client.release(true);
    }
  };
}

function valuesOf({ dataCenter, clientId, serviceAccountId }: LinkKey): string[] {
  return [dataCenter, clientId, serviceAccountId];
}
