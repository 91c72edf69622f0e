import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import type { SourceLocation } from "./report-schema";

/** Files of one application. Whoever has more gets the synthesized file instead. */
const MOST_FILES = 500;
/** How many folders an application's own lies above what it synthesized: `cdktf.out/stacks/<stack>`. */
const FOLDERS_UP = 4;

/** Folder of an application → its source. Read once: a fleet asks for each of its links. */
const applications = new Map<string, readonly { readonly file: string; readonly text: string }[]>();

/**
 * Where a construct is made in the TypeScript of a CDK application: the line that gives its id, or else that of the
 * nearest construct around it.
 *
 * @param folder what was synthesized
 * @param constructPath `<stack>/<id>/<id>`
 */
export function constructLocation(folder: string, constructPath: string, root: string): SourceLocation | null {
  const application = applicationAround(folder);
  if (application === null) return null;
  const ids = constructPath.split("/").slice(1).reverse();
  for (const id of ids) {
    const made = new RegExp(`new\\s+[\\w.]+\\(\\s*[\\w.]+,\\s*["'\`]${id.replace(/[^\w]/g, "\\$&")}["'\`]`);
    for (const { file, text } of sourceOf(application)) {
      const at = text.search(made);
      if (at === -1) continue;
      const relative = path.relative(root, file).split(path.sep).join("/");
      return { file: relative, line: text.slice(0, at).split("\n").length };
    }
  }
  return null;
}

function applicationAround(folder: string): string | null {
  let at = path.resolve(folder);
  for (let up = 0; up <= FOLDERS_UP; up++, at = path.dirname(at)) {
    if (existsSync(path.join(at, "cdktf.json"))) return at;
  }
  return null;
}

function sourceOf(application: string): readonly { readonly file: string; readonly text: string }[] {
  let source = applications.get(application);
  if (source === undefined) {
    const files = typescriptIn(application, MOST_FILES);
    source = files.map((file) => ({ file, text: readFileSync(file, "utf8") }));
    applications.set(application, source);
  }
  return source;
}

function typescriptIn(folder: string, most: number): string[] {
  const files: string[] = [];
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (files.length >= most) break;
    if (entry.name.startsWith(".") || entry.name === "node_modules" || entry.name === "cdktf.out") continue;
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) files.push(...typescriptIn(full, most - files.length));
    else if (/(?<!\.d)\.ts$/.test(entry.name)) files.push(full);
  }
  return files;
}
