import { createHash } from "node:crypto";
import { html, raw } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";

/** Escaped HTML, as `html` makes it. */
export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f3f4f6; --sheet: #fff; --text: #1c2430; --quiet: #535e6d; --line: #c6ccd5; --accent: #1a56c4;
  --accent-text: #fff; --chosen: #eaf1fd; --alert: #a3221d; --alert-ground: #fdf0ef;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14181e; --sheet: #1e242c; --text: #e8ecf1; --quiet: #a9b4c2; --line: #4a5563; --accent: #8ab4ff;
    --accent-text: #10151c; --chosen: #233047; --alert: #ff9d96; --alert-ground: #3a2322;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 36rem; margin: 2rem auto; padding: 2rem; background: var(--sheet); border: 1px solid var(--line);
  border-radius: .75rem; }
.note { max-width: 36rem; margin: 2rem auto -1rem; padding: 0 1rem; color: var(--quiet); font-size: .875rem; }
h1 { margin: 0 0 .75rem; font-size: 1.5rem; line-height: 1.25; }
p { margin: 0 0 1rem; overflow-wrap: anywhere; }
fieldset { margin: 1.75rem 0 0; padding: 0; border: 0; min-width: 0; }
legend { padding: 0; margin-bottom: .5rem; font-weight: 600; }
label { display: flex; gap: .75rem; align-items: baseline; padding: .6rem .85rem; margin-top: .4rem; cursor: pointer;
  border: 1px solid var(--line); border-radius: .5rem; overflow-wrap: anywhere; }
label:has(:checked) { border-color: var(--accent); background: var(--chosen); }
label:focus-within, button:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
input { accent-color: var(--accent); flex: none; }
input:focus-visible { outline: none; }
small { display: block; color: var(--quiet); font-size: .875rem; }
.problem { margin: .25rem 0; color: var(--alert); font-weight: 600; }
.alert { margin-bottom: 1rem; padding: .75rem 1rem; border-left: 4px solid var(--alert); background: var(--alert-ground); }
.alert a { color: inherit; }
.choices { display: flex; flex-wrap: wrap; gap: .75rem; margin: 2rem 0 0; }
button { padding: .65rem 1.4rem; border: 1px solid var(--accent); border-radius: .5rem; background: var(--accent);
  color: var(--accent-text); font: inherit; font-weight: 600; cursor: pointer; }
button.quiet { border-color: var(--line); background: transparent; color: inherit; }
.after { margin: 1.25rem 0 0; color: var(--quiet); font-size: .875rem; }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: 0 0 1.25rem; }
a { color: var(--accent); }
a:focus-visible, input:focus-visible, select:focus-visible, [tabindex]:focus-visible { outline: 3px solid var(--accent);
  outline-offset: 2px; }
label input:focus-visible { outline: none; }
.wide, .wide-note { max-width: 75rem; }
h2 { margin: 2.25rem 0 .5rem; font-size: 1.15rem; line-height: 1.3; }
h3 { margin: 1.75rem 0 .25rem; font-size: 1rem; overflow-wrap: anywhere; }
code { font: .9em ui-monospace, monospace; overflow-wrap: anywhere; }
h2 code { font-weight: 600; }
.done { margin-bottom: 1rem; padding: .75rem 1rem; border-left: 4px solid var(--accent); background: var(--chosen); }
.scroll { position: relative; overflow-x: auto; margin: .5rem 0 1rem; border: 1px solid var(--line); border-radius: .5rem; }
table { width: 100%; border-collapse: collapse; font-size: .9rem; }
th, td { padding: .5rem .75rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
tr:last-child td { border-bottom: 0; }
th { color: var(--quiet); font-weight: 600; white-space: nowrap; }
td code, time { white-space: nowrap; }
.row { display: flex; flex-wrap: wrap; gap: .5rem; align-items: end; }
.row form { display: contents; }
.row form:has(.field) { display: flex; flex-wrap: wrap; gap: .5rem; align-items: end; }
.row button { padding: .45rem .9rem; }
.row button, .row input, .row select { min-height: 2.5rem; }
td .row { gap: .4rem; flex-wrap: nowrap; }
.field { margin-top: .75rem; }
.row .field { margin: 0; }
.field label { display: block; margin: 0 0 .25rem; padding: 0; border: 0; font-weight: 600; cursor: default; }
.field label:focus-within { outline: none; }
.field input, .field select { max-width: 100%; padding: .45rem .6rem; border: 1px solid var(--line);
  border-radius: .5rem; background: var(--sheet); color: inherit; font: inherit; }
main:not(.wide) .field input { width: 100%; }
.field [aria-invalid=true] { border-color: var(--alert); }
.row input[type=number] { width: 8rem; }
button.small { min-height: 0; padding: .3rem .65rem; font-size: .875rem; white-space: nowrap; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.25rem; margin: .5rem 0 1rem; }
dt { color: var(--quiet); } dd { margin: 0; overflow-wrap: anywhere; }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; } dd { margin-bottom: .5rem; } }
@media (max-width: 40rem) { main { margin: 1.5rem 0 0; border-width: 1px 0; border-radius: 0; padding: 1.5rem 1rem; } }
`;

// The element is made in one piece: with one more space than the hash covers, the browser drops the style.
const STYLE_ELEMENT = raw(`<style>${STYLE}</style>`);

/**
 * The headers of every page. They have no `form-action`: browsers apply it to redirects after a form too, and the way
 * back to an application may lead over several origins.
 */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy": [
    "default-src 'none'",
    `style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "Cache-Control": "no-store",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
  // With no-referrer, a browser would send the form with "Origin: null".
  "Referrer-Policy": "same-origin",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
};

/**
 * A whole page.
 * @param title a plain text
 * @param content what stands below it
 * @param width `wide` where there are tables on it
 */
export function page(title: string, content: Html, width: "narrow" | "wide" = "narrow"): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        ${STYLE_ELEMENT}
      </head>
      <body>
        <header class="${width === "wide" ? "note wide-note" : "note"}">
          Local sandbox: nothing here reaches Cronofy or a conferencing service.
        </header>
        <main class="${width}">
          <h1>${title}</h1>
          ${content}
        </main>
      </body>
    </html>`;
}
