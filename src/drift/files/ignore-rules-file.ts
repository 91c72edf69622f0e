import { Document, Lexer, LineCounter, Parser, parseDocument } from "yaml";
import type { YAMLSeq } from "yaml";
import { z } from "zod";
import { FINDING_CLASSES } from "../finding-class";
import type { FindingClass } from "../finding-class";
import { isExpired, matches } from "../ignore-rules";
import type { IgnoreRule } from "../ignore-rules";
import { DriftInputError } from "../json-text";
import type { EarlierReport } from "./report-file";

/** Problems that are listed at once: a file with more is most likely not a file of rules. */
const MOST_PROBLEMS = 20;

/** Levels. Rules have five; a file that is nested far deeper would exhaust the stack of a recursive reader. */
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

/** Whether YAML is nested deeper than any rules are, by a reader that is not recursive. */
function isDeep(text: string): boolean {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    // The tokens themselves are not needed.
    Array.from(parser.next(lexeme));
    if (parser.stack.length > MOST_DEPTH) return true;
  }
  return false;
}

/** A rule as it stands in its file. */
interface WrittenRule {
  readonly address: string;
  readonly class: FindingClass;
  readonly source?: string;
  readonly attributes?: readonly string[];
  readonly reason: string;
  readonly expires: string;
}

/**
 * For these it matters what has changed. For a link, the class says it, and the next refresh takes the attributes away.
 */
const BY_ATTRIBUTE: ReadonlySet<FindingClass> = new Set(["other-drift", "other-configuration"]);

/**
 * Adds to a file of rules one rule for each finding that makes a report fail. A finding that a rule ignores already
 * gets no other. Comments and order of a file in YAML stay.
 *
 * @param text what the file holds; empty where there is none yet
 * @param file its name, for messages
 * @returns the file's new text, and how many rules are new in it
 * @throws DriftInputError where the file is wrong
 */
export function acceptFindings(
  report: EarlierReport,
  { text, file, ...decision }: { text: string; file: string; reason: string; expires: string },
  now: Date,
): { readonly text: string; readonly added: number } {
  const valid = text.trim() === "" ? [] : readIgnoreRules(text, file).filter((rule) => !isExpired(rule, now));
  const several = report.sources.length > 1;
  const rules = report.findings
    // A report that somebody edited may have a finding without an address, which no rule can name.
    .filter(({ ignored, address, class: kind }) => ignored === null && address !== "" && report.fail_on.includes(kind))
    .filter((finding) => !valid.some((rule) => matches(rule, finding)))
    .map(({ class: kind, source, address, changes }): WrittenRule => {
      const attributes = BY_ATTRIBUTE.has(kind) ? changes.map(({ attribute }) => attribute) : [];
      return {
        address,
        class: kind,
        // A single source may be named by its file, which may have another name in the next run.
        ...(several && { source }),
        ...(attributes.length > 0 && { attributes }),
        ...decision,
      };
    });
  return { text: rules.length === 0 ? text : withRules(text, rules), added: rules.length };
}

function withRules(text: string, rules: readonly WrittenRule[]): string {
  const json = jsonRules(text);
  if (json !== null) return `${JSON.stringify({ ...json, rules: [...json.rules, ...rules] }, null, 2)}\n`;
  const document = text.trim() === "" ? new Document({ rules: [] }) : parseDocument(text);
  const list = document.get("rules") as YAMLSeq;
  list.flow = false;
  for (const rule of rules) list.add(document.createNode(rule));
  return document.toString({ lineWidth: 0 });
}

/** The content of a file in JSON, which has to stay JSON; null for one in YAML. */
function jsonRules(text: string): { readonly rules: readonly unknown[] } | null {
  try {
    return JSON.parse(text) as { rules: unknown[] };
  } catch {
    return null;
  }
}
