import { html } from "hono/html";
import { CLASS_WORDS, FINDING_CLASSES } from "../finding-class";
import type { FindingClass } from "../finding-class";
import type { HistoryEntry, LinkRow } from "../report-schema";

/** Text that is escaped already. */
export type Markup = ReturnType<typeof html>;

/** What a link is counted as. */
export type LinkGroup = FindingClass | "in-sync";

/** In the order in which somebody has to care; with progress, nobody has to. */
const LINK_GROUPS: readonly LinkGroup[] = [
  ...FINDING_CLASSES.filter((each) => each !== "progress"),
  "progress",
  "in-sync",
];

/** The title of a group of links. */
export function groupTitle(group: LinkGroup): string {
  return group === "in-sync" ? "In sync" : CLASS_WORDS[group].title;
}

/** Links by the one of their classes that somebody has to care for first, so that each counts once. */
export function groupsOf(links: readonly LinkRow[]): ReadonlyMap<LinkGroup, readonly LinkRow[]> {
  const groups = new Map<LinkGroup, LinkRow[]>(LINK_GROUPS.map((group) => [group, []]));
  for (const link of links) {
    const group = LINK_GROUPS.find((each) => each !== "in-sync" && link.classes.includes(each)) ?? "in-sync";
    groups.get(group)?.push(link);
  }
  return new Map([...groups].filter(([, members]) => members.length > 0));
}

/** Links by group, as bars with their numbers beside them: colour alone says nothing. */
export function countsChart(groups: ReadonlyMap<LinkGroup, readonly LinkRow[]>): Markup | "" {
  if (groups.size === 0) return "";
  const most = Math.max(...[...groups.values()].map(({ length }) => length));
  return html`<section>
    <h2>Links by class</h2>
    <ul class="bars">
      ${[...groups].map(
        ([group, { length }]) =>
          html`<li class="${group}">
            <span>${groupTitle(group)}</span> <b>${length}</b>
            <svg aria-hidden="true">
              <rect width="${Math.max(1, Math.round((length / most) * 100))}%" height="100%" rx="3" />
            </svg>
          </li>`,
      )}
    </ul>
    <p class="soft">Each counts once, by what is most urgent.</p>
  </section>`;
}

/** Runs of a trend; older ones are in the history. */
const MOST_RUNS = 60;
const LINES = ["drift", "stale", "pending"] as const;

/** How many findings somebody had to care for, from run to run. Empty where there is nothing to compare. */
export function trendChart(history: readonly HistoryEntry[]): Markup | "" {
  const runs = history.slice(-MOST_RUNS);
  const [first, last] = [runs[0], runs.at(-1)];
  if (first === undefined || last === undefined || runs.length < 2) return "";
  const lines = LINES.map((each) => ({ each, counts: runs.map(({ counts }) => counts[each] ?? 0) }));
  const most = Math.max(1, ...lines.flatMap(({ counts }) => counts));
  const pointsOf = (counts: readonly number[]) =>
    counts
      .map((count, index) => [(index / (runs.length - 1)) * 600, (1 - count / most) * 100])
      .map((point) => point.map(Math.round).join())
      .join(" ");
  return html`<section class="trend">
    <h2>Findings over ${runs.length} runs</h2>
    <div><span>${most}</span><span>0</span></div>
    <svg aria-hidden="true" viewBox="0 0 600 100" preserveAspectRatio="none">
      ${lines.map(({ each, counts }) => html`<polyline class="line ${each}" points="${pointsOf(counts)}" />`)}
    </svg>
    <p><span>${first.at.slice(0, 10)}</span><span>${last.at.slice(0, 10)}</span></p>
    <ul>
      ${lines.map(
        ({ each, counts }) =>
          html`<li>
            <svg aria-hidden="true" viewBox="0 0 32 4"><polyline class="line ${each}" points="0,2 32,2" /></svg>
            ${CLASS_WORDS[each].title}: ${counts[0]}, now ${counts.at(-1)}
          </li>`,
      )}
    </ul>
  </section>`;
}
