import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import os from "node:os";
import path from "node:path";
import { inspect } from "node:util";
import { Client } from "pg";
import { LinkStoreError, PostgresLinkStore, StoreKeys, lookAtLink } from "../../src/link-store";
import type { PostgresLinkStoreOptions } from "../../src/link-store";
import { Secret } from "../../src/cronofy";
import { createSelfSignedCertificate } from "../../src/plugin/server/certificate";
import { startPostgres } from "../postgres";
import type { TestPostgres } from "../postgres";
import { ACCESS_TOKEN, DECLARATION, KEY, REFRESH_TOKEN, authorizedRecord, revealed, write } from "./records";
import { itKeepsLinksForLife } from "./life-contract";
import { itKeepsTheStoreContract } from "./store-contract";

let postgres: TestPostgres;
let url: string;
let opened: PostgresLinkStore[];

beforeAll(async () => {
  postgres = await startPostgres();
  url = await postgres.createDatabase();
}, 60_000);
afterAll(() => postgres.close());

beforeEach(() => (opened = []));
afterEach(async () => {
  await Promise.all(opened.map((store) => store.close()));
  // To empty a database takes a tenth of the time that it takes to make one.
  await sql("DROP TABLE IF EXISTS ou_links");
});

function open(options: PostgresLinkStoreOptions = {}, at = url): PostgresLinkStore {
  const store = new PostgresLinkStore(new Secret(at), options);
  opened.push(store);
  return store;
}

/** Asks the database itself. */
async function sql(text: string): Promise<readonly Record<string, unknown>[]> {
  // Also while stores find it read-only.
  const client = new Client({ connectionString: url, options: "-c default_transaction_read_only=off" });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

/** Changes the text of the only record. */
async function rewrite(change: (text: string) => string): Promise<void> {
  const [row] = await sql("SELECT record FROM ou_links");
  await sql(`UPDATE ou_links SET record = '${change(String(row?.["record"])).replaceAll("'", "''")}'`);
}

/** A way to the database that can be shut: open connections break off, and new ones do too. */
async function openGate(database: string) {
  const { hostname, port } = new URL(database);
  const sockets = new Set<Socket>();
  let isShut = false;
  const server = createServer((near) => {
    if (isShut) return near.destroy();
    const far = connect(Number(port), hostname);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket
        .on("error", () => {})
        .on("close", () => {
          sockets.delete(socket);
          other.destroy();
        });
    }
    near.pipe(far).pipe(near);
    return undefined;
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const shut = () => {
    isShut = true;
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: urlWith((changed) => (changed.port = String((server.address() as AddressInfo).port))),
    shut,
    open: () => (isShut = false),
    close: async () => {
      shut();
      server.close();
      await once(server, "close");
    },
  };
}

/** The URL with something else in it. */
function urlWith(change: (url: URL) => void): string {
  const changed = new URL(url);
  change(changed);
  return changed.href;
}

async function storeErrorOf(promise: Promise<unknown>, ...secrets: string[]): Promise<LinkStoreError> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof LinkStoreError)) throw new Error(`Expected a store error, got ${inspect(error)}`);
  const { password } = new URL(url);
  for (const secret of [password, REFRESH_TOKEN, ACCESS_TOKEN, "tester", ...secrets]) {
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(secret);
  }
  return error;
}

describe("an encrypted postgres store", () => {
  const keys = StoreKeys.parse(randomBytes(32).toString("base64"));
  itKeepsTheStoreContract({
    open: (options = {}) => open({ ...options, keys }),
    openWithoutKey: () => open(),
    rewrite,
  });
  itKeepsLinksForLife(() => open({ keys }));

  it("shows nothing of a token to who reads the table", async () => {
    await write(open({ keys }), authorizedRecord());
    const content = JSON.stringify(await sql("SELECT * FROM ou_links"));
    expect(content).toContain(KEY.serviceAccountId);
    expect(content).not.toMatch(new RegExp(`${REFRESH_TOKEN}|${ACCESS_TOKEN}`));
  });

  it("tells a role that may only read, and has no key, what is no secret", async () => {
    await write(open({ keys }), authorizedRecord());
    await sql("CREATE ROLE reader LOGIN PASSWORD 'r3ader-pass'; GRANT SELECT ON ou_links TO reader");
    const reader = open(
      {},
      urlWith((changed) => {
        changed.username = "reader";
        changed.password = "r3ader-pass";
      }),
    );
    expect(await lookAtLink(reader, KEY)).toMatchObject({
      kind: "linked",
      link: { authorization: authorizedRecord().authorization, declaration: DECLARATION },
    });
    expect(await storeErrorOf(reader.locked(KEY, () => Promise.resolve()))).toMatchObject({ code: "not-writable" });
    await sql("DROP OWNED BY reader; DROP ROLE reader");
  });

  it("refuses a record that was put in another link's row", async () => {
    const store = open({ keys });
    const other = { ...KEY, serviceAccountId: "ser_other" };
    await write(store, authorizedRecord());
    await sql("UPDATE ou_links SET service_account_id = 'ser_other'");
    expect(await store.list()).toMatchObject([
      { location: `${KEY.dataCenter}/${KEY.clientId}/ser_other in ${store.description}`, link: KEY },
    ]);
    expect(await storeErrorOf(store.read(other))).toMatchObject({ code: "other-link" });
    expect(await storeErrorOf(store.locked(other, (record) => record.current()))).toMatchObject({ code: "other-link" });
  });
});

