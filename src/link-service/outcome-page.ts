import { html } from "hono/html";
import type { Integrator } from "./page";
import { WORDING } from "./outcome";
import type { Outcome } from "./outcome";
import { renderFrame } from "./page";

/** An empty address is the page's own, so that the code in it is not written anywhere. */
const TRY_AGAIN = html`<a href="">Try again</a>`;

/** The page that tells an administrator how it ended. `reference` is what the log calls this request. */
export function renderOutcome(outcome: Outcome, reference: string, integrator: Integrator): Promise<string> {
  const { tone, title, happened, next, nextByInvitation, canRetry } = WORDING[outcome.kind];
  const { beginAgain } = outcome;
  return renderFrame({
    title,
    tone,
    integrator,
    withLogo: false,
    facts: facts(outcome, reference),
    content: html`<p>${happened}</p>
      <h2>What comes next</h2>
      <p>${beginAgain === undefined ? next : nextByInvitation}</p>
      ${canRetry === true && TRY_AGAIN} ${beginAgain !== undefined && html`<a href="${beginAgain}">Begin again</a>`}`,
  });
}

function facts({ link, organizationalUnitId, cronofySays }: Outcome, reference: string): [string, string][] {
  const facts: [string, string | null | undefined][] = [
    ["Calendar account", link?.serviceAccountId],
    ["Connection", organizationalUnitId],
    ["Cronofy says", cronofySays],
    ["Reference", reference],
  ];
  return facts.flatMap(([name, value]) => (value ? [[name, value]] : []));
}
