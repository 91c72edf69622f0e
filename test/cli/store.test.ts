import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { FileLinkStore, PostgresLinkStore, StoreKeys } from "../../src/link-store";
import type { LinkStore } from "../../src/link-store";
import { Secret } from "../../src/cronofy";
import { ACCESS_TOKEN, KEY, REFRESH_TOKEN, authorization, revealed, write } from "../link-store/records";
import { startPostgres } from "../postgres";
import { ouLinkStore } from "./store-process";

const ACCOUNT = KEY.serviceAccountId;
const KEY_1 = randomBytes(32).toString("base64");
const KEY_2 = randomBytes(32).toString("base64");

let folder: string;
let env: Record<string, string>;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "ou-link-store-"));
  env = { OU_LINK_STORE_FILE: folder };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a command, and sees to it that no token and no key is in what it prints. */
async function store(args: readonly string[], more: Record<string, string> = {}, input?: string) {
  const ended = await ouLinkStore(args, { ...env, ...more }, input);
  const printed = ended.stdout + ended.stderr;
  for (const secret of [REFRESH_TOKEN, ACCESS_TOKEN, KEY_1, KEY_2]) expect(printed).not.toContain(secret);
  expect(printed).not.toMatch(/^ +at /m);
  return ended;
}

const fileStore = (key?: string) => new FileLinkStore(folder, { keys: StoreKeys.parse(key) });
const idOf = (keys: string) => StoreKeys.parse(keys)?.writingId ?? "";

