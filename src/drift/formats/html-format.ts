import { createHash } from "node:crypto";
import { CLASS_WORDS } from "../finding-class";
import type { DriftReport, Finding, LinkRow, SourceLocation } from "../report-schema";
import type { FormatOptions } from "./format-options";
import { LINK_GROUPS, countsChart, groupOf, groupTitle, trendChart } from "./html-chart";
import { HTML_SCRIPT } from "./html-script";
import { GROUP_STYLE, HTML_STYLE } from "./html-style";
import { escapeMarkup } from "./markup";
import { ageText, locationText, outcomeText, statusText } from "./words";

const TITLES = { none: "No drift", drift: "Drift was found", error: "The report is incomplete" } as const;

/**
 * The report as one page that needs nothing but itself: no network, no script to be read, and a policy that lets the
 * browser run nothing else than what is in it.
 */
export function htmlFormat(report: DriftReport, options: FormatOptions): string {
  const style = HTML_STYLE + GROUP_STYLE;
  const policy = [
    "default-src 'none'",
    `style-src '${hashOf(style)}'`,
    `script-src '${hashOf(HTML_SCRIPT)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const place = (location: SourceLocation | null) => placeText(location, options);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${TITLES[report.outcome]} · Organizational Unit links</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${TITLES[report.outcome]}</h1>
<p class="soft">${escapeMarkup(outcomeText(report))}</p>
<p class="soft">${escapeMarkup(plannedText(report))}</p>
${failures(report)}
<section><h2>Links by class</h2>
${countsChart(report)}
</section>
${trendChart(options.history)}
<section><h2>Links</h2>
${filterForm(report)}
<div class="scroll" role="region" aria-label="Links" tabindex="0"><table id="links">
<thead><tr>${["Class", "Customer", "Status", "Age", "Next action", "Link", "Declared in"].map((text) => `<th scope="col">${text}</th>`).join("")}</tr></thead>
<tbody>
${byGroup(report.links)
  .map((link) => linkRow(link, place))
  .join("\n")}
</tbody></table></div>
</section>
${findingSection("What was found of links", report.findings.filter(isOfLinks), place)}
${findingSection("Other resources", report.findings.filter(isOfOthers), place)}
${ruleSection(report, place)}
${warningSection(report)}
</main>
<script>${HTML_SCRIPT}</script>
</body>
</html>`;
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

function plannedText({ sources, tool }: DriftReport): string {
  const times = sources.flatMap(({ planned_at }) => planned_at ?? []).sort();
  const [first, last] = [times[0], times.at(-1)];
  const when = first === undefined ? "" : `, planned ${first === last ? `at ${first}` : `from ${first} to ${last}`}`;
  return `${sources.length === 1 ? (sources[0]?.name ?? "") : `${sources.length} sources`}${when}, reported by ou-link ${tool.version}`;
}

function failures({ sources }: DriftReport): string {
  return sources
    .flatMap(({ name, error }) =>
      error === null
        ? []
        : `<div class="failed"><strong>${escapeMarkup(name)} failed.</strong> ${escapeMarkup(error.message)}<br>${escapeMarkup(error.fix)}</div>`,
    )
    .join("\n");
}

function filterForm({ links, sources }: DriftReport): string {
  const option = (value: string, text: string) =>
    `<option value="${escapeMarkup(value)}">${escapeMarkup(text)}</option>`;
  const groups = LINK_GROUPS.filter((group) => links.some(({ classes }) => groupOf(classes) === group));
  const bySource =
    sources.length < 2
      ? ""
      : `<label>Source<select id="source">${option("", "all")}${sources.map(({ name }) => option(name, name)).join("")}</select></label>`;
  return (
    `<form class="filter" id="filter" hidden><label>Search<input id="text" type="search" autocomplete="off"></label>` +
    `<label>Class<select id="group">${option("", "all")}${groups.map((group) => option(group, groupTitle(group))).join("")}</select></label>` +
    `${bySource}<output id="shown"></output></form>`
  );
}

function byGroup(links: readonly LinkRow[]): LinkRow[] {
  const rank = ({ classes }: LinkRow) => LINK_GROUPS.indexOf(groupOf(classes));
  return [...links].sort((a, b) => rank(a) - rank(b));
}

function linkRow(link: LinkRow, place: (location: SourceLocation | null) => string): string {
  const group = groupOf(link.classes);
  const classes =
    link.classes.length === 0 ? groupTitle(group) : link.classes.map((each) => CLASS_WORDS[each].title).join(", ");
  const since = link.since === null ? "" : ` title="since ${escapeMarkup(link.since)}"`;
  return (
    `<tr data-group="${group}" data-source="${escapeMarkup(link.source)}"><td><span class="badge ${group}">${classes}</span></td>` +
    `<td>${escapeMarkup(link.customer)}</td><td class="word">${escapeMarkup(statusText(link))}</td><td class="age"${since}>${ageText(link.age_seconds)}</td>` +
    `<td>${escapeMarkup(link.next_action)}</td>` +
    `<td><code>${escapeMarkup(link.address)}</code><br><span class="soft">${escapeMarkup(`${link.service_account_id} ${link.data_center}`.trim())}</span></td>` +
    `<td>${place(link.location)}</td></tr>`
  );
}

function isOfOthers(finding: Finding): boolean {
  return finding.class === "other-drift" || finding.class === "other-configuration";
}

function isOfLinks(finding: Finding): boolean {
  return !isOfOthers(finding) && finding.class !== "expired-rule";
}

function findingSection(
  title: string,
  findings: readonly Finding[],
  place: (location: SourceLocation | null) => string,
): string {
  if (findings.length === 0) return "";
  const items = findings.map((finding) => {
    const changes = finding.changes.map(
      (each) =>
        `<li><code>${escapeMarkup(each.attribute)}</code>: ${escapeMarkup(each.before)} → ${escapeMarkup(each.after)}</li>`,
    );
    const notes = [
      ...(finding.relevant ? [] : ["Nothing in the plan depends on it."]),
      ...(finding.ignored === null ? [] : [`Ignored until ${finding.ignored.expires}: ${finding.ignored.reason}`]),
    ];
    return (
      `<tr><td><span class="badge ${isOfLinks(finding) ? finding.class : ""}">${CLASS_WORDS[finding.class].title}</span></td>` +
      `<td><code>${escapeMarkup(finding.address)}</code><br><span class="soft">${escapeMarkup(finding.source)}</span></td>` +
      `<td>${escapeMarkup(finding.summary)}${notes.map((note) => `<br><em>${escapeMarkup(note)}</em>`).join("")}` +
      `${changes.length === 0 ? "" : `<ul class="changes">${changes.join("")}</ul>`}</td>` +
      `<td>${escapeMarkup(finding.next_action)}</td><td>${place(finding.location)}</td></tr>`
    );
  });
  return (
    `<section><h2>${title}</h2><div class="scroll" role="region" aria-label="${title}" tabindex="0"><table><thead><tr>` +
    ["Class", "Resource", "What", "Next action", "Declared in"].map((text) => `<th scope="col">${text}</th>`).join("") +
    `</tr></thead><tbody>\n${items.join("\n")}\n</tbody></table></div></section>`
  );
}

function ruleSection({ rules, findings }: DriftReport, place: (location: SourceLocation | null) => string): string {
  const expired = findings.filter((finding) => finding.class === "expired-rule");
  const unused = rules.filter(({ state }) => state === "unused");
  if (expired.length + unused.length === 0) return "";
  const lines = [
    ...expired.map((each) => `<li>${escapeMarkup(`${each.summary} ${each.next_action}`)} ${place(each.location)}</li>`),
    ...unused.map(
      ({ address, reason }) =>
        `<li>The rule for <code>${escapeMarkup(address)}</code> (${escapeMarkup(reason)}) matches nothing; remove it.</li>`,
    ),
  ];
  return `<section><h2>Ignore rules</h2><ul>${lines.join("")}</ul></section>`;
}

function warningSection({ sources }: DriftReport): string {
  const lines = sources.flatMap(({ name, warnings }) =>
    warnings.map((warning) => `<li>${escapeMarkup(name)}: ${escapeMarkup(warning)}</li>`),
  );
  return lines.length === 0 ? "" : `<section><h2>Warnings</h2><ul>${lines.join("")}</ul></section>`;
}

function placeText(location: SourceLocation | null, { sourceUrl }: FormatOptions): string {
  if (location === null) return "";
  const url = sourceUrl(location);
  const text = escapeMarkup(locationText(location));
  return url === null
    ? `<code>${text}</code>`
    : `<a href="${escapeMarkup(url)}" rel="noreferrer"><code>${text}</code></a>`;
}
