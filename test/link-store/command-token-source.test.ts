import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { inspect } from "node:util";
import { LinkStoreError, CommandTokenSource, NO_AUTHORIZATION_EXIT_CODE, observeLink } from "../../src/link-store";
import type { CommandTokenSourceOptions } from "../../src/link-store";
import { maskOutput } from "../../src/link-store/command/run-program";
import { CronofyClient, Secret } from "../../src/cronofy";
import { json, raw, startScriptedServer } from "../cronofy/scripted-server";
import type { ScriptedServer } from "../cronofy/scripted-server";
import { ACCESS_TOKEN, KEY, NOW } from "./records";

const CLIENT_SECRET = "client-secret-f00d";

const GRANTED = {
  access_token: ACCESS_TOKEN,
  expires_at: "2026-03-01T10:05:00Z",
  linked_at: "2026-02-01T10:00:00+01:00",
  scope: "organizational_unit_use_integrations",
  organizational_unit_id: "ou_1",
};

let folder: string;

beforeEach(() => (folder = mkdtempSync(path.join(os.tmpdir(), "token source "))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A program that runs this script. */
function program(script: string, options: CommandTokenSourceOptions = {}, ...args: string[]): CommandTokenSource {
  const file = path.join(folder, "program.js");
  writeFileSync(file, script);
  return new CommandTokenSource([process.execPath, file, ...args], { now: () => NOW, ...options });
}

/** A program that prints this. */
const printing = (output: unknown, options?: CommandTokenSourceOptions) =>
  program(
    `process.stdout.write(${JSON.stringify(typeof output === "string" ? output : JSON.stringify(output))})`,
    options,
  );

async function errorOf(source: CommandTokenSource): Promise<LinkStoreError> {
  const error: unknown = await source.accessToken(KEY).catch((thrown: unknown) => thrown);
  if (!(error instanceof LinkStoreError)) throw new Error(`Expected a store error, got ${inspect(error)}`);
  expect(inspect(error, { depth: 10 })).not.toMatch(new RegExp(`${ACCESS_TOKEN}|${CLIENT_SECRET}`));
  expect(error.message).toContain(process.execPath);
  return error;
}

describe("a program that hands out access tokens", () => {
  it("is taken at its word", async () => {
    expect(await printing({ ...GRANTED, access_token: ` ${ACCESS_TOKEN}\n` }).accessToken(KEY)).toEqual({
      accessToken: new Secret(ACCESS_TOKEN),
      linkedAt: "2026-02-01T09:00:00.000Z",
      scope: "organizational_unit_use_integrations",
      organizationalUnitId: "ou_1",
    });
    // By the system's clock.
    const least = { access_token: ACCESS_TOKEN, linked_at: GRANTED.linked_at, expires_at: "2999-01-01T00:00:00Z" };
    const source = new CommandTokenSource([process.execPath, "-p", `'${JSON.stringify(least)}'`]);
    expect(await source.accessToken(KEY)).toMatchObject({ scope: "", organizationalUnitId: null });
  });

  it("learns of the link and gets its arguments as they are, and nothing of what Terraform tells a provider", async () => {
    const seen = path.join(folder, "seen.json");
    const script = `
      const { env, argv } = process;
      require("node:fs").writeFileSync(argv[2], JSON.stringify({ env, args: argv.slice(3) }));
      // It gets no input, and need not wait for any.
      process.stdin.on("end", () => console.log(${JSON.stringify(JSON.stringify(GRANTED))})).resume();`;
    const env = {
      PATH: process.env["PATH"],
      OWN_SETTING: "kept",
      CRONOFY_CLIENT_ID: "overridden",
      PLUGIN_MIN_PORT: "10000",
      PLUGIN_CLIENT_CERT: "certificate",
      TF_PLUGIN_MAGIC_COOKIE: "cookie",
      TF_REATTACH_PROVIDERS: "{}",
    };
    await program(script, { env }, seen, "$HOME; exit 1", "*").accessToken(KEY);
    const { env: got, args } = JSON.parse(readFileSync(seen, "utf8")) as {
      env: Record<string, string>;
      args: string[];
    };
    expect(args).toEqual(["$HOME; exit 1", "*"]);
    expect(got).toMatchObject({
      OWN_SETTING: "kept",
      CRONOFY_SERVICE_ACCOUNT_ID: KEY.serviceAccountId,
      CRONOFY_DATA_CENTER: KEY.dataCenter,
      CRONOFY_CLIENT_ID: KEY.clientId,
    });
    expect(Object.keys(got).filter((name) => /PLUGIN|REATTACH/.test(name))).toEqual([]);
  });

  it("says with its exit code that there is no authorization", async () => {
    expect(NO_AUTHORIZATION_EXIT_CODE).toBe(3);
    expect(await program("process.exit(3)").accessToken(KEY)).toBeNull();
  });

  it.each<[string, unknown, string]>([
    ["nothing", "\n", "printed nothing. Standard output is for the JSON alone; print all else on standard error."],
    ["no JSON", `token: ${ACCESS_TOKEN}`, "printed something else than one JSON object"],
    ["JSON and more", `${JSON.stringify(GRANTED)}\nok`, "printed something else than one JSON object"],
    [
      "no object",
      [ACCESS_TOKEN],
      "printed JSON that lacks a proper JSON object. It is to print access_token, and expires_at and linked_at as ISO 8601",
    ],
    ["no token", { ...GRANTED, access_token: " " }, "lacks a proper access_token"],
    ["two tokens", { ...GRANTED, access_token: `${ACCESS_TOKEN}\nb` }, "lacks a proper access_token"],
    ["no times", { access_token: ACCESS_TOKEN }, "lacks a proper expires_at, linked_at"],
    ["a time in seconds", { ...GRANTED, expires_at: 1_772_000_000 }, "lacks a proper expires_at"],
    [
      "an expired token",
      { ...GRANTED, expires_at: "2026-03-01T10:00:00Z" },
      "printed an access token that expired at 2026-03-01T10:00:00.000Z. It is to refresh the token before it prints it. If that is what it did, check",
    ],
    ["the year 10000", { ...GRANTED, linked_at: "9999-12-31T23:59:59-01:00" }, "lacks a proper linked_at"],
    [
      "without an end",
      "x".repeat(70_000),
      "printed more than 64 KiB and was ended. It is to print one JSON object, and all else on standard error.",
    ],
  ])("is not believed where it prints %s", async (_what, output, message) => {
    expect(await errorOf(printing(output))).toMatchObject({
      code: "command-failed",
      message: expect.stringContaining(message) as string,
    });
  });

  it.each<[string, string, string]>([
    [
      "fails",
      "console.error('No such link.'); process.exitCode = 1",
      "ended with exit code 1. Run it by hand to see why; it is to exit with 3 where a link has no authorization. " +
        "It said: No such link.",
    ],
    [
      "is ended by a signal",
      "process.kill(process.pid, 'SIGTERM')",
      "of the link store was ended by SIGTERM. Run it by hand to see why.",
    ],
  ])("is reported where it %s", async (_what, script, message) => {
    expect((await errorOf(program(script))).message.slice(-message.length)).toBe(message);
  });

  it("is reported where it cannot be started", async () => {
    const missing = path.join(folder, "missing");
    const source = new CommandTokenSource([missing, "--password=x"]);
    expect(source.description).toBe(`the program ${missing}`);
    const error: unknown = await source.accessToken(KEY).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "command-failed", location: missing });
    expect((error as Error).message).toContain(
      "could not be started (ENOENT). Check that it is there and may be run; no shell looks at it",
    );
  });

  it.each([[[]], [[""]], [[" ", "--print"]]])("needs a program: %j", (command) => {
    const make = () => new CommandTokenSource(command);
    expect(make).toThrow("Give a list: the program first");
    expect(make).toThrow(expect.objectContaining({ code: "bad-settings", location: "command" }) as LinkStoreError);
  });

  it("is killed with all that it started when its time is up", async () => {
    const pidFile = path.join(folder, "pid");
    const script = `
      const { spawn } = require("node:child_process");
      const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "inherit" });
      require("node:fs").writeFileSync(${JSON.stringify(pidFile)}, String(child.pid));
      setInterval(() => {}, 1000);`;
    const error = await errorOf(program(script, { timeout: 1_000 }));
    expect(error.message).toContain(
      "took longer than 1 s and was ended. Run it by hand to see what it waits for: it gets no input.",
    );
    await expect(isGone(Number(readFileSync(pidFile, "utf8")))).resolves.toBe(true);
  });

  it("is taken at its word as soon as it has ended, though something that it started holds its output open", async () => {
    const pidFile = path.join(folder, "pid");
    const script = `
      const { spawn } = require("node:child_process");
      const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "inherit", detached: true });
      child.unref();
      require("node:fs").writeFileSync(${JSON.stringify(pidFile)}, String(child.pid));
      console.log(${JSON.stringify(JSON.stringify({ ...GRANTED, scope: "s".repeat(60_000) }))});`;
    // Waiting for it would outlast the test.
    const granted = await program(script, { timeout: 60_000 }).accessToken(KEY);
    expect(granted?.scope).toHaveLength(60_000);
    const left = Number(readFileSync(pidFile, "utf8"));
    expect(() => process.kill(left, 0)).not.toThrow();
    process.kill(left, "SIGKILL");
  });

  it("is killed when the signal is aborted", async () => {
    const reason = new Error("interrupted");
    await expect(program("").accessToken(KEY, AbortSignal.abort(reason))).rejects.toBe(reason);
    const interrupted = new AbortController();
    const waiting = program("setInterval(() => {}, 1000)").accessToken(KEY, interrupted.signal);
    setImmediate(() => interrupted.abort(reason));
    await expect(waiting).rejects.toBe(reason);
  });

  it("has what it says on standard error passed on, on one line, bounded, and without secrets", async () => {
    const noise = `
      process.stderr.write("x".repeat(100_000));
      console.error("\\u001b[31mcannot log in\\nwith ${CLIENT_SECRET} and access_token=abc123def, Bearer eyJhbGciOi.x.y");
      console.error("postgres://user:p@ss-word@db/links {\\"refresh_token\\": \\"r-e-f\\"}");`;
    const env = { PATH: process.env["PATH"], CRONOFY_CLIENT_SECRET: CLIENT_SECRET };
    const said =
      '[31mcannot log in with *** and access_token=***, Bearer *** postgres://***@db/links {"refresh_token": "***"}';
    const error = await errorOf(program(`${noise} process.exitCode = 1;`, { env }));
    expect(error.message).toContain(said);
    expect(error.message.length).toBeLessThan(1_500);

    const notes: string[] = [];
    const succeeding = `${noise} console.error("${ACCESS_TOKEN}"); console.log(${JSON.stringify(JSON.stringify(GRANTED))});`;
    await program(succeeding, { env, onNote: (line) => notes.push(line) }).accessToken(KEY);
    expect(notes).toEqual([expect.stringContaining(`${said} ***`)]);
    expect(notes[0]?.length).toBeLessThanOrEqual(1_000);
    await printing(GRANTED, { onNote: (line) => notes.push(line) }).accessToken(KEY);
    expect(notes).toHaveLength(1);
  });
});

