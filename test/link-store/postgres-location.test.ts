// What is read of a PostgreSQL URL, and said of one, without a server.
import { LinkStoreError } from "../../src/link-store";
import {
  isLostConnection,
  isOutage,
  isPassing,
  postgresError,
  sqlStateOf,
} from "../../src/link-store/postgres/postgres-error";
import { parsePostgresUrl } from "../../src/link-store/postgres/postgres-location";
import { Secret } from "../../src/cronofy";

const located = (url: string) => parsePostgresUrl(new Secret(url));

function refusal(url: string): LinkStoreError {
  try {
    located(url);
  } catch (error) {
    if (error instanceof LinkStoreError) return error;
  }
  throw new Error(`${url} was taken.`);
}

describe("a PostgreSQL URL", () => {
  it.each([
    "12/s3cret",
    "12#s3cret",
    "1234?s3cret",
    "12/s3#cr?et",
    "s3cret/",
    "12@1/s3cret",
    "50%s3cret",
    "50%as3cret",
    "s3cret%",
  ])("shows no part of the unencoded password %s, and says to encode it", (password) => {
    const { code, location, message } = refusal(`postgres://user:${password}@db.example.com/links`);
    expect([code, location]).toEqual(["bad-settings", "postgres"]);
    expect(message).toContain("percent-encoded");
    expect(message).not.toMatch(/s3|cr?et|12|50/);
  });

  it.each(["s3cret\n", " s3cret", "s3\ncret"])(
    "is refused with the white space of %j, and not repaired",
    (password) => {
      expect(refusal(`${password}`).message).not.toContain("s3");
      expect(refusal(`postgres://user:${password}@db.example.com/links\n`).message).toContain("trimspace");
    },
  );

  it.each(["s3cret", "p@ss", "a:b", "12%2334", "1234%3Fx", "[x]", "ü"])("takes the password %s", (password) => {
    const { url, description } = located(`postgres://user:${password}@db.example.com:5433/links`);
    expect(description).toBe("the PostgreSQL database links on db.example.com:5433");
    expect(decodeURIComponent(new URL(url.reveal()).password)).toBe(decodeURIComponent(password));
  });

  it.each([
    ["postgres://user:s3cret@/links?host=/run/postgresql", "links at /run/postgresql"],
    ["postgres:///links?host=/run/postgresql", "links at /run/postgresql"],
    ["postgres://%2Frun%2Fpostgresql/links", "links at /run/postgresql"],
    ["postgres://user:s3cret@/links", "links on localhost:5432"],
    ["postgres:///links", "links on localhost:5432"],
    ["postgres://user:s3cret@", "of the user's name on localhost:5432"],
    ["postgres://user:s3cret@?host=db.example.com&port=6432", "of the user's name on db.example.com:6432"],
  ])("%s may leave the host to a parameter, as libpq's may", (url, place) => {
    expect(located(url).description).toBe(`the PostgreSQL database ${place}`);
  });

  it.each<[string, object]>([
    ["", {}],
    ["sslmode=disable", { sslmode: "disable" }],
    ["sslmode=no-verify", { sslmode: "no-verify" }],
    ["sslmode=prefer", { sslmode: "verify-full" }],
    ["sslmode=require", { sslmode: "verify-full" }],
    ["sslmode=verify-ca", { sslmode: "verify-full" }],
    ["sslmode=require&uselibpqcompat=true", { sslmode: "require", uselibpqcompat: "true" }],
    ["sslrootcert=%2Fca.pem", { sslrootcert: "/ca.pem" }],
    // The system's authorities are what the driver trusts by itself.
    ["sslrootcert=system", { sslmode: "verify-full" }],
    ["sslrootcert=system&sslmode=disable", { sslmode: "verify-full" }],
    ["pool_max_conns=7", {}],
  ])("has the driver do what ?%s means", (search, parameters) => {
    const { searchParams } = new URL(located(`postgres://db.example.com/links?${search}`).url.reveal());
    expect(Object.fromEntries(searchParams)).toEqual(parameters);
  });

  it.each([
    ["", 4],
    ["?pool_max_conns=1", 1],
    ["?pool_max_conns=9999", 9999],
  ])("with %j opens so many connections: %d", (search, connections) => {
    expect(located(`postgres://db.example.com/links${search}`).connections).toBe(connections);
  });

  it.each(["0", "-1", "many", "4.5", "", "10000", "4x"])("refuses pool_max_conns=%s", (text) => {
    const { code, location, message } = refusal(`postgres://db.example.com/links?pool_max_conns=${text}`);
    expect([code, location]).toEqual(["bad-settings", "postgres"]);
    expect(message).toMatch(
      /^pool_max_conns in the address .* Give one from 1 to 9999, or leave it out: then it is 4\.$/,
    );
  });

  it.each([
    "links",
    "mysql://u:s3cret@h/d",
    "postgres://u:s3cret@h:port/d",
    "//u:s3cret@h",
    "xpostgres://u:s3cret@h/d",
  ])("%s is none", (text) => {
    const { message } = refusal(text);
    expect(message).toContain("cannot be used. Give a URL such as postgres://user:password@db.example.com:5432/links");
    expect(message).not.toContain("s3cret");
  });

  it("may be one that begins with postgresql:", () => {
    expect(located("postgresql://db.example.com/a%2Fb").description).toBe(
      "the PostgreSQL database a/b on db.example.com:5432",
    );
    expect(located("postgresql://db.example.com/%c3").description).toContain("database %c3 on");
  });
});

