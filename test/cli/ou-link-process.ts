import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";

/** How a process ended. */
export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running `ou-link`. */
export interface OuLinkProcess {
  /** The next line of its standard output. */
  nextLine(): Promise<string>;
  kill(signal: NodeJS.Signals): void;
  /** Reads its standard error no longer, as a log collector that has died. */
  closeLog(): void;
  ended: Promise<Ended>;
}

/** What users run: the compiled command, which `npm run compile` makes. */
export const OU_LINK = path.resolve("bin/ou-link.js");

/**
 * Starts `ou-link` with these arguments, in an environment that holds nothing but `env` and what a process needs.
 *
 * @param openFiles how many files it may open; as many as this process where absent
 */
export function startOuLink(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  openFiles?: number,
): OuLinkProcess {
  const bounded = openFiles === undefined ? [] : ["-c", `ulimit -n ${openFiles} && exec "$@"`, "sh", process.execPath];
  const child = spawn(openFiles === undefined ? process.execPath : "sh", [...bounded, OU_LINK, ...args], {
    env: { PATH: process.env["PATH"] ?? "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    kill: (signal) => void child.kill(signal),
    closeLog: () => void child.stderr.destroy(),
    ended: once(child, "close").then(([exitCode]) => ({ exitCode: exitCode as number | null, stdout, stderr })),
    async nextLine() {
      const line = await lines.next();
      if (line.done === true) throw new Error(`ou-link ended without a further line: ${stderr}`);
      return line.value;
    },
  };
}

/** Runs `ou-link` to its end. */
export function ouLink(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended> {
  return startOuLink(args, env).ended;
}
