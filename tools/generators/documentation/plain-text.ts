import { splitAtCode } from "./markdown-code";

/** What a Markdown text says, without its marks: for the front matter, which search engines and menus show as it is. */
export function plainText(markdown: string): string {
  return splitAtCode(markdown.trim())
    .map(({ text, isCode }) => (isCode ? unquoted(text) : unmarked(text)))
    .join("");
}

function unquoted(code: string): string {
  const inner = code.replace(/^`+|`+$/g, "");
  return inner.startsWith(" ") && inner.endsWith(" ") && inner.trim() !== "" ? inner.slice(1, -1) : inner;
}

function unmarked(text: string): string {
  return text
    .replace(/!?\[([^\]]*)\]\([^)\s]*\)/g, "$1")
    .replace(/<((?:https?|mailto):[^>\s]*)>/g, "$1")
    .replace(/(\*\*|__)(?=\S)(.*?\S)\1/g, "$2")
    .replace(/(?<!\w)([*_])(?=\S)(.*?\S)\1(?!\w)/g, "$2")
    .replace(/\\([!-/:-@[-`{-~])/g, "$1");
}
