import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";

/** How a program ended. */
export type ProgramEnd =
  /** It ended by itself. */
  | { readonly kind: "exited"; readonly code: number; readonly stdout: string; readonly stderr: string }
  /** A signal that was not ours ended it. */
  | { readonly kind: "signalled"; readonly signal: string; readonly stderr: string }
  | { readonly kind: "timed-out"; readonly stderr: string }
  /** It printed more than was allowed, and was ended. */
  | { readonly kind: "too-much-output"; readonly stderr: string }
  /** It could not be started; the system's code, such as `ENOENT`. */
  | { readonly kind: "not-started"; readonly code: string };

export interface RunOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds after which it is killed. */
  readonly timeout: number;
  /** Bytes of standard output beyond which it is killed. */
  readonly maxOutput: number;
  /** Characters of standard error that are kept, from its end. */
  readonly keptErrors: number;
  readonly signal?: AbortSignal;
}

/** Milliseconds that its last output may take to arrive once it has ended. */
const LAST_OUTPUT = 250;

/** POSIX lets a program and what it started be killed together. */
const HAS_PROCESS_GROUPS = process.platform !== "win32";

/**
 * Runs a program without a shell and without input, to its end or until it must be killed, along with whatever it
 * started. Where it ends by itself, what it leaves running is neither waited for nor killed.
 *
 * @throws the signal's reason, when the program has been killed for that.
 */
export function runProgram(command: readonly string[], options: RunOptions): Promise<ProgramEnd> {
  const { env, timeout, maxOutput, keptErrors, signal } = options;
  const [program = "", ...args] = command;
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const child = spawn(program, args, {
      env: { ...env },
      shell: false,
      stdio: ["ignore", "pipe", "pipe"],
      detached: HAS_PROCESS_GROUPS,
      windowsHide: true,
    });
    const output: Buffer[] = [];
    let outputSize = 0;
    let stderr = "";
    let ended: ProgramEnd["kind"] | "aborted" | undefined;

    const letGo = () => {
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const end = (why: typeof ended) => {
      ended ??= why;
      kill(child);
      // A process that escaped the kill must not keep us waiting for the end of its output.
      letGo();
    };
    let timer = setTimeout(() => end("timed-out"), timeout);
    const onAbort = () => end("aborted");
    signal?.addEventListener("abort", onAbort, { once: true });
    const settle = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    };

    child.stdout.on("data", (chunk: Buffer) => {
      outputSize += chunk.length;
      if (outputSize > maxOutput) end("too-much-output");
      else output.push(chunk);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr = (stderr + text).slice(-keptErrors)));
    child.on("error", (error: NodeJS.ErrnoException) => {
      settle();
      resolve({ kind: "not-started", code: error.code ?? "no code" });
    });
    child.on("exit", () => {
      clearTimeout(timer);
      timer = setTimeout(letGo, LAST_OUTPUT);
    });
    child.on("close", (code, killedBy) => {
      settle();
      if (ended === "aborted") reject(signal?.reason as Error);
      else if (ended === "timed-out" || ended === "too-much-output") resolve({ kind: ended, stderr });
      else if (code === null) resolve({ kind: "signalled", signal: killedBy ?? "unknown", stderr });
      else resolve({ kind: "exited", code, stdout: Buffer.concat(output).toString("utf8"), stderr });
    });
  });
}

function kill(child: ChildProcess): void {
  if (HAS_PROCESS_GROUPS && child.pid !== undefined) {
    try {
      process.kill(-child.pid, "SIGKILL");
      return;
    } catch {
      // The whole group is gone already.
    }
  }
  child.kill("SIGKILL");
}

/** Names under which environments and programs keep what must not be seen. */
const SECRET_NAME = /secret|token|passw|credential|private|api[_-]?key|store_(key|postgres)/i;

// Each pattern begins with a fixed text: one that may begin anywhere looks at a long word once for each of its letters.

/** The end of the name of a field of JSON, a form or a header that holds a secret, up to the end of its value. */
const SECRET_FIELD = /((?:token|secret|password|passwd|api[_-]?key)["']?\s*[:=]\s*["']?)[^\s"',;&}]+/gi;
const CREDENTIALS = /\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi;
const USER_INFO = /:\/\/[^\s/]+@/g;

/** A value shorter than that is found by chance in text that has nothing to do with it. */
const SHORTEST_SECRET = 6;

/**
 * Makes what another program printed fit for a log: on one line, without the values of secret environment variables,
 * without the given secrets, and without what looks like a secret field, credentials, or the user of a URL.
 *
 * @param secrets the texts of further secrets.
 */
export function maskOutput(
  text: string,
  env: Readonly<Record<string, string | undefined>>,
  secrets: readonly string[] = [],
): string {
  const fromEnvironment = Object.entries(env).flatMap(([name, value]) =>
    value !== undefined && SECRET_NAME.test(name) ? [value] : [],
  );
  let masked = text;
  // A longer one first, for it may hold a shorter one.
  for (const secret of [...fromEnvironment, ...secrets].sort((a, b) => b.length - a.length)) {
    if (secret.length >= SHORTEST_SECRET) masked = masked.split(secret).join("***");
  }
  return (
    masked
      .replace(SECRET_FIELD, "$1***")
      .replace(CREDENTIALS, "$1 ***")
      .replace(USER_INFO, "://***@")
      // Terminals obey control characters.

      .replace(/[\u0000-\u001f\u007f-\u009f\s]+/g, " ")
      .trim()
  );
}
