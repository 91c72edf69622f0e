import { printable } from "../../drift/printable";
import type { Terminal } from "./terminal";

/** Characters of a line: more of it is somebody's file that was given as a name. */
const MOST = 4000;

/** A line for a person, in which nothing is left that a terminal would obey, whoever chose the names in it. */
export function legible(text: string): string {
  const line = printable(text);
  return line.length > MOST ? `${line.slice(0, MOST)} …` : line;
}

/** A terminal whose every line beside the result is legible. */
export function withLegibleLines(terminal: Terminal): Terminal {
  return {
    ...terminal,
    note: (line) => terminal.note(legible(line)),
    warn: (line) => terminal.warn(legible(line)),
  };
}
