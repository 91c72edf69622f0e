import { createHash } from "node:crypto";
import { html, raw } from "hono/html";
import type { CronofyClient } from "../cronofy";

const STYLE = `
:root { color-scheme: light dark; --ground: #f6f6f4; --card: #fff; --ink: #1d1d1f; --quiet: #5c5c63;
  --line: #dededb; --good: #1a7f4b; --neutral: #4a5568; --bad: #b3261e; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #17181a; --card: #202124; --ink: #ececee; --quiet: #a5a6ad; --line: #36373b;
    --good: #5fce95; --neutral: #a9b4c4; --bad: #ff8a80; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-content: center; grid-template-columns: minmax(0, 36rem);
  gap: 1rem; padding: 1.5rem; background: var(--ground); color: var(--ink); font: 1.0625rem/1.6 system-ui, sans-serif; }
header { display: flex; align-items: center; gap: .75rem; font-weight: 600; overflow-wrap: anywhere; }
header img { display: block; max-width: 10rem; height: 2.5rem; object-fit: contain; }
main { width: 100%; padding: 2.25rem; background: var(--card);
  border: 1px solid var(--line); border-top: 4px solid var(--tone); border-radius: 10px; }
.good { --tone: var(--good); } .neutral { --tone: var(--neutral); } .bad { --tone: var(--bad); }
h1 { margin: 0 0 1rem; font-size: 1.5rem; line-height: 1.25; color: var(--tone); }
h2 { margin: 1.75rem 0 .25rem; font-size: 1rem; }
p { margin: 0; }
ul, ol { margin: 0; padding-left: 1.4rem; }
li { margin-top: .25rem; }
form { margin-top: 1.75rem; }
a, button { display: inline-block; margin-top: 1.25rem; padding: .5rem 1.1rem; border: 1px solid currentColor;
  border-radius: 6px; color: inherit; font: inherit; font-weight: 600; text-decoration: none; }
button { margin: 0 0 .75rem; padding: .65rem 1.4rem; border-color: transparent; background: var(--tone);
  color: var(--card); cursor: pointer; }
a:hover, button:hover { text-decoration: underline; }
a:focus-visible, button:focus-visible { outline: 3px solid var(--tone); outline-offset: 2px; }
small { color: var(--quiet); font-size: .875rem; }
dl { margin: 2rem 0 0; padding-top: 1.1rem; border-top: 1px solid var(--line); color: var(--quiet);
  font-size: .875rem; display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; }
dd { margin: 0; overflow-wrap: anywhere; font-family: ui-monospace, monospace; }
@media (max-width: 30rem) { main { padding: 1.5rem; } dl { grid-template-columns: 1fr; } }
`;

/** One piece, so that formatting the page cannot change the text that the hash below covers. */
const STYLE_ELEMENT = raw(`<style>${STYLE}</style>`);

/** What a Content-Security-Policy must name as `style-src` for these pages to look right. */
const STYLE_SOURCE = `'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`;

/** Text that is escaped already. */
export type Markup = ReturnType<typeof html>;

/** What differs from page to page. */
interface PageFrame {
  readonly title: string;
  readonly tone: "good" | "neutral" | "bad";
  readonly integrator: Integrator;
  /** Whether the page may load a picture: not where its address holds a code. */
  readonly withLogo: boolean;
  /** Names and values at the foot of the page. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly content: Markup;
}

/** A whole page: without script, legible without style, and with its parts named for screen readers. */
export async function renderFrame({ title, tone, integrator, withLogo, facts, content }: PageFrame): Promise<string> {
  const { name, logoUrl } = integrator;
  const logo = withLogo && logoUrl !== undefined && html`<img src="${logoUrl}" alt="" referrerpolicy="no-referrer" />`;
  return `${await html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}${name === undefined ? "" : ` – ${name}`}</title>
        ${STYLE_ELEMENT}
      </head>
      <body>
        ${(logo || name !== undefined) && html`<header>${logo}${name}</header>`}
        <main class="${tone}">
          <h1>${title}</h1>
          ${content}
          <dl>
            ${facts.map(
              ([name, value]) =>
                html`<dt>${name}</dt>
                  <dd>${value}</dd>`,
            )}
          </dl>
        </main>
      </body>
    </html> `}`;
}

/** Who invites, as the pages show it. */
export interface Integrator {
  /** In their customers' words. */
  readonly name?: string;
  /** A picture that browsers can load, `https` or `http` on loopback. Shown on invitations alone. */
  readonly logoUrl?: string;
}

/**
 * Every answer has these. The address of the callback page holds a code and a state, and that of an invitation is a
 * secret: it must not be cached, sent along as a referrer, framed, found by a search, or read by anything that a page
 * loads, so pages load nothing.
 */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "Cache-Control": "no-store",
  "Content-Security-Policy": contentSecurityPolicy({ "form-action": "'none'" }),
  "Cross-Origin-Opener-Policy": "same-origin",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "X-Robots-Tag": "noindex",
};

/** An invitation's page has a form, and shows the integrator's logo. */
export function invitationPolicy({ appUrl }: Pick<CronofyClient, "appUrl">, { logoUrl }: Integrator): string {
  return contentSecurityPolicy({
    // Chromium applies this to the redirects after a post too, and Cronofy may redirect to any provider.
    "form-action": ["'self'", "https:", ...(appUrl.startsWith("http:") ? [appUrl] : [])].join(" "),
    ...(logoUrl !== undefined && { "img-src": new URL(logoUrl).origin }),
  });
}

function contentSecurityPolicy(directives: Readonly<Record<string, string>>): string {
  const all = {
    "default-src": "'none'",
    "style-src": STYLE_SOURCE,
    "base-uri": "'none'",
    ...directives,
    "frame-ancestors": "'none'",
  };
  return Object.entries(all)
    .map(([name, value]) => `${name} ${value}`)
    .join("; ");
}
