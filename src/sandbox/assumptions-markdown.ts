import { assumptionNotes } from "./assumption-notes";
import { SETTLED_ASSUMPTIONS } from "./assumptions";

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
