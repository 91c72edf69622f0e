import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Terraform } from "../../plugin/testing/find-terraform";
import { CliError } from "../command-line/cli-error";
import type { Terminal } from "../command-line/terminal";

/** How a run of Terraform ended. */
export interface TerraformRun {
  readonly exitCode: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Bytes: more than this is no state or plan that anybody keeps. */
const MAX_OUTPUT = 512 * 1024 * 1024;

/**
 * Finds Terraform or OpenTofu.
 *
 * @throws CliError where there is none
 */
export async function requireTerraform(env: Terminal["env"]): Promise<Terraform> {
  const { findTerraform, TerraformNotFoundError } = await import("../../plugin/testing/find-terraform");
  try {
    return findTerraform(env);
  } catch (error) {
    if (!(error instanceof TerraformNotFoundError)) throw error;
    throw new CliError(error.reason, error.advice);
  }
}

/**
 * Runs Terraform in a folder to its end. Asks for nothing, and calls nobody home.
 *
 * @throws CliError where it cannot be started or says too much; the signal's reason once that is aborted
 */
export async function runTerraform(
  terraform: Terraform,
  args: readonly string[],
  { folder, terminal, signal }: { folder: string; terminal: Terminal; signal?: AbortSignal },
): Promise<TerraformRun> {
  terminal.detail(`${terraform.kind} -chdir=${folder} ${args.join(" ")}`);
  const child = spawn(terraform.path, args, {
    cwd: folder,
    env: { ...terminal.env, CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1", TF_INPUT: "0" },
    stdio: ["ignore", "pipe", "pipe"],
    ...(signal !== undefined && { signal }),
  });
  const chunks: Buffer[] = [];
  let size = 0;
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > MAX_OUTPUT) child.kill();
    else chunks.push(chunk);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr = (stderr + text).slice(0, 100_000)));
  let exitCode: number | null;
  try {
    [exitCode] = (await once(child, "close")) as [number | null];
  } catch (error) {
    signal?.throwIfAborted();
    const { code = "unknown error" } = error as NodeJS.ErrnoException;
    throw new CliError(`${terraform.path} could not be started: ${code}.`, "Check that it runs on this machine.");
  }
  if (size > MAX_OUTPUT) {
    throw new CliError(`${terraform.kind} prints more than 512 MiB in ${folder}.`, "Split that state.");
  }
  return { exitCode, stdout: Buffer.concat(chunks), stderr };
}

/** What Terraform says went wrong, as its first error in one or two lines without its frame. */
export function terraformComplaint({ stderr, exitCode }: TerraformRun): string {
  const lines = stderr
    // Its colours.
    .replace(/\u001b\[[0-9;]*m/g, "")
    .split("\n")
    .map((line) => line.replace(/^[│╷╵\s]+/, "").trim())
    .filter((line) => line !== "");
  const first = lines.findIndex((line) => line.startsWith("Error: "));
  return first === -1 ? (lines[0] ?? `exit code ${exitCode}`) : lines.slice(first, first + 3).join(" ");
}
