/**
 * `npm run packages`: assembles the npm packages in release/npm/ and packs them there. Those of code hold what `npm run
 * compile` left in lib/ of the files that they export, and of all that these import; those of a platform hold the
 * provider's zip from release/.
 */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import path from "node:path";
import ts from "typescript";
import { markdownReference } from "./markdown-reference";

const ROOT = path.resolve(__dirname, "..");
const LIB = path.join(ROOT, "lib");

/** A package of code. */
interface CodePackage {
  readonly name: string;
  readonly description: string;
  readonly keywords: readonly string[];
  /** Where its README lies. */
  readonly folder: string;
  /** What it exports, and the file of src/, without its ending. */
  readonly exports: Readonly<Record<string, string>>;
  /** Its commands, and the file of src/, without its ending. */
  readonly bin?: Readonly<Record<string, string>>;
  /** Other files of the repository that it exports by their path. */
  readonly files?: readonly string[];
  /** It may bring the provider's executable along. */
  readonly bringsProvider?: boolean;
  /** It holds a reference of what it exports. */
  readonly hasReference?: boolean;
}

const PACKAGES: readonly CodePackage[] = [
  {
    name: "terraform-provider-cronofy",
    description: "CDKTF and CDK Terrain constructs that declare Cronofy's enterprise conferencing links.",
    keywords: ["terraform", "opentofu", "cdktf", "cdktn", "cronofy", "conferencing", "organizational-unit"],
    folder: "src/constructs",
    exports: { ".": "constructs/index", "./cdktn": "constructs-cdktn/constructs/index" },
  },
  {
    name: "ou-link",
    description: "Command line, link service and sandbox for Cronofy's enterprise conferencing links in Terraform.",
    keywords: ["terraform", "opentofu", "drift", "cronofy", "conferencing", "organizational-unit", "cli"],
    folder: "src/cli",
    exports: { "./link-service": "link-service/index", "./sandbox": "sandbox/index" },
    bin: { "ou-link": "cli/main" },
    files: ["schemas/drift-report-1.schema.json"],
    bringsProvider: true,
  },
  {
    name: "terraform-plugin-ts",
    description: "Terraform providers in TypeScript: plugin protocol 6, typed by the schema, tested by real Terraform.",
    keywords: ["terraform", "opentofu", "terraform-provider", "terraform-plugin", "infrastructure-as-code"],
    folder: "src/plugin",
    exports: {
      ".": "plugin/index",
      "./before-imports": "plugin/server/before-imports",
      "./serve": "plugin/server/serve",
      "./testing": "plugin/testing/index",
    },
    bin: { "terraform-plugin-ts": "plugin/build/main" },
    hasReference: true,
  },
];

/** What the provider is released for, as Terraform names platforms. */
const TARGETS = [
  "linux_amd64",
  "linux_arm64",
  "darwin_amd64",
  "darwin_arm64",
  "windows_amd64",
  "windows_arm64",
  "freebsd_amd64",
];

/** The same as Node names them, and the package that brings the provider there. */
const PLATFORMS = TARGETS.map((target) => {
  const [platform = "", architecture = ""] = target.replace("windows", "win32").replace("amd64", "x64").split("_");
  return { target, platform, architecture, name: `@ou-link/provider-${platform}-${architecture}` };
});

/** What of the repository's own package.json goes into the packages. */
interface RootPackage {
  readonly version: string;
  readonly license: string;
  readonly author: string;
  readonly repository: unknown;
  readonly engines: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta: Readonly<Record<string, unknown>>;
}

if (require.main === module) {
  packAll(path.join(ROOT, "release", "npm"), { release: path.join(ROOT, "release") }).then(
    (tarballs) => tarballs.forEach((each) => console.log(`packages: ${path.relative(ROOT, each)}`)),
    (error: unknown) => {
      console.error(`packages: ${error instanceof Error ? error.message : String(error)}`);
      process.exitCode = 1;
    },
  );
}

