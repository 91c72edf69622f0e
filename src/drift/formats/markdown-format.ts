import { CLASS_WORDS, FINDING_CLASSES } from "../finding-class";
import { keyOf } from "../report";
import type { DriftReport, Finding } from "../report-schema";
import { ageText, goneTexts, locationText, outcomeText, statusText, summaryText } from "./format";
import type { FormatOptions } from "./format";

/** By this a pipeline finds its own comment and edits it, instead of adding another at every run. */
const COMMENT_MARKER = "<!-- ou-link drift report -->";

/**
 * Bytes of a step summary: a little under the 1 MiB that GitHub takes, for other steps' own lines.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits
 */
const SUMMARY_LIMIT = 1_000_000;

/** Bytes of a comment: GitHub takes 65,536 characters, and other forges more. */
const COMMENT_LIMIT = 65_000;

/** For a step summary. */
export function markdownFormat(report: DriftReport, options: FormatOptions): string {
  return markdown(report, options, SUMMARY_LIMIT);
}

/** For a comment on a pull request; begins with the marker. */
export function commentFormat(report: DriftReport, options: FormatOptions): string {
  return markdown(report, options, COMMENT_LIMIT);
}

/** What came out, in a word or two. */
export const TITLES = {
  none: "✅ No drift",
  drift: "⚠️ Drift",
  incomplete: "⚠️ Not everything was planned",
  error: "❌ Drift could not be told",
} as const;

function markdown(report: DriftReport, options: FormatOptions, limit: number): string {
  const lines = [COMMENT_MARKER, `## ${TITLES[report.outcome]}`, "", prose(outcomeText(report)), ""];
  for (const { name, error } of report.sources) {
    if (error === null) continue;
    lines.push(`> **${code(name)} failed.** ${prose(error.message)} ${prose(error.fix)}`, "");
  }
  const several = report.sources.length > 1;
  const links = new Map(report.links.map((link) => [keyOf(link), link]));
  const rowOf = (finding: Finding): string => {
    const { source, address, location, changes, next_action } = finding;
    const link = links.get(keyOf(finding));
    const url = location === null ? null : options.sourceUrl(location);
    const place = code(locationText(location));
    const told = changes
      .slice(0, 3)
      .map((each) => `${code(each.attribute)}: ${code(each.before)} → ${code(each.after)}`);
    const cells = [
      [code(address), several ? code(source) : "", url === null ? place : `[${place}](<${inBrackets(url)}>)`]
        .filter((text) => text !== "")
        .join("<br>"),
      code(link?.customer ?? ""),
      prose(link === undefined ? "" : statusText(link)),
      ageText(link?.age_seconds ?? null),
      [prose(summaryText(finding)), ...told].join("<br>"),
      prose(next_action),
    ];
    // A bar ends a cell, even in code.
    return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  };
  let size = byteLength(lines);
  let left = 0;
  const add = (text: string): boolean => {
    const length = Buffer.byteLength(text) + 1;
    // The line that says how much was left out needs room too.
    if (size + length > limit - 200) return false;
    size += length;
    lines.push(text);
    return true;
  };
  for (const each of FINDING_CLASSES) {
    const findings = report.findings.filter((finding) => finding.class === each && finding.ignored === null);
    if (findings.length === 0) continue;
    const { title, meaning } = CLASS_WORDS[each];
    const rows = findings.map(rowOf);
    const heading = [`### ${title} (${findings.length})`, "", meaning, "", TABLE_HEAD].join("\n");
    if (!add(heading)) {
      left += rows.length;
      continue;
    }
    let shown = 0;
    while (shown < rows.length && add(rows[shown] ?? "")) shown++;
    left += rows.length - shown;
    lines.push("");
  }
  const gone = goneTexts(report).map(
    ({ gone: { address, customer }, text }) =>
      `- Gone: ${code(address)}${customer === null ? "" : ` (${code(customer)})`}: ${prose(text)}`,
  );
  const notes = report.rules
    .filter(({ state }) => state === "unused")
    .map(({ address, reason }) => `- Unused rule: ${code(address)} (${prose(reason)}) matches nothing.`);
  const warnings = report.sources.flatMap(({ name, warnings: all }) =>
    all.map((warning) => `- Warning from ${code(name)}: ${prose(warning)}`),
  );
  for (const note of [...gone, ...notes, ...warnings]) if (!add(note)) left++;
  if (left > 0) lines.push("", `_${left} more are left out here, for want of room; the JSON report has them all._`);
  return lines.join("\n").trimEnd();
}

const TABLE_HEAD = "| resource | customer | status | age | what | next |\n| --- | --- | --- | --- | --- | --- |";

/**
 * A word that means nothing to Markdown or a forge: of letters, or a short number. A forge links much else that no
 * backslash or entity keeps from it: mentions, `#12`, `GH-3`, ids of tickets and commits, emojis, addresses without a scheme.
 */
const PLAIN_WORD = /^\(?(?:\p{L}[\p{L}\p{M}]*(?:['’-]\p{L}[\p{L}\p{M}]*)*|\d{1,6})?\)?[.,;:!?…]*$|^[→·–—]$/u;
const COMMIT = /^[0-9a-f]{7,40}\b/i;

/** Sentences, in which whatever is no plain word is code: only there forges leave everything as it is. */
function prose(text: string): string {
  const parts: string[] = [];
  let words: string[] = [];
  const endCode = (): void => {
    if (words.length === 0) return;
    const [, inside = "", after = ""] = /^(.*?)([.,;:!?]*)$/s.exec(words.join(" ")) ?? [];
    parts.push(code(inside) + after);
    words = [];
  };
  for (const word of text.split(" ")) {
    if (PLAIN_WORD.test(word) && !COMMIT.test(word)) {
      endCode();
      parts.push(word);
    } else {
      words.push(word);
    }
  }
  endCode();
  return parts.join(" ");
}

/** A text that is shown letter by letter. */
function code(text: string): string {
  if (text === "") return "";
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = "`".repeat(longest + 1);
  // A space on either side is no part of the code.
  return /^[` ]|[` ]$/.test(text) ? `${fence} ${text} ${fence}` : `${fence}${text}${fence}`;
}

/** An address as `<…>` takes it. */
function inBrackets(url: string): string {
  return url.replace(/[\s<>|\\`]/g, encodeURIComponent).replaceAll("&", "&amp;");
}

function byteLength(lines: readonly string[]): number {
  return Buffer.byteLength(lines.join("\n"));
}
