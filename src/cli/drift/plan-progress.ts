import { SingleBar } from "cli-progress";
import type { Terminal } from "../command-line/terminal";
import { hasMovingLine } from "../command-line/terminal-abilities";
import type { PlanEvents } from "./terraform-plan";

/** Shows how far planning is: on a terminal only, for a log keeps every frame. */
export class PlanProgress implements PlanEvents {
  private readonly bar: SingleBar | null;
  private started = 0;
  private read = 0;

  /** @param folders how many are planned in; with one, the bar counts its resources */
  constructor(
    terminal: Pick<Terminal, "prompt" | "env" | "isQuiet">,
    private readonly folders: number,
  ) {
    this.bar = hasMovingLine(terminal)
      ? new SingleBar({
          stream: terminal.prompt,
          format: `{bar} {value}/{total} ${folders === 1 ? "resources" : "folders · {read} resources"} read`,
          barCompleteChar: "█",
          barIncompleteChar: "░",
          hideCursor: true,
          clearOnComplete: true,
          gracefulExit: false,
        })
      : null;
    this.bar?.start(folders === 1 ? 0 : folders, 0, { read: 0 });
  }

  onReading(): void {
    this.started++;
    // How many there are, Terraform does not tell: the bar grows with what it begins to read.
    if (this.folders === 1) this.bar?.setTotal(this.started);
  }

  onRead(): void {
    this.read++;
    if (this.folders === 1) this.bar?.update(this.read);
    else this.bar?.update({ read: this.read });
  }

  onFolderDone(): void {
    if (this.folders > 1) this.bar?.increment({ read: this.read });
  }

  stop(): void {
    this.bar?.stop();
  }
}
