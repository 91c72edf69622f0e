import { mkdir, stat } from "node:fs/promises";
import path from "node:path";

/**
 * Makes a folder, and those above it. Node's own way of doing that never ends where the system cannot make a folder and
 * says that something is missing, as Linux does below `/proc`.
 *
 * @param mode of each folder that is made
 * @throws the file system's own errors (`EACCES`, `EEXIST` where a file is in the way, …)
 */
export async function makeFolder(folder: string, mode = 0o777): Promise<void> {
  if (await isFolder(folder)) return;
  const above = path.dirname(path.resolve(folder));
  if (above !== path.resolve(folder)) await makeFolder(above, mode);
  await mkdir(folder, { mode }).catch(async (error: unknown) => {
    // Somebody else may have made it meanwhile.
    if (!(await isFolder(folder))) throw error;
  });
}

async function isFolder(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