const CLOSE_CONNECTIONS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'ou_links'";

describe("a postgres store", () => {
  itKeepsTheStoreContract({ open: (options = {}) => open(options), openWithoutKey: () => open(), rewrite });

  it("says where it is, without user and password", () => {
    const { port } = new URL(url);
    expect(open().description).toMatch(new RegExp(`^the PostgreSQL database test_\\d+ on 127\\.0\\.0\\.1:${port}$`));
    expect(inspect(open(), { depth: 10, showHidden: true })).not.toContain(new URL(url).password);
  });

  it("makes nothing by reading", async () => {
    expect(await open().read(KEY)).toBeNull();
    expect(await open().list()).toEqual([]);
    expect(await sql("SELECT FROM pg_tables WHERE tablename = 'ou_links'")).toEqual([]);
  });

  it("leaves one row for a link, and none where only a lock was held", async () => {
    const store = open();
    await write(store, authorizedRecord());
    await write(store, authorizedRecord());
    await store.locked({ ...KEY, clientId: "client-2" }, () => Promise.resolve());
    expect(await sql("SELECT client_id, lock_holder, locked_until FROM ou_links")).toEqual([
      { client_id: KEY.clientId, lock_holder: null, locked_until: null },
    ]);
  });

  it("is made once by twenty that make it at the same time", async () => {
    const stores = Array.from({ length: 20 }, () => open());
    await Promise.all(
      stores.map((store, index) => write(store, authorizedRecord({ serviceAccountId: `ser_${String(index)}` }))),
    );
    expect(await open().list()).toHaveLength(20);
  });

  it("works for a role that may not make tables, once the table is there", async () => {
    await write(open(), authorizedRecord());
    await sql("CREATE ROLE worker LOGIN PASSWORD 'w0rker-pass'");
    await sql("GRANT SELECT, INSERT, UPDATE, DELETE ON ou_links TO worker");
    const asWorker = urlWith((changed) => {
      changed.username = "worker";
      changed.password = "w0rker-pass";
    });
    await write(open({}, asWorker), authorizedRecord({ scope: "other" }));
    expect((await open().read(KEY))?.authorization?.scope).toBe("other");

    await sql("DROP TABLE ou_links");
    const error = await storeErrorOf(write(open({}, asWorker), authorizedRecord()), "w0rker-pass");
    expect(error).toMatchObject({ code: "not-writable" });
    expect(error.message).toContain("permission denied for schema public");
    expect(error.message).toContain("grant this user SELECT, INSERT, UPDATE and DELETE");
    await sql("DROP ROLE worker");
  });

  it("lets more links be worked on at the same time than it has connections", async () => {
    const store = open();
    const names = Array.from({ length: 40 }, (_each, index) => `ser_${String(index)}`);
    await Promise.all(names.map((name) => write(store, authorizedRecord({ serviceAccountId: name }))));
    expect(await store.list()).toHaveLength(names.length);
    const [row] = await sql("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'ou_links'");
    expect(Number(row?.["count"])).toBe(4);
  });

  describe("of a role that may open one connection", () => {
    let asWorker: string;

    beforeEach(async () => {
      await write(open(), authorizedRecord());
      await sql("CREATE ROLE worker LOGIN PASSWORD 'w0rker-pass' CONNECTION LIMIT 1");
      await sql("GRANT SELECT, INSERT, UPDATE, DELETE ON ou_links TO worker");
      asWorker = urlWith((changed) => {
        changed.username = "worker";
        changed.password = "w0rker-pass";
        changed.searchParams.set("pool_max_conns", "1");
      });
    });
    afterEach(async () => {
      await Promise.all(opened.map((store) => store.close()));
      await sql("DROP OWNED BY worker; DROP ROLE worker");
    });

    it("does all the work under thirty locks at once with it", async () => {
      const store = open({}, asWorker);
      const names = Array.from({ length: 30 }, (_each, index) => `ser_${String(index)}`);
      await Promise.all(
        names.map((name) => {
          const link = authorizedRecord({ serviceAccountId: name });
          return store.locked(link, async (record) => {
            await record.current();
            const keep = await record.reserve();
            await record.write({ ...link, scope: "first" } as typeof link);
            // What is asked for besides does not wait for the lock either.
            expect(await store.look(link)).not.toBeNull();
            await keep(link);
          });
        }),
      );
      expect(await store.list()).toHaveLength(names.length + 1);
    });

    it("waits for it where the server has none to spare, for as long as for a lock", async () => {
      const other = new Client({ connectionString: asWorker });
      await other.connect();
      const waits: number[] = [];
      const store = open(
        {
          lockTimeout: 1_000,
          delay: async (milliseconds) => {
            waits.push(milliseconds);
            if (waits.length !== 5) return;
            await other.end();
            while ((await sql("SELECT FROM pg_stat_activity WHERE usename = 'worker'")).length > 0);
          },
        },
        asWorker,
      );
      const error = await storeErrorOf(write(store, authorizedRecord()), "w0rker-pass");
      expect(error.message).toContain("The server has no connection to spare.");
      expect(waits).toEqual([200, 400, 800]);
      await write(store, authorizedRecord({ scope: "other" }));
      expect((await store.read(KEY))?.authorization?.scope).toBe("other");
    });
  });

  it.each(["0", "-1", "many", "4.5", ""])("refuses pool_max_conns=%s", (text) => {
    expect(() =>
      open(
        {},
        urlWith((changed) => changed.searchParams.set("pool_max_conns", text)),
      ),
    ).toThrow("Give one from 1 to 9999");
  });

  it("waits for a server that takes no writes during a failover, with a token in hand", async () => {
    const database = new URL(url).pathname.slice(1);
    const beReadOnly = async (value: "on" | "off") => {
      await sql(`ALTER DATABASE ${database} SET default_transaction_read_only = ${value}`);
      await closeConnections();
    };
    const waits: number[] = [];
    const store = open({
      delay: async (milliseconds) => {
        waits.push(milliseconds);
        if (waits.length % 3 === 0) await beReadOnly("off");
      },
    });
    await write(store, authorizedRecord());
    await store.locked(KEY, async (record) => {
      const keep = await record.reserve();
      await beReadOnly("on");
      await keep(authorizedRecord({ refreshToken: new Secret("rotated") }));
    });
    expect((await store.read(KEY))?.tokens?.refreshToken.reveal()).toBe("rotated");
    await beReadOnly("on");
    await write(store, authorizedRecord());
    expect(waits).toEqual([200, 400, 800, 200, 400, 800]);
  });

  it("stops waiting for a server when the signal is aborted", async () => {
    const database = new URL(url).pathname.slice(1);
    await write(open(), authorizedRecord());
    const reason = new Error("interrupted");
    const interrupted = new AbortController();
    const store = open({
      lockTimeout: 1_000,
      delay: (_milliseconds, signal) => {
        interrupted.abort(reason);
        signal?.throwIfAborted();
        return Promise.resolve();
      },
    });
    await sql(`ALTER DATABASE ${database} SET default_transaction_read_only = on`);
    try {
      await expect(store.locked(KEY, () => Promise.resolve(), interrupted.signal)).rejects.toBe(reason);
      await store.close();
      expect(await storeErrorOf(write(store, authorizedRecord()))).toMatchObject({ code: "not-writable" });
    } finally {
      await sql(`ALTER DATABASE ${database} SET default_transaction_read_only = off`);
    }
  });

  it("works again after it was closed", async () => {
    const store = open();
    await write(store, authorizedRecord());
    await store.close();
    expect(revealed(await store.read(KEY))).toEqual(revealed(authorizedRecord()));
  });

  /** Fails where anything is waited for. */
  const atOnce = { delay: () => Promise.reject(new Error("Nothing is to be waited for.")) };

  it("survives that the database closes its idle connections", async () => {
    const store = open(atOnce);
    await write(store, authorizedRecord());
    await closeConnections();
    expect(await store.read(KEY)).not.toBeNull();
  });

  it("survives it also where it has not noticed yet", async () => {
    const store = open(atOnce);
    await write(store, authorizedRecord());
    // While another process does it, this one sees nothing.
    const program = `const client = new (require("pg").Client)(process.argv[1]);
      client.connect().then(() => client.query(process.argv[2])).then(() => client.end());`;
    execFileSync(process.execPath, ["--eval", program, url, CLOSE_CONNECTIONS]);
    expect(await store.read(KEY)).not.toBeNull();
  });

  /** Has the database close all connections of stores. */
  const closeConnections = () => sql(CLOSE_CONNECTIONS);

  it("holds the lock of one who must keep something for longer", async () => {
    const store = open();
    const left = async () => {
      const [row] = await sql("SELECT extract(epoch FROM locked_until - clock_timestamp()) AS seconds FROM ou_links");
      return Number(row?.["seconds"]);
    };
    await store.locked(KEY, async (record) => {
      expect(await left()).toBeLessThanOrEqual(10);
      await record.reserve();
      expect(await left()).toBeGreaterThan(25);
    });
    await write(store, authorizedRecord());
  });

  it("shows in time that its lock's holder lives, and no longer than that", async () => {
    jest.useFakeTimers({
      doNotFake: ["Date", "nextTick", "queueMicrotask", "setImmediate", "clearImmediate", "setTimeout", "clearTimeout"],
    });
    try {
      await open().locked(KEY, async () => {
        const lockedUntil = async () => (await sql("SELECT locked_until::text FROM ou_links"))[0]?.["locked_until"];
        const atFirst = await lockedUntil();
        jest.advanceTimersByTime(10_000 / 3 + 1);
        let later = atFirst;
        for (let look = 0; look < 50 && later === atFirst; look++) later = await lockedUntil();
        expect(later).not.toBe(atFirst);
      });
      expect(jest.getTimerCount()).toBe(0);
    } finally {
      jest.useRealTimers();
    }
  });

  describe("whose lock was lost while its holder was halted", () => {
    const loseLock = () => sql("UPDATE ou_links SET locked_until = now() - interval '1 millisecond'");

    it("still writes, where nobody changed the record: a token in hand is not thrown away", async () => {
      const store = open();
      await write(store, authorizedRecord());
      await store.locked(KEY, async (record) => {
        await record.current();
        await loseLock();
        await open().locked(KEY, (other) => other.current());
        await record.write(authorizedRecord({ refreshToken: new Secret("rotated") }));
      });
      expect((await store.read(KEY))?.tokens?.refreshToken.reveal()).toBe("rotated");
    });

    it("does not overwrite what another process wrote", async () => {
      const store = open();
      await write(store, authorizedRecord());
      const theirs = authorizedRecord({ refreshToken: new Secret("theirs") });
      await store.locked(KEY, async (record) => {
        await record.current();
        await loseLock();
        await write(open(), theirs);
        const error = await storeErrorOf(record.write(authorizedRecord()));
        expect(error).toMatchObject({ code: "lock-lost" });
        expect(error.message).toContain(`the record of de/${KEY.serviceAccountId} in ${store.description}`);
        // It is there already, as where the answer to an earlier attempt was lost.
        await record.write(theirs);
      });
      expect(revealed(await store.read(KEY))).toEqual(revealed(theirs));
    });

    it("sees what another process wrote when it looks again", async () => {
      const store = open();
      await write(store, authorizedRecord());
      await store.locked(KEY, async (record) => {
        expect((await record.current())?.authorization?.scope).not.toBe("theirs");
        await loseLock();
        await write(open(), authorizedRecord({ scope: "theirs" }));
        expect((await record.current())?.authorization?.scope).toBe("theirs");
        await write(open(), authorizedRecord({ scope: "theirs again" }));
        expect((await record.current())?.authorization?.scope).toBe("theirs again");
      });
    });
  });

  it("outlives a short outage of the database with a token in hand", async () => {
    const gate = await openGate(url);
    const waits: number[] = [];
    const store = open(
      {
        delay: (milliseconds) => {
          waits.push(milliseconds);
          if (waits.length === 3) gate.open();
          return Promise.resolve();
        },
      },
      gate.url,
    );
    try {
      await write(store, authorizedRecord());
      await store.locked(KEY, async (record) => {
        await record.current();
        gate.shut();
        await record.write(authorizedRecord({ refreshToken: new Secret("rotated") }));
      });
      expect((await store.read(KEY))?.tokens?.refreshToken.reveal()).toBe("rotated");
      expect(waits).toEqual([200, 400, 800]);

      gate.shut();
      const error = await storeErrorOf(store.locked(KEY, () => Promise.resolve()));
      expect(error).toMatchObject({ code: "not-writable" });
    } finally {
      await gate.close();
    }
  });

  it.each<[string, (changed: URL) => void, string]>([
    ["is of nobody", (changed) => (changed.username = "nobody-there"), "Check user and password"],
    ["has a wrong password", (changed) => (changed.password = "wr0ng-pass"), "Check user and password"],
    ["names a missing database", (changed) => (changed.pathname = "/missing"), "Create that database"],
    ["names a port where nobody listens", (changed) => (changed.port = "1"), "Check that the server runs"],
    ["wants TLS that is not there", (changed) => (changed.search = "?sslmode=require"), "set sslmode=disable"],
    ["names a missing file", (changed) => (changed.search = "?sslrootcert=/missing.pem"), "files of certificates"],
  ])("says what to do about a URL that %s", async (_what, change, advice) => {
    const changed = urlWith(change);
    const { password, username } = new URL(changed);
    const store = open({}, changed);
    const read = await storeErrorOf(store.read(KEY), password, username);
    expect(read).toMatchObject({ code: "not-readable", location: store.description });
    expect(read.message).toContain(store.description);
    expect(read.message).toContain(advice);
    expect(await storeErrorOf(store.list(), password)).toMatchObject({ code: "not-readable" });
    expect(await storeErrorOf(write(store, authorizedRecord()), password)).toMatchObject({ code: "not-writable" });
  });

  describe("over TLS", () => {
    let authority: string;

    beforeAll(async () => {
      const { certificatePem, privateKeyPem } = createSelfSignedCertificate();
      // The server's own folder is closed to us; it writes the files itself, as private as it wants its key to be.
      for (const [file, pem] of [
        ["server.crt", certificatePem],
        ["server.key", privateKeyPem],
      ] as const) {
        const lines = `SELECT unnest(string_to_array('${pem.trim()}', E'\\n'))`;
        await sql(`COPY (${lines}) TO PROGRAM 'umask 077; cat > ${file}'`);
      }
      await sql("ALTER SYSTEM SET ssl = on");
      await sql("SELECT pg_reload_conf()");
      authority = path.join(mkdtempSync(path.join(os.tmpdir(), "authority-")), "root.crt");
      writeFileSync(authority, certificatePem);
    });
    afterAll(() => rmSync(path.dirname(authority), { recursive: true }));

    const withTls = (search: string) => urlWith((changed) => (changed.search = search));
    const isEncrypted = async () =>
      (
        await sql(`SELECT bool_and(ssl) AS encrypted FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
        WHERE application_name = 'ou_links'`)
      ).map(({ encrypted }) => encrypted);

    it.each(["verify-full", "verify-ca", "require"])("verifies the server with sslmode=%s", async (mode) => {
      const certified = urlWith((changed) => {
        changed.hostname = "localhost";
        changed.search = `?sslmode=${mode}&sslrootcert=${encodeURIComponent(authority)}`;
      });
      await write(open({}, certified), authorizedRecord());
      expect(await isEncrypted()).toEqual([true]);
      const error = await storeErrorOf(open({}, withTls(`?sslmode=${mode}`)).read(KEY));
      expect(error.message).toContain("name its authority with sslrootcert");
    });

    it("does not verify it with sslmode=no-verify, and does without TLS with disable", async () => {
      await write(open({}, withTls("?sslmode=no-verify")), authorizedRecord());
      expect(await isEncrypted()).toEqual([true]);
      expect(await open({}, withTls("?sslmode=disable")).read(KEY)).not.toBeNull();
    });
  });

  it.each(["", "links", "mysql://u:s3cret-pass@h/d", "postgres://u:s3cret-pass@h:port/d", "//u:s3cret-pass@h"])(
    "refuses the URL %p without quoting it",
    async (text) => {
      const opening = Promise.resolve().then(() => new PostgresLinkStore(new Secret(text)));
      const error = await storeErrorOf(opening, "s3cret-pass");
      expect(error).toMatchObject({ code: "bad-settings" });
    },
  );
});
