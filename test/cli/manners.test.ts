import { ouLinkHere } from "./ou-link-here";

const COMMANDS = "init sandbox doctor serve authorize redeem status remind drift store install completion".split(" ");

describe("ou-link", () => {
  it.each(COMMANDS)("helps with %s by examples", async (command) => {
    const { exitCode, stdout, stderr } = await ouLinkHere([command, "--help"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toMatch(/\nExamples:\n {2}# \S.*\n {2}\$ .*ou-link/);
  });

  it("lists all of them, and what its exit codes mean", async () => {
    const { stdout } = await ouLinkHere(["--help"]);
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^ {2}${command} `, "m"));
    expect(stdout).toContain("Exit codes: 0 done, 1 failed, 2 wrong command line or configuration.");
  });

  it("tells of errors even when told to be quiet, but not to be quiet and verbose at once", async () => {
    const quiet = await ouLinkHere(["status", "no-such-folder", "--quiet"]);
    expect(quiet).toMatchObject({ exitCode: 1, stdout: "" });
    expect(quiet.stderr).toContain("There is nothing to read at no-such-folder: ENOENT.\n  Name a folder");
    expect(await ouLinkHere(["--quiet", "--verbose", "status"])).toMatchObject({ exitCode: 2, stdout: "" });
  });
});
