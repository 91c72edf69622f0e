import Table from "cli-table3";
import { createColors } from "picocolors";
import { CLASS_WORDS, FINDING_CLASSES } from "../finding-class";
import type { FindingClass } from "../finding-class";
import type { DriftReport } from "../report-schema";
import type { FormatOptions } from "./format-options";
import { ageText, locationText, outcomeText } from "./words";

/** Changed attributes of one finding; the plan itself has the rest. */
const MOST_CHANGES = 5;
/** Rows of one class: more than that nobody reads in a terminal, and laying out a table takes time by the square. */
const MOST_ROWS = 25;
/** Columns of what happened; longer lines are wrapped. */
const WIDEST = 64;

/** The report for a terminal: what needs somebody first, then what failed. */
export function tableFormat(report: DriftReport, { color }: FormatOptions): string {
  const colors = createColors(color);
  const paint: Record<FindingClass, (text: string) => string> = {
    drift: colors.red,
    stale: colors.yellow,
    pending: colors.cyan,
    progress: colors.green,
    configuration: colors.blue,
    "other-drift": colors.magenta,
    "other-configuration": colors.blue,
    "expired-rule": colors.yellow,
  };
  const links = new Map(report.links.map((link) => [`${link.source}\n${link.address}`, link]));
  const several = report.sources.length > 1;
  const parts: string[] = [];
  for (const each of FINDING_CLASSES) {
    const findings = report.findings.filter((finding) => finding.class === each && finding.ignored === null);
    if (findings.length === 0) continue;
    const table = new Table({
      head: ["resource", "customer", "status", "age", "what"].map((text) => colors.bold(text)),
      colWidths: [null, null, null, null, WIDEST],
      wordWrap: true,
      style: { head: [], border: color ? ["gray"] : [] },
    });
    for (const { source, address, summary, changes, next_action, location } of findings.slice(0, MOST_ROWS)) {
      const link = links.get(`${source}\n${address}`);
      const told = changes
        .slice(0, MOST_CHANGES)
        .map((change) => `${change.attribute}: ${change.before} → ${change.after}`);
      if (changes.length > MOST_CHANGES) told.push(`and ${changes.length - MOST_CHANGES} more`);
      const place = [several ? source : "", locationText(location)].filter((text) => text !== "").join("  ");
      table.push([
        [address, ...(place === "" ? [] : [colors.dim(place)])].join("\n"),
        link?.customer ?? "",
        link?.status ?? "",
        ageText(link?.age_seconds ?? null),
        [summary, ...told.map((text) => colors.dim(text)), `→ ${next_action}`].join("\n"),
      ]);
    }
    const { title, meaning } = CLASS_WORDS[each];
    parts.push(`${paint[each](colors.bold(title))} (${findings.length}): ${meaning}\n${table.toString()}`);
    const more = findings.length - MOST_ROWS;
    if (more > 0) parts.push(`… and ${more} more; --format json or html has them all.`);
  }
  for (const { address, reason, expires } of report.rules.filter(({ state }) => state === "unused")) {
    parts.push(`${colors.yellow("Unused rule")}: ${address} (${reason}, until ${expires}) matches nothing; remove it.`);
  }
  for (const { name, warnings } of report.sources) {
    for (const warning of warnings) parts.push(`${colors.yellow("Warning")} (${name}): ${warning}`);
  }
  for (const { name, error } of report.sources) {
    if (error !== null) parts.push(`${colors.red(colors.bold("Failed"))} (${name}): ${error.message}\n  ${error.fix}`);
  }
  parts.push(colors.bold(outcomeText(report)));
  return parts.join("\n\n");
}
