// The store that a provider block chooses, from the block to the store.
import { randomBytes } from "node:crypto";
import path from "node:path";
import { NULL, UNKNOWN, known } from "../../src/plugin";
import type { ConfigureCall, Diagnostic, Path, Value } from "../../src/plugin";
import type { Cronofy } from "../../src/provider/cronofy";
import { createCronofyProvider } from "../../src/provider/provider";

type Environment = Readonly<Record<string, string>>;

const NONE = { file: NULL, postgres: NULL, command: NULL };
const URL_TEXT = "postgres://tester:s3cret-pass@db.example.com/links";

const block = (changes: Readonly<Record<string, Value<unknown>>>) => known({ ...NONE, ...changes });
const command = (...parts: (string | Value<string>)[]) =>
  known(parts.map((part) => (typeof part === "string" ? known(part) : part)));

/** The provider's configuration with nothing but this store. */
function configOf(store: Value<unknown>, env: Environment) {
  const provider = createCronofyProvider({ env });
  const nothing = Object.fromEntries(Object.keys(provider.schema).map((name) => [name, NULL]));
  return { provider, config: { ...nothing, link_store: store } };
}

function problemsOf(store: Value<unknown>): (Diagnostic & { readonly path: Path })[] {
  const { provider, config } = configOf(store, {});
  const problems: (Diagnostic & { readonly path: Path })[] = [];
  void provider.validate?.(config, { error: (problem) => problems.push(problem), warning: () => {} });
  return problems;
}

const CREDENTIALS = { CRONOFY_CLIENT_ID: "client-1", CRONOFY_CLIENT_SECRET: "client-secret" };

async function configure(store: Value<unknown>, env: Environment = {}) {
  const { provider, config } = configOf(store, { ...CREDENTIALS, ...env });
  const lines: string[] = [];
  const redacted: string[] = [];
  const take = (line: string) => void lines.push(line);
  const log = {
    trace: take,
    debug: take,
    info: take,
    warn: take,
    error: take,
    redact: (text: string) => redacted.push(text),
  };
  const signal = new AbortController().signal;
  const call = { signal, log, warn: () => {}, terraformVersion: "1.11.4" } as unknown as ConfigureCall;
  const cronofy = (await provider.configure(config, call)) as Cronofy;
  return { cronofy, lines, redacted };
}

