import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";

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
  /** Resolves with the match once standard error has it. */
  said(pattern: RegExp): Promise<RegExpExecArray>;
  kill(signal: NodeJS.Signals): void;
  /** Reads its standard error no longer, as a log collector that has died. */
  closeLog(): void;
  readonly ended: Promise<Ended>;
}

/** What users run: the compiled command, which `npm run compile` makes. */
export const OU_LINK = path.resolve("bin/ou-link.js");

/** What a process is started with beside arguments and environment. */
export interface StartOptions {
  /** What comes on standard input. @default nothing, as from /dev/null */
  readonly input?: string;
  /** How many files it may open. @default as many as this process */
  readonly openFiles?: number;
}

/**
 * Starts `ou-link` with these arguments, in an environment that holds nothing but `env` and what a process needs. What is
 * waited for fails where the process ends without it.
 */
export function startOuLink(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  { input, openFiles }: StartOptions = {},
): OuLinkProcess {
  const bounded = openFiles === undefined ? [] : ["-c", `ulimit -n ${openFiles} && exec "$@"`, "sh", process.execPath];
  const child = spawn(openFiles === undefined ? process.execPath : "sh", [...bounded, OU_LINK, ...args], {
    env: { PATH: process.env["PATH"] ?? "", ...env },
    stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
  });
  // A command that fails early does not read its input.
  child.stdin?.on("error", () => {}).end(input);
  let stdout = "";
  let stderr = "";
  const waiting = new Set<() => void>();
  const look = () => waiting.forEach((each) => each());
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    look();
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    look();
  });
  const ended = once(child, "close").then(([exitCode]) => ({ exitCode: exitCode as number | null, stdout, stderr }));
  const found = <T>(what: string, find: () => T | null) =>
    new Promise<T>((resolve, reject) => {
      const attempt = () => {
        const result = find();
        if (result === null) return;
        waiting.delete(attempt);
        resolve(result);
      };
      waiting.add(attempt);
      attempt();
      void ended.then(() => reject(new Error(`ou-link ended without ${what}: ${stderr}`)));
    });
  let told = 0;
  return {
    kill: (signal) => void child.kill(signal),
    closeLog: () => void child.stderr?.destroy(),
    ended,
    said: (pattern) => found(`saying ${pattern.source}`, () => pattern.exec(stderr)),
    nextLine: () =>
      found("a further line", () => {
        const end = stdout.indexOf("\n", told);
        if (end === -1) return null;
        const line = stdout.slice(told, end);
        told = end + 1;
        return line;
      }),
  };
}

/** Runs `ou-link` to its end. */
export function ouLink(
  args: readonly string[],
  env?: Readonly<Record<string, string>>,
  input?: string,
): Promise<Ended> {
  return startOuLink(args, env, input === undefined ? {} : { input }).ended;
}
