import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { ouLinkHere } from "./ou-link-here";
import { releaseInto } from "./released-zips";

const SECRET = "a-client-secret-that-nobody-may-read";
const ESC = "\u001b[31mx\u202e";
const LONG = "a".repeat(100_000);

const ZIP = "terraform-provider-cronofy_1.0.0_linux_amd64.zip";

/** What is in the folder in which the commands run: name → text. */
const FILES: Readonly<Record<string, string>> = {
  "nul.json": "a\0b",
  "broken.json": "{",
  "array.json": "[]",
  "null.json": "null",
  "deep.json": "[".repeat(200_000),
  "deep-objects.json": '{"a":'.repeat(100_000),
  "garbage.bin": Buffer.from(Array.from({ length: 100_000 }, (_, at) => (at * 7919 + (at >> 3)) & 255)).toString(
    "latin1",
  ),
  "no-values.json":
    '{"format_version":"1.0","terraform_version":"1.11.4","values":{"root_module":{"resources":[{"mode":"managed",' +
    '"type":"cronofy_organizational_unit_link","address":"cronofy_organizational_unit_link.a","values":null}]}}}',
  "odd-values.json":
    '{"format_version":"1.0","terraform_version":"1.11.4","values":{"root_module":{"resources":[{"mode":"managed",' +
    '"type":"cronofy_organizational_unit_link","address":"cronofy_organizational_unit_link.a\\u001b[31m","values":' +
    '{"status":"linked","id":5,"linked_at":"junk\\u001b[2J","awaited_since":"junk","service_account_id":{"a":[1]}}}]}}}',
  "store/bad.json": "x",
  "store/other.json": '{"v":1}',
  [`zips/${ZIP}`]: "no zip",
  "zips/terraform-provider-cronofy_1.0.0_SHA256SUMS": `${createHash("sha256").update("no zip").digest("hex")}  ${ZIP}`,
  "import.json": JSON.stringify({ refresh_token: SECRET, redirect_uri: "https://e.example/callback" }),
};
const JSON_FILES = Object.keys(FILES).filter((name) => /^[^/]+\.(json|bin)$/.test(name));

const STORE = ["--store-file", "store"];
const CODE = ["--service-account", "ser_1", "--redirect-uri", "https://e.example/callback"];

type Line = readonly [args: readonly string[], input?: string | undefined];

