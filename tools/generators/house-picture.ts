import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import type { Generator } from "./generator";

const FILE = "ARCHITECTURE.md";
const PICTURE = /(?<=<!-- made of the imports in src -->\n)[^]*?(?=<!-- end -->)/;

/** What `depcruise --output-type json` prints, as far as it is read here. */
interface Cruise {
  readonly modules: readonly { readonly source: string; readonly dependencies: readonly { resolved: string }[] }[];
}

/** The picture of which room imports which. */
export const housePicture: Generator = {
  target: ".",
  makes: [FILE],

  async generate(root, scratch) {
    const folder = path.join(scratch, "house");
    await mkdir(folder);
    const page = await readFile(path.join(root, FILE), "utf8");
    if (!PICTURE.test(page)) throw new Error(`${FILE} has no place for the picture of the house.`);
    await writeFile(path.join(folder, FILE), page.replace(PICTURE, picture(await importsOf(root))));
    return folder;
  },
};

/** The rooms that each room imports, from the source files of both. */
async function importsOf(root: string): Promise<Map<string, Set<string>>> {
  const depcruise = path.join(root, "node_modules", ".bin", "depcruise");
  const args = ["src", "--config", ".dependency-cruiser.cjs", "--include-only", "^src/", "--output-type", "json"];
  const options = { cwd: root, maxBuffer: 64 * 1024 * 1024 };
  const { modules } = JSON.parse((await promisify(execFile)(depcruise, args, options)).stdout) as Cruise;
  const imports = new Map<string, Set<string>>();
  for (const { source, dependencies } of modules) {
    const from = roomOf(source);
    const rooms = imports.get(from) ?? new Set();
    for (const { resolved } of dependencies) if (roomOf(resolved) !== from) rooms.add(roomOf(resolved));
    imports.set(from, rooms);
  }
  return imports;
}

function roomOf(file: string): string {
  return file.split("/")[1] ?? "";
}

function picture(imports: ReadonlyMap<string, ReadonlySet<string>>): string {
  const arrows = [...imports]
    .filter(([, rooms]) => rooms.size > 0)
    .map(([from, rooms]) => `  ${from} --> ${[...rooms].sort().join(" & ")}`)
    .sort();
  return `\n\`\`\`mermaid\nflowchart LR\n${arrows.join("\n")}\n\`\`\`\n\n`;
}
