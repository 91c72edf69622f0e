import { CLASS_WORDS } from "../finding-class";
import type { FindingClass } from "../finding-class";
import type { HistoryEntry } from "../history";
import type { DriftReport } from "../report-schema";
import { escapeMarkup } from "./markup";

/** What a link is shown as, in the order in which somebody has to care. */
export const LINK_GROUPS = ["drift", "stale", "pending", "configuration", "progress", "in-sync"] as const;
export type LinkGroup = (typeof LINK_GROUPS)[number];

/** The title of a group of links. */
export function groupTitle(group: LinkGroup): string {
  return group === "in-sync" ? "In sync" : CLASS_WORDS[group].title;
}

/** The group that a link is counted in: the one of its classes that somebody has to care for first. */
export function groupOf(classes: readonly FindingClass[]): LinkGroup {
  return LINK_GROUPS.find((group) => group !== "in-sync" && classes.includes(group)) ?? "in-sync";
}

const WIDTH = 640;
const ROW = 28;
const LABEL = 110;

/** Links by group, as bars with their numbers beside them: colour alone says nothing. */
export function countsChart({ links }: DriftReport): string {
  const counts = LINK_GROUPS.map((group) => ({
    group,
    count: links.filter(({ classes }) => groupOf(classes) === group).length,
  }));
  const most = Math.max(1, ...counts.map(({ count }) => count));
  const room = WIDTH - LABEL - 60;
  const bars = counts.map(({ group, count }, index) => {
    const y = index * ROW;
    const width = Math.max(count > 0 ? 3 : 0, Math.round((count / most) * room));
    return (
      `<text x="${LABEL - 10}" y="${y + 19}" text-anchor="end">${groupTitle(group)}</text>` +
      `<rect class="bar ${group}" x="${LABEL}" y="${y + 5}" width="${width}" height="18" rx="3"/>` +
      `<text class="number" x="${LABEL + width + 8}" y="${y + 19}">${count}</text>`
    );
  });
  const told = counts.map(({ group, count }) => `${groupTitle(group)}: ${count}`).join(", ");
  return (
    `<svg class="chart" role="img" aria-label="Links by class. ${told}" viewBox="0 0 ${WIDTH} ${ROW * counts.length}">` +
    `${bars.join("")}</svg>`
  );
}

/** Runs of a trend; older ones are in the history. */
const MOST_RUNS = 60;
const HEIGHT = 160;
const LINES = ["drift", "stale", "pending"] as const;

/** How many links somebody had to care for, from run to run. Empty where there is nothing to compare. */
export function trendChart(history: readonly HistoryEntry[]): string {
  const runs = history.slice(-MOST_RUNS);
  const [first, last] = [runs[0], runs.at(-1)];
  if (first === undefined || last === undefined || runs.length < 2) return "";
  const most = Math.max(1, ...runs.flatMap(({ counts }) => LINES.map((each) => counts[each])));
  const [left, right, top, bottom] = [40, WIDTH - 90, 14, HEIGHT - 24];
  const x = (index: number) => Math.round(left + (index / (runs.length - 1)) * (right - left));
  const y = (count: number) => Math.round(bottom - (count / most) * (bottom - top));
  // Labels from the top down; those of lines that end together go below each other.
  let lowest = -Infinity;
  const lines = [...LINES]
    .sort((a, b) => last.counts[b] - last.counts[a])
    .map((each) => {
      const points = runs.map(({ counts }, index) => `${x(index)},${y(counts[each])}`).join(" ");
      lowest = Math.max(y(last.counts[each]) + 4, lowest + 14);
      return (
        `<polyline class="line ${each}" points="${points}"/>` +
        `<text x="${right + 6}" y="${lowest}">${CLASS_WORDS[each].title} ${last.counts[each]}</text>`
      );
    });
  const days = [first, last].map(({ at }) => escapeMarkup(at.slice(0, 10)));
  const told = LINES.map((each) => `${CLASS_WORDS[each].title}: ${first.counts[each]} then, ${last.counts[each]} now`);
  return (
    `<section><h2>Trend over ${runs.length} runs</h2>` +
    `<svg class="chart" role="img" aria-label="${told.join(". ")}" viewBox="0 0 ${WIDTH} ${HEIGHT}">` +
    `<line class="axis" x1="${left}" y1="${bottom}" x2="${right}" y2="${bottom}"/>` +
    `<text x="${left - 6}" y="${top + 5}" text-anchor="end">${most}</text>` +
    `<text x="${left - 6}" y="${bottom + 4}" text-anchor="end">0</text>${lines.join("")}` +
    `<text x="${left}" y="${HEIGHT - 6}">${days[0]}</text>` +
    `<text x="${right}" y="${HEIGHT - 6}" text-anchor="end">${days[1]}</text></svg></section>`
  );
}
