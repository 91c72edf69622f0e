import { Document, parseDocument } from "yaml";
import type { YAMLSeq } from "yaml";
import type { EarlierReport } from "./baseline";
import type { FindingClass } from "./finding-class";
import { isExpired, matches, readIgnoreRules } from "./ignore-rules";

/** A rule as its file has it. */
export interface WrittenRule {
  readonly address: string;
  readonly class: FindingClass;
  readonly source?: string;
  readonly attributes?: readonly string[];
  readonly reason: string;
  readonly expires: string;
}

/** Of these it matters what has changed. Of a link, the class says it, and a refresh takes the attributes away. */
const BY_ATTRIBUTE: ReadonlySet<FindingClass> = new Set(["other-drift", "other-configuration"]);

/**
 * A file of rules that also ignores what makes a report fail, each finding by a rule of its own. What a rule of the file
 * ignores already gets no other. Comments and order of a file in YAML stay.
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
    // A report of who knows what may have a finding without an address, which no rule can name.
    .filter(({ ignored, address, class: kind }) => ignored === null && address !== "" && report.fail_on.includes(kind))
    .filter((finding) => !valid.some((rule) => matches(rule, finding)))
    .map(({ class: kind, source, address, changes }): WrittenRule => {
      const attributes = BY_ATTRIBUTE.has(kind) ? changes.map(({ attribute }) => attribute) : [];
      return {
        address,
        class: kind,
        // The only one may be called by a file's name, which the next run need not have.
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
