import { randomBytes } from "node:crypto";
import path from "node:path";
import { LinkStoreError, openLinkSource, openLinkStore, storeChosenBy } from "../../src/link-store";
import { Secret } from "../../src/cronofy";

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
    [{ OU_LINK_STORE_FILE: "a", OU_LINK_STORE_POSTGRES: "postgres://u:s3cret@h/d" }, "are both set"],
    [{ OU_LINK_STORE_COMMAND: "my-tokens --print" }, "is not a JSON list"],
    [{ OU_LINK_STORE_COMMAND: "[]" }, "is not a JSON list"],
    [{ OU_LINK_STORE_COMMAND: '["my-tokens", 1]' }, "is not a JSON list"],
  ])("%j is refused", (env, message) => {
    const choose = () => storeChosenBy(env);
    expect(choose).toThrow(LinkStoreError);
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
    expect(open).not.toThrow("s3cret");
  });

  it("refuses a key that is none", () => {
    const open = () => openLinkStore({ file: "store" }, { env: { OU_LINK_STORE_KEY: "s3cret" } });
    expect(open).toThrow("OU_LINK_STORE_KEY cannot be used");
    expect(open).not.toThrow("s3cret");
  });
});
