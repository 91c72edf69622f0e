import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { createCronofyProvider } from "../../../src/provider/provider";
import type { Generator } from "../generator";
import { brokenLinks } from "./broken-links";
import type { Page } from "./page";
import { renderPages } from "./render-pages";
import { SourceAccount } from "./source-account";
import { readSources } from "./sources";

/**
 * The registry's documentation, from the provider's definition, the examples, and `tools/documentation/` for what a
 * schema cannot say.
 */
export const documentation: Generator = {
  target: "docs",
  // Pictures, guides and the pages on security and benchmarks are made by hand; the others have a generator of their own.
  leaves: ["images", "guides", "constructs", "sandbox.md", "security.md", "benchmarks.md"],

  async generate(root, scratch) {
    const sources = new SourceAccount(await readSources(root));
    const pages = renderPages(createCronofyProvider({ env: {} }), sources);
    const problems = [...sources.problems(), ...brokenLinks(pages, await readGuides(root))];
    if (problems.length > 0) throw new Error(`the documentation cannot be made:\n  ${problems.join("\n  ")}`);
    for (const page of pages) {
      const file = path.join(scratch, page.path);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, page.markdown);
    }
    return scratch;
  },
};

/** The guides, which are written by hand and linked to. */
export async function readGuides(root: string): Promise<Page[]> {
  const folder = path.join(root, "docs/guides");
  const files = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const pages = files.filter((file) => file.endsWith(".md"));
  return Promise.all(
    pages.map(async (file) => ({ path: `guides/${file}`, markdown: await readFile(path.join(folder, file), "utf8") })),
  );
}
