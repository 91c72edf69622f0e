import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { CliError } from "../command-line/cli-error";

/** Of a file's name, whether it is configuration. */
export const HOLDS_CONFIGURATION = /\.(tf|tofu)(\.json)?$/;

/**
 * The root modules that a folder stands for: itself, or what a project of CDKTF or CDK Terrain has synthesized for its
 * stacks.
 *
 * @throws CliError where such a project has none that was initialized
 */
export async function rootModulesOf(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((): string[] => []);
  if (!names.includes("cdktf.json") || names.some((name) => HOLDS_CONFIGURATION.test(name))) return [folder];
  const stacks = path.join(folder, await outputFolder(path.join(folder, "cdktf.json")), "stacks");
  const found = await rootModulesUnder(stacks).catch((): string[] => []);
  if (found.length > 0) return found;
  throw new CliError(
    `${folder} is a CDK project, and no stack that terraform init has run in lies in ${stacks}.`,
    `Synthesize, then run terraform init and apply in a folder of ${stacks}; or deploy with the CDK's command.`,
  );
}

/** Where a CDK project's `cdktf.json` has the stacks synthesized; what is not said there is as the CDKs have it. */
async function outputFolder(file: string): Promise<string> {
  try {
    const { output } = JSON.parse(await readFile(file, "utf8")) as { readonly output?: unknown };
    if (typeof output === "string" && output !== "") return output;
  } catch {
    // What the file is worth, the CDK tells.
  }
  return "cdktf.out";
}

/**
 * The root modules under a folder, itself included: folders with configuration that was initialized, or that has a
 * state. A folder with configuration and neither is most likely a module that others call.
 *
 * @throws CliError where a folder cannot be read
 */
export async function rootModulesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    throw new CliError(`${folder} cannot be read: ${error.code ?? "unknown error"}.`, "Open it to this user.");
  });
  const names = new Set(entries.map(({ name }) => name));
  const hasConfiguration = [...names].some((name) => HOLDS_CONFIGURATION.test(name));
  const isRoot = [".terraform", ".terraform.lock.hcl", "terraform.tfstate"].some((name) => names.has(name));
  const found = hasConfiguration && isRoot ? [folder] : [];
  const below = entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && entry.name !== "node_modules")
    .map(({ name }) => name)
    .sort();
  for (const name of below) found.push(...(await rootModulesUnder(path.join(folder, name))));
  return found;
}

/** Does the same with each of many things, no more than `limit` of them at once. */
export async function inParallel<T>(
  things: readonly T[],
  limit: number,
  work: (thing: T) => Promise<void>,
): Promise<void> {
  const left = things.values();
  const worker = async () => {
    // All workers draw from one iterator.
    for (const thing of left) await work(thing);
  };
  await Promise.all(Array.from({ length: Math.min(limit, things.length) }, worker));
}
