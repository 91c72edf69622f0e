import type { OutcomeKind } from "./outcome";

/** How a request ended. Two of these have no page in `outcome.ts`. */
export type LoggedOutcome =
  | OutcomeKind
  /** An invitation was shown. */
  | "invited"
  /** The invitation was accepted, a link token minted, and the browser sent on. */
  | "sent-to-cronofy";

/**
 * One answered request. It holds no query string, which carries codes and states, and no invitation, which works for
 * whoever has it.
 */
export interface AccessLogEntry {
  readonly time: Date;
  readonly method: string;
  /** As the browser wrote it, with a signed invitation in it left out. */
  readonly path: string;
  readonly status: number;
  readonly milliseconds: number;
  /** How it ended; null for what has no page, such as a health check. */
  readonly outcome: LoggedOutcome | null;
  /** Printed on the page too, so that an administrator can quote it. */
  readonly reference: string | null;
  /** `<data center>/<service account>`, once known. */
  readonly link: string | null;
  /** The cause and what the operator can do about it. */
  readonly detail: string | null;
}

/** The longest path that is logged whole. */
const MAX_PATH_LENGTH = 200;

/** An entry as one line: a time, what was asked, what was answered, then `name=value` for what is known. */
export function accessLogLine(entry: AccessLogEntry): string {
  const { time, method, path, status, milliseconds } = entry;
  const facts = [
    fact("outcome", entry.outcome),
    fact("link", entry.link === null || /^[!-~]+$/.test(entry.link) ? entry.link : JSON.stringify(entry.link)),
    fact("reference", entry.reference),
    fact("detail", entry.detail === null ? null : JSON.stringify(entry.detail)),
  ];
  const request = `${method} ${path.slice(0, MAX_PATH_LENGTH)}`;
  return [time.toISOString(), request, status, `${Math.round(milliseconds)}ms`, ...facts.flat()].join(" ");
}

function fact(name: string, value: string | null): string[] {
  return value === null ? [] : [`${name}=${value}`];
}

/** A path without the signed part of an invitation, wherever it stands. */
export function loggedPath(path: string): string {
  return path.replace(/(\/invitations\/).+/, "$1…");
}
