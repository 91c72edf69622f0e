import path from "node:path";
import { splitAtCode } from "./markdown-code";
import type { Page } from "./page";

/**
 * The links within a set of pages that lead nowhere: one sentence for each, naming the page.
 *
 * @param others pages that may be linked to, and whose own links are not looked at
 */
export function brokenLinks(pages: readonly Page[], others: readonly Page[] = []): string[] {
  const anchors = new Map([...pages, ...others].map((page) => [page.path, anchorsOf(page.markdown)]));
  return pages.flatMap((page) =>
    linksOf(page.markdown).flatMap((link) => {
      const [file = "", anchor] = link.split("#", 2);
      const target = file === "" ? page.path : path.posix.join(path.posix.dirname(page.path), file);
      const found = anchors.get(target);
      if (found === undefined) return [`${page.path} links to ${link}, and there is no page ${target}.`];
      if (anchor === undefined || found.has(anchor)) return [];
      return [`${page.path} links to ${link}, and ${target} has no such anchor.`];
    }),
  );
}

/** Links that stay within the pages. */
function linksOf(markdown: string): string[] {
  const targets = [
    ...withoutCode(markdown).matchAll(/\]\(\s*<?([^)\s>]+)>?[^)]*\)/g),
    ...withoutCode(markdown).matchAll(/^ {0,3}\[[^\]]+\]:\s*<?([^\s>]+)/gm),
  ].map(([, target]) => target as string);
  return targets.filter((target) => !/^([a-z][a-z0-9+.-]*:|\/)/i.test(target));
}

/** What can be linked to: anchors set by hand, and headings by the rule of GitHub, which the registry shares. */
function anchorsOf(markdown: string): ReadonlySet<string> {
  const anchors = new Set([...withoutCode(markdown).matchAll(/<a id="([^"]+)"><\/a>/g)].map(([, id]) => id as string));
  const seen = new Map<string, number>();
  // In the front matter, a number sign begins a comment.
  const body = withoutFences(markdown.replace(/^---\n[\s\S]*?\n---\n/, ""));
  for (const [, heading] of body.matchAll(/^#{1,6} +(.+?) *#*$/gm)) {
    const slug = slugOf(heading as string);
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    anchors.add(count === 0 ? slug : `${slug}-${count}`);
  }
  return anchors;
}

function slugOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_ -]/gu, "")
    .replace(/ /g, "-");
}

function withoutFences(markdown: string): string {
  return splitAtCode(markdown)
    .filter(({ text, isCode }) => !(isCode && text.startsWith("```")))
    .map(({ text }) => text)
    .join("");
}

function withoutCode(markdown: string): string {
  return splitAtCode(markdown)
    .map(({ text, isCode }) => (isCode ? "code" : text))
    .join("");
}
