import { PassThrough } from "node:stream";
import { runCli } from "../../src/cli/run-cli";
import type { Terminal } from "../../src/cli/command-line/terminal";
import type { Ended } from "./ou-link-process";

/** Runs `ou-link` in this process, where starting another one would show nothing more. */
export async function ouLinkHere(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input = "",
): Promise<Ended> {
  let stdout = "";
  let stderr = "";
  const standardInput = new PassThrough();
  standardInput.end(input);
  const note = (line: string) => void (stderr += `${line}\n`);
  const terminal: Terminal = {
    env: { PATH: process.env["PATH"], ...env },
    platform: process.platform,
    architecture: process.arch,
    print: (line) => void (stdout += `${line}\n`),
    note,
    warn: note,
    isQuiet: () => false,
    detail: () => undefined,
    output: new PassThrough(),
    input: standardInput,
    prompt: new PassThrough(),
    interruption: () => new AbortController().signal,
  };
  return { exitCode: await runCli(args, terminal), stdout, stderr };
}
