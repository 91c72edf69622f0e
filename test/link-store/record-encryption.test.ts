import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { inspect } from "node:util";
import { LinkStoreError, FileLinkStore, StoreKeys, rewrapRecord } from "../../src/link-store";
import { ACCESS_TOKEN, KEY, REFRESH_TOKEN, authorizedRecord, revealed, write } from "./records";

const OLD = randomBytes(32).toString("base64");
const NEW = randomBytes(32).toString("base64url");
const OTHER = randomBytes(32).toString("hex");

let folder: string;

beforeEach(() => (folder = mkdtempSync(path.join(os.tmpdir(), "links-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A store on the folder, with the keys of such a variable. */
const open = (keys?: string) => new FileLinkStore(folder, { keys: StoreKeys.parse(keys) });

/** The id of a single key. */
const idOf = (key: string) => StoreKeys.parse(key)?.writingId ?? "";

function recordFile(): string {
  return path.join(folder, readdirSync(folder)[0] ?? "");
}

async function onlyRecord() {
  const [record] = await open().list();
  if (!record?.link) throw new Error("There is a record.");
  return { ...record, link: record.link };
}

async function encryptedWith(): Promise<string | null | undefined> {
  return (await open().list())[0]?.encryptedWith;
}

async function storeErrorOf(promise: Promise<unknown>): Promise<LinkStoreError> {
  const error: unknown = await promise.catch((thrown: unknown) => thrown);
  if (!(error instanceof LinkStoreError)) throw new Error(`Expected a store error, got ${inspect(error)}`);
  const shown = inspect(error, { depth: 10, showHidden: true });
  for (const secret of [REFRESH_TOKEN, ACCESS_TOKEN, OLD, NEW, OTHER]) expect(shown).not.toContain(secret);
  return error;
}

describe("an encrypted record", () => {
  it("holds no token, and shows whose it is and which key it takes", async () => {
    await write(open(NEW), authorizedRecord());
    const text = readFileSync(recordFile(), "utf8");
    expect(text).not.toMatch(new RegExp(`${REFRESH_TOKEN}|${ACCESS_TOKEN}`));
    const { version, jwe } = JSON.parse(text) as { version: number; jwe: string };
    expect(version).toBe(1);
    const [header = ""] = jwe.split(".");
    expect(JSON.parse(Buffer.from(header, "base64url").toString())).toEqual({
      alg: "dir",
      enc: "A256GCM",
      typ: "ou-link-record+jwe",
      kid: idOf(NEW),
      link: expect.objectContaining({
        service_account_id: KEY.serviceAccountId,
        life_id: "life-1",
        authorization: expect.objectContaining({ organizational_unit_id: "ou_1" }) as object,
      }) as object,
    });
  });

  it("differs each time that the same is written", async () => {
    const texts = new Set<string>();
    for (let time = 0; time < 3; time++) {
      await write(open(NEW), authorizedRecord());
      texts.add(readFileSync(recordFile(), "utf8"));
    }
    expect(texts.size).toBe(3);
  });

  it("is read with an old key, and written with the first one", async () => {
    await write(open(OLD), authorizedRecord());
    const rotated = open(`${NEW}, ${OLD}`);
    expect(revealed(await rotated.read(KEY))).toEqual(revealed(authorizedRecord()));
    expect(await encryptedWith()).toBe(idOf(OLD));
    await write(rotated, authorizedRecord({ scope: "other" }));
    expect(await encryptedWith()).toBe(idOf(NEW));
    expect((await open(NEW).read(KEY))?.authorization?.scope).toBe("other");
  });

  it("is the only kind that is taken where there is a key, but by whoever encrypts the rest", async () => {
    await write(open(), authorizedRecord());
    const text = readFileSync(recordFile(), "utf8");
    for (const attempt of [open(NEW).read(KEY), open(NEW).locked(KEY, (record) => record.current())]) {
      const error = await storeErrorOf(attempt);
      expect(error).toMatchObject({ code: "not-encrypted", location: recordFile() });
      expect(error.message).toContain("ou-link store rewrap");
    }
    expect(readFileSync(recordFile(), "utf8")).toBe(text);

    const keys = StoreKeys.parse(NEW);
    if (keys === null) throw new Error("There is a key.");
    expect(await rewrapRecord(new FileLinkStore(folder, { keys: keys.takingClear() }), await onlyRecord(), keys)).toBe(
      "rewritten",
    );
    expect(revealed(await open(NEW).read(KEY))).toEqual(revealed(authorizedRecord()));
  });

  it.each([
    ["no key", undefined, "which is not set"],
    ["other keys", `${NEW},${OTHER}`, `which holds ${idOf(NEW)}, ${idOf(OTHER)}`],
  ])("is refused and left as it is with %s", async (_what, keys, held) => {
    await write(open(OLD), authorizedRecord());
    const text = readFileSync(recordFile(), "utf8");
    for (const attempt of [open(keys).read(KEY), open(keys).locked(KEY, (record) => record.current())]) {
      const error = await storeErrorOf(attempt);
      expect(error).toMatchObject({ code: "unknown-key", location: recordFile() });
      for (const part of [idOf(OLD), "OU_LINK_STORE_KEY", held]) expect(error.message).toContain(part);
    }
    expect(readFileSync(recordFile(), "utf8")).toBe(text);
  });

  it.each<[string, (parts: string[]) => void]>([
    ["header", (parts) => (parts[0] = altered(parts[0], { linked_at: "2026-02-02T09:00:00.000Z" }))],
    ["life", (parts) => (parts[0] = altered(parts[0], { life_id: "life-2" }))],
    ["content", (parts) => (parts[3] = `A${parts[3]?.slice(1)}`)],
    ["tag", (parts) => (parts[4] = Buffer.alloc(16).toString("base64url"))],
    ["number of parts", (parts) => parts.pop()],
  ])("is refused where its %s was altered", async (_what, alter) => {
    await write(open(NEW), authorizedRecord({ serviceAccountId: KEY.serviceAccountId }));
    const record = JSON.parse(readFileSync(recordFile(), "utf8")) as { jwe: string };
    const parts = record.jwe.split(".");
    alter(parts);
    if (parts.join(".") === record.jwe) parts[3] = `B${parts[3]?.slice(1)}`;
    writeFileSync(recordFile(), JSON.stringify({ ...record, jwe: parts.join(".") }));
    const error = await storeErrorOf(open(NEW).read(KEY));
    expect(error).toMatchObject({ code: "corrupt" });
    expect(error.message).toMatch(/it was altered after it was encrypted|its encryption has no proper header/);
  });

  it.each([
    ["nothing", undefined, "it lacks a proper link"],
    ["a number", 7, "its encryption has no proper header"],
    ["empty", "", "its encryption has no proper header"],
    ["letters", "a.b.c.d.e", "its encryption has no proper header"],
    ["of another type", withHeader({ typ: "JWT", kid: idOf(NEW) }), "its encryption has no proper header"],
    ["of no key", withHeader({ typ: "ou-link-record+jwe", kid: 7 }), "its encryption has no proper header"],
  ])("is refused where it is %s", async (_what, jwe, problem) => {
    await write(open(NEW), authorizedRecord());
    writeFileSync(recordFile(), JSON.stringify({ version: 1, jwe }));
    const error = await storeErrorOf(open(NEW).read(KEY));
    expect(error).toMatchObject({ code: "corrupt" });
    expect(error.message).toContain(problem);
  });

  it("cannot be passed off as another link's", async () => {
    const other = { ...KEY, serviceAccountId: "ser_other" };
    await write(open(NEW), authorizedRecord());
    const text = readFileSync(recordFile(), "utf8");
    rmSync(recordFile());
    await write(open(NEW), authorizedRecord(other));
    writeFileSync(recordFile(), text);
    expect(await storeErrorOf(open(NEW).read(other))).toMatchObject({ code: "other-link" });

    // Renamed in its header too, it no longer decrypts.
    const { jwe } = JSON.parse(text) as { jwe: string };
    const [header, ...rest] = jwe.split(".");
    const renamed = [altered(header, { service_account_id: "ser_other" }), ...rest].join(".");
    writeFileSync(recordFile(), JSON.stringify({ version: 1, jwe: renamed }));
    expect(await storeErrorOf(open(NEW).read(other))).toMatchObject({ code: "corrupt" });
  });

  function withHeader(fields: object): string {
    return `${Buffer.from(JSON.stringify({ alg: "dir", enc: "A256GCM", ...fields })).toString("base64url")}....`;
  }

  function altered(header = "", changes: object): string {
    const fields = JSON.parse(Buffer.from(header, "base64url").toString()) as { link: object };
    return Buffer.from(JSON.stringify({ ...fields, link: { ...fields.link, ...changes } })).toString("base64url");
  }
});

describe("rewrapRecord", () => {
  it("encrypts anew what needs it, and nothing else", async () => {
    const keys = StoreKeys.parse(`${NEW},${OLD}`);
    if (keys === null) throw new Error("There are keys.");
    const store = open(`${NEW},${OLD}`);
    await write(open(OLD), authorizedRecord());
    const rewrap = async () => {
      return rewrapRecord(store, await onlyRecord(), keys);
    };
    expect(await rewrap()).toBe("rewritten");
    const text = readFileSync(recordFile(), "utf8");
    expect(await rewrap()).toBe("unchanged");
    expect(readFileSync(recordFile(), "utf8")).toBe(text);
    expect(revealed(await open(NEW).read(KEY))).toEqual(revealed(authorizedRecord()));

    const record = await onlyRecord();
    rmSync(recordFile());
    expect(await rewrapRecord(store, { ...record, encryptedWith: null }, keys)).toBe("gone");
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("store keys", () => {
  it("are none where the text is empty", () => {
    for (const text of [undefined, ""]) expect(StoreKeys.parse(text)).toBeNull();
  });

  it("have ids that stay, for records name them", () => {
    const bytes = Buffer.from(Array.from({ length: 32 }, (_each, index) => index));
    expect(StoreKeys.parse(`${bytes.toString("base64")}, ${NEW}`)?.ids).toEqual(["WqjPPRvAP8oYbAqC", idOf(NEW)]);
  });

  it("are the same as base64, base64url, and hex, and show nothing of themselves", () => {
    const bytes = randomBytes(32);
    const forms = [
      bytes.toString("base64"),
      bytes.toString("base64").replace("=", ""),
      bytes.toString("base64url"),
      bytes.toString("hex"),
      bytes.toString("hex").toUpperCase(),
    ];
    const parsed = forms.map((form) => StoreKeys.parse(form));
    expect(new Set(parsed.map((keys) => keys?.writingId)).size).toBe(1);
    for (const form of forms) expect(inspect(parsed, { depth: 10, showHidden: true })).not.toContain(form);
  });

  const NO_KEY = "It is not 32 random bytes as base64, base64url or hex.";
  it.each([
    ["short", randomBytes(31).toString("base64"), NO_KEY],
    ["long", randomBytes(33).toString("base64"), NO_KEY],
    ["a password", "correct horse battery staple and so on 1234", NO_KEY],
    ["a placeholder", Buffer.alloc(32, 7).toString("base64"), NO_KEY],
    ["a placeholder in hex", "ab".repeat(32), NO_KEY],
    ["hex of the wrong length", randomBytes(31).toString("hex"), NO_KEY],
    ["hex and more", `${OTHER}x`, NO_KEY],
    ["after something else", `!${NEW}`, NO_KEY],
    ["before something else", `${NEW}!`, NO_KEY],
    ["followed by nothing", `${NEW},`, "Its key number 2 of 2 is not 32 random bytes"],
    ["followed by something else", `${NEW},s3cret`, "Its key number 2 of 2 is not 32 random bytes"],
    ["blank", " ", "not blank"],
    ["followed by a line break", `${NEW}\n`, "ends with white space"],
  ])("are refused where one is %s, with how to make one", (_what, text, problem) => {
    let error: unknown;
    try {
      StoreKeys.parse(text);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(LinkStoreError);
    expect(error).toMatchObject({ code: "bad-key", location: "OU_LINK_STORE_KEY" });
    expect((error as Error).message).toContain(problem);
    expect((error as Error).message).toMatch(/openssl rand -base64 32\. .* the first one writes\.$/);
    if (text.trim() !== "") expect((error as Error).message).not.toContain(text);
    expect((error as Error).message).not.toMatch(new RegExp(`${NEW}|s3cret`));
  });
});
