import { spawn } from "node:child_process";
import { once } from "node:events";
import { open } from "node:fs/promises";
import { createInterface } from "node:readline";
import type { Terraform } from "../../plugin/testing/find-terraform";
import { CliError } from "../command-line/cli-error";
import type { Terminal } from "../command-line/terminal";

/** How a run of Terraform ended. */
export interface TerraformExit {
  /** Null where it was killed. */
  readonly exitCode: number | null;
  /** Empty where it went to a file or was taken line by line. */
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Where Terraform is run, and where its output goes. */
interface TerraformRunOptions {
  readonly folder: string;
  readonly terminal: Pick<Terminal, "env" | "detail">;
  /** Has Terraform end what is in flight, as Ctrl-C does. */
  readonly signal?: AbortSignal;
  /** A file that takes the output, for what is too big to be in memory twice; or what takes each line of it. */
  readonly output?: { readonly file: string } | { onLine(line: string): void };
}

/** Bytes: more than this is no state or plan that anybody keeps. */
export const MAX_OUTPUT = 512 * 1024 * 1024;

/** Characters of standard error that are kept: enough for what Terraform says, and not for a trace. */
const MOST_STDERR = 100_000;

/**
 * Finds Terraform or OpenTofu.
 *
 * @param otherwise what does without one
 * @throws CliError where there is none
 */
export async function requireTerraform(env: Terminal["env"], otherwise?: string): Promise<Terraform> {
  const { findTerraform, TerraformNotFoundError } = await import("../../plugin/testing/find-terraform");
  try {
    return findTerraform(env);
  } catch (error) {
    if (!(error instanceof TerraformNotFoundError)) throw error;
    throw new CliError(error.reason, otherwise === undefined ? error.advice : `${error.advice}\n${otherwise}`);
  }
}

/**
 * Runs Terraform in a folder to its end, never through a shell. It asks for nothing, and calls nobody home.
 *
 * @returns also where Terraform failed, or was interrupted
 * @throws CliError where it cannot be started or says too much
 */
export async function runTerraform(
  terraform: Terraform,
  args: readonly string[],
  { folder, terminal, signal, output }: TerraformRunOptions,
): Promise<TerraformExit> {
  terminal.detail(`${terraform.kind} -chdir=${folder} ${args.join(" ")}`);
  const file = output !== undefined && "file" in output ? await open(output.file, "w", 0o600) : undefined;
  try {
    const child = spawn(terraform.path, args, {
      cwd: folder,
      env: { ...terminal.env, CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1", TF_INPUT: "0" },
      stdio: ["ignore", file?.fd ?? "pipe", "pipe"],
      // Out of the terminal's group: a Ctrl-C that came from there and from here would be two, and at the second one
      // Terraform drops everything.
      detached: process.platform !== "win32",
    });
    const interrupt = () => void child.kill("SIGINT");
    signal?.addEventListener("abort", interrupt);
    if (signal?.aborted) interrupt();
    const chunks: Buffer[] = [];
    let size = 0;
    if (output !== undefined && "onLine" in output && child.stdout !== null) {
      createInterface({ input: child.stdout }).on("line", (line) => output.onLine(line));
    } else {
      child.stdout?.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size > MAX_OUTPUT) child.kill();
        else chunks.push(chunk);
      });
    }
    let stderr = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr = (stderr + text).slice(0, MOST_STDERR)));
    let exitCode: number | null;
    try {
      [exitCode] = (await once(child, "close")) as [number | null];
    } catch (error) {
      const { code = "unknown error" } = error as NodeJS.ErrnoException;
      throw new CliError(
        `${terraform.path} could not be started in ${folder}: ${code}.`,
        "Check that it runs on this machine.",
      );
    } finally {
      signal?.removeEventListener("abort", interrupt);
    }
    if (size > MAX_OUTPUT) {
      throw new CliError(`${terraform.kind} prints more than 512 MiB in ${folder}.`, "Split that state.");
    }
    return { exitCode, stdout: Buffer.concat(chunks), stderr };
  } finally {
    await file?.close();
  }
}

/** What Terraform says went wrong, as its first error in one or two lines without its frame. */
export function terraformComplaint({ stderr, exitCode }: Pick<TerraformExit, "stderr" | "exitCode">): string {
  const lines = stderr
    // Its colours.
    .replace(/\u001b\[[0-9;]*m/g, "")
    .split("\n")
    .map((line) => line.replace(/^[│╷╵\s]+/, "").trim())
    .filter((line) => line !== "");
  const first = lines.findIndex((line) => line.startsWith("Error: "));
  const ended = exitCode === null ? "it was killed" : `exit code ${exitCode}`;
  return first === -1 ? (lines[0] ?? ended) : lines.slice(first, first + 3).join(" ");
}
