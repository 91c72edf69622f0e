import { execFileSync, spawnSync } from "node:child_process";
import { ouLinkHere } from "./ou-link-here";

function isHere(shell: string): boolean {
  const here = spawnSync(shell, ["--version"]).error === undefined;
  if (!here) process.stderr.write(`NOTE: there is no ${shell} here, so its completion script is only looked at.\n`);
  return here;
}

describe("ou-link completion", () => {
  it("has bash offer commands, their options, and the values of those", async () => {
    const { stdout: script } = await ouLinkHere(["completion", "bash"]);
    const offered = (...words: string[]) =>
      execFileSync(
        "bash",
        [
          "-ec",
          `${script}\nshift 0\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _ou_link; echo "\${COMPREPLY[*]}"`,
          "bash",
          "ou-link",
          ...words,
        ],
        { encoding: "utf8" },
      )
        .trim()
        .split(" ");
    expect(offered("st")).toEqual(["status", "store"]);
    expect(offered("store", "re")).toEqual(["rewrap"]);
    expect(offered("status", "--ur")).toEqual(["--url", "--url-kind"]);
    expect(offered("status", "--url-kind", "")).toEqual(["authorization", "invitation"]);
    expect(offered("--quiet", "init", "--template", "cdk")).toEqual(["cdktf", "cdktn"]);
    expect(offered("store", "list", "--store-file", "packa")).toEqual(["package.json", "package-lock.json"].sort());
  });

  it.each(["zsh", "fish"])("writes a script that %s can read", async (shell) => {
    const { exitCode, stdout } = await ouLinkHere(["completion", shell]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("rewrap");
    if (isHere(shell))
      expect(spawnSync(shell, ["-n"], { input: stdout, encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" });
  });

  it("knows no other shell", async () => {
    const { exitCode, stderr } = await ouLinkHere(["completion", "tcsh"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("Allowed choices are bash, zsh, fish");
  });
});