/**
 * Packs everything: the packages of code, and one for each zip of the provider that is there.
 *
 * @param out the folder to write to; what was in it goes
 * @param options.release the folder with the provider's zips, named as Terraform's registry names them
 * @param options.withReference whether a package holds the reference of what it exports, which takes a while to make
 * @returns paths of the tarballs
 */
export async function packAll(
  out: string,
  { release, withReference = true }: { readonly release: string; readonly withReference?: boolean },
): Promise<string[]> {
  await rm(out, { recursive: true, force: true });
  const folders: string[] = [];
  for (const each of PACKAGES) {
    const folder = path.join(out, each.name);
    await assemblePackage(each.name, folder);
    if (each.hasReference && withReference) await writeReference(each, path.join(folder, "reference"));
    folders.push(folder);
  }
  const start = `terraform-provider-cronofy_${(await rootPackage()).version}_`;
  for (const file of existsSync(release) ? (await readdir(release)).sort() : []) {
    if (!file.startsWith(start) || !file.endsWith(".zip")) continue;
    const platform = PLATFORMS.find(({ target }) => file === `${start}${target}.zip`);
    if (platform === undefined) throw new Error(`No package is for ${file}: TARGETS does not name its platform.`);
    folders.push(await assembleProvider(platform, path.join(release, file), out));
  }
  const places = folders.map((folder) => `./${path.relative(out, folder)}`);
  const args = ["pack", ...places, "--ignore-scripts", "--loglevel=error", "--pack-destination", "."];
  const tarballs = execFileSync("npm", args, { cwd: out, encoding: "utf8" });
  for (const folder of folders) await rm(folder, { recursive: true });
  return tarballs
    .trim()
    .split("\n")
    .map((name) => path.join(out, name));
}

/**
 * Puts into one folder what a package of code consists of, but for its reference.
 *
 * @throws Error when it imports what package.json does not name
 */
export async function assemblePackage(name: string, folder: string): Promise<void> {
  const own = PACKAGES.find((each) => each.name === name);
  if (own === undefined) throw new Error(`There is no package ${name}.`);
  const types = Object.values(own.exports).map((file) => `${file}.d.ts`);
  const programs = [...Object.values(own.exports), ...Object.values(own.bin ?? {})].map((file) => `${file}.js`);
  const { files, modules } = await reachedFrom([...programs, ...types]);
  for (const file of files) await cp(path.join(LIB, file), path.join(folder, "lib", file));
  for (const file of ["LICENSE", "CHANGELOG.md", ...(own.files ?? [])]) {
    await cp(path.join(ROOT, file), path.join(folder, file));
  }
  await cp(path.join(ROOT, own.folder, "README.md"), path.join(folder, "README.md"));
  await writePackageJson(folder, packageJson(own, modules, await rootPackage()));
}

/** Puts the zip of a platform into a folder of its own. Returns the folder. */
async function assembleProvider(
  { name, target, platform, architecture }: (typeof PLATFORMS)[number],
  zip: string,
  out: string,
): Promise<string> {
  const folder = path.join(out, name);
  await mkdir(folder, { recursive: true });
  // The release's own, so that what is installed has the registry's checksums.
  await cp(zip, path.join(folder, "provider.zip"));
  await cp(path.join(ROOT, "LICENSE"), path.join(folder, "LICENSE"));
  await writeFile(
    path.join(folder, "README.md"),
    `# ${name}

The Terraform provider \`ou-link/cronofy\` for ${target}. \`provider.zip\` is \`${path.basename(zip)}\` of the release,
byte for byte; it holds its own licences.

npm installs this package with \`ou-link\`, and \`npx ou-link install\` puts the provider where \`terraform init\` finds it.
`,
  );
  const { version, license, author, repository } = await rootPackage();
  await writePackageJson(folder, {
    ...{ name, version, description: `The Terraform provider ou-link/cronofy for ${target}.` },
    ...{ keywords: ["terraform-provider", "cronofy"], license, author, repository },
    ...{ type: "commonjs", os: [platform], cpu: [architecture] },
    publishConfig: { access: "public" },
  });
  return folder;
}

