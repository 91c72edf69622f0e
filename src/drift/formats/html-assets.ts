/** The page's whole style: light and dark as the reader's system says, rows as cards on a phone, and little on paper. */
export const HTML_STYLE = `
:root { --ink: #1b1f24; --soft: #57606a; --paper: #fff; --band: #f6f8fa; --rule: #d0d7de; --link: #0550ae;
  --red: #b42318; --amber: #8a4b00; --blue: #0b6b8a; --violet: #5b3fb5; --green: #17693a; --grey: #6e7781; }
@media screen and (prefers-color-scheme: dark) {
  :root { color-scheme: dark; --ink: #e6edf3; --soft: #9da7b1; --paper: #0d1117; --band: #161b22; --rule: #30363d;
    --link: #79b8ff; --red: #ff8f85; --amber: #e8b339; --blue: #6cc7e3; --violet: #bda6ff; --green: #6fd18f;
    --grey: #8b949e; }
}
.drift, .failed-check, .other-drift { --tone: var(--red); }
.stale, .incomplete, .expired-rule { --tone: var(--amber); }
.pending { --tone: var(--blue); }
.configuration, .other-configuration { --tone: var(--violet); }
.progress { --tone: var(--green); }
.in-sync { --tone: var(--grey); }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body { margin: 0 auto; max-width: 80rem; padding: 1.5rem; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
p { margin: .25rem 0; }
a { color: var(--link); }
code { font: .85em/1.5 ui-monospace, monospace; }
small { display: block; font-size: .87em; font-weight: 400; }
small code, .changes code { font-size: 1em; }
.more > * { display: inline-block; }
small, .soft { color: var(--soft); }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 0 3rem; }
.charts ul { list-style: none; margin: 0; padding: 0; }
.bars { max-width: 40rem; }
.bars li { display: grid; grid-template-columns: 7rem 3rem 1fr; gap: .75rem; align-items: center; }
.bars b { text-align: right; }
.bars svg { width: 100%; height: 1rem; fill: var(--tone); }
.trend { display: grid; grid-template-columns: auto 1fr; gap: 0 .5rem; align-content: start; }
.trend h2, .trend ul { grid-column: 1 / -1; }
.trend div { display: grid; align-content: space-between; text-align: right; line-height: 1; }
.trend > svg { width: 100%; height: 7rem; overflow: visible; border-bottom: 1px solid var(--rule); }
.trend p { grid-column: 2; display: flex; justify-content: space-between; }
.trend div, .trend p { color: var(--soft); font-size: .87em; }
.trend ul { display: flex; flex-wrap: wrap; gap: 0 1.5rem; }
.trend li svg { width: 2rem; height: .5rem; }
.line { fill: none; stroke: var(--tone); stroke-width: 2.5; stroke-linejoin: round; vector-effect: non-scaling-stroke; }
.line.stale { stroke-dasharray: 7 3; }
.line.pending { stroke-dasharray: 2 3; }
.failed { border-left: 4px solid var(--red); background: var(--band); padding: .5rem 1rem; margin: .75rem 0; }
.filter { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; margin-top: 2rem; }
.filter label { display: grid; gap: .2rem; font-weight: 600; max-width: 100%; }
.filter input, .filter select { font: inherit; padding: .35rem .5rem; max-width: 100%; color: inherit;
  background: var(--paper); border: 1px solid var(--soft); border-radius: 4px; }
.filter output { padding: .35rem 0; }
table { border-collapse: collapse; table-layout: fixed; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .5rem .6rem; border-bottom: 1px solid var(--rule); }
th { background: var(--band); }
th.class { width: 9.25rem; }
th.age { width: 5rem; }
th.what { width: 44%; }
.age { text-align: right; }
td.age { white-space: nowrap; }
.name { font-weight: 600; }
.badge { display: block; position: relative; padding-left: 1em; font-weight: 600; color: var(--tone); }
.badge::before { content: ""; position: absolute; left: 0; top: .5em; width: .6em; height: .6em; border-radius: 50%;
  background: currentColor; }
th[data-sort] { position: relative; }
th button { font: inherit; color: inherit; background: none; border: 0; padding: 0 0 0 .3em; }
th button::before { content: ""; position: absolute; inset: 0; cursor: pointer; }
th button:focus-visible { outline: none; }
th button:focus-visible::before { outline: 2px solid var(--link); outline-offset: -2px; }
th button::after { content: "\\2195"; color: var(--soft); font-weight: 400; }
[aria-sort=ascending] button::after { content: "\\2191"; color: inherit; }
[aria-sort=descending] button::after { content: "\\2193"; color: inherit; }
.next::before { content: "\\2192  "; color: var(--soft); }
.changes { margin: 0; padding: 0; font-size: .87em; color: var(--soft); }
.changes .changes { font-size: 1em; }
.changes li { display: inline; }
.changes li + li::before { content: " \\00b7  "; }
@media screen and (max-width: 60rem) {
  th.age { width: 4.5rem; }
  th.what { width: 40%; }
}
@media screen and (max-width: 44rem) {
  body { padding: 1rem; }
  .filter label, .filter input, .filter select { width: 100%; }
  table, tbody { display: block; }
  thead { display: none; }
  thead:has(button) { display: block; }
  thead tr { display: flex; align-items: center; gap: 1.25rem; }
  thead tr::before { content: "Sort by"; color: var(--soft); }
  th { background: none; border: 0; padding: .5rem 0; }
  th, th.class, th.age { width: auto; }
  th[data-sort=''] { display: none; }
  tbody tr { display: grid; grid-template-columns: 1fr auto; gap: .35rem .75rem; padding: .75rem;
    margin-bottom: .6rem; border: 1px solid var(--rule); border-left: 4px solid var(--tone, var(--rule)); border-radius: 6px; }
  td { display: block; padding: 0; border: 0; grid-column: 1 / -1; }
  td:first-child { grid-column: 1; }
  td.age { grid-column: 2; grid-row: 1; }
  td:empty { display: none; }
  td .badge { display: inline-block; margin-right: .75rem; }
}
@media print {
  @page { margin: 12mm; }
  body { padding: 0; max-width: none; font-size: 8pt; line-height: 1.35; print-color-adjust: exact; }
  h1 { font-size: 16pt; }
  h2 { font-size: 11pt; margin: 1.25em 0 .4em; break-after: avoid; }
  .charts { grid-template-columns: 1fr 1fr; }
  .trend > svg { height: 4rem; }
  .filter, th button, .more, .changes { display: none; }
  th, td { padding: .2em .4em; }
  th.class { width: 9.5em; }
  th.age { width: 4em; }
  th.what { width: 40%; }
  tr { break-inside: avoid; }
  td > :is(.what, .next) { display: inline; }
  /* Names and ages are enough of what nobody has to care for; values and places are for the screen. */
  #in-sync :is(table, tbody, td) { display: block; border: 0; padding: 0; }
  #in-sync thead, #in-sync td:nth-child(2) > :not(.source) { display: none; }
  #in-sync tbody { columns: 4; column-gap: 1.5rem; }
  #in-sync tr { display: flex; flex-wrap: wrap; column-gap: .5rem; }
  #in-sync td:first-child { flex: 1; }
  #in-sync td:nth-child(2) { order: 1; flex-basis: 100%; }
  #in-sync .name { font-weight: 400; }
}
`;

