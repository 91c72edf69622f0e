import { once } from "node:events";
import { createInterface } from "node:readline/promises";
import { CliError } from "../command-line/cli-error";
import { EXIT_CODE } from "../command-line/exit-code";
import type { Terminal } from "../command-line/terminal";

/**
 * Asks the person at the terminal, who must type "yes".
 *
 * @param otherwise the option that stands in where nobody can be asked
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
