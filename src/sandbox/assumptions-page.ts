import { html } from "hono/html";
import { assumptionNotes } from "./assumption-notes";
import type { AssumptionNote } from "./assumption-notes";
import { SETTLED_ASSUMPTIONS } from "./assumptions";
import type { Assumptions } from "./assumptions";
import { page } from "./page";
import type { Html } from "./page";

/** The page that says what the sandbox assumes beyond the documentation, and what it was told to assume. */
export function assumptionsPage(assumptions: Assumptions): Html {
  const inForce = new Map<string, unknown>(Object.entries(assumptions));
  return page(
    "What the sandbox assumes",
    html`
      <nav aria-label="Pages"><a href="/">Console</a></nav>
      <p>
        Cronofy’s public documentation leaves these things open, and the sandbox has to decide. None may be relied on as
        Cronofy’s behaviour: to see whether your code depends on one, start the sandbox with another value.
      </p>
      ${assumptionNotes().map((note) => entry(note, JSON.stringify(inForce.get(note.name))))}
      <h2>Without an option</h2>
      <p>No client should care about these:</p>
      <ul>
        ${SETTLED_ASSUMPTIONS.map((each) => html`<li>${inline(each)}</li>`)}
      </ul>
    `,
    "wide",
  );
}

function entry({ name, description, defaultValue, values }: AssumptionNote, value: string): Html {
  return html`<h2 id="${name}"><code>${name}</code></h2>
    <p>${inline(description)}</p>
    <dl>
      <dt>Here</dt>
      <dd><code>${value}</code></dd>
      ${
        value === defaultValue
          ? ""
          : html`<dt>Default</dt>
              <dd><code>${defaultValue}</code></dd>`
      }
      ${
        values.length === 0
          ? ""
          : html`<dt>Values</dt>
              <dd>${values.map((each) => html`<code>${each}</code> `)}</dd>`
      }
    </dl>`;
}

/** The only Markdown that descriptions have: code between backticks. */
function inline(markdown: string): Html {
  return html`${markdown.split("`").map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`;
}
