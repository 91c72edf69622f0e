import { Secret } from "../cronofy";
import { LinkStoreError } from "./link-store-error";

/** A PostgreSQL database: how to reach it, and how to speak of it. */
export interface PostgresLocation {
  /** What the driver is given. */
  readonly url: Secret;
  /** Such as `the PostgreSQL database links on db.example.com:5432`; without the user and the password. */
  readonly description: string;
}

/**
 * Reads a connection URL, `postgres://user:password@host:port/database?sslmode=…`.
 *
 * @throws LinkStoreError `bad-settings`, which quotes nothing of the URL.
 */
export function parsePostgresUrl(url: Secret): PostgresLocation {
  const parsed = parse(url.reveal());
  if (parsed === null || !["postgres:", "postgresql:"].includes(parsed.protocol)) {
    throw new LinkStoreError(
      "bad-settings",
      "postgres",
      "The address of the PostgreSQL link store cannot be used. Give a URL such as " +
        "postgres://user:password@db.example.com:5432/links?sslmode=verify-full, with special characters in user and " +
        "password percent-encoded.",
    );
  }
  const host = parsed.searchParams.get("host") ?? decoded(parsed.hostname);
  const port = parsed.searchParams.get("port") ?? parsed.port;
  const database = decoded(parsed.pathname.slice(1)) || "of the user's name";
  const where = host.startsWith("/") ? `at ${host}` : `on ${host || "localhost"}:${port || "5432"}`;

  // The driver verifies the server's certificate in each of these modes, and at each start prints a warning that a later
  // version of it will not.
  const mode = parsed.searchParams.get("sslmode");
  if (!parsed.searchParams.has("uselibpqcompat") && ["prefer", "require", "verify-ca"].includes(mode ?? "")) {
    parsed.searchParams.set("sslmode", "verify-full");
  }
  return { url: new Secret(parsed.href), description: `the PostgreSQL database ${database} ${where}` };
}

/** The URL's own error quotes it, and with it the password. */
function parse(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