it.each<[string, Readonly<Record<string, string | undefined>>, string]>([
  ["s3cret-value", { CLIENT_SECRET: "s3cret-value" }, "***"],
  ["s3cret-value", { GITHUB_TOKEN: "s3cret-value" }, "***"],
  ["s3cret-value", { PGPASSWORD: "s3cret-value" }, "***"],
  ["s3cret-value", { CREDENTIALS: "s3cret-value" }, "***"],
  ["s3cret-value", { MY_PRIVATE_PART: "s3cret-value" }, "***"],
  ["s3cret-value", { APIKEY: "s3cret-value" }, "***"],
  ["s3cret-value", { X_API_KEY: "s3cret-value" }, "***"],
  ["s3cret-value", { OU_LINK_STORE_KEY: "s3cret-value" }, "***"],
  ["s3cret-value", { OU_LINK_STORE_POSTGRES: "s3cret-value" }, "***"],
  ["links-value", { OU_LINK_STORE_FILE: "links-value", EMPTY_TOKEN: "", NO_TOKEN: undefined }, "links-value"],
  ["12345 123456", { A_TOKEN: "12345", B_TOKEN: "123456" }, "12345 ***"],
  ["abcdefghi", { A_TOKEN: "abcdef", B_TOKEN: "abcdefghi", C_TOKEN: "defghi" }, "***"],
  ["x given-secret y", {}, "x *** y"],
  ["token=abc, secret: abc; my_password=abc&b", {}, "token=***, secret: ***; my_password=***&b"],
  [
    '{"passwd":"abc","api_key" : "abc"} ApiKey=abc api-key: abc',
    {},
    '{"passwd":"***","api_key" : "***"} ApiKey=*** api-key: ***',
  ],
  ["Bearer abcdefgh basic  YWxhZGRpbg== bearer short", {}, "Bearer *** basic *** bearer short"],
  ["postgres://user:pass@db https://db/a@b", {}, "postgres://***@db https://db/a@b"],
  [" \u001b[1mbold\u009b\n\t line\u007f ", {}, "[1mbold line"],
])("output %j beside %j is %j in a log", (text, env, masked) => {
  expect(maskOutput(text, env, ["given-secret"])).toBe(masked);
});

