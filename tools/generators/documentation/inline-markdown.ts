import { splitAtCode } from "./markdown-code";

/**
 * A description as it may stand in a page. Descriptions are Markdown already; what looks like HTML in one, such as
 * `<region>`, is meant to be read, while the registry would drop it. Code and `<https://…>` stay as they are.
 */
export function inlineMarkdown(description: string): string {
  return splitAtCode(description.trim())
    .map(({ text, isCode }) => (isCode ? text : text.replace(/\\?<(?=[a-z/!?])(?!https?:|mailto:)/gi, "\\<")))
    .join("");
}

/** The same within an item of a list: further lines are indented, so that they stay in the item. */
export function inListItem(description: string, indent: string): string {
  return inlineMarkdown(description).replace(/\n(?!\n|$)/g, `\n${indent}`);
}

/** The same in a cell of a table, which is one line and ends at a pipe, even in code. */
export function inTableCell(description: string): string {
  return inlineMarkdown(description)
    .replace(/\s*\n\s*/g, " ")
    .replace(/\\?\|/g, "\\|");
}
