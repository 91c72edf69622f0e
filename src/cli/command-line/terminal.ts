// Not from the room's index: that loads all of drift, for which every command would wait.
import { printable } from "../../drift/safe-text";

export { printable };

/** What a command may touch of the process it runs in. */
export interface Terminal extends ProcessTerminal {
  /** Whether nothing is to be told but the result and what went wrong: `--quiet`. */
  isQuiet(): boolean;
  /** One line about how something is done, on standard error. Only with `--verbose`. */
  detail(line: string): void;
}

/** The process, before the command line says how much to tell. */
export interface ProcessTerminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** Node's name of the processor, such as `x64`. */
  readonly architecture: NodeJS.Architecture;
  /** One line of the result, on standard output. */
  print(line: string): void;
  /** One line for the person who watches, on standard error. `--quiet` leaves it out. */
  note(line: string): void;
  /** One line about what went wrong, on standard error. Nothing leaves it out. */
  warn(line: string): void;
  /** Standard output, for what a line cannot say: whether a person sees it, how wide it is, and to draw over it. */
  readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
  /** Standard input; `isTTY` where a person sits at it. */
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  /** Where a person is asked something: standard error, because standard output is for the result alone. */
  readonly prompt: NodeJS.WritableStream & { readonly isTTY?: boolean };
  /**
   * Aborts at the first SIGINT, SIGTERM or SIGHUP, which from this call on end the command in good order; a second SIGINT
   * or SIGTERM ends the process at once. A command that does not call this is ended by the first.
   */
  interruption(): AbortSignal;
}

/** The options that say how much a command tells beside its result. */
export interface Talkativeness {
  readonly quiet?: true;
  readonly verbose?: true;
}

/**
 * The terminal for a command. Its lines for the person hold nothing that a terminal would obey, and it tells as much as
 * the command line asks for.
 *
 * @param asked is called when a line comes: only then is the command line read
 */
export function terminalFor(processTerminal: ProcessTerminal, asked: () => Talkativeness): Terminal {
  return {
    ...processTerminal,
    isQuiet: () => asked().quiet === true,
    note(line) {
      if (!asked().quiet) processTerminal.note(legible(line));
    },
    warn: (line) => processTerminal.warn(legible(line)),
    detail(line) {
      if (asked().verbose) processTerminal.warn(legible(line));
    },
  };
}

/** Characters of a line: whatever is longer is a file that somebody gave as a name. */
const LONGEST_LINE = 4000;

/** A line in which nothing is left that a terminal would obey, whoever chose the names in it. */
export function legible(text: string): string {
  const line = printable(text);
  return line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)} …` : line;
}

/** Prints a result as one line of JSON, in which nothing is left that a terminal would obey: it is written as `\u001b`. */
export function printJson({ print }: Pick<Terminal, "print">, value: unknown): void {
  print(printable(JSON.stringify(value)));
}

/** Whether results may be coloured: where a person sees them and does not mind (https://no-color.org), or by `FORCE_COLOR`. */
export function hasColor({ env, output }: Pick<Terminal, "env" | "output">): boolean {
  if (env["NO_COLOR"]) return false;
  return Boolean(env["FORCE_COLOR"]) || isDrawable(output, env);
}

/** Whether a line for the person may be drawn over. In a log, every version of it would stay. */
export function hasMovingLine({ env, prompt, isQuiet }: Pick<Terminal, "env" | "prompt" | "isQuiet">): boolean {
  return !isQuiet() && isDrawable(prompt, env) && !env["CI"];
}

/** Whether a stream is a terminal that understands control sequences. */
export function isDrawable(stream: { readonly isTTY?: boolean }, env: Terminal["env"]): boolean {
  return stream.isTTY === true && env["TERM"] !== "dumb";
}