it.each(["a", "ab-", "a.", "token", "token ", "a://", "a://b@", "bearer ", " ", '"', "x=", "\u001b"])(
  "output of many %j is masked in a time that grows with it, and not with its square",
  (part) => {
    const long = part.repeat(Math.ceil(1_000_000 / part.length));
    const start = performance.now();
    maskOutput(`${long}:// ${long} password=${long}`, {});
    // Milliseconds; with the square it would be an hour.
    expect(performance.now() - start).toBeLessThan(4_000);
  },
);

/** Whether a process comes to its end soon. */
async function isGone(pid: number): Promise<boolean> {
  for (let turn = 0; turn < 200; turn++) {
    try {
      process.kill(pid, 0);
      // A dead child of a dead parent is there until somebody has taken note.
      if (/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"))) return true;
    } catch {
      return true;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return false;
}

describe("with a program as the store", () => {
  let server: ScriptedServer;
  let client: CronofyClient;

  beforeEach(async () => {
    server = await startScriptedServer();
    client = new CronofyClient({
      dataCenter: KEY.dataCenter,
      clientId: KEY.clientId,
      clientSecret: new Secret(CLIENT_SECRET),
      apiUrl: server.url,
      delay: () => Promise.resolve(),
    });
    server.script("/v1/userinfo", json(200, { sub: "ou_2" }));
  });
  afterEach(() => server.close());

  const observe = (source: CommandTokenSource) => observeLink(source, client, KEY, { now: () => NOW });

  it("a link is linked where Cronofy answers for the token", async () => {
    expect(await observe(printing(GRANTED))).toEqual({
      kind: "linked",
      authorization: {
        organizationalUnitId: "ou_1",
        scope: GRANTED.scope,
        linkedAt: "2026-02-01T09:00:00.000Z",
        conferencingProviderName: null,
      },
      link: null,
    });
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${ACCESS_TOKEN}`]);
    const { organizational_unit_id: _unit, ...unnamed } = GRANTED;
    expect(await observe(printing(unnamed))).toMatchObject({ authorization: { organizationalUnitId: "ou_2" } });
  });

  it("a link is refused where Cronofy refuses the token, and what is told is of that authorization", async () => {
    server.script("/v1/userinfo", raw(401, ""));
    expect(await observe(printing(GRANTED))).toMatchObject({
      kind: "refused",
      authorization: { linkedAt: "2026-02-01T09:00:00.000Z" },
      link: null,
    });
  });

  it("a link may have no authorization", async () => {
    expect(await observe(program("process.exit(3)"))).toEqual({ kind: "not-authorized" });
    expect(server.requests).toEqual([]);
  });

  it("there is no evidence where the program fails", async () => {
    expect(await observe(program("process.exit(1)"))).toMatchObject({
      kind: "unavailable",
      cause: { code: "command-failed" },
    });
  });
});
