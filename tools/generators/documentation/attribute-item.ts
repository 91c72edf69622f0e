import type { Attribute } from "../../../src/plugin/schema/attribute";
import { defaultNote } from "./default-note";
import { inListItem } from "./inline-markdown";
import { nestingWords, typeWords } from "./type-words";

/** Where the language's own documentation explains the mark. */
export const WRITE_ONLY_PAGE =
  "https://developer.hashicorp.com/terraform/language/resources/ephemeral#write-only-arguments";

/**
 * One attribute as an item of a list: name, type and marks, description, and what its options say beside.
 *
 * @param anchor of the section that lists what is inside the attribute, if there is one.
 */
export function attributeItem(name: string, { type, options, nested }: Attribute, anchor?: string): string {
  const marks = [
    nested === undefined ? typeWords(type) : nestingWords(nested.mode),
    ...(options.sensitive ? ["Sensitive"] : []),
    ...(options.deprecated !== undefined ? ["Deprecated"] : []),
    ...(options.writeOnly ? [`[Write-only](${WRITE_ONLY_PAGE})`] : []),
  ];
  const sentences = [
    inListItem(options.description, "  "),
    defaultNote(options),
    options.requiresReplace ? "A changed value replaces the object." : "",
    options.deprecated === undefined ? "" : `**Deprecated:** ${inListItem(options.deprecated, "  ")}`,
    anchor === undefined ? "" : `(see [below for nested schema](#${anchor}))`,
  ];
  return [`- \`${name}\` (${marks.join(", ")})`, ...sentences].filter((part) => part !== "").join(" ");
}
