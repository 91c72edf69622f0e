import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, connect } from "node:net";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { Client } from "pg";
import { PostgresLinkStore, STORE_VARIABLES } from "../../src/link-store";
import { TABLE } from "../../src/link-store/postgres/postgres-table";
import { Secret } from "../../src/cronofy";
import { startPostgres, unprivilegedUser } from "../postgres";
import type { TestPostgres } from "../postgres";
import type { StoreUnderFire } from "./store-under-fire";

/** Connections that PgBouncer hands out: fewer than our processes would take. */
const POOL = 6;

/** A full disk, as PostgreSQL tells it: a switch in a table, at which each write looks. */
const DISK = `
  CREATE TABLE chaos_disk (is_full boolean NOT NULL);
  INSERT INTO chaos_disk VALUES (false);
  CREATE FUNCTION chaos_write() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF (SELECT is_full FROM chaos_disk) THEN
      RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full';
    END IF;
    RETURN NEW;
  END $$;
  CREATE TRIGGER chaos_write BEFORE INSERT OR UPDATE ON ${TABLE} FOR EACH ROW EXECUTE FUNCTION chaos_write()`;

/** The database of a run, behind PgBouncer where there is one, and what may go wrong with it. */
export class Database implements StoreUnderFire {
  private bouncer: ChildProcess | null = null;

  private constructor(
    private readonly postgres: TestPostgres,
    private readonly direct: string,
    private readonly folder: string | null,
    private readonly port: number,
  ) {}

  /** @param onLine told where there is no PgBouncer to run behind */
  static async start(onLine: (line: string) => void): Promise<Database> {
    const isPooled = spawnSync("pgbouncer", ["--version"]).status === 0;
    if (!isPooled) onLine("NOT RUN behind PgBouncer: there is no pgbouncer on the PATH.");
    const postgres = await startPostgres();
    const direct = await postgres.createDatabase();
    const folder = isPooled ? mkdtempSync("/tmp/chaos-pgbouncer-") : null;
    const database = new Database(postgres, direct, folder, await freePort());
    // The table is made by whoever locks a link first.
    const store = new PostgresLinkStore(new Secret(direct));
    await store.locked({ dataCenter: "us", clientId: "nobody", serviceAccountId: "nobody" }, () => Promise.resolve());
    await store.close();
    await database.sql(DISK);
    await database.startBouncer();
    return database;
  }

  get env(): Record<string, string> {
    const url = new URL(this.direct);
    if (this.folder !== null) url.port = String(this.port);
    return { [STORE_VARIABLES.postgres]: url.href };
  }

  async beReadOnly(milliseconds: number): Promise<boolean> {
    await this.sql("ALTER SYSTEM SET default_transaction_read_only = on", "SELECT pg_reload_conf()");
    await setTimeout(milliseconds);
    await this.sql("ALTER SYSTEM RESET default_transaction_read_only", "SELECT pg_reload_conf()");
    return true;
  }

  async beFull(milliseconds: number): Promise<boolean> {
    await this.sql("UPDATE chaos_disk SET is_full = true");
    await setTimeout(milliseconds);
    await this.sql("UPDATE chaos_disk SET is_full = false");
    return true;
  }

  /** Kills one of the server's own processes: it ends all connections and recovers. */
  async crash(): Promise<boolean> {
    const [row] = await this.sql("SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'");
    process.kill(Number(row?.["pid"]), "SIGKILL");
    return true;
  }

  async killPooler(): Promise<boolean> {
    const { bouncer } = this;
    if (bouncer === null) return false;
    this.bouncer = null;
    await endOf(bouncer, "SIGKILL");
    await this.startBouncer();
    return true;
  }

  async outliveLocks(accounts: readonly string[]): Promise<void> {
    if (accounts.length === 0) return;
    const names = accounts.map((each) => `'${each}'`).join(", ");
    await this.sql(`UPDATE ${TABLE} SET locked_until = clock_timestamp() WHERE service_account_id IN (${names})`);
  }

  async close(): Promise<void> {
    if (this.bouncer !== null) await endOf(this.bouncer, "SIGKILL");
    if (this.folder !== null) rmSync(this.folder, { recursive: true, force: true });
    await this.postgres.close();
  }

  /** Asks the server itself, also while it recovers or takes no writes. @returns the rows of the last answer */
  private async sql(...statements: readonly string[]): Promise<Record<string, unknown>[]> {
    for (let attempt = 1; ; attempt++) {
      const client = new Client({ connectionString: this.direct, options: "-c default_transaction_read_only=off" });
      client.on("error", () => {});
      try {
        await client.connect();
        let rows: Record<string, unknown>[] = [];
        for (const each of statements) ({ rows } = await client.query<Record<string, unknown>>(each));
        return rows;
      } catch (error) {
        if (attempt === 50) throw error;
        await setTimeout(100);
      } finally {
        await client.end().catch(() => {});
      }
    }
  }

  private async startBouncer(): Promise<void> {
    if (this.folder === null) return;
    const user = unprivilegedUser();
    const { username, password, port } = new URL(this.direct);
    const settings = path.join(this.folder, "pgbouncer.ini");
    const users = path.join(this.folder, "users");
    writeFileSync(users, `"${username}" "${password}"\n`);
    writeFileSync(
      settings,
      `[databases]
* = host=127.0.0.1 port=${port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${this.port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
pool_mode = transaction
default_pool_size = ${POOL}
max_client_conn = 500
server_login_retry = 1
`,
    );
    const { uid, gid } = user;
    if (uid !== undefined && gid !== undefined)
      for (const each of [this.folder, users, settings]) chownSync(each, uid, gid);
    this.bouncer = spawn("pgbouncer", ["-q", settings], { ...user, cwd: "/", stdio: "ignore" });
    for (let attempt = 0; attempt < 100 && !(await listensAt(this.port)); attempt++) await setTimeout(20);
  }
}

async function endOf(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill(signal);
  await exit;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

function listensAt(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
