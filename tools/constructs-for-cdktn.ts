import { cp, readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";

/** What the constructs import of src/cronofy: names, and nothing that runs. */
const CONSTANTS = path.join("cronofy", "constants.ts");

/** What is imported instead. A replacement that begins with a dot lies in the copy of src/constructs. */
const EXCHANGED: readonly [specifier: RegExp, replacement: string][] = [
  [/^cdktf(?=$|\/)/, "cdktn"],
  [/^@cdktf\/provider-null\/lib\//, "./null-provider/"],
];

/**
 * Copies the constructs' sources, made for cdktf, and makes them ones for cdktn: with its own generated classes, and with
 * imports exchanged.
 *
 * @param sources the folder `src`
 * @param copy an empty folder that becomes like it, with what the constructs need
 * @throws Error when a source imports something of cdktf's family that has no counterpart
 */
export async function copyConstructsForCdktn(sources: string, copy: string): Promise<void> {
  const constructs = path.join(copy, "constructs");
  await cp(path.join(sources, "constructs"), constructs, {
    recursive: true,
    filter: (source) => path.basename(source) !== "bindings",
  });
  for (const name of await readdir(constructs, { recursive: true })) {
    if (!name.endsWith(".ts")) continue;
    const file = path.join(constructs, name);
    const root = path.posix.relative(path.posix.dirname(name.replaceAll(path.sep, "/")), ".") || ".";
    await writeFile(file, exchangeImports(await readFile(file, "utf8"), root, file));
  }
  await cp(path.join(sources, "constructs-cdktn"), constructs, { recursive: true });
  // It imports nothing.
  await cp(path.join(sources, "link"), path.join(copy, "link"), { recursive: true });
  await cp(path.join(sources, CONSTANTS), path.join(copy, CONSTANTS));
}

/** @param root way from the file to the copy of src/constructs */
function exchangeImports(text: string, root: string, file: string): string {
  return text.replace(/\b(from|import) "([^"]+)"/g, (_, keyword: string, specifier: string) => {
    const exchange = EXCHANGED.find(([pattern]) => pattern.test(specifier));
    const exchanged =
      exchange === undefined ? specifier : specifier.replace(exchange[0], exchange[1].replace(/^\./, root));
    if (exchanged.includes("cdktf")) throw new Error(`${file} imports ${specifier}, which cdktn has no counterpart of`);
    return `${keyword} "${exchanged}"`;
  });
}