/** Filters and sorts what the page lists. The page says the same without it. */
export const HTML_SCRIPT = `
const filter = document.getElementById("filter");
const [text, kind, source] = ["text", "kind", "source"].map((id) => document.getElementById(id));
const collator = new Intl.Collator("en", { numeric: true });
const tables = [...document.querySelectorAll("table")].map((table) => {
  const rows = [...table.tBodies[0].rows].map((element, at) => ({
    element,
    text: element.textContent.toLowerCase(),
    at,
    name: element.querySelector(".name").textContent,
    age: element.dataset.age ? Number(element.dataset.age) : null,
  }));
  return { table, rows, counted: table.dataset.counted };
});
function show() {
  const words = text.value.toLowerCase().split(/\\s+/).filter(Boolean);
  const counts = new Map();
  for (const { table, rows, counted } of tables) {
    let shown = 0;
    for (const row of rows) {
      const fits = words.every((word) => row.text.includes(word)) &&
        (kind.value === "" || row.element.className === kind.value) &&
        (source === null || source.value === "" || row.element.dataset.source === source.value);
      row.element.hidden = !fits;
      if (fits) shown++;
    }
    table.closest("section").hidden = shown === 0;
    const [before, all] = counts.get(counted) ?? [0, 0];
    counts.set(counted, [before + shown, all + rows.length]);
  }
  document.getElementById("shown").textContent =
    [...counts].map(([counted, [shown, all]]) => shown + " of " + all + " " + counted).join(", ");
}
function sort({ table, rows }, head) {
  const key = head.dataset.sort;
  // The oldest first: that is why somebody sorts by age.
  const up = head.ariaSort ? head.ariaSort === "descending" : key !== "age";
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  head.ariaSort = up ? "ascending" : "descending";
  const compare = key === "name" ? (a, b) => collator.compare(a.name, b.name) : (a, b) => a[key] - b[key];
  rows.sort((a, b) =>
    (a[key] === null) - (b[key] === null) || compare(a, b) * (up ? 1 : -1) || a.at - b.at);
  for (const { element } of rows) table.tBodies[0].append(element);
}
for (const each of tables) {
  for (const head of each.table.querySelectorAll("th:not([data-sort=''])")) {
    const button = document.createElement("button");
    button.type = "button";
    // Beside the title, not around it: Chromium repeats no button on the next sheet of paper.
    button.ariaLabel = "Sort by " + head.textContent.toLowerCase();
    button.addEventListener("click", () => sort(each, head));
    head.append(button);
  }
}
// Where rows are cards, some browsers would take the table for none.
const roles = { table: "table", "thead, tbody": "rowgroup", tr: "row", th: "columnheader", td: "cell" };
for (const [tags, role] of Object.entries(roles)) {
  for (const element of document.querySelectorAll(tags)) element.role = role;
}
filter.hidden = tables.length === 0;
filter.addEventListener("input", show);
show();
`;
