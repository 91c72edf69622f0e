import type { Terminal } from "./terminal";

/** How much a command tells beside its result. */
export interface Talkativeness {
  /** Leaves out what is neither the result nor an error. */
  readonly quiet?: true;
  /** Tells how things are done, too. */
  readonly verbose?: true;
}

/** A terminal that tells as much as `howMuch` says when a line comes: that is known only once the command line is read. */
export function talkative(terminal: Terminal, howMuch: () => Talkativeness): Terminal {
  return {
    ...terminal,
    isQuiet: () => howMuch().quiet === true,
    note(line) {
      if (!howMuch().quiet) terminal.note(line);
    },
    detail(line) {
      if (howMuch().verbose) terminal.warn(line);
    },
  };
}
