import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { withoutKeys } from "./plan-findings";
import type { SourceLocation } from "./report-schema";
import { isRecord } from "./terraform-json";

/** Where a resource is declared. */
export interface Declaration {
  readonly location: SourceLocation;
  /** Path of the construct that made it, without its stack; null where it is not made by a CDK. */
  readonly constructPath: string | null;
}

/** Finds where resources, and `check` blocks, are declared, as far as their source is at hand. */
export interface DeclarationFinder {
  /** The first file of the configuration, which stands for it as a whole; it need not be there. */
  readonly firstFile: string;
  find(resource: { readonly address: string; readonly type: string; readonly name: string }): Declaration | null;
}

/** For plans whose source is somewhere else. */
export const NO_DECLARATIONS: DeclarationFinder = { firstFile: "main.tf", find: () => null };

/** Bytes. Configuration that is longer was written by a program, and reading it would take longer than the report. */
const LONGEST_FILE = 16 * 1024 * 1024;

/**
 * Finds resources in the configuration of a folder and its modules: `.tf`, `.tofu`, both in JSON as well, and for what
 * a CDK synthesized the TypeScript that made it, where that is near. A resource in a module that is not part of the
 * repository has the place where the module is called.
 */
export class TerraformDeclarations implements DeclarationFinder {
  private readonly modules = new Map<string, ReadonlyMap<string, Declaration>>();
  private folders: ReadonlyMap<string, string> | undefined;

  /**
   * @param folder the root module
   * @param root the folder that paths start at: the repository's root, as those who show them expect
   */
  constructor(
    private readonly folder: string,
    private readonly root: string,
  ) {}

  get firstFile(): string {
    // Terragrunt has the configuration elsewhere.
    const otherwise = existsSync(path.join(this.folder, "terragrunt.hcl")) ? "terragrunt.hcl" : "main.tf";
    return relativeTo(this.root, path.join(this.folder, filesIn(this.folder)[0] ?? otherwise));
  }

  find({ address, type, name }: { address: string; type: string; name: string }): Declaration | null {
    const steps = withoutKeys(address).split(".");
    const names: string[] = [];
    while (steps[0] === "module") names.push(steps.splice(0, 2)[1] ?? "");
    const declared = this.declaredIn(names).get(`${type}.${name}`);
    if (declared !== undefined) return declared;
    for (let module = names.pop(); module !== undefined; module = names.pop()) {
      const call = this.declaredIn(names).get(`module.${module}`);
      if (call !== undefined) return { location: call.location, constructPath: null };
    }
    return null;
  }

  /** By type and name, what a module declares; nothing where that is not in the repository. */
  private declaredIn(names: readonly string[]): ReadonlyMap<string, Declaration> {
    const folder = names.length === 0 ? this.folder : this.moduleFolders().get(names.join("."));
    if (folder === undefined || /^\.\.(\/|$)|(^|\/)\.terraform\//.test(relativeTo(this.root, folder))) return new Map();
    let declared = this.modules.get(folder);
    if (declared === undefined) this.modules.set(folder, (declared = declarationsIn(folder, this.root)));
    return declared;
  }

  /** Where `terraform init` put the modules: https://github.com/hashicorp/terraform/tree/main/internal/modsdir */
  private moduleFolders(): ReadonlyMap<string, string> {
    if (this.folders !== undefined) return this.folders;
    const folders = new Map<string, string>();
    const manifest = jsonIn(path.join(this.folder, ".terraform", "modules", "modules.json"));
    const listed = isRecord(manifest) && Array.isArray(manifest["Modules"]) ? (manifest["Modules"] as unknown[]) : [];
    for (const each of listed) {
      if (isRecord(each) && typeof each["Key"] === "string" && typeof each["Dir"] === "string") {
        folders.set(each["Key"], path.resolve(this.folder, each["Dir"]));
      }
    }
    return (this.folders = folders);
  }
}

/** The root of the repository that a folder is in. Where it is in none, the current folder, or else that folder itself. */
export function repositoryRoot(folder: string): string {
  const from = path.resolve(folder);
  for (let at = from; ; at = path.dirname(at)) {
    if (existsSync(path.join(at, ".git"))) return at;
    if (at === path.dirname(at)) break;
  }
  const here = process.cwd();
  return `${from}${path.sep}`.startsWith(`${here}${path.sep}`) ? here : from;
}

function declarationsIn(folder: string, root: string): ReadonlyMap<string, Declaration> {
  const declared = new Map<string, Declaration>();
  for (const name of filesIn(folder)) {
    const file = path.join(folder, name);
    const relative = relativeTo(root, file);
    if (!name.endsWith(".json")) {
      for (const [key, line] of blocksIn(readFileSync(file, "utf8"))) {
        declared.set(key, { location: { file: relative, line }, constructPath: null });
      }
    } else {
      for (const [key, declaration] of synthesizedIn(file, relative, root)) declared.set(key, declaration);
    }
  }
  return declared;
}

function relativeTo(root: string, file: string): string {
  return path.relative(root, file).split(path.sep).join("/");
}

/** Files of configuration, by name. OpenTofu reads a `.tofu` file in the place of the `.tf` file of the same name. */
function filesIn(folder: string): string[] {
  try {
    const names = readdirSync(folder);
    const all = new Set(names);
    return names
      .filter((name) => /\.(tf|tofu)(\.json)?$/.test(name))
      .filter((name) => !/\.tf(\.json)?$/.test(name) || !all.has(name.replace(/\.tf(?=$|\.json$)/, ".tofu")))
      .filter((name) => statSync(path.join(folder, name)).size <= LONGEST_FILE)
      .sort();
  } catch {
    return [];
  }
}

function* blocksIn(text: string): Generator<[key: string, line: number]> {
  let line = 0;
  for (const each of text.split("\n")) {
    line++;
    const [, type, name, kind, label] =
      /^\s*(?:resource\s+"([^"]+)"\s+"([^"]+)"|(module|check)\s+"([^"]+)")/.exec(each) ?? [];
    if (type !== undefined || kind !== undefined) yield [`${type ?? kind}.${name ?? label}`, line];
  }
}

