import { readFile, readdir } from "node:fs/promises";
import path from "node:path";

/** The folder of the examples that pages show; a file's place in it says which page. */
export const EXAMPLES = "examples";

/** The folder of hand-written sections: one file for each page that has some, at the page's own path. */
export const PROSE = "tools/documentation";

/** In that folder, but with a generator of its own. */
const OTHER_PAGES: ReadonlySet<string> = new Set(["sandbox.md"]);

/** Files by their path from a folder on. */
export type Files = ReadonlyMap<string, string>;

/** Everything that pages take from files beside the schema. */
export interface Sources {
  readonly examples: Files;
  readonly prose: Files;
}

/** Folders below each other in which sources lie: `examples`, a kind of parts, a part. Deeper are other projects. */
const DEPTH = 3;

/** Reads the sources from the repository at `root`. */
export async function readSources(root: string): Promise<Sources> {
  const [examples, prose] = await Promise.all([
    textsIn(path.join(root, EXAMPLES), [".tf", ".sh"]),
    textsIn(path.join(root, PROSE), [".md"]),
  ]);
  return { examples, prose };
}

async function textsIn(folder: string, endings: readonly string[]): Promise<Files> {
  const files = (await filesIn(folder, "", DEPTH)).filter(
    (file) => endings.includes(path.extname(file)) && !OTHER_PAGES.has(file),
  );
  const texts = await Promise.all(
    files.map(async (file) => {
      const text = await readFile(path.join(folder, file), "utf8");
      return [file, text.replace(/\r\n/g, "\n")] as const;
    }),
  );
  return new Map(texts);
}

async function filesIn(folder: string, prefix: string, depth: number): Promise<string[]> {
  const entries = await readdir(path.join(folder, prefix), { withFileTypes: true }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  });
  const found = await Promise.all(
    entries.map(async (entry) => {
      const name = `${prefix}${entry.name}`;
      if (entry.isFile()) return [name];
      return entry.isDirectory() && depth > 1 ? filesIn(folder, `${name}/`, depth - 1) : [];
    }),
  );
  return found.flat();
}
