import { Lexer, LineCounter, Parser, parseDocument } from "yaml";
import { z } from "zod";
import { DriftInputError } from "./drift-input-error";
import { FINDING_CLASSES } from "./finding-class";
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

/** Problems that are told at once: where there are more, the file is most likely another one. */
const MOST_PROBLEMS = 20;

/** Levels. Rules have five; what is nested far deeper takes the stack of who reads it, and may end the process. */
const MOST_DEPTH = 100;

const aDay = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, "is a day: YYYY-MM-DD")
  .refine((day) => new Date(`${day}T00:00:00Z`).toJSON()?.startsWith(day) === true, "is no day of the calendar");

const rulesFile = z.strictObject({
  rules: z.array(
    z.strictObject({
      address: z.string().min(1),
      source: z.string().min(1).default("*"),
      class: z
        .union([z.enum(FINDING_CLASSES), z.array(z.enum(FINDING_CLASSES)).min(1)])
        .optional()
        .transform((classes) => (classes === undefined ? FINDING_CLASSES : [classes].flat())),
      attributes: z.array(z.string()).min(1).optional(),
      reason: z.string().trim().min(1, "says why, so that somebody can judge it later"),
      expires: aDay,
    }),
  ),
});

/**
 * Reads a file of rules, in YAML or JSON (which is YAML).
 *
 * @param file its name, for messages
 * @throws DriftInputError that lists everything that is wrong in it, by line
 */
export function readIgnoreRules(text: string, file: string): IgnoreRule[] {
  const lines = new LineCounter();
  const refuse = (problems: readonly string[]) => {
    const rest = problems.length > MOST_PROBLEMS ? [`and ${problems.length - MOST_PROBLEMS} more`] : [];
    const told = [...problems.slice(0, MOST_PROBLEMS), ...rest].join("\n");
    return new DriftInputError(`The ignore rules in ${file} cannot be used.`, `Mend in it:\n${told}`);
  };
  if (isDeep(text)) throw refuse(["is nested too deeply"]);
  const document = parseDocument(text, { lineCounter: lines });
  const lineOf = (path: readonly PropertyKey[]): number => {
    for (let length = path.length; length >= 0; length--) {
      const node = document.getIn(path.slice(0, length), true) as { range?: [number, number, number] } | undefined;
      if (node?.range) return lines.linePos(node.range[0]).line;
    }
    return 1;
  };
  if (document.errors.length > 0) {
    throw refuse(document.errors.map(({ pos: [at] }) => `line ${lines.linePos(at).line}: is not YAML`));
  }
  let content: unknown;
  try {
    // Aliases that multiply would fill the memory; rules have no use for any.
    content = document.toJS({ maxAliasCount: 0 });
  } catch {
    throw refuse(["YAML aliases (*name) are not taken here; write each rule out."]);
  }
  const read = rulesFile.safeParse(content, {
    error: ({ code, input, expected }) =>
      code !== "invalid_type" ? undefined : input === undefined ? "is missing" : `is to be of type ${String(expected)}`,
  });
  if (!read.success) {
    throw refuse(
      read.error.issues.map(({ path, message }) => `line ${lineOf(path)}: ${path.join(".") || "the file"}: ${message}`),
    );
  }
  return read.data.rules.map(({ class: classes, attributes, ...rule }, index) => ({
    ...rule,
    classes,
    attributes: attributes ?? null,
    line: lineOf(["rules", index]),
  }));
}

/** Whether YAML is nested deeper than any rules are: told by a reader that does not call itself. */
function isDeep(text: string): boolean {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    // What is whole is of no interest.
    Array.from(parser.next(lexeme));
    if (parser.stack.length > MOST_DEPTH) return true;
  }
  return false;
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

/** `*` stands for anything. In time that grows with the text only, unlike a regular expression's. */
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
