import { createHash } from "node:crypto";
import { html, raw } from "hono/html";
import { mayTryAgain } from "./outcome";
import type { Outcome } from "./outcome";
import { WORDING } from "./wording";

const STYLE = `
:root { color-scheme: light dark; --ground: #f6f6f4; --card: #fff; --ink: #1d1d1f; --quiet: #5c5c63;
  --line: #dededb; --good: #1a7f4b; --neutral: #4a5568; --bad: #b3261e; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #17181a; --card: #202124; --ink: #ececee; --quiet: #a5a6ad; --line: #36373b;
    --good: #5fce95; --neutral: #a9b4c4; --bad: #ff8a80; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem;
  background: var(--ground); color: var(--ink); font: 1.0625rem/1.6 system-ui, sans-serif; }
main { width: 100%; max-width: 36rem; padding: 2.25rem; background: var(--card);
  border: 1px solid var(--line); border-top: 4px solid var(--tone); border-radius: 10px; }
.good { --tone: var(--good); } .neutral { --tone: var(--neutral); } .bad { --tone: var(--bad); }
h1 { margin: 0 0 1rem; font-size: 1.5rem; line-height: 1.25; color: var(--tone); }
h2 { margin: 1.75rem 0 .25rem; font-size: 1rem; }
p { margin: 0; }
a { display: inline-block; margin-top: 1.25rem; padding: .5rem 1.1rem; border: 1px solid currentColor;
  border-radius: 6px; color: inherit; font-weight: 600; text-decoration: none; }
a:hover { text-decoration: underline; }
a:focus-visible { outline: 3px solid var(--tone); outline-offset: 2px; }
dl { margin: 2rem 0 0; padding-top: 1.1rem; border-top: 1px solid var(--line); color: var(--quiet);
  font-size: .875rem; display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; }
dd { margin: 0; overflow-wrap: anywhere; font-family: ui-monospace, monospace; }
@media (max-width: 30rem) { main { padding: 1.5rem; } dl { grid-template-columns: 1fr; } }
`;

/** One piece, so that formatting of the page around it cannot change what the hash below is of. */
const STYLE_ELEMENT = raw(`<style>${STYLE}</style>`);

/** An empty address is the page's own, so that the code in it is not written anywhere. */
const TRY_AGAIN = html`<a href="">Try again</a>`;

/** What a Content-Security-Policy must name as `style-src` for these pages to look right. */
export const STYLE_SOURCE = `'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`;

/** The page that tells an administrator how it ended. `reference` is what the log calls this request. */
export async function renderPage(outcome: Outcome, reference: string): Promise<string> {
  const { tone, title, happened, next } = WORDING[outcome.kind];
  return `${await html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        ${STYLE_ELEMENT}
      </head>
      <body>
        <main class="${tone}">
          <h1>${title}</h1>
          <p>${happened}</p>
          <h2>What comes next</h2>
          <p>${next}</p>
          ${mayTryAgain(outcome.kind) && TRY_AGAIN}
          <dl>
            ${facts(outcome, reference).map(
              ([name, value]) =>
                html`<dt>${name}</dt>
                  <dd>${value}</dd>`,
            )}
          </dl>
        </main>
      </body>
    </html> `}`;
}

function facts({ link, organizationalUnitId }: Outcome, reference: string): [name: string, value: string][] {
  return [
    ...(link ? [["Service account", link.serviceAccountId] satisfies [string, string]] : []),
    ...(organizationalUnitId ? [["Organizational unit", organizationalUnitId] satisfies [string, string]] : []),
    ["Reference", reference],
  ];
}
