import Table from "cli-table3";
import { createColors } from "picocolors";
import { CLASS_WORDS, FINDING_CLASSES } from "../finding-class";
import type { FindingClass } from "../finding-class";
import type { DriftReport } from "../report-schema";
import type { FormatOptions } from "./format-options";
import { ageText, locationText, outcomeText, statusText } from "./words";

/** Changed attributes of one finding; the plan itself has the rest. */
const MOST_CHANGES = 5;
/** Rows of one class: more than that nobody reads in a terminal, and laying out a table takes time by the square. */
const MOST_ROWS = 25;
/** Columns of what happened where there is room, and of any text where there is little. */
const WIDEST = 62;
const NARROWEST = 16;
/** Columns that the borders and the space within them take, for five cells. */
const FRAME = 16;

const HEAD = ["resource", "customer", "status", "age", "what"];

/** The report for a terminal: what needs somebody first, then what failed. */
export function tableFormat(report: DriftReport, { color, columns }: FormatOptions): string {
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
    const shown = findings.slice(0, MOST_ROWS).map((finding) => {
      const link = links.get(`${finding.source}\n${finding.address}`);
      const place = [several ? finding.source : "", locationText(finding.location)]
        .filter((text) => text !== "")
        .join("  ");
      const others = [
        link?.customer ?? "",
        link === undefined ? "" : statusText(link),
        ageText(link?.age_seconds ?? null),
      ];
      return { finding, place, others };
    });
    const widths = cellWidths(
      shown.map(({ finding, place, others }) => [
        Math.max(finding.address.length, place.length),
        ...others.map(({ length }) => length),
      ]),
      columns,
    );
    const table = new Table({
      head: HEAD.map((text) => colors.bold(text)),
      colWidths: [widths.resource + 2, null, null, null, widths.what + 2],
      wordWrap: true,
      style: { head: [], border: color ? ["gray"] : [] },
    });
    for (const { finding, place, others } of shown) {
      const { address, summary, changes, next_action } = finding;
      const told = changes
        .slice(0, MOST_CHANGES)
        .map((change) => `${change.attribute}: ${change.before} → ${change.after}`);
      if (changes.length > MOST_CHANGES) told.push(`and ${changes.length - MOST_CHANGES} more`);
      table.push([
        [...inPieces(address, widths.resource), ...inPieces(place, widths.resource).map(colors.dim)].join("\n"),
        ...others,
        [summary, ...told, `→ ${next_action}`]
          .map((text) => text.replace(/\S+/g, (word) => inPieces(word, widths.what).join("\n")))
          .map((text, at) => (at === 0 || at > told.length ? text : colors.dim(text)))
          .join("\n"),
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

/** Columns of the two cells that can be made narrower, so that the others fit beside them. */
function cellWidths(rows: readonly (readonly number[])[], columns: number | null): { resource: number; what: number } {
  const [resource = 0, ...others] = HEAD.slice(0, -1).map((title, at) =>
    Math.max(title.length, ...rows.map((row) => row[at] ?? 0)),
  );
  if (columns === null) return { resource, what: WIDEST };
  const room = columns - FRAME - others.reduce((sum, width) => sum + width, 0);
  const narrow = Math.max(NARROWEST, Math.min(resource, Math.floor(room * 0.45)));
  return { resource: narrow, what: Math.max(NARROWEST, Math.min(WIDEST, room - narrow)) };
}

/**
 * A text that has no space to be broken at, such as an address, in pieces that fit. The table would cut it off instead,
 * slowly and amid a character. What is not ASCII may be two columns wide.
 */
function inPieces(text: string, width: number): string[] {
  const pieces: string[] = [];
  let [piece, length] = ["", 0];
  for (const sign of text) {
    const columns = sign <= "~" ? 1 : 2;
    if (length + columns > width) {
      pieces.push(piece);
      [piece, length] = ["", 0];
    }
    piece += sign;
    length += columns;
  }
  return piece === "" ? pieces : [...pieces, piece];
}
