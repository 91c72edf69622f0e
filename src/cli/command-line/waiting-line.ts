import type { Terminal } from "./terminal";
import { hasMovingLine } from "./terminal-abilities";

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
/** Milliseconds between two frames. */
const PACE = 100;
const CLEAR_LINE = "\r\u001b[K";

/**
 * Shows that something is waited for: by a line that moves on a terminal, and by one plain line elsewhere, for a log
 * keeps every frame.
 */
export class WaitingLine {
  private readonly moves: boolean;
  private readonly timer: NodeJS.Timeout | undefined;
  private frame = 0;

  /** @param text what is waited for, without dots at its end */
  constructor(
    private readonly terminal: Terminal,
    private readonly text: string,
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