describe("ou-link store", () => {
  it.each([[["--help"]], [["list", "--help"]], [["import", "--help"]], [["rewrap", "--help"]]])(
    "explains %j with examples",
    async (args) => {
      const { exitCode, stdout, stderr } = await store(args);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
      expect(stdout).toMatch(/Examples:\n {2}# .+\n {2}\$ .*ou-link store/);
    },
  );

  it.each<[string[], Record<string, string>, string]>([
    [["frobnicate"], {}, "unknown command 'frobnicate'"],
    [["show"], {}, "missing required argument 'service-account'"],
    [["show", ACCOUNT, "more"], {}, "too many arguments"],
    [["list"], { OU_LINK_STORE_FILE: "" }, "set OU_LINK_STORE_FILE or give --store-file"],
    [["list"], { OU_LINK_STORE_POSTGRES: "postgres://h/d" }, "are both set"],
    [["list", "--store-file", "a", "--store-postgres", "postgres://h/d"], {}, "not both"],
    [["list", "--store-postgres", "postgres://u:pw@h/d"], {}, "a command line can be read by others"],
    [["list"], { OU_LINK_STORE_KEY: "short" }, "OU_LINK_STORE_KEY cannot be used"],
    [["list"], { OU_LINK_STORE_FILE: "", OU_LINK_STORE_COMMAND: '["x"]' }, "only hands out access tokens"],
    [["rewrap"], {}, "There is no key to encrypt with"],
    [["forget", ACCOUNT], {}, "There is no such authorization"],
  ])("answers %j with %j by saying what to do", async (args, more, message) => {
    const { exitCode, stdout, stderr } = await store(args, more);
    expect({ exitCode, stdout }).toEqual({ exitCode: message.startsWith("There is no such") ? 1 : 2, stdout: "" });
    expect(stderr).toContain(message);
  });

  describe("list", () => {
    it("shows what there is, encrypted or not, damaged or not", async () => {
      await write(fileStore(), authorization({ serviceAccountId: "ser_a" }));
      await write(fileStore(KEY_1), authorization({ serviceAccountId: "ser_b" }));
      writeFileSync(path.join(folder, "broken.json"), "{");
      const { exitCode, stdout, stderr } = await store(["list"]);
      expect(exitCode).toBe(0);
      expect(stdout.split("\n")).toEqual([
        "ser_a  de  client-1  in the clear",
        `ser_b  de  client-1  key ${idOf(KEY_1)}`,
        `damaged: ${path.join(folder, "broken.json")}`,
        "",
      ]);
      expect(stderr).toBe(`3 authorizations in the folder ${folder}.\n`);
      const { authorizations } = JSON.parse((await store(["list", "--json"])).stdout) as { authorizations: unknown[] };
      expect(authorizations).toMatchObject([
        { service_account_id: "ser_a", data_center: "de", client_id: "client-1", encrypted_with: null, damaged: false },
        { service_account_id: "ser_b", encrypted_with: idOf(KEY_1) },
        { damaged: true },
      ]);
    });
  });

  describe("show", () => {
    it("shows all but the tokens", async () => {
      await write(fileStore(KEY_1), authorization());
      const { exitCode, stdout } = await store(["show", ACCOUNT, "--json"], { OU_LINK_STORE_KEY: KEY_1 });
      expect(exitCode).toBe(0);
      expect(JSON.parse(stdout)).toEqual({
        service_account_id: ACCOUNT,
        data_center: "de",
        client_id: "client-1",
        organizational_unit_id: "ou_1",
        scope: "organizational_unit_use_integrations",
        redirect_uri: "https://example.com/callback",
        linked_at: "2026-02-01T09:00:00.000Z",
        access_token_expires_at: "2026-03-01T11:00:00.000Z",
        refused_at: null,
        encrypted_with: idOf(KEY_1),
        location: path.join(folder, readdirSync(folder)[0] ?? ""),
      });
      const text = (await store(["show", ACCOUNT], { OU_LINK_STORE_KEY: KEY_1 })).stdout;
      expect(text).toMatch(/^linked_at +2026-02-01T09:00:00\.000Z$/m);
      expect(text).toMatch(/^refused_at +none$/m);
      const refused = await store(["show", ACCOUNT]);
      expect(refused).toMatchObject({ exitCode: 1, stdout: "" });
      expect(refused.stderr).toContain(`is encrypted with the key ${idOf(KEY_1)}`);
    });

    it("asks which one is meant where there are several of a service account", async () => {
      await write(fileStore(), authorization());
      await write(fileStore(), authorization({ clientId: "client-2", scope: "second" }));
      const { exitCode, stderr } = await store(["show", ACCOUNT]);
      expect(exitCode).toBe(2);
      expect(stderr).toContain(`${ACCOUNT}  de  client-1\n  ${ACCOUNT}  de  client-2\n`);
      expect((await store(["show", ACCOUNT, "--client-id", "client-2"])).stdout).toContain("second");
      expect((await store(["show", ACCOUNT], { CRONOFY_CLIENT_ID: "client-2" })).stdout).toContain("second");
      const none = await store(["show", ACCOUNT], { CRONOFY_DATA_CENTER: "us" });
      expect(none.stderr).toContain("Another client id or data center was asked for");
    });
  });

  describe("import", () => {
    const GIVEN = {
      client_id: "client-1",
      data_center: "de",
      refresh_token: REFRESH_TOKEN,
      redirect_uri: "https://example.com/callback",
    };
    const importing = (given: unknown, args: string[] = [], more: Record<string, string> = {}) =>
      store(["import", ACCOUNT, ...args], more, typeof given === "string" ? given : JSON.stringify(given));

    it("stores all that it is given, encrypted where there is a key", async () => {
      const given = {
        ...GIVEN,
        service_account_id: ACCOUNT,
        organizational_unit_id: "ou_1",
        scope: "organizational_unit_use_integrations",
        linked_at: "2026-02-01T09:00:00Z",
        access_token: ACCESS_TOKEN,
        access_token_expires_at: "2026-03-01T12:00:00+01:00",
        something_else: true,
      };
      const { exitCode, stdout, stderr } = await importing(given, [], { OU_LINK_STORE_KEY: KEY_1 });
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
      expect(stdout).toBe(`Stored in the folder ${folder}: ${ACCOUNT}  de  client-1\n`);
      expect(revealed(await fileStore(KEY_1).read(KEY))).toEqual(revealed(authorization()));
    });

    it("does with the least, takes client id and data center from elsewhere, and says that nothing is encrypted", async () => {
      const { refresh_token, redirect_uri } = GIVEN;
      const more = { CRONOFY_CLIENT_ID: "client-1", CRONOFY_DATA_CENTER: "de" };
      const { exitCode, stderr } = await importing(
        { refresh_token, redirect_uri, access_token: ACCESS_TOKEN },
        [],
        more,
      );
      expect(exitCode).toBe(0);
      expect(stderr).toContain("in the clear. To encrypt them, set OU_LINK_STORE_KEY");
      const stored = await fileStore().read(KEY);
      expect(stored).toMatchObject({ organizationalUnitId: null, scope: "", accessToken: null, refusedAt: null });
      expect(stored?.refreshToken.reveal()).toBe(REFRESH_TOKEN);
    });

    it("replaces only when told to", async () => {
      await write(fileStore(), authorization({ scope: "old" }));
      const refused = await importing({ ...GIVEN, scope: "new" });
      expect(refused).toMatchObject({ exitCode: 1, stdout: "" });
      expect(refused.stderr).toContain("give --replace");
      expect((await fileStore().read(KEY))?.scope).toBe("old");
      expect(await importing({ ...GIVEN, scope: "new" }, ["--replace", "--json"])).toMatchObject({ exitCode: 0 });
      expect((await fileStore().read(KEY))?.scope).toBe("new");
    });

    it.each<[string, unknown, string]>([
      ["no JSON", REFRESH_TOKEN, "is not JSON"],
      ["nothing", "", "is not JSON"],
      ["no refresh token", { ...GIVEN, refresh_token: " " }, "lacks a proper refresh_token"],
      ["no client id", { ...GIVEN, client_id: undefined }, "lacks a proper client_id"],
      ["another service account", { ...GIVEN, service_account_id: "ser_other" }, "lacks a proper service_account_id"],
      ["no data center of Cronofy's", { ...GIVEN, data_center: "eu" }, "lacks a proper data_center"],
      ["a wrong time", { ...GIVEN, linked_at: "yesterday" }, "lacks a proper linked_at"],
    ])("refuses %s, and stores nothing", async (_what, given, message) => {
      const { exitCode, stdout, stderr } = await importing(given);
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
      expect(stderr).toContain(message);
      expect(readdirSync(folder)).toEqual([]);
    });
  });

  describe("forget", () => {
    it("needs a confirmation, and then removes the record", async () => {
      await write(fileStore(), authorization());
      const unasked = await store(["forget", ACCOUNT], {}, "yes\n");
      expect(unasked.exitCode).toBe(2);
      expect(unasked.stderr).toContain("Give --yes if you mean it");
      expect(await fileStore().read(KEY)).not.toBeNull();
      expect(await store(["forget", ACCOUNT, "--yes"])).toEqual({
        exitCode: 0,
        stdout: `Forgotten: ${ACCOUNT}  de  client-1\n`,
        stderr: "",
      });
      expect(readdirSync(folder)).toEqual([]);
    });

    it("removes what cannot be decrypted any more", async () => {
      await write(fileStore(KEY_1), authorization());
      expect(await store(["forget", ACCOUNT, "--yes"])).toMatchObject({ exitCode: 0 });
      expect(readdirSync(folder)).toEqual([]);
    });
  });

  describe("rewrap", () => {
    it("encrypts with the first key what it can, reports the rest, and does nothing twice", async () => {
      await write(fileStore(), authorization({ serviceAccountId: "ser_clear" }));
      await write(fileStore(KEY_1), authorization({ serviceAccountId: "ser_old" }));
      const lost = randomBytes(32).toString("base64");
      await write(fileStore(lost), authorization({ serviceAccountId: "ser_lost" }));
      const keys = { OU_LINK_STORE_KEY: `${KEY_2},${KEY_1}` };
      const first = await store(["rewrap"], keys);
      expect(first).toMatchObject({
        exitCode: 1,
        stdout: `Key ${idOf(KEY_2)}: 2 rewritten, 0 had it already, 1 failed.\n`,
      });
      expect(first.stderr).toContain(`is encrypted with the key ${idOf(lost)}`);
      const texts = readdirSync(folder).map((name) => readFileSync(path.join(folder, name), "utf8"));
      const second = await store(["rewrap", "--json"], keys);
      expect(JSON.parse(second.stdout)).toEqual({ key: idOf(KEY_2), rewritten: 0, unchanged: 2, failed: 1 });
      expect(readdirSync(folder).map((name) => readFileSync(path.join(folder, name), "utf8"))).toEqual(texts);
      for (const name of ["ser_clear", "ser_old"]) {
        expect(await fileStore(KEY_2).read({ ...KEY, serviceAccountId: name })).not.toBeNull();
      }
    });
  });

  it("does all of it in a PostgreSQL database", async () => {
    const postgres = await startPostgres();
    let database: LinkStore | undefined;
    try {
      const url = await postgres.createDatabase();
      env = { OU_LINK_STORE_POSTGRES: url };
      database = new PostgresLinkStore(new Secret(url));
      await write(database, authorization());
      expect((await store(["list"])).stdout).toBe(`${ACCOUNT}  de  client-1  in the clear\n`);
      expect((await store(["rewrap"], { OU_LINK_STORE_KEY: KEY_1 })).stdout).toContain("1 rewritten");
      expect((await store(["show", ACCOUNT], { OU_LINK_STORE_KEY: KEY_1 })).stdout).toContain("ou_1");
      expect(await store(["forget", ACCOUNT, "--yes"])).toMatchObject({ exitCode: 0 });
      expect(await database.list()).toEqual([]);

      const flag = new URL(url);
      const { password } = flag;
      flag.password = "";
      env = {};
      const listed = await store(["list", "--json", "--store-postgres", flag.href], { PGPASSWORD: password });
      expect(listed).toMatchObject({ exitCode: 0, stderr: "" });
      const refused = await store(["list", "--store-postgres", flag.href], { PGPASSWORD: "wr0ng" });
      expect(refused).toMatchObject({ exitCode: 1, stdout: "" });
      expect(refused.stderr).toContain("Check user and password");
      expect(refused.stderr).not.toContain("wr0ng");
    } finally {
      await database?.close();
      await postgres.close();
    }
  }, 60_000);
});
