import { Secret } from "../../cronofy";
import { parseUrl, textProblem } from "../../link";
import { LinkStoreError } from "../link-store-error";

/** A PostgreSQL database: how to reach it, and how to speak of it. */
export interface PostgresLocation {
  /** What the driver is given. */
  readonly url: Secret;
  /** Such as `the PostgreSQL database links on db.example.com:5432`; without the user and the password. */
  readonly description: string;
  /** How many connections one process opens at the most. */
  readonly connections: number;
}

/** No connection is held for longer than a statement takes, so few are enough. */
const CONNECTIONS = 4;

/** The parameter of the URL that says how many, named as pgx names it. */
const CONNECTIONS_PARAMETER = "pool_max_conns";

/**
 * Reads a connection URL, `postgres://user:password@host:port/database?sslmode=…`. One parameter is ours, `pool_max_conns`: how many
 * connections a process opens at the most.
 *
 * @throws LinkStoreError `bad-settings`, which quotes nothing of the URL.
 */
export function parsePostgresUrl(url: Secret): PostgresLocation {
  const text = url.reveal();
  const problem = textProblem(text);
  if (problem !== undefined) throw badAddress(problem.detail);
  const parsed = parse(text);
  if (parsed === null || !["postgres:", "postgresql:"].includes(parsed.protocol)) {
    throw badAddress(
      "Give a URL such as postgres://user:password@db.example.com:5432/links?sslmode=verify-full, with special characters " +
        "in user and password percent-encoded.",
    );
  }
  const host = parsed.searchParams.get("host") ?? decoded(parsed.hostname);
  const port = parsed.searchParams.get("port") ?? parsed.port;
  const database = decoded(parsed.pathname.slice(1)) || "of the user's name";
  const where = host.startsWith("/") ? `at ${host}` : `on ${host || "localhost"}:${port || "5432"}`;

  // The driver takes `system` for a file. Without the parameter it trusts the system's authorities.
  if (parsed.searchParams.get("sslrootcert") === "system") {
    parsed.searchParams.delete("sslrootcert");
    parsed.searchParams.set("sslmode", "verify-full");
  }
  // The driver verifies the server's certificate in each of these modes, and at each start prints a warning that a later
  // version of it will not.
  const mode = parsed.searchParams.get("sslmode");
  if (!parsed.searchParams.has("uselibpqcompat") && ["prefer", "require", "verify-ca"].includes(mode ?? "")) {
    parsed.searchParams.set("sslmode", "verify-full");
  }
  const connections = connectionsOf(parsed.searchParams.get(CONNECTIONS_PARAMETER));
  parsed.searchParams.delete(CONNECTIONS_PARAMETER);
  return { url: new Secret(parsed.href), description: `the PostgreSQL database ${database} ${where}`, connections };
}

function connectionsOf(text: string | null): number {
  if (text === null) return CONNECTIONS;
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new LinkStoreError(
    "bad-settings",
    "postgres",
    `${CONNECTIONS_PARAMETER} in the address of the PostgreSQL link store is no number of connections. Give one from 1 ` +
      `to 9999, or leave it out: then it is ${CONNECTIONS}.`,
  );
}

/**
 * The URL; null where it is none. A character of the password that is not percent-encoded may end the password early,
 * and the rest would pass for the database or a parameter, and be shown. So an @ or a # behind the host is refused.
 */
function parse(text: string): URL | null {
  const [, rest = ""] = /^\w+:\/\/[^/?#]*(.*)$/s.exec(text) ?? [];
  if (/[@#]/.test(rest) || /%(?![0-9a-f]{2})/i.test(text)) return null;
  // The host may be left out before the path where a parameter names it, such as the folder of a socket.
  const whole = text.replace(/^(\w+:\/\/[^/?#]*@)(?=[/?]|$)/, "$1localhost");
  return parseUrl(whole);
}

function badAddress(problem: string): LinkStoreError {
  return new LinkStoreError(
    "bad-settings",
    "postgres",
    `The address of the PostgreSQL link store cannot be used. ${problem}`,
  );
}

/** A percent-encoded text as it is meant; one that is not properly encoded as it stands. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
