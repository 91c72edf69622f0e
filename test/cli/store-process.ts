import { spawn } from "node:child_process";
import { once } from "node:events";
import { OU_LINK } from "./ou-link-process";
import type { Ended } from "./ou-link-process";

/** Runs `ou-link store` with this on its standard input, and an environment of nothing but `env` and what it needs. */
export async function ouLinkStore(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input = "",
): Promise<Ended> {
  const child = spawn(process.execPath, [OU_LINK, "store", ...args], {
    env: { PATH: process.env["PATH"] ?? "", ...env },
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  // A command that fails early does not read its input.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const [exitCode] = (await once(child, "close")) as [number | null];
  return { exitCode, stdout, stderr };
}
