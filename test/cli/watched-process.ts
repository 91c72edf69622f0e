import { spawn } from "node:child_process";
import { once } from "node:events";
import { OU_LINK } from "./ou-link-process";
import type { Ended } from "./ou-link-process";

/** A running `ou-link` whose words to the person are waited for. */
export interface WatchedProcess {
  /** Resolves with the match once standard error has it; rejects where the process ends without. */
  said(pattern: RegExp): Promise<RegExpExecArray>;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<Ended>;
}

/** Starts `ou-link` with this on its standard input, and an environment of nothing but `env` and what it needs. */
export function watchOuLink(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input = "",
): WatchedProcess {
  const child = spawn(process.execPath, [OU_LINK, ...args], {
    env: { PATH: process.env["PATH"] ?? "", ...env },
  });
  let stdout = "";
  let stderr = "";
  const listeners = new Set<() => void>();
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    for (const listener of listeners) listener();
  });
  // A command that fails early does not read its input.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const ended = once(child, "close").then(([exitCode]) => ({ exitCode: exitCode as number | null, stdout, stderr }));
  return {
    ended,
    kill: (signal) => void child.kill(signal),
    said: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(stderr);
          if (match === null) return;
          listeners.delete(look);
          resolve(match);
        };
        listeners.add(look);
        look();
        void ended.then(() => reject(new Error(`ou-link ended and did not say ${pattern.source}: ${stderr}`)));
      }),
  };
}
