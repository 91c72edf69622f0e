import { addAbortSignal } from "node:stream";
import type { Readable } from "node:stream";
import { CliError } from "./cli-error";
import { EXIT_CODE } from "./exit-code";
import type { Terminal } from "./terminal";

/** What is expected on standard input. */
export interface StandardInputOptions {
  readonly signal: AbortSignal;
  /** Bytes. */
  readonly most: number;
  /** For whom nothing or too much came: what to give, and how. */
  readonly fix: string;
  /** What too much input, or none, answers. @default EXIT_CODE.usage */
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
