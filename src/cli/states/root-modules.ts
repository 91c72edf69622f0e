import { readdir } from "node:fs/promises";
import path from "node:path";

/**
 * The root modules under a folder, itself included: folders with configuration that was initialized, or that has a
 * state. A folder with configuration and neither is most likely a module that others call.
 */
export async function rootModulesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = new Set(entries.map(({ name }) => name));
  const hasConfiguration = [...names].some((name) => /\.(tf|tofu)(\.json)?$/.test(name));
  const isRoot = [".terraform", ".terraform.lock.hcl", "terraform.tfstate"].some((name) => names.has(name));
  const found = hasConfiguration && isRoot ? [folder] : [];
  const below = entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && entry.name !== "node_modules")
    .map(({ name }) => name)
    .sort();
  for (const name of below) found.push(...(await rootModulesUnder(path.join(folder, name))));
  return found;
}