describe("a failure of PostgreSQL", () => {
  const said = (error: object, url = "postgres://user:s3cret@db.example.com/links") =>
    postgresError("write", located(url), Object.assign(new Error(), error)).message;

  it.each([
    [{ code: "3F000", message: "no schema has been selected to create in" }, "search_path"],
    [{ code: "28P01", message: "password authentication failed" }, "Check user and password in its URL"],
    [{ code: "3D000", message: "no such database" }, "Create that database"],
    [{ code: "42501", message: "permission denied" }, "grant this user SELECT, INSERT, UPDATE and DELETE on it"],
    [{ code: "25006", message: "read-only transaction" }, "Name a server that takes writes"],
    [{ code: "53300", message: "too many clients" }, "The server has no connection to spare"],
    [{ code: "XX000", message: "internal error" }, "(internal error). Check the server, then try again."],
    [{ code: "ECONNREFUSED", message: "" }, "(ECONNREFUSED). Check that the server runs and can be reached from here"],
    [{ message: "" }, "(no reason given). Check that the server runs"],
    [{ code: 7, message: 7 }, "(no reason given). Check that the server runs"],
    [
      { code: "DEPTH_ZERO_SELF_SIGNED_CERT", message: "self-signed certificate" },
      "name its authority with sslrootcert",
    ],
    [{ code: "ERR_TLS_CERT_ALTNAME_INVALID", message: "not of that host" }, "name its authority with sslrootcert"],
    [{ message: "The server does not support SSL connections" }, "set sslmode=disable in the URL"],
    [{ code: "ENOENT", message: "connect ENOENT /run/.s.PGSQL.5432" }, "folder of its socket"],
    [{ code: "ENOENT", message: "ENOENT: no such file or directory, open '/root.crt'" }, "files of certificates"],
  ])("%j is told with what helps", (error, advice) => {
    expect(said(error)).toContain(advice);
  });

  it("of all addresses of a host is told by the first of them, and one of ours as it is", () => {
    const location = located("postgres://db.example.com/links");
    const all = new AggregateError([Object.assign(new Error(), { code: "ECONNREFUSED" })], "");
    expect(postgresError("read", location, all)).toMatchObject({
      code: "not-readable",
      location: location.description,
      message: expect.stringContaining(
        "Cannot use the PostgreSQL database links on db.example.com:5432, in which",
      ) as string,
      cause: { name: "PostgresFailure", message: "ECONNREFUSED", sqlState: undefined },
    });
    expect(postgresError("read", location, new AggregateError([], "none")).message).toContain("(none)");
    const ours = new LinkStoreError("locked", "place", "Ours.");
    expect(postgresError("write", location, ours)).toBe(ours);
    expect(postgresError("write", location, all).code).toBe("not-writable");
  });

  it.each<[{ readonly code?: string; readonly message?: string }, string]>([
    [{ code: "08006" }, "passing"],
    [{ code: "25006" }, "passing"],
    [{ code: "40001" }, "passing"],
    [{ code: "53300" }, "passing"],
    [{ code: "57P01" }, "passing, lost"],
    [{ code: "57P03" }, "passing"],
    [{ code: "42P01" }, ""],
    [{ code: "28P01" }, ""],
    [{ message: "Query read timeout" }, "passing, outage"],
    [{ message: "Connection terminated due to connection time-out" }, "passing, outage"],
    [{ message: "the attempt timed out" }, "passing, outage"],
    [{ code: "ECONNREFUSED", message: "connect ECONNREFUSED" }, "outage"],
    [{ code: "ECONNRESET", message: "read ECONNRESET" }, "outage, lost"],
    [{ code: "EPIPE", message: "write EPIPE" }, "outage, lost"],
    [{ message: "Connection terminated unexpectedly" }, "outage, lost"],
  ])("%j is waited for as it deserves: %s", (error, expected) => {
    const failure = postgresError("write", located("postgres://db/links"), Object.assign(new Error("said"), error));
    const state = error.message === undefined ? error.code : undefined;
    const is = { passing: isPassing(failure), outage: isOutage(failure), lost: isLostConnection(failure) };
    const all = expected.split(", ").filter((each) => each !== "");
    // What passes ends an outage too.
    expect(is).toEqual({
      passing: all.includes("passing"),
      outage: all.includes("passing") || all.includes("outage"),
      lost: all.includes("lost"),
    });
    expect(sqlStateOf(failure)).toBe(state);
  });

  it.each([new Error("time-out"), new LinkStoreError("locked", "place", "time-out"), undefined])(
    "is not what something else is: %p",
    (error) => {
      expect([isPassing(error), isOutage(error), isLostConnection(error), sqlStateOf(error)]).toEqual([
        false,
        false,
        false,
        undefined,
      ]);
    },
  );

  it("names neither a user nor a password that its URL has as a parameter, nor one that is no text", () => {
    const parameters = "postgres://db/links?user=us%40er&password=p%40ss";
    expect(said({ message: 'role "us@er"  with\np@ss' }, parameters)).toContain("(role *** with ***)");
    expect(said({ message: 'role "user" with s3cret' })).toContain("(role *** with ***)");
    expect(said({ message: "role of nobody" }, "postgres://db/links")).toContain("(role of nobody)");
  });

  it("shows no part of a password, also of one that a long message would cut off", () => {
    expect(said({ message: `${"x".repeat(296)}s3cret` })).toContain("xxx***)");
    expect(said({ message: "x".repeat(1_000) })).not.toContain("x".repeat(301));
    expect(said({ message: "p@ss or p%40ss" }, "postgres://user:p@ss@db/links")).toContain("(*** or ***)");
  });
});
