import { createHash } from "node:crypto";
import { html } from "hono/html";
import { CLASS_WORDS } from "../finding-class";
import type { FindingClass } from "../finding-class";
import { keyOf } from "../report";
import type { DriftReport, Finding, FindingChange, LinkRow } from "../report-schema";
import { ageText, comparedText, goneTexts, locationText, statusText } from "./format";
import type { FormatOptions } from "./format";
import { HTML_SCRIPT, HTML_STYLE } from "./html-assets";
import { countsChart, groupsOf, groupTitle, trendChart } from "./html-chart";
import type { LinkGroup, Markup } from "./html-chart";

const TITLES = {
  none: "No drift",
  drift: "Drift was found",
  incomplete: "Not everything was planned",
  error: "Drift could not be told",
} as const;

/**
 * The report as one page that needs nothing but itself: no network, no script to be read, and a policy that lets the
 * browser run nothing else than what is in it.
 */
export function htmlFormat(report: DriftReport, options: FormatOptions): string {
  const policy = [
    "default-src 'none'",
    `style-src '${hashOf(HTML_STYLE)}'`,
    `script-src '${hashOf(HTML_SCRIPT)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const title = TITLES[report.outcome];
  // Markup is a promise only where something in it is one. The indentation is this code's.
  const body = (content(title, report, options) as string).replace(/\n\s*/g, "\n");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title} · Organizational Unit links</title>
<style>${HTML_STYLE}</style>
</head>
<body>
${body}
<script>${HTML_SCRIPT}</script>
</body>
</html>`;
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

function content(title: string, report: DriftReport, options: FormatOptions): Markup {
  const groups = groupsOf(report.links);
  const ofLinks = new Map(report.links.map((link): [string, Finding[]] => [keyOf(link), []]));
  const others: Finding[] = [];
  for (const finding of report.findings) {
    if (finding.class !== "expired-rule") (ofLinks.get(keyOf(finding)) ?? others).push(finding);
  }

  const resource = (about: LinkRow | Finding, account = ""): Markup => {
    const source = report.sources.length > 1 && html`<small class="source">${about.source}</small>`;
    const place = placeText(about, options);
    return html`<code>${about.address}</code>${source}<small class="more">${account} ${place}</small>`;
  };
  const rowOf = (group: LinkGroup) => (link: LinkRow) => {
    const found = ofLinks.get(keyOf(link)) ?? [];
    const status = statusText(link);
    const name = html`<span class="name">${link.customer}</span>`;
    const where = resource(link, `${link.service_account_id} ${link.data_center}`);
    const cells =
      group === "in-sync"
        ? html`<td>${name}${status !== "linked" && html`<small>${status}</small>`}</td>
            <td>${where}${whatText(found)}</td>`
        : html`<td>${link.classes.map(badge)}${status !== group && html`<small>${status}</small>`}${newMark(found)}</td>
            <td>${name}<br />${where}</td>
            <td>${whatText(found)}</td>`;
    const since = link.since === null ? "Since when is not known." : `Since ${link.since}`;
    return html`<tr class="${group}" data-source="${link.source}" data-age="${link.age_seconds ?? ""}">
      ${cells}
      <td class="age" title="${since}">${ageText(link.age_seconds)}</td>
    </tr>`;
  };
  const waiting = [...groups].flatMap(([group, links]) => (group === "in-sync" ? [] : links.map(rowOf(group))));
  const inSync = (groups.get("in-sync") ?? []).map(rowOf("in-sync"));
  const rest = others.map(
    (finding) =>
      html`<tr class="${finding.class}" data-source="${finding.source}">
        <td>${badge(finding.class)}${newMark([finding])}</td>
        <td class="name">${resource(finding)}</td>
        <td>${whatText([finding])}</td>
      </tr>`,
  );
  return html`<main>
    <h1>${title}</h1>
    <p class="soft">${headline(report, others)}</p>
    <p class="soft">${plannedText(report)}</p>
    ${failures(report)}
    <div class="charts">${countsChart(groups)}${trendChart(options.history)}</div>
    ${filter(report, [...new Set([...groups.keys(), ...others.map((finding) => finding.class)])])}
    ${listing("To look at", "links", ["class", "customer", "what", "age"], waiting)}
    ${listing("Other findings", "other findings", ["class", "address", "what"], rest)}
    ${goneSection(report)}${ruleSection(report, options)}${warningSection(report)}
    ${listing("In sync", "links", ["customer", "resource", "age"], inSync)}
  </main>`;
}

/** What the chart does not show, so that no two numbers on the page are of the same. */
function headline(report: DriftReport, others: readonly Finding[]): string {
  const { links, links_in_sync, ignored, sources } = report;
  const expired = report.counts["expired-rule"];
  const failed = sources.filter(({ error }) => error !== null).length;
  const rest = others.filter((finding) => finding.ignored === null).length;
  return [
    `${links.length} ${links.length === 1 ? "link" : "links"}, ${links_in_sync} in sync`,
    ...(rest > 0 ? [`${rest} other ${rest === 1 ? "finding" : "findings"}`] : []),
    ...(expired > 0 ? [`${expired} expired ${expired === 1 ? "rule" : "rules"}`] : []),
    ...(ignored > 0 ? [`${ignored} ignored`] : []),
    ...(failed > 0 ? [`${failed} of ${sources.length} sources failed`] : []),
    ...comparedText(report),
  ].join(" · ");
}

function plannedText({ sources, tool }: DriftReport): string {
  const times = sources.flatMap(({ planned_at }) => planned_at ?? []).sort();
  const [first, last] = [times[0], times.at(-1)];
  const when = first === undefined ? "" : `, planned ${first === last ? `at ${first}` : `from ${first} to ${last}`}`;
  return `${sources.length === 1 ? (sources[0]?.name ?? "") : `${sources.length} sources`}${when}, reported by ou-link ${tool.version}`;
}

function failures({ sources }: DriftReport): Markup[] {
  return sources.flatMap(({ name, error }) =>
    error === null
      ? []
      : [html`<div class="failed"><strong>${name} failed.</strong> ${error.message}<br />${error.fix}</div>`],
  );
}

function filter({ sources }: DriftReport, kinds: readonly LinkGroup[]): Markup {
  const options = (values: readonly (readonly [value: string, text: string])[]) =>
    [["", "all"] as const, ...values].map(([value, text]) => html`<option value="${value}">${text}</option>`);
  const bySource =
    sources.length > 1 &&
    html`<label>
      Source
      <select id="source">
        ${options(sources.map(({ name }) => [name, name]))}
      </select>
    </label>`;
  return html`<search class="filter" id="filter" hidden>
    <label>Search <input id="text" type="search" autocomplete="off" /></label>
    <label>
      Class
      <select id="kind">
        ${options(kinds.map((kind) => [kind, groupTitle(kind)]))}
      </select>
    </label>
    ${bySource}<output id="shown"></output>
  </search>`;
}

/** A column's title, and by which key of its rows the script sorts, if by any. */
const COLUMNS = {
  class: ["Class", "at"],
  customer: ["Customer", "name"],
  address: ["Resource", "name"],
  resource: ["Resource", null],
  what: ["What to do", null],
  age: ["Age", "age"],
} as const;

/** @param counted what the filter calls the rows when it tells how many it shows */
function listing(
  title: string,
  counted: string,
  columns: readonly (keyof typeof COLUMNS)[],
  rows: readonly Markup[],
): Markup | "" {
  if (rows.length === 0) return "";
  return html`<section id="${title.toLowerCase().replaceAll(" ", "-")}">
    <h2>${title}</h2>
    <table data-counted="${counted}">
      <thead>
        <tr>
          ${columns.map((column) => {
            const [text, key] = COLUMNS[column];
            return html`<th scope="col" class="${column}" data-sort="${key ?? ""}">${text}</th>`;
          })}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </section>`;
}

function badge(kind: FindingClass): Markup {
  return html`<span class="badge ${kind}">${CLASS_WORDS[kind].title}</span>`;
}

function newMark(found: readonly Finding[]): Markup | false {
  return found.some(({ is_new }) => is_new) && html`<small>new</small>`;
}

/** What happened, what to do about it, each thing once, and what it was that changed. */
function whatText(found: readonly Finding[]): (Markup | "")[] {
  const actions = new Set(found.flatMap(({ next_action, ignored }) => (ignored === null ? [next_action] : [])));
  const happened = found.flatMap(({ summary, next_action, relevant, ignored }) => [
    ...(ignored === null && next_action.startsWith(summary) ? [] : [html`${summary}`]),
    ...(relevant ? [] : [html`<em>Nothing in the plan depends on it.</em>`]),
    ...(ignored === null ? [] : [html`<em>Ignored until ${ignored.expires}: ${ignored.reason}</em>`]),
  ]);
  return [
    ...happened.map((text) => html`<div class="what">${text}</div> `),
    ...[...actions].map((text) => html`<div class="next">${text}</div> `),
    changesText(found.flatMap(({ changes }) => changes)),
  ];
}

/** Changed attributes of one row that are shown without being asked for. */
const MOST_CHANGES = 3;

function changesText(changes: readonly FindingChange[]): Markup | "" {
  if (changes.length === 0) return "";
  const list = html`<ul class="changes">
    ${changes.map(({ attribute, before, after }) => html`<li><code>${attribute}</code>: ${before} → ${after}</li>`)}
  </ul>`;
  return changes.length <= MOST_CHANGES
    ? list
    : html`<details class="changes">
        <summary>${changes.length} changes</summary>
        ${list}
      </details>`;
}

function goneSection(report: DriftReport): Markup | "" {
  const lines = goneTexts(report).map(
    ({ gone: { address, customer }, text }) =>
      html`<li>
        ${customer === null ? "" : html`<span class="name">${customer}</span> `}<code>${address}</code>: ${text}
      </li>`,
  );
  return lines.length === 0
    ? ""
    : html`<section>
        <h2>Gone since the last report</h2>
        <ul>
          ${lines}
        </ul>
      </section>`;
}

function ruleSection({ rules, findings }: DriftReport, options: FormatOptions): Markup | "" {
  const expired = findings.filter((finding) => finding.class === "expired-rule");
  const unused = rules.filter(({ state }) => state === "unused");
  if (expired.length + unused.length === 0) return "";
  return html`<section>
    <h2>Ignore rules</h2>
    <ul>
      ${expired.map((each) => html`<li>${each.summary} ${each.next_action} ${placeText(each, options)}</li>`)}
      ${unused.map(
        ({ address, reason }) =>
          html`<li>The rule for <code>${address}</code> (${reason}) matches nothing; remove it.</li>`,
      )}
    </ul>
  </section>`;
}

function warningSection({ sources }: DriftReport): Markup | "" {
  const lines = sources.flatMap(({ name, warnings }) => warnings.map((warning) => html`<li>${name}: ${warning}</li>`));
  return lines.length === 0
    ? ""
    : html`<section>
        <h2>Warnings</h2>
        <ul>
          ${lines}
        </ul>
      </section>`;
}

function placeText({ location }: Pick<Finding, "location">, { sourceUrl }: FormatOptions): Markup | "" {
  if (location === null) return "";
  const text = html`<code>${locationText(location)}</code>`;
  const url = sourceUrl(location);
  return url === null ? text : html`<a href="${url}" rel="noreferrer">${text}</a>`;
}
