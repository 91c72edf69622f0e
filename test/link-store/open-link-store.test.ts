import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import {
  LinkStoreError,
  isAccessTokenSource,
  openLinkSource,
  openLinkStore,
  storeChosenBy,
} from "../../src/link-store";
import { Secret } from "../../src/cronofy";
import { KEY, NOW, invitedLink, write } from "./records";

describe("the store that the environment chooses", () => {
  it.each([
    [{}, null],
    [{ OU_LINK_STORE_FILE: "" }, null],
    [{ OU_LINK_STORE_FILE: "./store" }, { file: "./store" }],
    [{ OU_LINK_STORE_POSTGRES: "postgres://db/links" }, { postgres: new Secret("postgres://db/links") }],
    [{ OU_LINK_STORE_COMMAND: '["my-tokens", "--print"]' }, { command: ["my-tokens", "--print"] }],
  ])("%j: %j", (env, choice) => {
    expect(storeChosenBy(env)).toEqual(choice);
  });

  it.each([
    [
      { OU_LINK_STORE_FILE: "a", OU_LINK_STORE_POSTGRES: "postgres://u:s3cret@h/d" },
      "OU_LINK_STORE_FILE and OU_LINK_STORE_POSTGRES are both set. Keep the one",
    ],
    [{ OU_LINK_STORE_COMMAND: "my-tokens --print" }, "is not a JSON list"],
    [
      { OU_LINK_STORE_COMMAND: "[]" },
      'OU_LINK_STORE_COMMAND is not a JSON list of texts. Give the program and each argument apart, such as ["my-tokens", "--print"].',
    ],
    [{ OU_LINK_STORE_COMMAND: '"my-tokens"' }, "is not a JSON list"],
    [{ OU_LINK_STORE_COMMAND: '["my-tokens", 1]' }, "is not a JSON list"],
  ])("%j is refused", (env, message) => {
    const choose = () => storeChosenBy(env);
    expect(choose).toThrow(LinkStoreError);
    expect(choose).toThrow(expect.objectContaining({ code: "bad-settings" }) as LinkStoreError);
    expect(choose).toThrow(message);
    expect(choose).not.toThrow("s3cret");
  });
});

describe("opening a store", () => {
  it("says once where records will not be encrypted", () => {
    const notes: string[] = [];
    const onNote = (line: string) => notes.push(line);
    expect(openLinkStore({ file: "store" }, { env: {}, onNote }).encrypts).toBe(false);
    expect(notes).toEqual([expect.stringContaining("OU_LINK_STORE_KEY")]);
    expect(notes[0]).toContain(path.resolve("store"));
    expect(notes[0]).toContain("what openssl rand -base64 32 prints");
    const env = { OU_LINK_STORE_KEY: randomBytes(32).toString("base64") };
    for (const choice of [{ file: "store" }, { postgres: new Secret("postgres://u:s3cret@db/links") }]) {
      expect(openLinkStore(choice, { env, onNote }).encrypts).toBe(true);
    }
    expect(notes).toHaveLength(1);
    openLinkStore({ postgres: new Secret("postgres://u:s3cret@db/links") }, { env: {}, onNote });
    expect(notes[1]).toContain("the PostgreSQL database links on db:5432");
    expect(notes.join()).not.toContain("s3cret");
  });

  it("takes a program as a source, and not where something is to be stored", () => {
    const command = ["my-tokens", "--password=s3cret"];
    expect(openLinkSource({ command }, { env: {} }).description).toBe("the program my-tokens");
    const open = () => openLinkStore({ command }, { env: {} });
    expect(open).toThrow("only hands out access tokens");
    expect(open).toThrow(
      "Choose a folder or a PostgreSQL database, or do this in the application that the program asks.",
    );
    expect(open).not.toThrow("s3cret");
  });

  it("has a program see the environment, and judges by the clock and passes on the notes that it is to", async () => {
    const token = { access_token: "access", expires_at: NOW.toISOString(), linked_at: NOW.toISOString() };
    const script = `console.error("a note");
      console.log(JSON.stringify({ ...${JSON.stringify(token)}, scope: process.env.OWN_SETTING }))`;
    const notes: string[] = [];
    const ask = (now: Date) => {
      const options = { env: { OWN_SETTING: "seen" }, now: () => now, onNote: (line: string) => notes.push(line) };
      const source = openLinkSource({ command: [process.execPath, "-e", script] }, options);
      if (!isAccessTokenSource(source)) throw new Error("A program only hands out access tokens.");
      return source.accessToken(KEY);
    };
    expect(await ask(new Date(NOW.getTime() - 1))).toMatchObject({ scope: "seen" });
    expect(notes).toEqual(["a note"]);
    await expect(ask(NOW)).rejects.toThrow("expired at 2026-03-01T10:00:00.000Z");
  });

  it("refuses a key that is none", () => {
    const open = () => openLinkStore({ file: "store" }, { env: { OU_LINK_STORE_KEY: "s3cret" } });
    expect(open).toThrow("OU_LINK_STORE_KEY cannot be used");
    expect(open).not.toThrow("s3cret");
  });

  it.each([
    ["", "The folder of the store cannot be used. Set a value that is not blank"],
    ["store\n", "The folder of the store cannot be used. The value begins or ends with white space"],
    ["~", 'is "~", and nothing here turns ~ into a home folder. Write the whole path'],
    ["~/store", 'pathexpand("~/…")'],
    ["~\\store", "nothing here turns ~ into a home folder"],
  ])("refuses the folder %j", (file, message) => {
    const open = () => openLinkStore({ file }, { env: {} });
    expect(open).toThrow(message);
    expect(open).toThrow(expect.objectContaining({ code: "bad-settings", location: "file" }) as LinkStoreError);
  });

  it.each(["~store", "a~/store", "-~"])("takes the folder %j as it is", (file) => {
    expect(openLinkStore({ file }, { env: {} }).description).toBe(`the folder ${path.resolve(file)}`);
  });

  describe("in a folder", () => {
    let file: string;
    beforeEach(() => (file = mkdtempSync(path.join(os.tmpdir(), "links-"))));
    afterEach(() => rmSync(file, { recursive: true }));

    it("waits for a lock for as long as it is told, by the clock that it is given", async () => {
      const open = (time: number) => {
        let looks = 0;
        return openLinkStore({ file }, { env: {}, lockTimeout: time, now: () => new Date(looks++ * time) });
      };
      await open(0).locked(KEY, async () => {
        await expect(open(3_600_000).locked(KEY, () => Promise.resolve())).rejects.toThrow("for 3600 s");
      });
    });

    it("takes records in the clear beside a key for whoever asks for them", async () => {
      await write(openLinkStore({ file }, { env: {} }), invitedLink());
      const env = { OU_LINK_STORE_KEY: randomBytes(32).toString("base64") };
      await expect(openLinkStore({ file }, { env }).read(KEY)).rejects.toMatchObject({ code: "not-encrypted" });
      const taking = openLinkStore({ file }, { env, takeClear: true });
      expect(await taking.read(KEY)).toEqual(invitedLink());
      expect(taking.encrypts).toBe(true);
      expect(openLinkStore({ file }, { env: {}, takeClear: true }).encrypts).toBe(false);
    });
  });
});
