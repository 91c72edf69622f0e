/**
 * A Markdown code span around a text, with as many backticks as the text needs.
 *
 * @see https://spec.commonmark.org/0.31.2/#code-spans
 */
export function codeSpan(text: string): string {
  const fence = "`".repeat(longestRun(text) === 0 ? 1 : longestRun(text) + 1);
  const padding = text.startsWith("`") || text.endsWith("`") ? " " : "";
  const line = text.replace(/\s*\n\s*/g, " ");
  return `${fence}${padding}${line}${padding}${fence}`;
}

/** A fenced code block. The fence is longer than any run of backticks in the code. */
export function codeBlock(language: string, code: string): string {
  const fence = "`".repeat(Math.max(3, longestRun(code) + 1));
  return `${fence}${language}\n${code.trim()}\n${fence}`;
}

/** The pieces of a Markdown text that are code, in a fence or a span, and those that are not, in their order. */
export function splitAtCode(markdown: string): { readonly text: string; readonly isCode: boolean }[] {
  const pieces: { text: string; isCode: boolean }[] = [];
  let end = 0;
  // A run of backticks opens; the next run of the same length closes. A fence of backticks is no different.
  for (const { 0: code, index } of markdown.matchAll(/(?<!`)(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g)) {
    pieces.push({ text: markdown.slice(end, index), isCode: false }, { text: code, isCode: true });
    end = index + code.length;
  }
  pieces.push({ text: markdown.slice(end), isCode: false });
  return pieces.filter(({ text }) => text !== "");
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}
