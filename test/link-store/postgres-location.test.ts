// What is read of a PostgreSQL URL, and said of one, without a server.
import { LinkStoreError } from "../../src/link-store";
import { postgresError } from "../../src/link-store/postgres-error";
import { parsePostgresUrl } from "../../src/link-store/postgres-location";
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
  it.each(["12/s3cret", "12#s3cret", "1234?s3cret", "12/s3#cr?et", "s3cret/", "12@1/s3cret", "50%s3cret", "s3cret%"])(
    "shows no part of the unencoded password %s, and says to encode it",
    (password) => {
      const { code, message } = refusal(`postgres://user:${password}@db.example.com/links`);
      expect(code).toBe("bad-settings");
      expect(message).toContain("percent-encoded");
      expect(message).not.toMatch(/s3|cr?et|12|50/);
    },
  );

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
    ["postgres://user:s3cret@?host=db.example.com&port=6432", "of the user's name on db.example.com:6432"],
  ])("%s may leave the host to a parameter, as libpq's may", (url, place) => {
    expect(located(url).description).toBe(`the PostgreSQL database ${place}`);
  });

  it("takes the system's authorities for what they are", () => {
    const { searchParams } = new URL(located("postgres://db.example.com/links?sslrootcert=system").url.reveal());
    expect(Object.fromEntries(searchParams)).toEqual({ sslmode: "verify-full" });
  });
});

describe("a failure of PostgreSQL", () => {
  const said = (error: object, url = "postgres://user:s3cret@db.example.com/links") =>
    postgresError("write", located(url), Object.assign(new Error(), error)).message;

  it.each([
    [{ code: "3F000", message: "no schema has been selected to create in" }, "search_path"],
    [{ code: "ENOENT", message: "connect ENOENT /run/.s.PGSQL.5432" }, "folder of its socket"],
    [{ code: "ENOENT", message: "ENOENT: no such file or directory, open '/root.crt'" }, "files of certificates"],
  ])("%j is told with what helps", (error, advice) => {
    expect(said(error)).toContain(advice);
  });

  it("shows no part of a password, also of one that a long message would cut off", () => {
    expect(said({ message: `${"x".repeat(296)}s3cret` })).not.toContain("s3");
    expect(said({ message: "p@ss or p%40ss" }, "postgres://user:p@ss@db/links")).toContain("(*** or ***)");
  });
});
