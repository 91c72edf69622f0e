import { LinkStoreError } from "../link-store-error";
import { decoded } from "./postgres-location";
import type { PostgresLocation } from "./postgres-location";

/**
 * Classes of SQLSTATE (PostgreSQL's documentation, appendix A) that say nothing of what was asked and end by themselves:
 * a connection lost, a server that takes no writes during a failover, two that were in each other's way, no connection or
 * space to spare, a shutdown or start.
 */
const PASSING_CLASSES = ["08", "25", "40", "53", "57"];

/** What the driver or the network said of a failed call. The database's own words are not kept: they may quote a row. */
class PostgresFailure extends Error {
  override readonly name = "PostgresFailure";

  constructor(
    message: string,
    /** Of the database; undefined where it was not reached. */
    readonly sqlState: string | undefined,
  ) {
    super(message);
  }
}

/**
 * Says of a failed call to the database what an operator can do about it. Neither message nor cause holds the user, the
 * password or a record.
 */
export function postgresError(purpose: "read" | "write", location: PostgresLocation, error: unknown): LinkStoreError {
  if (error instanceof LinkStoreError) return error;
  const { code, message } = codeAndMessage(error);
  // Node's codes begin with an E, as EPIPE does, and no class of the database does.
  const sqlState = /^(?!E)[0-9A-Z]{5}$/.test(code ?? "") ? code : undefined;
  const { description } = location;
  const said = withoutCredentials(message, location);
  return new LinkStoreError(
    purpose === "read" ? "not-readable" : "not-writable",
    description,
    `Cannot use ${description}, in which links are kept (${said}). ${adviceFor(sqlState, code, message)}`,
    { cause: new PostgresFailure(said, sqlState) },
  );
}

/** The database's SQLSTATE, where it gave one. */
export function sqlStateOf(error: unknown): string | undefined {
  return failureOf(error)?.sqlState;
}

/** Whether the database was reached and could not do it just now, or took too long: to ask again later may help. */
export function isPassing(error: unknown): boolean {
  const failure = failureOf(error);
  if (failure === null) return false;
  if (failure.sqlState === undefined) return /time-?out|timed out/i.test(failure.message);
  return PASSING_CLASSES.includes(failure.sqlState.slice(0, 2));
}

/** Whether the same call may succeed once the database can be reached again. */
export function isOutage(error: unknown): boolean {
  const failure = failureOf(error);
  return failure !== null && (failure.sqlState === undefined || isPassing(error));
}

/** Whether a connection was lost that was idle, which is noticed only by using it. */
export function isLostConnection(error: unknown): boolean {
  const failure = failureOf(error);
  if (failure === null) return false;
  const { sqlState, message } = failure;
  return sqlState === undefined
    ? /terminated unexpectedly|ECONNRESET|EPIPE/.test(message)
    : sqlState === ADMIN_SHUTDOWN;
}

const ADMIN_SHUTDOWN = "57P01";

function failureOf(error: unknown): PostgresFailure | null {
  return error instanceof LinkStoreError && error.cause instanceof PostgresFailure ? error.cause : null;
}

function codeAndMessage(error: unknown): { readonly code: string | undefined; readonly message: string } {
  // Node tries all addresses of a host, and then reports them together without a message.
  const first: unknown = error instanceof AggregateError ? (error.errors[0] ?? error) : error;
  const { code, message } = first as { readonly code?: unknown; readonly message?: unknown };
  const known = typeof code === "string" ? code : undefined;
  return {
    code: known,
    message: typeof message === "string" && message !== "" ? message : (known ?? "no reason given"),
  };
}

/** What the database says names the user, and a driver might come to name more. */
function withoutCredentials(message: string, { url }: PostgresLocation): string {
  const { username, password, searchParams } = new URL(url.reveal());
  let text = message.replace(/\s+/g, " ");
  const hide = (shown: string) => (text = text.split(shown).join("***"));
  for (const secret of [password, searchParams.get("password")]) {
    if (secret) [secret, decoded(secret)].forEach(hide);
  }
  for (const user of [username, searchParams.get("user")]) {
    if (user) hide(`"${decoded(user)}"`);
  }
  return text.slice(0, 300);
}

function adviceFor(sqlState: string | undefined, code: string | undefined, message: string): string {
  switch (sqlState?.slice(0, 2)) {
    case "28":
      return "Check user and password in its URL, and whether the server lets them in from here.";
    case "3D":
      return "Create that database, or name another one in the URL.";
    case "3F":
      return "Its table goes to the first schema of this user's search_path that is there, and none is: create one, or name another with ALTER ROLE … SET search_path.";
    case "42":
      return "Have someone who may create its table use the store once, then grant this user SELECT, INSERT, UPDATE and DELETE on it.";
    case "25":
      return "Name a server that takes writes: this one is read-only.";
    case "53":
      return "The server has no connection to spare. Allow it more, or try again later.";
    case undefined:
      break;
    default:
      return "Check the server, then try again.";
  }
  if (code === "ENOENT") {
    return message.startsWith("connect")
      ? "Check that the server runs on this machine, and in its URL the folder of its socket (host) and the port."
      : "Check the files of certificates in its URL.";
  }
  if (/certificate|self-signed|altname/i.test(message) || code?.startsWith("ERR_TLS") === true) {
    return "The server's certificate is not trusted: name its authority with sslrootcert in the URL.";
  }
  if (/does not support SSL/i.test(message)) return "Turn TLS on at the server, or set sslmode=disable in the URL.";
  return "Check that the server runs and can be reached from here, and host and port in its URL.";
}
