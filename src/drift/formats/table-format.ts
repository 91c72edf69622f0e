import Table from "cli-table3";
import { createColors } from "picocolors";
import { CLASS_WORDS, FINDING_CLASSES } from "../finding-class";
import type { FindingClass } from "../finding-class";
import { keyOf } from "../report";
import type { DriftReport } from "../report-schema";
import { ageText, goneTexts, locationText, outcomeText, statusText, summaryText } from "./format";
import type { FormatOptions } from "./format";

/** Changed attributes of one finding; the plan itself has the rest. */
const MOST_CHANGES = 5;
/** Rows of one class: nobody reads more in a terminal. */
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
    "failed-check": colors.yellow,
    incomplete: colors.yellow,
    pending: colors.cyan,
    progress: colors.green,
    configuration: colors.blue,
    "other-drift": colors.magenta,
    "other-configuration": colors.blue,
    "expired-rule": colors.yellow,
  };
  const links = new Map(report.links.map((link) => [keyOf(link), link]));
  const several = report.sources.length > 1;
  const parts: string[] = [];
  for (const each of FINDING_CLASSES) {
    const findings = report.findings.filter((finding) => finding.class === each && finding.ignored === null);
    if (findings.length === 0) continue;
    const shown = findings.slice(0, MOST_ROWS).map((finding) => {
      const link = links.get(keyOf(finding));
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
    const rows = shown.map(({ finding, place, others }) => {
      const { address, changes, next_action } = finding;
      const told = changes
        .slice(0, MOST_CHANGES)
        .map((change) => `${change.attribute}: ${change.before} → ${change.after}`);
      if (changes.length > MOST_CHANGES) told.push(`and ${changes.length - MOST_CHANGES} more`);
      return [
        [...inPieces(address, widths.resource), ...inPieces(place, widths.resource).map(colors.dim)],
        ...others.map((text) => [text]),
        [summaryText(finding), ...told, `→ ${next_action}`].flatMap((text, at) => {
          const lines = inLines(text, widths.what);
          return at === 0 || at > told.length ? lines : lines.map(colors.dim);
        }),
      ];
    });
    const { title, meaning } = CLASS_WORDS[each];
    parts.push(
      `${paint[each](colors.bold(title))} (${findings.length}): ${meaning}\n${tableText([HEAD.map((text) => [colors.bold(text)]), ...rows], widths)}`,
    );
    const more = findings.length - MOST_ROWS;
    if (more > 0) parts.push(`… and ${more} more; --format json or html has them all.`);
  }
  const gone = goneTexts(report).map(({ gone: { address, customer }, text }) => {
    const name = customer === null ? address : `${address} (${customer})`;
    return `${colors.green("Gone")}: ${name}: ${text}`;
  });
  parts.push(...gone.slice(0, MOST_ROWS));
  if (gone.length > MOST_ROWS) parts.push(`… and ${gone.length - MOST_ROWS} more gone; --format json has them all.`);
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
 * @param rows the lines of each cell. The table gets a row for each line: of a cell of several it measures all of them
 * again for each
 */
function tableText(
  rows: readonly (readonly (readonly string[])[])[],
  { resource, what }: { resource: number; what: number },
): string {
  const table = new Table({
    colWidths: [resource + 2, null, null, null, what + 2],
    chars: { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" },
    // The library would colour or not by the environment, whatever was asked for.
    style: { head: [], border: [] },
  });
  const heights = rows.map((cells) => Math.max(...cells.map(({ length }) => length)));
  for (const [at, cells] of rows.entries()) {
    for (let line = 0; line < (heights[at] ?? 0); line++) table.push(cells.map((each) => each[line] ?? ""));
  }
  const [top = "", ...lines] = table.toString().split("\n");
  const between = top.replace("┌", "├").replaceAll("┬", "┼").replace("┐", "┤");
  let end = 0;
  const parts = heights.map((height) => lines.slice(end, (end += height)).join("\n"));
  return [top, parts.join(`\n${between}\n`), ...lines.slice(end)].join("\n");
}

/** A text in lines that fit, broken at its spaces. */
function inLines(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ").flatMap((each) => inPieces(each, width))) {
    const line = `${lines.at(-1) ?? ""} ${word}`;
    if (lines.length > 0 && widthOf(line) <= width) lines[lines.length - 1] = line;
    else lines.push(word);
  }
  return lines;
}

/** Columns that a text takes at most: what is neither of an alphabet nor a common sign may be two wide. */
function widthOf(text: string): number {
  return Array.from(text).reduce((sum, sign) => sum + (/[\0-\u10ff\u2000-\u22ff]/.test(sign) ? 1 : 2), 0);
}

/** A text that has no space to be broken at, such as an address, in pieces that fit. */
function inPieces(text: string, width: number): string[] {
  const pieces: string[] = [];
  let [piece, length] = ["", 0];
  for (const sign of text) {
    const columns = widthOf(sign);
    if (length + columns > width) {
      pieces.push(piece);
      [piece, length] = ["", 0];
    }
    piece += sign;
    length += columns;
  }
  return piece === "" ? pieces : [...pieces, piece];
}
