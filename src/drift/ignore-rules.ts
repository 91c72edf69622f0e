import type { FindingClass } from "./finding-class";

/** Findings that a team has decided to live with, for a reason and until a day. */
export interface IgnoreRule {
  /** Address of a resource, in which `*` stands for anything. */
  readonly address: string;
  /** Folder or plan, in which `*` stands for anything; all where it is left out. */
  readonly source: string;
  /** All where they are left out. */
  readonly classes: readonly FindingClass[];
  /** Only findings that touch nothing but these; any where they are left out. */
  readonly attributes: readonly string[] | null;
  readonly reason: string;
  /** The last day on which it holds, `YYYY-MM-DD`, in UTC. */
  readonly expires: string;
  /** Where it stands in its file. */
  readonly line: number;
}

/** Whether a rule no longer holds. */
export function isExpired({ expires }: IgnoreRule, now: Date): boolean {
  return now.toISOString().slice(0, 10) > expires;
}

/** Whether a rule means a finding, whatever its date. */
export function matches(
  rule: IgnoreRule,
  finding: {
    readonly class: FindingClass;
    readonly source: string;
    readonly address: string;
    readonly changes: readonly { readonly attribute: string }[];
  },
): boolean {
  const { attributes } = rule;
  return (
    rule.classes.includes(finding.class) &&
    matchesPattern(rule.address, finding.address) &&
    matchesPattern(rule.source, finding.source) &&
    (attributes === null ||
      (finding.changes.length > 0 && finding.changes.every(({ attribute }) => attributes.includes(attribute))))
  );
}

/** `*` stands for anything. The time grows only with the text, unlike that of a regular expression. */
function matchesPattern(pattern: string, text: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return pattern === text;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
