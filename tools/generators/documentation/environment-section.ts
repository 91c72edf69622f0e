import type { Attributes } from "../../../src/plugin/schema/attribute";
import { joinSections } from "./page";

/**
 * `## Environment Variables`: which variables stand in for which argument. The descriptions say so themselves, as
 * `Default: \`CRONOFY_CLIENT_ID\`.`, so that the two cannot part. Empty where no argument has one.
 */
export function environmentSection(schema: Attributes): string {
  const rows = Object.entries(schema)
    .map(([name, { options }]) => ({ name, variables: variablesIn(options.description) }))
    .filter(({ variables }) => variables.length > 0)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, variables }) => `| \`${name}\` | ${variables.map((each) => `\`${each}\``).join(", ")} |`);
  if (rows.length === 0) return "";
  return joinSections(
    "## Environment Variables",
    "Where the provider block leaves an argument out, the environment may give it.",
    ["| argument | environment |", "| --- | --- |", ...rows].join("\n"),
  );
}

function variablesIn(description: string): string[] {
  const [, defaults = ""] = description.split(/\bDefault: /);
  return [...defaults.matchAll(/`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)`/g)].map(([, variable]) => variable as string);
}
