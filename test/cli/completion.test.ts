import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Shell } from "../../src/cli/completion-command";
import { findShell } from "../../tools/shells";
import type { ShellInstallation } from "../../tools/shells";
import { typeInto } from "./completing-shells";
import { ouLinkHere } from "./ou-link-here";

/** What is typed after `ou-link `, and what every shell offers for its last word. */
const OFFERED: Readonly<Record<string, readonly string[]>> = {
  st: ["status", "store"],
  sto: ["store"],
  "--quiet st": ["status", "store"],
  "store re": ["rewrap"],
  "store ": ["forget", "help", "import", "list", "rewrap", "show"],
  "help st": ["status", "store"],
  "help store ": [],
  "store help re": ["rewrap"],
  "completion ": ["bash", "fish", "zsh"],
  "completion bash z": [],
  // Options, and the program's own among them.
  "status --ur": ["--url", "--url-kind"],
  "store rewrap --q": ["--quiet"],
  // Values of options.
  "status --url-kind ": ["authorization", "invitation"],
  "--quiet init --template cdk": ["cdktf", "cdktn"],
  "init -t cdk": ["cdktf", "cdktn"],
  "init --template=cdk": ["cdktf", "cdktn"],
  "init --template=": ["cdktf", "cdktn", "hcl"],
  "status --url store --w": ["--watch"],
  "redeem --client-id pack": [],
  // Files, where there is something to do with them.
  "mirror build --out pack": ["package-lock.json", "package.json"],
  "store list --store-file pack": ["package-lock.json", "package.json"],
  "store list --store-file=pack": ["package-lock.json", "package.json"],
  "drift --output json=pack": ["package-lock.json", "package.json"],
  "mirror build pack": ["package-lock.json", "package.json"],
  "status pack": ["package-lock.json", "package.json"],
  "status my": ["my file.json"],
  "doctor pack": [],
  "authorize pack": [],
};

/** With what they say, in shells that show it. */
const DESCRIBED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  st: { status: "show the links of one state or of many", store: "look after the stored links" },
  "store re": { rewrap: "encrypt every link's tokens with the first key" },
  "completion ": { bash: "whose script to print", fish: "whose script to print", zsh: "whose script to print" },
  "status --ur": {
    "--url": "print the URL for one link's administrator, and nothing else",
    "--url-kind": "which URL; by default the invitation where there is one",
  },
};

/** Longer than a shell may take to be downloaded. */
const TIMEOUT = 90_000;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "completion-"));
  for (const name of ["package.json", "package-lock.json", "my file.json"]) writeFileSync(path.join(folder, name), "");
  mkdirSync(path.join(folder, "store"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function shell(name: Shell): Promise<ShellInstallation | undefined> {
  if (name === "bash") return { executable: "bash", env: {} };
  const found = await findShell(name, path.resolve("node_modules"));
  if (!("problem" in found)) return found;
  process.stderr.write(
    `NOT RUN: completion by ${name}, which cannot be had here (${found.problem}); its script is only looked at.\n`,
  );
  return undefined;
}

describe("ou-link completion", () => {
  it.each<Shell>(["bash", "zsh", "fish"])(
    "has %s offer commands, options and their values, with what they say, and files where they are taken",
    async (name) => {
      const { exitCode, stdout: script } = await ouLinkHere(["completion", name]);
      expect(exitCode).toBe(0);
      expect(script).toContain("rewrap");
      const installation = await shell(name);
      if (installation === undefined) return;
      const lines = Object.keys(OFFERED);
      const offers = typeInto(name, installation, script, folder, lines);
      const offered = lines.map((line, at) => [line, offers[at]?.map(({ word }) => word).sort()]);
      expect(Object.fromEntries(offered)).toEqual(OFFERED);
      if (name === "bash") return;
      const described = Object.keys(DESCRIBED).map((line) => [
        line,
        Object.fromEntries((offers[lines.indexOf(line)] ?? []).map(({ word, says }) => [word, says])),
      ]);
      expect(Object.fromEntries(described)).toEqual(DESCRIBED);
    },
    TIMEOUT,
  );

  it("has bash end a command as a command, also beside a folder of its name", async () => {
    const { stdout: script } = await ouLinkHere(["completion", "bash"]);
    expect(typeInto("bash", { executable: "bash", env: {} }, script, folder, ["sto\t", "status sto\t"])).toEqual([
      [{ word: "store" }],
      [{ word: "store/" }],
    ]);
  });

  it("has bash complete --option=value also where COMP_WORDBREAKS lacks =", async () => {
    const { stdout: script } = await ouLinkHere(["completion", "bash"]);
    const whole = `${script}\nCOMP_WORDBREAKS=\${COMP_WORDBREAKS//=}`;
    const lines = ["init --template=cd", "store list --store-file=pack", "status --json=x"];
    expect(typeInto("bash", { executable: "bash", env: {} }, whole, folder, lines)).toEqual([
      [{ word: "cdktf" }, { word: "cdktn" }],
      [{ word: "package-lock.json" }, { word: "package.json" }],
      [],
    ]);
  });

  it("knows no other shell", async () => {
    const { exitCode, stderr } = await ouLinkHere(["completion", "tcsh"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("Allowed choices are bash, zsh, fish");
  });
});