/** Command lines, some with a file or a text for standard input. */
const LINES: readonly Line[] = [
  ...["status", "remind", "drift"].flatMap<Line>((command) =>
    [...JSON_FILES, "folder", ESC, LONG, "a\nb", "/dev/null", "/proc/self/mem"].map<Line>((file) => [[command, file]]),
  ),
  ...["status", "drift"].flatMap<Line>((command) => JSON_FILES.map<Line>((file) => [[command, "-"], FILES[file]])),
  [["status", "--url", `${ESC}\n`, "odd-values.json"]],
  [["status", "--interval", ESC]],
  [["remind", "odd-values.json", "--name", `${ESC}\n`, "--older-than", "0"]],
  ...["folder", "garbage.bin", ESC, LONG].map<Line>((file) => [["remind", "odd-values.json", "--template", file]]),
  ...[...JSON_FILES, "folder", ESC].map<Line>((file) => [["drift", "null.json", "--ignore", file]]),
  ...["folder", "garbage.bin", `a/${ESC}`, "/proc/x"].flatMap<Line>((file) => [
    [["drift", "null.json", "--history", file]],
    [["drift", "null.json", "--output", `json=${file}`]],
  ]),
  ...["--output", "--fail-on", "--parallel", "--format", "--source-url"].map<Line>((option) => [
    ["drift", "null.json", option, ESC],
  ]),
  ...[
    "/proc/x",
    "/proc/self/x",
    ESC,
    `folder/${ESC}/x`,
    "broken.json",
    "broken.json/x",
    "/dev/null/x",
    LONG,
    "",
  ].map<Line>((folder) => [["init", folder]]),
  ...["/proc/x", "broken.json", LONG, "/dev/null/x"].map<Line>((folder) => [["install", "--mirror", folder]]),
  ...["folder", ESC, LONG].flatMap<Line>((file) => [
    [["install", "--executable", file]],
    [["install", "--zip", file]],
    [["install", "--mirror", "new", "--zip", `zips/${ZIP}`, "--checksums", file]],
    [["uninstall", file, "--mirror", file]],
    [["mirror", "build", file, "--out", "new"]],
  ]),
  [["mirror", "build", "zips", "--out", "new"]],
  ...["/proc/x", "broken.json", "/dev/null/x", LONG].map<Line>((folder) => [
    ["mirror", "build", "release", "--out", folder],
  ]),
  ...[...JSON_FILES, "folder", ESC, LONG].map<Line>((file) => [["sandbox", "--seed-file", file]]),
  [["sandbox", "--port", ESC]],
  ...["store", "broken.json", "/proc/x", "/dev/null", "/dev/null/x", LONG, ESC].flatMap<Line>((folder) => [
    [["store", "list", "--store-file", folder]],
    [["store", "list", "--store-file", folder, "--json"]],
    [["store", "show", ESC, "--store-file", folder]],
    [["store", "forget", ESC, "--yes", "--store-file", folder]],
    [["store", "rewrap", "--store-file", folder]],
    [["doctor", "--store-file", folder]],
    [["redeem", ...CODE, "--store-file", folder], SECRET],
  ]),
  ...[ESC, "postgres://127.0.0.1:9/x", `postgres://${LONG}`, "x"].map<Line>((url) => [
    ["store", "list", "--store-postgres", url],
  ]),
  ...JSON_FILES.map<Line>((file) => [["store", "import", "ser_1", "--store-file", "new"], FILES[file]]),
  ...["", ESC, "ser_1\n", LONG].map<Line>((account) => [
    ["store", "import", account, "--store-file", "new"],
    FILES["import.json"],
  ]),
  ...["/proc/x", "broken.json", "/dev/null/x"].map<Line>((folder) => [
    ["store", "import", "ser_1", "--store-file", folder],
    FILES["import.json"],
  ]),
  [["store", "import", "ser_1", "--store-file", "new", "--data-center", ESC], FILES["import.json"]],
  ...[FILES["garbage.bin"], "code\0x", `https://x?code=${SECRET}&state=x`, `https://${ESC}`, "", LONG].map<Line>(
    (input) => [["redeem", ...STORE], input],
  ),
  [["redeem", ...STORE, "--service-account", ESC, "--redirect-uri", "https://e.example/"], SECRET],
  [["redeem", ...STORE, "--service-account", "ser_1", "--redirect-uri", `https://e.example/${ESC}`], SECRET],
  ...["/proc/x", "broken.json", LONG].map<Line>((folder) => [["authorize", "ser_1", "--store-file", folder]]),
  ...["", ESC].map<Line>((id) => [["authorize", id, ...STORE, "--port", ESC]]),
  [["serve", ...STORE, "--host", ESC]],
  [["serve", ...STORE, "--host", "300.1.1.1", "--public-url", "https://e.example"]],
  [["serve", ...STORE, "--logo-url", ESC]],
  [["serve", ...STORE, "--public-url", LONG]],
  ...["--link-service-url", "--data-center", "--client-id", "--api-url"].flatMap<Line>((option) =>
    [ESC, LONG].map<Line>((text) => [["doctor", ...STORE, option, text]]),
  ),
  ...[[ESC], ["completion", ESC], ["status", `--${ESC}`], [LONG], ["--json"]].map<Line>((args) => [args]),
];

it("answers whatever it is given in plain words: no trace, no control character, no secret, not for long", async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), "ou-link-hostile-"));
  const before = process.cwd();
  const faults: string[] = [];
  try {
    for (const [name, text] of Object.entries(FILES)) {
      await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
      await writeFile(path.join(folder, name), text, "latin1");
    }
    await mkdir(path.join(folder, "folder"));
    releaseInto(path.join(folder, "release"), "1.0.0");
    process.chdir(folder);
    const env = {
      HOME: folder,
      TERRAFORM_BINARY_NAME: "no-such-terraform",
      CRONOFY_CLIENT_ID: "client",
      CRONOFY_CLIENT_SECRET: SECRET,
      CRONOFY_API_URL: "http://127.0.0.1:9",
      CRONOFY_APP_URL: "http://127.0.0.1:9",
    };
    for (const [args, input = ""] of LINES) {
      const { exitCode, stdout, stderr } = await ouLinkHere(args, env, input);
      const said = stdout + stderr;
      const fault = (what: string) => faults.push(`${what}: ${args.join(" ").slice(0, 80)}: ${said.slice(0, 300)}`);
      if (![0, 1, 2].includes(exitCode ?? -1)) fault("exit code");
      if (exitCode !== 0 && stderr === "" && args[0] !== "drift" && args[0] !== "doctor") fault("no word");
      // Words of Node, of zod, of yaml, of commander's making up, and what JavaScript makes of nothing.
      if (
        /^ +at |node:|TypeError|RangeError|SyntaxError|ZodError|Invalid input|undefined|\[object|NaN|call stack/m.test(
          said,
        )
      ) {
        fault("raw text");
      }
      if (/E[A-Z]{3,}: [a-z]/.test(said)) fault("Node's text");
      if (/[^\P{Cc}\n]|\u202e/u.test(said)) fault("control character");
      if (said.includes(SECRET)) fault("secret");
      if (said.length > 10_000) fault("long");
    }
  } finally {
    process.chdir(before);
    await rm(folder, { recursive: true });
  }
  expect(faults).toEqual([]);
}, 60_000);
