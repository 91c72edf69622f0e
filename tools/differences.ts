import { readFile, readdir } from "node:fs/promises";
import path from "node:path";

/**
 * The files in which two folders differ, by content or because only one has them.
 *
 * @param only looks at these files alone. @default at all
 * @returns paths from the folders on, sorted
 */
export async function differences(left: string, right: string, only?: readonly string[]): Promise<string[]> {
  const all = only ?? [...new Set([...(await filesIn(left)), ...(await filesIn(right))])];
  const differing = await Promise.all(
    all.map(async (file) => {
      const [one, other] = await Promise.all([contentOf(path.join(left, file)), contentOf(path.join(right, file))]);
      return one !== null && other !== null && one.equals(other) ? [] : [file];
    }),
  );
  return differing.flat().sort();
}

async function contentOf(file: string): Promise<Buffer | null> {
  return readFile(file).catch(nothingIfMissing);
}

async function filesIn(folder: string): Promise<Set<string>> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return new Set(
      entries
        .filter((entry) => entry.isFile())
        .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
        .map((file) => file.split(path.sep).join("/")),
    );
  } catch (error) {
    return nothingIfMissing(error as NodeJS.ErrnoException) ?? new Set();
  }
}

function nothingIfMissing(error: NodeJS.ErrnoException): null {
  if (error.code === "ENOENT") return null;
  throw error;
}
