import { CLASS_WORDS, FINDING_CLASSES } from "../finding-class";
import type { DriftReport, Finding } from "../report-schema";
import type { FormatOptions } from "./format-options";
import { ageText, locationText, outcomeText, statusText } from "./words";

/** By this a pipeline finds its own comment and edits it, instead of adding another at every run. */
export const COMMENT_MARKER = "<!-- ou-link drift report -->";

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

/** For a comment on a pull request; begins with `COMMENT_MARKER`. */
export function commentFormat(report: DriftReport, options: FormatOptions): string {
  return markdown(report, options, COMMENT_LIMIT);
}

const TITLES = { none: "✅ No drift", drift: "⚠️ Drift", error: "❌ Drift report is incomplete" } as const;

function markdown(report: DriftReport, options: FormatOptions, limit: number): string {
  const lines = [COMMENT_MARKER, `## ${TITLES[report.outcome]}`, "", escapeMarkdown(outcomeText(report)), ""];
  for (const { name, error } of report.sources) {
    if (error === null) continue;
    lines.push(
      `> **${escapeMarkdown(name)} failed.** ${escapeMarkdown(error.message)} ${escapeMarkdown(error.fix)}`,
      "",
    );
  }
  const several = report.sources.length > 1;
  const links = new Map(report.links.map((link) => [`${link.source}\n${link.address}`, link]));
  const rowOf = (finding: Finding): string => {
    const { source, address, location, summary, changes, next_action } = finding;
    const link = links.get(`${source}\n${address}`);
    const url = location === null ? null : options.sourceUrl(location);
    const place = escapeMarkdown(locationText(location));
    const cells = [
      `${codeSpan(address)}${several ? `<br>${escapeMarkdown(source)}` : ""}${place === "" ? "" : `<br>${url === null ? place : `[${place}](${url})`}`}`,
      escapeMarkdown(link?.customer ?? ""),
      escapeMarkdown(link === undefined ? "" : statusText(link)),
      ageText(link?.age_seconds ?? null),
      [summary, ...changes.slice(0, 3).map((each) => `${each.attribute}: ${each.before} → ${each.after}`)]
        .map(escapeMarkdown)
        .join("<br>"),
      escapeMarkdown(next_action),
    ];
    return `| ${cells.join(" | ")} |`;
  };
  let size = byteLength(lines);
  let left = 0;
  const add = (text: string): boolean => {
    const length = Buffer.byteLength(text) + 1;
    // The words that say how much was left out need a place too.
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
  const notes = report.rules
    .filter(({ state }) => state === "unused")
    .map(({ address, reason }) => `- Unused rule: ${codeSpan(address)} (${escapeMarkdown(reason)}) matches nothing.`);
  const warnings = report.sources.flatMap(({ name, warnings: all }) =>
    all.map((warning) => `- Warning from ${escapeMarkdown(name)}: ${escapeMarkdown(warning)}`),
  );
  for (const note of [...notes, ...warnings]) if (!add(note)) left++;
  if (left > 0) lines.push("", `_${left} more are left out here, for want of room; the JSON report has them all._`);
  return lines.join("\n").trimEnd();
}

const TABLE_HEAD = "| resource | customer | status | age | what | next |\n| --- | --- | --- | --- | --- | --- |";

/** Text in which nothing is markup: neither Markdown's, nor HTML's, nor a forge's mention or reference. */
function escapeMarkdown(text: string): string {
  return text
    .replace(/[\\`*_{}[\]()#+!|~$-]/g, "\\$&")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/@/g, "&#64;")
    .replace(/\bhttps?:/gi, (scheme) => scheme.replace(":", "&#58;"))
    .replace(/\bwww\./gi, (www) => www.replace(".", "&#46;"));
}

/** Code in a cell of a table: as HTML, for a code span knows no way to hold a bar or any number of backticks. */
function codeSpan(text: string): string {
  return `<code>${escapeMarkdown(text)}</code>`;
}

function byteLength(lines: readonly string[]): number {
  return Buffer.byteLength(lines.join("\n"));
}
