import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import path from "node:path";

/**
 * One hash over files and words: equal while nothing changed.
 *
 * @param root the folder that `paths` start at
 * @param paths files, and folders with everything below them
 * @param words whatever else matters, such as flags
 * @returns hexadecimal SHA-256
 */
export async function inputHash(
  root: string,
  paths: readonly string[],
  words: readonly string[] = [],
): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify(words));
  for (const file of (await Promise.all(paths.map((each) => filesAt(root, each)))).flat().sort()) {
    const content = await readFile(path.join(root, file));
    // With its length, so that no two sets of files read alike.
    hash.update(JSON.stringify([file.split(path.sep).join("/"), content.length])).update(content);
  }
  return hash.digest("hex");
}

async function filesAt(root: string, relative: string): Promise<string[]> {
  try {
    const entries = await readdir(path.join(root, relative), { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOTDIR") return [relative];
    throw error;
  }
}
