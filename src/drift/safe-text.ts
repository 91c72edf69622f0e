import { printable } from "./printable";
import { HIDDEN, withoutSecretShapes } from "./secret-shapes";

/** Characters of one value. A report tells that something changed; what it was is for the plan itself. */
const LONGEST = 300;

/** Words of a text, from coarse to fine: a secret may stand between quotation marks or within a URL. */
const WORDS = [/[^\s"'`<>()[\]{},;]{8,}/g, /[\w.~+-]{8,}/g];

/** Makes any value a text that may be printed: one line, no secret, nothing that a terminal would obey. */
export type SafeText = (value: unknown) => string;

/** @param secrets texts that are hidden wherever they stand, as a whole or as a word */
export function safeText(secrets: ReadonlySet<string>): SafeText {
  const hide = (text: string): string => {
    if (secrets.has(text)) return HIDDEN;
    let hidden = text;
    if (secrets.size > 0) {
      for (const words of WORDS) hidden = hidden.replace(words, (word) => (secrets.has(word) ? HIDDEN : word));
    }
    return withoutSecretShapes(hidden);
  };
  return (value) => {
    if (value === null || value === undefined) return "null";
    const text =
      typeof value === "string"
        ? hide(value)
        : hide(JSON.stringify(value, (_, part: unknown) => (typeof part === "string" ? hide(part) : part)));
    const line = printable(text);
    if (line.length <= LONGEST) return line;
    const signs = Array.from(line);
    return signs.length <= LONGEST ? line : `${signs.slice(0, LONGEST - 1).join("")}…`;
  };
}
