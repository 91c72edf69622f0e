import { html } from "hono/html";
import { z } from "zod";
import { assumptionsSchema, SETTLED_ASSUMPTIONS } from "../assumptions";
import type { Assumptions } from "../assumptions";
import { page } from "./page";
import type { Html } from "./page";

/** One of the sandbox's assumptions, as people read it. */
interface AssumptionNote {
  /** The option's name. */
  readonly name: string;
  /** It says what is open and what the documentation tells, in Markdown. */
  readonly description: string;
  /** It is JSON. */
  readonly defaultValue: string;
  /** The values that it may have, each as JSON. Empty where they cannot be listed. */
  readonly values: readonly string[];
}

/** The parts of a JSON schema that are read here. */
interface PropertySchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly { readonly const?: unknown }[];
}

/** All assumptions, in the order in which {@link assumptionsSchema} states them. */
function assumptionNotes(): AssumptionNote[] {
  const { properties = {} } = z.toJSONSchema(assumptionsSchema, { io: "input" });
  return Object.entries(properties as Record<string, PropertySchema>).map(([name, schema]) => ({
    name,
    description: schema.description ?? "",
    defaultValue: JSON.stringify(schema.default),
    values: valuesOf(schema).map((value) => JSON.stringify(value)),
  }));
}

function valuesOf({ type, enum: named, anyOf = [] }: PropertySchema): readonly unknown[] {
  if (named !== undefined) return named;
  if (type === "boolean") return [true, false];
  const literals = anyOf.flatMap((each) => ("const" in each ? [each.const] : []));
  return literals.length === anyOf.length ? literals : [];
}

/** The page of what the sandbox assumes beyond the documentation, with the values in force. */
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

/** Renders code between backticks, the only Markdown that descriptions have. */
function inline(markdown: string): Html {
  return html`${markdown.split("`").map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`;
}

/** What the sandbox assumes beyond Cronofy's documentation, as a Markdown document that ends with a line break. */
export function assumptionsMarkdown(): string {
  const options = assumptionNotes().map(({ name, description, defaultValue, values }) =>
    [
      `## \`${name}\``,
      description,
      [
        `- Default: \`${defaultValue}\``,
        ...(values.length > 0 ? [`- Values: ${values.map((each) => `\`${each}\``).join(", ")}`] : []),
      ].join("\n"),
    ].join("\n\n"),
  );
  return `${[
    "# What the sandbox assumes",
    "The sandbox is built from Cronofy's public documentation. Where that is silent, the sandbox makes a choice, and " +
      "each choice is an option of `createSandbox({ assumptions })` and of the seed file. None may be relied on as " +
      "Cronofy's behaviour: to see whether your code depends on one, run it with another value.",
    ...options,
    "## Without an option",
    "No client should care about these:",
    SETTLED_ASSUMPTIONS.map((each) => `- ${each}`).join("\n"),
  ].join("\n\n")}\n`;
}