function packageJson(own: CodePackage, modules: ReadonlySet<string>, root: RootPackage): object {
  const { version, license, author, repository, engines, dependencies, peerDependencies, peerDependenciesMeta } = root;
  const unlisted = [...modules].filter((name) => !(name in dependencies) && !(name in peerDependencies));
  if (unlisted.length > 0) throw new Error(`${own.name} imports what package.json does not list: ${unlisted.join()}`);
  const imported = <T>(listed: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(listed).filter(([name]) => modules.has(name)));

  const { ".": main, ...subpaths } = own.exports;
  return {
    name: own.name,
    version,
    description: own.description,
    keywords: own.keywords,
    license,
    author,
    repository,
    engines,
    type: "commonjs",
    bin: own.bin && Object.fromEntries(Object.entries(own.bin).map(([command, file]) => [command, `lib/${file}.js`])),
    ...(main !== undefined && { main: `lib/${main}.js`, types: `lib/${main}.d.ts` }),
    exports: {
      ...Object.fromEntries(
        Object.entries(own.exports).map(([subpath, file]) => [
          subpath,
          { types: `./lib/${file}.d.ts`, default: `./lib/${file}.js` },
        ]),
      ),
      ...Object.fromEntries([...(own.files ?? []), "package.json"].map((file) => [`./${file}`, `./${file}`])),
    },
    // For those who let TypeScript look modules up as Node 10 did.
    typesVersions: {
      "*": Object.fromEntries(Object.entries(subpaths).map(([key, file]) => [key.slice(2), [`lib/${file}.d.ts`]])),
    },
    dependencies: imported(dependencies),
    optionalDependencies: own.bringsProvider && Object.fromEntries(PLATFORMS.map(({ name }) => [name, version])),
    peerDependencies: imported(peerDependencies),
    peerDependenciesMeta: imported(peerDependenciesMeta),
  };
}

/** What a program of lib/ needs: the files there, and the modules of others. Types are followed for themselves. */
async function reachedFrom(entries: readonly string[]): Promise<{ files: Set<string>; modules: Set<string> }> {
  const files = new Set(entries);
  const modules = new Set<string>();
  // A set also gives what comes into it meanwhile.
  for (const file of files) {
    const ending = file.endsWith(".d.ts") ? ".d.ts" : ".js";
    const text = await readFile(path.join(LIB, file), "utf8");
    for (const { fileName } of ts.preProcessFile(text, true, true).importedFiles) {
      const place = path.join(path.dirname(file), fileName);
      const [scopeOrName = "", name = ""] = fileName.split("/");
      if (isBuiltin(fileName)) continue;
      if (!fileName.startsWith(".")) modules.add(scopeOrName.startsWith("@") ? `${scopeOrName}/${name}` : scopeOrName);
      else files.add(existsSync(path.join(LIB, place + ending)) ? place + ending : path.join(place, `index${ending}`));
    }
  }
  return { files, modules };
}

async function writeReference({ name, exports }: CodePackage, out: string): Promise<void> {
  const entryPoints = Object.values(exports).map((file) => path.join(ROOT, "src", `${file}.ts`));
  await markdownReference({ name, entryPoints, tsconfig: path.join(ROOT, "tsconfig.json") }, out);
}

async function rootPackage(): Promise<RootPackage> {
  return JSON.parse(await readFile(path.join(ROOT, "package.json"), "utf8")) as RootPackage;
}

/** Leaves out what is empty. */
async function writePackageJson(folder: string, fields: object): Promise<void> {
  const filled = Object.entries(fields).filter(([, value]) => value && Object.keys(value as object).length > 0);
  await writeFile(path.join(folder, "package.json"), `${JSON.stringify(Object.fromEntries(filled), null, 2)}\n`);
}
