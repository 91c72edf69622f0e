import { DEFAULT_FAIL_ON, NO_DECLARATIONS, ReportBuilder, readPlan } from "../../src/drift";
import { readIgnoreRules } from "../../src/drift/files";
import type { DeclarationFinder, DriftReport, FindingClass, FormatOptions } from "../../src/drift";
import { planText } from "./fleet";

/** The report of one plan with these members. */
export function reportOf(
  members: Readonly<Record<string, unknown>>,
  {
    rules,
    failOn = DEFAULT_FAIL_ON,
    declarations = NO_DECLARATIONS,
  }: { rules?: string; failOn?: readonly FindingClass[]; declarations?: DeclarationFinder } = {},
): DriftReport {
  const builder = new ReportBuilder({
    version: "1.2.3",
    failOn,
    rules: rules === undefined ? null : { file: "ignore.yaml", rules: readIgnoreRules(rules, "ignore.yaml") },
    now: new Date("2026-03-01T12:00:00Z"),
  });
  const plan = readPlan(planText(members));
  builder.add({ name: "production", warnings: [], result: { plan, declarations } });
  return builder.build();
}

/** No colour, any width, and links to the code. */
export const PLAIN: FormatOptions = {
  color: false,
  columns: null,
  sourceUrl: ({ file, line }) => `https://git.example.com/${file}#L${line}`,
  history: [],
  now: new Date("2026-03-01T12:00:00Z"),
};
