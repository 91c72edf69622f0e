/** The page's whole style: light and dark as the reader's system says, and on paper without what only a screen needs. */
export const HTML_STYLE = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --paper: #fff; --band: #f6f8fa; --rule: #d0d7de;
  --link: #0550ae; --drift: #b42318; --stale: #8a4b00; --pending: #0b6b8a; --configuration: #5b3fb5;
  --progress: #17693a; --in-sync: #6e7781; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --soft: #9da7b1; --paper: #0d1117; --band: #161b22; --rule: #30363d; --link: #79b8ff;
    --drift: #ff8f85; --stale: #e8b339; --pending: #6cc7e3; --configuration: #bda6ff; --progress: #6fd18f;
    --in-sync: #8b949e; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 80rem; padding: 1.5rem; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
a { color: var(--link); }
code { font: .9em/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
.soft { color: var(--soft); margin: .25rem 0; }
.chart { width: 100%; max-width: 40rem; height: auto; font: 13px system-ui, sans-serif; }
.chart text { fill: var(--ink); }
.axis { stroke: var(--rule); }
.line { fill: none; stroke-width: 2.5; stroke-linejoin: round; }
.line.stale { stroke-dasharray: 7 3; }
.line.pending { stroke-dasharray: 2 3; }
.failed { border-left: 4px solid var(--drift); background: var(--band); padding: .5rem 1rem; margin: .75rem 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .45rem .6rem; border-bottom: 1px solid var(--rule); }
th { background: var(--band); white-space: nowrap; }
td { overflow-wrap: anywhere; }
td.age { white-space: nowrap; text-align: right; }
.badge { font-weight: 600; white-space: nowrap; }
.badge::before { content: ""; display: inline-block; width: .6em; height: .6em; margin-right: .4em; border-radius: 50%;
  background: currentColor; }
.word { white-space: nowrap; }
.filter { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; margin: .5rem 0 1rem; }
.filter[hidden] { display: none; }
.filter label { display: grid; gap: .2rem; font-weight: 600; }
.filter input, .filter select { font: inherit; padding: .35rem .5rem; color: inherit; background: var(--paper);
  border: 1px solid var(--soft); border-radius: 4px; }
.filter output { padding: .35rem 0; }
details { margin: .25rem 0; }
ul.changes { margin: .25rem 0 0; padding-left: 1.1rem; }
@media print {
  :root { color-scheme: light; --ink: #000; --soft: #333; --paper: #fff; --band: #f2f2f2; --rule: #999; --link: #000;
    --drift: #b42318; --stale: #8a4b00; --pending: #0b6b8a; --configuration: #5b3fb5; --progress: #17693a;
    --in-sync: #555; }
  body { padding: 0; max-width: none; font-size: 10pt; }
  .filter, .filter[hidden] { display: none; }
  thead { display: table-header-group; }
  tr { break-inside: avoid; }
  .scroll { overflow: visible; }
}
`;

/** A colour for each group of links, in charts and words. */
export const GROUP_STYLE = ["drift", "stale", "pending", "configuration", "progress", "in-sync"]
  .map(
    (group) =>
      `.bar.${group}{fill:var(--${group})}.line.${group}{stroke:var(--${group})}.badge.${group}{color:var(--${group})}`,
  )
  .join("\n");