describe("link_store", () => {
  const NO_PROGRAM =
    'Give the program first, then each argument apart, such as ["my-tokens", "--print"]; none may be null.';
  const ONE_ALONE = "Set exactly one of file, postgres and command.";

  it.each<[string, Value<unknown>, string, string, Path]>([
    [
      "nothing",
      block({}),
      "No store chosen",
      'Name one store, such as link_store = { file = "./links" }.',
      ["link_store"],
    ],
    [
      "two stores",
      block({ file: known("a"), postgres: known(URL_TEXT) }),
      "Several stores chosen",
      "file and postgres are both set. Keep the one that the link service uses.",
      ["link_store"],
    ],
    ["an empty command", block({ command: command() }), "No program", NO_PROGRAM, ["link_store", "command"]],
    ["a blank program", block({ command: command(" ") }), "No program", NO_PROGRAM, ["link_store", "command"]],
    ["a null argument", block({ command: command("x", NULL) }), "No program", NO_PROGRAM, ["link_store", "command"]],
  ])("is refused with %s", (_what, store, summary, detail, at) => {
    const problems = problemsOf(store);
    expect(problems).toEqual([{ summary, detail, path: at }]);
    expect(JSON.stringify(problems)).not.toContain("s3cret-pass");
  });

  it.each<[string, Value<unknown>]>([
    ["one store", block({ postgres: known(URL_TEXT) })],
    ["one that is not known yet", block({ file: UNKNOWN })],
    ["one beside one that may turn out to be null", block({ file: known("a"), postgres: UNKNOWN })],
    ["a command with an argument that is not known yet", block({ command: command("x", UNKNOWN) })],
    ["nothing known of it", UNKNOWN],
    ["no block", NULL],
  ])("is accepted with %s", (_what, store) => {
    expect(problemsOf(store)).toEqual([]);
  });

  it.each<[string, Value<unknown>, Environment, string | null]>([
    ["file", block({ file: known("store") }), {}, `the folder ${path.resolve("store")}`],
    ["postgres", block({ postgres: known(URL_TEXT) }), {}, "the PostgreSQL database links on db.example.com:5432"],
    ["command", block({ command: command("my-tokens", "-p") }), {}, "the program my-tokens"],
    ["no block and no environment", NULL, {}, null],
    ["the environment's folder", NULL, { OU_LINK_STORE_FILE: "store" }, `the folder ${path.resolve("store")}`],
    [
      "the environment's database",
      NULL,
      { OU_LINK_STORE_POSTGRES: URL_TEXT },
      "the PostgreSQL database links on db.example.com:5432",
    ],
    ["the environment's program", NULL, { OU_LINK_STORE_COMMAND: '["my-tokens"]' }, "the program my-tokens"],
    [
      "the block before the environment",
      block({ file: known("store") }),
      { OU_LINK_STORE_POSTGRES: URL_TEXT },
      `the folder ${path.resolve("store")}`,
    ],
  ])("opens %s", async (_what, store, env, description) => {
    const { cronofy, lines } = await configure(store, env);
    expect(cronofy.store?.description ?? null).toBe(description);
    expect(lines.join()).not.toContain("s3cret-pass");
  });

  it.each<[string, Value<unknown>]>([
    ["unknown", UNKNOWN],
    ["of an unknown URL", block({ postgres: UNKNOWN })],
    ["of a command with an unknown argument", block({ command: command("x", UNKNOWN) })],
  ])("is waited for where it is %s", async (_what, store) => {
    const { cronofy } = await configure(store, { OU_LINK_STORE_FILE: "not-this" });
    expect(() => cronofy.store).toThrow("link_store");
    const { signal } = new AbortController();
    expect(await cronofy.observe("ser_1", { signal, warn: () => {} })).toMatchObject({ kind: "unavailable" });
  });

  it("says in the log, once, that records are not encrypted, and nothing where they are", async () => {
    const store = block({ file: known("store") });
    expect((await configure(store)).lines).toEqual([expect.stringContaining("OU_LINK_STORE_KEY")]);
    const key = randomBytes(32).toString("base64");
    const { lines, redacted } = await configure(store, { OU_LINK_STORE_KEY: key });
    expect(lines).toEqual([]);
    expect(redacted).toEqual(["client-secret", key]);
    expect((await configure(block({ postgres: known(URL_TEXT) }))).redacted).toContain(URL_TEXT);
    expect((await configure(NULL, { OU_LINK_STORE_POSTGRES: URL_TEXT })).redacted).toContain(URL_TEXT);
  });

  it.each<[string, Value<unknown>, Environment, object]>([
    [
      "two from the environment",
      NULL,
      { OU_LINK_STORE_FILE: "a", OU_LINK_STORE_POSTGRES: URL_TEXT },
      { summary: "Link store cannot be used", path: undefined },
    ],
    [
      "a URL in the environment that is none",
      NULL,
      { OU_LINK_STORE_POSTGRES: "mysql://u:s3cret-pass@h/d" },
      { summary: "Link store cannot be used", path: undefined },
    ],
    [
      "a store that was not known before and is none",
      block({}),
      {},
      { summary: "No store chosen", detail: ONE_ALONE, path: ["link_store"] },
    ],
    ["a key that is none", block({ file: known("a") }), { OU_LINK_STORE_KEY: "s3cret-pass" }, {}],
    [
      "a URL that is none",
      block({ postgres: known("mysql://u:s3cret-pass@h/d") }),
      {},
      { path: ["link_store", "postgres"] },
    ],
    [
      "a second store that was not known before",
      block({ file: known("a"), postgres: known(URL_TEXT) }),
      {},
      { summary: "Several stores chosen", detail: ONE_ALONE, path: ["link_store"] },
    ],
  ])("is refused when configured with %s", async (_what, store, env, finding) => {
    const error: unknown = await configure(store, env).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "DiagnosticError", ...finding });
    expect(String((error as Error).message)).not.toContain("s3cret-pass");
  });
});
