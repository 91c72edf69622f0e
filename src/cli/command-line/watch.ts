import { setTimeout as sleep } from "node:timers/promises";
import { CliError } from "./cli-error";
import { EXIT_CODE } from "./exit-code";
import type { ExitCode } from "./exit-code";
import type { Terminal } from "./terminal";

/** How something is watched. */
export interface WatchOptions {
  /** Milliseconds between the end of one showing and the next. */
  readonly interval: number;
  readonly terminal: Terminal;
  /** Ends the watching in good order. */
  readonly signal: AbortSignal;
  /** Whether a terminal is cleared for each showing. Elsewhere one follows the other. */
  readonly redraws: boolean;
}

const HOME_AND_CLEAR = "\u001b[H\u001b[2J\u001b[3J";

/**
 * Shows something again and again until it is interrupted. What fails may be mended while it is watched, so a showing
 * that fails is told of, and tried again.
 *
 * @param show shows it once; calls what it is given before the first line, so that the old one stays until then
 * @returns how the last showing ended
 */
export async function watch(
  show: (begin: () => void) => Promise<ExitCode>,
  { interval, terminal, signal, redraws }: WatchOptions,
): Promise<ExitCode> {
  const isDrawn = redraws && terminal.output.isTTY === true && terminal.env["TERM"] !== "dumb";
  let exitCode: ExitCode = EXIT_CODE.ok;
  while (!signal.aborted) {
    try {
      exitCode = await show(() => {
        if (!isDrawn) return;
        terminal.output.write(HOME_AND_CLEAR);
        terminal.note(`Every ${interval / 1000} s; now ${new Date().toISOString().slice(0, 19)}Z. Ctrl+C ends it.`);
      });
    } catch (error) {
      if (signal.aborted) break;
      if (!(error instanceof CliError) || error.exitCode === EXIT_CODE.usage) throw error;
      exitCode = error.exitCode;
      terminal.warn(`ou-link: ${error.message}`);
    }
    await sleep(interval, undefined, { signal }).catch(() => undefined);
  }
  return exitCode;
}
