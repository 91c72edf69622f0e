import { setTimeout as sleep } from "node:timers/promises";
import { CliError, EXIT_CODE } from "./cli-error";
import type { ExitCode } from "./cli-error";
import { hasMovingLine, isDrawable } from "./terminal";
import type { Terminal } from "./terminal";

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
/** Milliseconds between two frames. */
const PACE = 100;
const CLEAR_LINE = "\r\u001b[K";

/** Shows what is waited for: by a line that moves on a terminal, and by one plain line in a log. */
export class WaitingLine {
  private readonly moves: boolean;
  private readonly timer: NodeJS.Timeout | undefined;
  private frame = 0;

  constructor(
    private readonly terminal: Pick<Terminal, "env" | "prompt" | "isQuiet" | "note">,
    /** What is waited for, without dots at its end. A change of it is seen where the line moves. */
    public text: string,
  ) {
    this.moves = hasMovingLine(terminal);
    if (this.moves) {
      this.draw();
      this.timer = setInterval(() => this.draw(), PACE);
    } else {
      terminal.note(`${text} …`);
    }
  }

  /** Writes a line for the person, above the one that moves. */
  note(line: string): void {
    if (this.moves) this.terminal.prompt.write(CLEAR_LINE);
    this.terminal.note(line);
  }

  /** Takes the moving line away. */
  stop(): void {
    clearInterval(this.timer);
    if (this.moves) this.terminal.prompt.write(CLEAR_LINE);
  }

  private draw(): void {
    const sign = FRAMES[this.frame++ % FRAMES.length] ?? "";
    this.terminal.prompt.write(`${CLEAR_LINE}${sign} ${this.text}`);
  }
}

/** Lets a server work until the signal aborts, then closes it. */
export async function serveUntilInterrupted(
  server: { close(): Promise<void> },
  interruption: AbortSignal,
): Promise<void> {
  await new Promise<void>((resolve) => {
    if (interruption.aborted) resolve();
    else interruption.addEventListener("abort", () => resolve(), { once: true });
  });
  await server.close();
}

/** How something is watched. */
interface WatchOptions {
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
 * Shows something again and again until it is interrupted. A showing that fails is told of and tried again, for its
 * cause may be mended meanwhile.
 *
 * @param show shows it once; calls what it is given before the first line, so that the old one stays until then
 * @returns how the last showing ended
 */
export async function watch(
  show: (begin: () => void) => Promise<ExitCode>,
  { interval, terminal, signal, redraws }: WatchOptions,
): Promise<ExitCode> {
  const isDrawn = redraws && isDrawable(terminal.output, terminal.env);
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