function* synthesizedIn(file: string, relative: string, root: string): Generator<[key: string, Declaration]> {
  const text = readFileSync(file, "utf8");
  const json = jsonOf(text);
  if (!isRecord(json)) return;
  const constructs = new ConstructFinder(path.dirname(file), root);
  const { resource, module, check } = json;
  const types = { ...(isRecord(resource) && resource), module, check };
  for (const [type, named] of Object.entries(types)) {
    if (!isRecord(named)) continue;
    const from = Math.max(0, text.indexOf(`${JSON.stringify(type)}: {`));
    for (const [name, block] of Object.entries(named)) {
      const constructPath = constructPathOf(block);
      yield [
        `${type}.${name}`,
        {
          // Found when asked for, so that a caller who wants only a name is spared the search through the source.
          get location() {
            const made = constructPath === null ? null : constructs.find(constructPath);
            if (made !== null) return made;
            const at = text.indexOf(`${JSON.stringify(name)}: {`, from);
            return { file: relative, line: at === -1 ? 1 : text.slice(0, at).split("\n").length };
          },
          constructPath: constructPath === null ? null : withoutStack(constructPath),
        },
      ];
    }
  }
}

/** `stack/acme/Default` → `acme`: these ids say only that a construct has one resource, and nobody reads them. */
function withoutStack(constructPath: string): string {
  const [, ...ids] = constructPath.split("/");
  if (ids.length > 1 && /^(Default|Resource)$/.test(ids.at(-1) ?? "")) ids.pop();
  return ids.join("/");
}

/** CDKs write the path of a resource's construct beside its arguments. */
function constructPathOf(block: unknown): string | null {
  const note = isRecord(block) ? block["//"] : undefined;
  const metadata = isRecord(note) ? note["metadata"] : undefined;
  const found = isRecord(metadata) ? metadata["path"] : undefined;
  return typeof found === "string" ? found : null;
}

function jsonIn(file: string): unknown {
  try {
    return jsonOf(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Files of one application. Whoever has more gets the synthesized file instead. */
const MOST_FILES = 500;
/** How many folders an application's own lies above what it synthesized: `cdktf.out/stacks/<stack>`. */
const FOLDERS_UP = 4;

/** Finds constructs in the TypeScript of the CDK application that synthesized a folder. */
class ConstructFinder {
  /** Read once, when first asked: a fleet asks for each of its links. */
  private source: readonly { readonly file: string; readonly text: string }[] | undefined;

  constructor(
    private readonly synthesized: string,
    private readonly root: string,
  ) {}

  /**
   * Where a construct is made: the line that gives its id, or else that of the nearest construct around it.
   *
   * @param constructPath `<stack>/<id>/<id>`
   */
  find(constructPath: string): SourceLocation | null {
    const ids = constructPath.split("/").slice(1).reverse();
    for (const id of ids) {
      const made = new RegExp(`new\\s+[\\w.]+\\(\\s*[\\w.]+,\\s*["'\`]${id.replace(/[^\w]/g, "\\$&")}["'\`]`);
      for (const { file, text } of (this.source ??= sourceOf(this.synthesized))) {
        const at = text.search(made);
        if (at !== -1) return { file: relativeTo(this.root, file), line: text.slice(0, at).split("\n").length };
      }
    }
    return null;
  }
}

function sourceOf(synthesized: string): { file: string; text: string }[] {
  const application = applicationAround(synthesized);
  if (application === null) return [];
  return typescriptIn(application, MOST_FILES).map((file) => ({ file, text: readFileSync(file, "utf8") }));
}

function applicationAround(folder: string): string | null {
  let at = path.resolve(folder);
  for (let up = 0; up <= FOLDERS_UP; up++, at = path.dirname(at)) {
    if (existsSync(path.join(at, "cdktf.json"))) return at;
  }
  return null;
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
