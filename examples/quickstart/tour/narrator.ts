import type { WriteStream } from "node:tty";

type Style = "bold" | "dim" | "green" | "red" | "cyan";

const CODES: Readonly<Record<Style, string>> = { bold: "1", dim: "2", green: "32", red: "31", cyan: "36" };

const INDENTATION = "   ";

/** Tells the tour: numbered steps, and below each what came of it. */
export class Narrator {
  private steps = 0;
  private readonly coloured: boolean;

  constructor(
    private readonly stream: WriteStream | NodeJS.WritableStream,
    env: NodeJS.ProcessEnv,
  ) {
    this.coloured = "isTTY" in stream && stream.isTTY && !env["NO_COLOR"];
  }

  /** The first line. */
  begin(text: string): void {
    this.line(text);
  }

  /** Begins a scene, of which the steps are counted on. */
  scene(title: string): void {
    this.line(`\n${this.styled(title, "bold")}`);
  }

  /** Begins the next step. */
  step(title: string): void {
    this.steps++;
    this.line(`\n${String(this.steps).padStart(2)} ${this.styled(title, "bold")}`);
  }

  /** What came of the step. */
  say(text: string): void {
    this.line(indented(text));
  }

  /** Something by the way, such as what Terraform printed. */
  quote(text: string): void {
    this.line(this.styled(indented(text), "dim"));
  }

  /** An address to open. */
  url(url: string): void {
    this.line(INDENTATION + this.styled(url, "cyan"));
  }

  /** Which step failed, why, and what to do. */
  failure(title: string, cause: string, advice: string): void {
    this.line(`\n${this.styled(`The quick start stopped at "${title}".`, "red")}`);
    this.line(indented(cause));
    this.line(indented(`What to do: ${advice}`));
  }

  /** The last line. */
  success(text: string): void {
    this.line(`\n${this.styled(text, "green")}`);
  }

  private line(text: string): void {
    this.stream.write(`${text}\n`);
  }

  private styled(text: string, style: Style): string {
    return this.coloured ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text;
  }
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, INDENTATION);
}
