import { createInterface } from "node:readline/promises";
import { addAbortSignal } from "node:stream";
import type { Readable } from "node:stream";
import { CliError, EXIT_CODE } from "./cli-error";
import type { Terminal } from "./terminal";

/** What is expected on standard input. */
interface StandardInputOptions {
  readonly signal: AbortSignal;
  /** Bytes. */
  readonly most: number;
  /** What to give, and how, where nothing or too much came. */
  readonly fix: string;
  /** The exit code where standard input is a terminal. @default EXIT_CODE.usage */
  readonly exitCode?: 1 | 2;
}

/**
 * Reads standard input to its end.
 *
 * @throws CliError where it is a terminal, at which nobody knows what to type, or too long; an error of its own kind when
 *   the signal is aborted
 */
export async function readStandardInput(
  { input }: Pick<Terminal, "input">,
  { signal, most, fix, exitCode = EXIT_CODE.usage }: StandardInputOptions,
): Promise<Buffer> {
  if (input.isTTY) throw new CliError("Nothing comes on standard input.", fix, exitCode);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of addAbortSignal(signal, input as Readable) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > most) throw new CliError("What came on standard input is too long.", fix, EXIT_CODE.failure);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * Asks the person at the terminal for a line.
 *
 * @returns the line without white space around it; empty where the input ended
 * @throws the signal's reason once that is aborted
 */
export async function ask(
  { input, prompt }: Pick<Terminal, "input" | "prompt">,
  question: string,
  signal: AbortSignal,
): Promise<string> {
  // A terminal that edits lines would keep Ctrl-C for itself.
  const dialog = createInterface({ input, output: prompt, terminal: false });
  try {
    // Readline gives no answer where the input ends.
    const ended = new Promise<string>((resolve) => dialog.once("close", () => resolve("")));
    return (await Promise.race([dialog.question(question, { signal }), ended])).trim();
  } finally {
    dialog.close();
  }
}
