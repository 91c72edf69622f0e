import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { FileLinkStore, PostgresLinkStore, StoreKeys } from "../../src/link-store";
import type { LinkStore } from "../../src/link-store";
import { LINK_SCOPE, Secret } from "../../src/cronofy";
import {
  ACCESS_TOKEN,
  DECLARATION,
  KEY,
  REFRESH_TOKEN,
  authorizedRecord,
  invitedLink,
  revealed,
  write,
} from "../link-store/records";
import { startPostgres } from "../postgres";
import { ouLinkHere } from "./ou-link-here";
import { ouLink } from "./ou-link-process";
import type { Ended } from "./ou-link-process";

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

/** Runs a command in this process, and sees to it that no token and no key is in what it prints. */
async function store(args: readonly string[], more: Record<string, string> = {}, input?: string) {
  return checked(await ouLinkHere(["store", ...args], { ...env, ...more }, input));
}

function checked(ended: Ended): Ended {
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
    [["forget", ACCOUNT], {}, "There is no such link"],
  ])("answers %j with %j by saying what to do", async (args, more, message) => {
    const { exitCode, stdout, stderr } = await store(args, more);
    expect({ exitCode, stdout }).toEqual({ exitCode: message.startsWith("There is no such") ? 1 : 2, stdout: "" });
    expect(stderr).toContain(message);
  });

  describe("list", () => {
    it("shows each link's state and since when, encrypted or not, damaged or not, without a key", async () => {
      const nobodys = { declaration: null, awaited: null } as const;
      const of = (serviceAccountId: string) => ({ serviceAccountId });
      const since = "2026-02-10T00:00:00.000Z";
      await write(fileStore(), authorizedRecord(of("ser_a")));
      await write(fileStore(KEY_1), authorizedRecord({ ...of("ser_b"), ...nobodys, refusedAt: since }));
      await write(fileStore(KEY_1), invitedLink(of("ser_c")));
      await write(fileStore(), invitedLink({ ...of("ser_d"), redeemingSince: since }));
      await write(fileStore(), invitedLink({ ...of("ser_e"), awaited: null, ended: { at: since, by: "destroy" } }));
      const askedAnew = { since, conferencingProviderName: "ms_teams" };
      await write(
        fileStore(),
        authorizedRecord({ ...of("ser_f"), declaration: { ...DECLARATION, place: null }, awaited: askedAnew }),
      );
      writeFileSync(path.join(folder, "broken.json"), "{");
      const { exitCode, stdout, stderr } = await store(["list"]);
      expect(exitCode).toBe(0);
      const here = "declared in build-7:/srv/links";
      expect(stdout.split("\n")).toEqual([
        `ser_a  de  client-1  authorized since 2026-02-01T09:00:00.000Z  ou_1  ${here}  in the clear`,
        `ser_b  de  client-1  refused since ${since}  ou_1  declared nowhere  key ${idOf(KEY_1)}`,
        `ser_c  de  client-1  invited since 2026-01-31T08:00:00.000Z  ${here}  key ${idOf(KEY_1)}`,
        `ser_d  de  client-1  redeeming since ${since}  ${here}  in the clear`,
        `ser_e  de  client-1  ended since ${since}  in the clear`,
        `ser_f  de  client-1  authorized since 2026-02-01T09:00:00.000Z  asked anew ${since}  ou_1  ` +
          "declared in an unknown place  in the clear",
        `damaged: ${path.join(folder, "broken.json")}`,
        "",
      ]);
      const shared = "The Organizational Unit ou_1 of ser_a is recorded for ser_f too. Check that they are of one";
      expect(stderr).toContain(`7 links in the folder ${folder}.\n${shared}`);
      const { links, shared_units } = JSON.parse((await store(["list", "--json"])).stdout) as Record<string, unknown>;
      expect(shared_units).toMatchObject([{ organizational_unit_id: "ou_1", service_account_ids: ["ser_a", "ser_f"] }]);
      expect(links).toMatchObject([
        { service_account_id: "ser_a", data_center: "de", client_id: "client-1", encrypted_with: null, damaged: false },
        { state: "refused", since, declared_at: null, encrypted_with: idOf(KEY_1) },
        { state: "invited", since: DECLARATION.at, awaited_since: DECLARATION.at, declared_in: DECLARATION.place },
        { state: "redeeming", since },
        { state: "ended", since, ended_by: "destroy" },
        { state: "authorized", awaited_since: since, conferencing_provider_name: "ms_teams", declared_in: null },
        { damaged: true },
      ]);
    });
  });

  it("says where there is no such folder, rather than that it is empty", async () => {
    const typo = path.join(folder, "typo");
    const { exitCode, stdout, stderr } = await store(["list"], { OU_LINK_STORE_FILE: typo });
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "" });
    expect(stderr).toContain(`There is no folder ${typo}, and so no link in it.\n`);
  });

  describe("show", () => {
    it("shows all but the tokens, without a key", async () => {
      await write(fileStore(KEY_1), authorizedRecord());
      const { exitCode, stdout } = await store(["show", ACCOUNT, "--json"]);
      expect(exitCode).toBe(0);
      expect(JSON.parse(stdout)).toEqual({
        service_account_id: ACCOUNT,
        data_center: "de",
        client_id: "client-1",
        state: "authorized",
        since: "2026-02-01T09:00:00.000Z",
        declared_at: "2026-01-31T08:00:00.000Z",
        declared_in: "build-7:/srv/links",
        awaited_since: null,
        conferencing_provider_name: null,
        organizational_unit_id: "ou_1",
        scope: "organizational_unit_use_integrations",
        redirect_uri: "https://example.com/callback",
        linked_at: "2026-02-01T09:00:00.000Z",
        authorized_conferencing_provider_name: "zoom_enterprise",
        access_token_expires_at: "2026-03-01T11:00:00.000Z",
        confirmed_at: null,
        refused_at: null,
        ended_by: null,
        encrypted_with: idOf(KEY_1),
        location: path.join(folder, readdirSync(folder)[0] ?? ""),
      });
      const text = (await store(["show", ACCOUNT])).stdout;
      expect(text).toMatch(/^linked_at +2026-02-01T09:00:00\.000Z$/m);
      expect(text).toMatch(/^refused_at +none$/m);
    });

    it("asks which one is meant where there are several of a service account", async () => {
      await write(fileStore(), authorizedRecord());
      await write(fileStore(), authorizedRecord({ clientId: "client-2", scope: "second" }));
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
        authorized_conferencing_provider_name: "zoom_enterprise",
        access_token: ACCESS_TOKEN,
        access_token_expires_at: "2026-03-01T12:00:00+01:00",
        something_else: true,
      };
      // The command as it is installed: what it reads and prints goes through pipes.
      const { exitCode, stdout, stderr } = checked(
        await ouLink(["store", "import", ACCOUNT], { ...env, OU_LINK_STORE_KEY: KEY_1 }, JSON.stringify(given)),
      );
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
      expect(stdout).toBe(`Stored in the folder ${folder}: ${ACCOUNT}  de  client-1\n`);
      expect(revealed(await fileStore(KEY_1).read(KEY))).toEqual({
        ...revealed(authorizedRecord({ declaration: null, declarationId: null })),
        lifeId: expect.stringMatching(/./) as string,
      });
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
      expect(revealed(await fileStore().read(KEY))).toMatchObject({
        authorization: { organizationalUnitId: null, scope: "", conferencingProviderName: null, refusedAt: null },
        tokens: { refreshToken: REFRESH_TOKEN, accessToken: null },
      });
    });

    it("replaces an authorization only when told to", async () => {
      const scope = `${LINK_SCOPE} more`;
      await write(fileStore(), authorizedRecord({ scope: "old" }));
      const refused = await importing({ ...GIVEN, scope });
      expect(refused).toMatchObject({ exitCode: 1, stdout: "" });
      expect(refused.stderr).toContain("give --replace");
      expect((await fileStore().read(KEY))?.authorization?.scope).toBe("old");
      expect(await importing({ ...GIVEN, scope }, ["--replace", "--json"])).toMatchObject({ exitCode: 0 });
      expect(await fileStore().read(KEY)).toMatchObject({
        ...{ lifeId: "life-1", declaration: DECLARATION },
        authorization: { scope, declarationId: DECLARATION.id },
      });
    });

    it.each([
      ["a person's calendar", { sub: "acc_5b" }, "a person's calendar account, acc_5b"],
      ["something else", { scope: "read_write" }, "without organizational_unit_use_integrations"],
    ])("refuses an authorization for %s, which the link's end would revoke", async (_what, given, told) => {
      const { exitCode, stderr } = await importing({ ...GIVEN, ...given });
      expect(exitCode).toBe(2);
      expect(stderr).toContain(told);
      expect(await fileStore().list()).toEqual([]);
    });

    it("makes a link that is declared already, whose administrator then is awaited no longer", async () => {
      await write(fileStore(), invitedLink({ redeemingSince: "2026-02-10T00:00:00.000Z" }));
      const { exitCode, stdout } = await importing(GIVEN, ["--json"]);
      expect(exitCode).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ state: "authorized", awaited_since: null });
      expect(await fileStore().read(KEY)).toMatchObject({
        ...{ lifeId: "life-1", declaration: DECLARATION, awaited: null, redeemingSince: null },
        authorization: { declarationId: DECLARATION.id },
      });
    });

    it("begins a new life of a link that was ended", async () => {
      await write(fileStore(), invitedLink({ awaited: null, ended: { at: DECLARATION.at, by: "destroy" } }));
      expect(await importing(GIVEN)).toMatchObject({ exitCode: 0 });
      const link = await fileStore().read(KEY);
      expect(link).toMatchObject({ declaration: null, ended: null, authorization: { declarationId: null } });
      expect(link?.lifeId).not.toBe("life-1");
    });

    it.each<[string, unknown, string]>([
      ["no JSON", REFRESH_TOKEN, "is neither JSON nor CSV"],
      ["what begins as JSON", `{"refresh_token": "${REFRESH_TOKEN}"`, "begins as JSON, and is not JSON"],
      ["nothing", "", "is neither JSON nor CSV"],
      ["an empty list", [], "There is no authorization in it"],
      ["no refresh token", { ...GIVEN, refresh_token: " " }, "refresh_token is not as needed"],
      ["no client id", { ...GIVEN, client_id: undefined }, "client_id is missing"],
      ["another service account", { ...GIVEN, service_account_id: "ser_other" }, "is not that of the command line"],
      ["no data center of Cronofy's", { ...GIVEN, data_center: "eu" }, "data_center is none of au, ca"],
      ["a wrong time", { ...GIVEN, linked_at: "yesterday" }, "linked_at is no time such as"],
      ["the year 10000", { ...GIVEN, linked_at: "9999-12-31T23:59:59-01:00" }, "linked_at is no time such as"],
    ])("refuses %s, and stores nothing", async (_what, given, message) => {
      const { exitCode, stdout, stderr } = await importing(given);
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
      expect(stderr).toContain(message);
      expect(readdirSync(folder)).toEqual([]);
    });

    describe("of many", () => {
      const COMMON = { CRONOFY_CLIENT_ID: "client-1", CRONOFY_DATA_CENTER: "de" };
      const REDIRECT = ["--redirect-uri", "https://example.com/callback"];
      const CSV = `\uFEFFname;service_account_id;sub;refresh_token;plan
"Acme; Ltd";ser_1;ou_1;${REFRESH_TOKEN};gold

Globex;ser_2;;${REFRESH_TOKEN}2;
`;
      const many = (input: string, args: string[] = []) => store(["import", ...REDIRECT, ...args], COMMON, input);

      it("stores them all from CSV, leaves at the next time alone what is there, and replaces only when told to", async () => {
        const first = await many(CSV);
        expect(first).toMatchObject({
          exitCode: 0,
          stdout: "stored  ser_1  de  client-1\nstored  ser_2  de  client-1\n",
        });
        expect(first.stderr).toContain("Not read, for it means nothing here: plan.\n");
        expect(first.stderr).toContain(`In the folder ${folder}: 2 stored.\n`);
        const key = { ...KEY, serviceAccountId: "ser_2" };
        const second = await many(`${CSV}Initech;ser_3;;${REFRESH_TOKEN}3;\n`.replace("ou_1", "ou_9"));
        expect(second.stdout.match(/^left alone|^stored/gm)).toEqual(["left alone", "left alone", "stored"]);
        expect(second.stderr).toContain("2 left alone, 1 stored.");
        expect(revealed(await fileStore().read(key))).toMatchObject({
          authorization: { redirectUri: "https://example.com/callback", organizationalUnitId: null },
          tokens: { refreshToken: `${REFRESH_TOKEN}2` },
        });
        const third = await many(CSV.replace("ou_1", "ou_9"), ["--replace", "--json"]);
        expect(JSON.parse(third.stdout)).toMatchObject({
          links: [{ service_account_id: "ser_1", organizational_unit_id: "ou_9", outcome: "stored" }, {}],
        });
      });

      it("lists everything that is wrong by its line, and stores none of it", async () => {
        const csv = await many(`service_account_id,refresh_token,linked_at,name,sub
ser_1,${REFRESH_TOKEN},,Acme,ou_1
ser_2,${REFRESH_TOKEN},,Acme,ou_2
,${REFRESH_TOKEN}3,today,"Two
lines",acc_3
ser_4,x,y,z
ser_1,${REFRESH_TOKEN}5,,,acc_5
`);
        expect(csv).toMatchObject({ exitCode: 2, stdout: "" });
        expect(csv.stderr.split("\n").slice(1, 6)).toEqual([
          "ou-link: Nothing was imported, for 4 rows are not as needed:",
          "  line 3 (ser_2): refresh_token is that of line 2 too; name is that of line 2 too",
          expect.stringMatching(
            /^ {2}line 4: service_account_id is missing; name is not as needed: .*U\+000A.*; linked_at is no time/,
          ) as string,
          "  line 6 (ser_4): it has 4 values, and there are 5 columns",
          expect.stringMatching(/^ {2}line 7 \(ser_1\): .*a person's calendar account, acc_5/) as string,
        ]);
        const json = await many(
          `[\n\t{"service_account_id": "ser_1", "refresh_token": "${REFRESH_TOKEN}"},\n\n  {"refresh_token": 7},\n 8]`,
        );
        expect(json.stderr).toContain("  line 4: service_account_id is missing; refresh_token is no text\n  line 5: ");
        const quotes = await many(`name,refresh_token\n"Acme" Ltd,${REFRESH_TOKEN}\n`);
        expect(quotes.stderr).toContain("It is no CSV: something stands behind a closing quotation mark in line 2.");
        expect(readdirSync(folder)).toEqual([]);
      });

      it("writes nothing on a dry run, and what Terraform imports them with only where nothing else is", async () => {
        await write(fileStore(), authorizedRecord({ serviceAccountId: "ser_1" }));
        const before = readdirSync(folder);
        const input = path.join(folder, "in.csv");
        const blocks = path.join(folder, "links.tf");
        writeFileSync(input, CSV.replace("Globex", "${x} %{y}"));
        const args = ["--from", input, "--import-blocks", blocks];
        expect(await many("", [...args, "--dry-run"])).toMatchObject({
          exitCode: 0,
          stdout: "left alone  ser_1  de  client-1\nwould be stored  ser_2  de  client-1\n",
        });
        expect(readdirSync(folder).sort()).toEqual([...before, "in.csv"].sort());
        for (let time = 0; time < 2; time++) expect(await many("", args)).toMatchObject({ exitCode: 0 });
        const written = readFileSync(blocks, "utf8");
        expect(written).toContain(`"Acme; Ltd" = {\n      service_account_id         = "ser_1"`);
        expect(written).toContain('"$${x} %%{y}" = {');
        writeFileSync(blocks, "# mine\n");
        expect((await many("", args)).stderr).toContain(`${blocks} is there already, and says something else.`);
        expect(readFileSync(blocks, "utf8")).toBe("# mine\n");
        const two = await many("", ["--from", path.join(folder, "none.csv")]);
        expect(two.stderr).toContain("none.csv cannot be read");
        const centers = `[{"data_center": "de", "service_account_id": "ser_5", "refresh_token": "a"},
          {"data_center": "uk", "service_account_id": "ser_5", "refresh_token": "b"}]`;
        const both = await many(centers, ["--import-blocks", path.join(folder, "both.tf")]);
        expect(both).toMatchObject({ exitCode: 2, stdout: "" });
        expect(both.stderr).toContain("need a provider block each");
      });
    });
  });

  describe("forget", () => {
    const ENDED = {
      ...{ lifeId: "life-1", declaration: DECLARATION, authorization: null, tokens: null, awaited: null },
      ended: { at: expect.stringMatching(/^\d{4}-.*Z$/) as string, by: "forget" },
    };

    it("needs a confirmation, and then ends the link and says what follows", async () => {
      await write(fileStore(), authorizedRecord());
      const unasked = await store(["forget", ACCOUNT], {}, "yes\n");
      expect(unasked.exitCode).toBe(2);
      expect(unasked.stderr).toContain("Give --yes if you mean it");
      expect(revealed(await fileStore().read(KEY))).toEqual(revealed(authorizedRecord()));
      const { exitCode, stdout, stderr } = await store(["forget", ACCOUNT, "--yes"]);
      expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: `Forgotten: ${ACCOUNT}  de  client-1\n` });
      expect(stderr).toMatch(
        /^Nothing was revoked.*\nTerraform declares it in build-7:\/srv\/links: the next plan there/,
      );
      expect(await fileStore().read(KEY)).toMatchObject(ENDED);
      expect(readFileSync(path.join(folder, readdirSync(folder)[0] ?? ""), "utf8")).not.toMatch(
        new RegExp(`${REFRESH_TOKEN}|${ACCESS_TOKEN}`),
      );
      const again = await store(["forget", ACCOUNT, "--json"]);
      expect(again).toMatchObject({ exitCode: 0, stderr: "" });
      expect(JSON.parse(again.stdout)).toMatchObject({ state: "ended", ended_by: "forget" });
    });

    it("ends a link whose tokens cannot be decrypted any more, and one that nobody declares without a word more", async () => {
      await write(fileStore(KEY_1), authorizedRecord());
      const refused = await store(["forget", ACCOUNT, "--yes"]);
      expect(refused).toMatchObject({ exitCode: 2, stdout: "" });
      expect(refused.stderr).toContain("or to a new key where the old one is lost");
      const newKey = { OU_LINK_STORE_KEY: KEY_2 };
      expect(await store(["forget", ACCOUNT, "--yes"], newKey)).toMatchObject({ exitCode: 0 });
      expect(await fileStore(KEY_2).read(KEY)).toMatchObject(ENDED);
      await write(fileStore(KEY_2), invitedLink({ declaration: null, awaited: null }));
      expect(await store(["forget", ACCOUNT, "--yes"], newKey)).toMatchObject({ exitCode: 0, stderr: "" });
    });
  });

  describe("rewrap", () => {
    it("encrypts with the first key what it can, reports the rest, and does nothing twice", async () => {
      await write(fileStore(), authorizedRecord({ serviceAccountId: "ser_clear" }));
      await write(fileStore(KEY_1), authorizedRecord({ serviceAccountId: "ser_old" }));
      const lost = randomBytes(32).toString("base64");
      await write(fileStore(lost), authorizedRecord({ serviceAccountId: "ser_lost" }));
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
      await write(database, authorizedRecord());
      expect((await store(["list"])).stdout).toMatch(
        new RegExp(`^${ACCOUNT}  de  client-1  authorized since .*  in the clear\n$`),
      );
      expect((await store(["rewrap"], { OU_LINK_STORE_KEY: KEY_1 })).stdout).toContain("1 rewritten");
      expect((await store(["show", ACCOUNT])).stdout).toContain("ou_1");
      expect(await store(["forget", ACCOUNT, "--yes"], { OU_LINK_STORE_KEY: KEY_1 })).toMatchObject({ exitCode: 0 });
      expect(await database.look(KEY)).toMatchObject({ authorization: null, ended: { by: "forget" } });

      const flag = new URL(url);
      const { password } = flag;
      flag.password = "";
      env = {};
      // pg looks for its variables in the process that it is in.
      const elsewhere = (PGPASSWORD: string) =>
        ouLink(["store", "list", "--json", "--store-postgres", flag.href], { PGPASSWORD });
      const listed = await elsewhere(password);
      expect(listed).toMatchObject({ exitCode: 0, stderr: "" });
      const refused = await elsewhere("wr0ng");
      expect(refused).toMatchObject({ exitCode: 1, stdout: "" });
      expect(refused.stderr).toContain("Check user and password");
      expect(refused.stderr).not.toContain("wr0ng");
    } finally {
      await database?.close();
      await postgres.close();
    }
  }, 60_000);
});
