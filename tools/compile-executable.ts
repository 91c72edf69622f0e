import { spawnSync } from "node:child_process";
import path from "node:path";
import type { BunRuntime } from "./bun-runtime";

const ROOT = path.resolve(__dirname, "..");

const FLAGS = [
  "--compile",
  "--minify",
  // Without it a start takes three times as long.
  "--bytecode",
  // Terraform starts a provider in the folder of the user's configuration: what lies there must not run within it.
  "--no-compile-autoload-dotenv",
  "--no-compile-autoload-bunfig",
  // Bun would inline the absolute path of each module here.
  '--define=__dirname="/bundle"',
  "--sourcemap=inline",
];

const TIMEOUT_MS = 300_000;

/**
 * Compiles a provider into one self-contained executable, in the way of a release. Bun leaves a map beside it.
 *
 * @param entry the file that starts the provider, seen from the root of the repository
 * @param executable where to write; Bun embeds the file's name
 * @throws Error with what Bun has to say when it cannot
 */
export function compileExecutable(entry: string, executable: string, runtime: BunRuntime): void {
  const args = ["build", ...FLAGS, ...runtime.targetFlags, `--outfile=${executable}`, entry];
  const { status, stdout, stderr, error } = spawnSync(runtime.compiler, args, {
    cwd: ROOT,
    encoding: "utf8",
    timeout: TIMEOUT_MS,
  });
  if (status !== 0) throw new Error(error?.message ?? `Bun could not compile ${entry}:\n${stderr}${stdout}`);
}
