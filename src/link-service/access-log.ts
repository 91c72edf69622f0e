import type { OutcomeKind } from "./outcome";

/** One answered request. Holds no query string, for that is where codes and states travel. */
export interface AccessLogEntry {
  readonly time: Date;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly milliseconds: number;
  /** How it ended; null for what has no page, such as a health check. */
  readonly outcome: OutcomeKind | null;
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
    fact("link", entry.link),
    fact("reference", entry.reference),
    fact("detail", entry.detail === null ? null : JSON.stringify(entry.detail)),
  ];
  const request = `${method} ${path.slice(0, MAX_PATH_LENGTH)}`;
  return [time.toISOString(), request, status, `${Math.round(milliseconds)}ms`, ...facts.flat()].join(" ");
}

function fact(name: string, value: string | null): string[] {
  return value === null ? [] : [`${name}=${value}`];
}
