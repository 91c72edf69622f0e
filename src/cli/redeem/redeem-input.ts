import { createInterface } from "node:readline/promises";
import { addAbortSignal } from "node:stream";
import type { Readable } from "node:stream";
import { CliError } from "../command-line/cli-error";
import { EXIT_CODE } from "../command-line/exit-code";
import type { Terminal } from "../command-line/terminal";

/** Characters: an address with a code and a state is far shorter. */
const MAX_LENGTH = 16 * 1024;

/**
 * Reads the first line that comes on standard input, and asks for it where a person sits there.
 *
 * @throws CliError where none comes or it is too long; an aborted signal's reason.
 */
export async function readCodeOrUrl({ input, prompt }: Terminal, signal: AbortSignal): Promise<string> {
  const text = input.isTTY ? await ask(input, prompt, signal) : await firstLine(input, signal);
  if (text !== "") return text;
  throw new CliError(
    "Nothing came on standard input.",
    "Give the code, or the whole address to which the browser was sent back, on standard input.",
    EXIT_CODE.usage,
  );
}

async function ask(input: NodeJS.ReadableStream, output: NodeJS.WritableStream, signal: AbortSignal): Promise<string> {
  // A terminal that edits lines would keep Ctrl-C for itself.
  const dialog = createInterface({ input, output, terminal: false });
  try {
    const ended = new Promise<string>((resolve) => dialog.once("close", () => resolve("")));
    const question = "The code, or the address to which the browser was sent back: ";
    return (await Promise.race([dialog.question(question, { signal }), ended])).trim();
  } finally {
    dialog.close();
  }
}

async function firstLine(input: NodeJS.ReadableStream, signal: AbortSignal): Promise<string> {
  let text = "";
  for await (const chunk of addAbortSignal(signal, input as Readable) as AsyncIterable<Buffer | string>) {
    text += chunk.toString();
    const line = text.trimStart();
    if (line.includes("\n")) break;
    if (text.length > MAX_LENGTH) {
      throw new CliError("What came on standard input is too long.", "Give one code or one address.", EXIT_CODE.usage);
    }
  }
  return text.trim().split(/\s*\n/)[0] ?? "";
}
