import { once } from "node:events";
import { createInterface } from "node:readline/promises";
import { addAbortSignal } from "node:stream";
import type { Readable } from "node:stream";
import { CliError } from "../command-line/cli-error";
import { EXIT_CODE } from "../command-line/exit-code";
import type { Terminal } from "../command-line/terminal";

/** Bytes: an authorization is far smaller. */
const MAX_INPUT = 1024 * 1024;

/**
 * Reads standard input to its end.
 *
 * @throws CliError where it is a terminal, at which nobody knows what to type, or too long; an error of its own kind when
 *   the signal is aborted.
 */
export async function readInput({ input }: Terminal, signal: AbortSignal): Promise<string> {
  if (input.isTTY) {
    throw new CliError(
      "Nothing comes on standard input.",
      "Give the authorization as JSON, such as: ou-link store import ser_… < authorization.json",
      EXIT_CODE.usage,
    );
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of addAbortSignal(signal, input as Readable) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_INPUT)
      throw new CliError("What came on standard input is too long.", "Give one authorization as JSON.");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/**
 * Asks the person at the terminal, who must type "yes".
 *
 * @param otherwise the option that stands in where nobody can be asked.
 * @throws CliError where there is no terminal; an aborted signal's reason.
 */
export async function confirm(
  { input, prompt }: Terminal,
  question: string,
  otherwise: string,
  signal: AbortSignal,
): Promise<boolean> {
  if (!input.isTTY) {
    throw new CliError(
      "Nobody can be asked to confirm, for there is no terminal.",
      `Give ${otherwise} if you mean it.`,
      EXIT_CODE.usage,
    );
  }
  // A terminal that edits lines would keep Ctrl-C for itself.
  const dialog = createInterface({ input, output: prompt, terminal: false });
  try {
    // The end of the input is an answer too, and readline gives none then.
    const ended = once(dialog, "close").then(() => "");
    const answer = await Promise.race([dialog.question(`${question} Type "yes": `, { signal }), ended]);
    return answer.trim() === "yes";
  } finally {
    dialog.close();
  }
}
