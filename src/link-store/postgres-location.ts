import { Secret } from "../cronofy";
import { textProblem } from "../link";
import { LinkStoreError } from "./link-store-error";

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

  // The driver takes it for a file. What it trusts by itself are the system's authorities.
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
 * The URL; null where it is none. Where a character of the password ends the part that holds it, what follows would pass
 * for the database or a parameter, and be shown: so a second part with an @ is refused, and so is a fragment.
 */
function parse(text: string): URL | null {
  const [, rest = ""] = /^\w+:\/\/[^/?#]*(.*)$/s.exec(text) ?? [];
  if (/[@#]/.test(rest) || /%(?![0-9a-f]{2})/i.test(text)) return null;
  // A host that a parameter names, such as the folder of a socket, may be left out before the path.
  const whole = text.replace(/^(\w+:\/\/[^/?#]*@)(?=[/?]|$)/, "$1localhost");
  // The error of the constructor quotes the text, and with it the password.
  // Node's URL.canParse comes to say no to letters such as ü once it is called often.
  try {
    return new URL(whole);
  } catch {
    return null;
  }
}

function badAddress(problem: string): LinkStoreError {
  return new LinkStoreError(
    "bad-settings",
    "postgres",
    `The address of the PostgreSQL link store cannot be used. ${problem}`,
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
