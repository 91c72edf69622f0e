import { readFile, readdir } from "node:fs/promises";
import path from "node:path";

/**
 * The files in which two folders differ, by content or because only one has them.
 *
 * @returns paths from the folders on, sorted
 */
export async function differences(left: string, right: string): Promise<string[]> {
  const [leftFiles, rightFiles] = await Promise.all([filesIn(left), filesIn(right)]);
  const all = [...new Set([...leftFiles, ...rightFiles])].sort();
  const differing = await Promise.all(
    all.map(async (file) => {
      if (!leftFiles.has(file) || !rightFiles.has(file)) return [file];
      const [one, other] = await Promise.all([readFile(path.join(left, file)), readFile(path.join(right, file))]);
      return one.equals(other) ? [] : [file];
    }),
  );
  return differing.flat();
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
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return new Set();
    throw error;
  }
}
