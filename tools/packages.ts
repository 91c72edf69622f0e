/**
 * `npm run packages`: assembles the npm packages beside our own in release/npm/, each from its part of lib/ as
 * `npm run compile` left it, and packs them there.
 */
import { execFileSync } from "node:child_process";
import { cp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { markdownReference } from "./markdown-reference";

const ROOT = path.resolve(__dirname, "..");

/** A package that is made of one folder of src/. */
interface Package {
  readonly name: string;
  readonly description: string;
  readonly keywords: readonly string[];
  /** The folder within src/, and so within lib/. */
  readonly folder: string;
  /** What it exports, and the file of that folder, without its ending. */
  readonly exports: Readonly<Record<string, string>>;
  /** Its commands, and the file of that folder. */
  readonly bin: Readonly<Record<string, string>>;
  /** What it needs; the versions are those of our own package. */
  readonly dependencies: readonly string[];
}

const PACKAGES: readonly Package[] = [
  {
    name: "terraform-plugin-ts",
    description: "Terraform providers in TypeScript: plugin protocol 6, typed by the schema, tested by real Terraform.",
    keywords: ["terraform", "opentofu", "terraform-provider", "terraform-plugin", "infrastructure-as-code"],
    folder: "plugin",
    exports: {
      ".": "index",
      "./before-imports": "server/before-imports",
      "./serve": "server/serve",
      "./testing": "testing/index",
    },
    bin: { "terraform-plugin-ts": "build/main.js" },
    dependencies: ["@bufbuild/protobuf", "@grpc/grpc-js"],
  },
];

/** What all packages share with the one that is the repository's. */
interface PackageJson {
  readonly version: string;
  readonly license: string;
  readonly author: string;
  readonly repository?: unknown;
  readonly engines: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

if (require.main === module) {
  packAll(path.join(ROOT, "release", "npm")).catch((error: unknown) => {
    console.error(`packages: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  });
}

async function packAll(out: string): Promise<void> {
  await rm(out, { recursive: true, force: true });
  for (const each of PACKAGES) {
    const folder = await assemble(each, out);
    const entryPoints = Object.values(each.exports).map((file) => path.join(ROOT, "src", each.folder, `${file}.ts`));
    const tsconfig = path.join(ROOT, "tsconfig.json");
    await markdownReference({ name: each.name, entryPoints, tsconfig }, path.join(folder, "reference"));
    console.log(`packages: ${path.relative(ROOT, pack(folder))}`);
  }
}

/**
 * Packs one of the packages as `npm run packages` does, but for its reference, which takes long.
 *
 * @param out the folder to write to
 * @returns path of the tarball
 */
export async function packPackage(name: string, out: string): Promise<string> {
  const found = PACKAGES.find((each) => each.name === name);
  if (found === undefined) throw new Error(`There is no package ${name}.`);
  return pack(await assemble(found, out));
}

/** Puts into one folder what the package consists of. Returns the folder. */
async function assemble({ folder, ...own }: Package, out: string): Promise<string> {
  const place = path.join(out, own.name);
  // lib/ may hold what earlier sources left, so the sources of today say what is copied.
  const sources = await readdir(path.join(ROOT, "src", folder), { recursive: true });
  for (const source of sources.filter((each) => each.endsWith(".ts"))) {
    for (const ending of [".js", ".d.ts"]) {
      const file = source.replace(/\.ts$/, ending);
      await cp(path.join(ROOT, "lib", folder, file), path.join(place, "lib", file));
    }
  }
  await cp(path.join(ROOT, "src", folder, "README.md"), path.join(place, "README.md"));
  await cp(path.join(ROOT, "LICENSE"), path.join(place, "LICENSE"));
  const shared = JSON.parse(await readFile(path.join(ROOT, "package.json"), "utf8")) as PackageJson;
  await writeFile(path.join(place, "package.json"), `${JSON.stringify(packageJson(own, shared), null, 2)}\n`);
  return place;
}

function packageJson(own: Omit<Package, "folder">, shared: PackageJson) {
  const { version, license, author, repository, engines } = shared;
  const subpaths = Object.entries(own.exports);
  return {
    name: own.name,
    version,
    description: own.description,
    keywords: own.keywords,
    license,
    author,
    ...(repository !== undefined && { repository }),
    engines,
    bin: Object.fromEntries(Object.entries(own.bin).map(([command, file]) => [command, `lib/${file}`])),
    main: `lib/${own.exports["."]}.js`,
    types: `lib/${own.exports["."]}.d.ts`,
    exports: {
      ...Object.fromEntries(
        subpaths.map(([subpath, file]) => [subpath, { types: `./lib/${file}.d.ts`, default: `./lib/${file}.js` }]),
      ),
      "./package.json": "./package.json",
    },
    // For those who let TypeScript look modules up as Node 10 did.
    typesVersions: {
      "*": Object.fromEntries(subpaths.slice(1).map(([subpath, file]) => [subpath.slice(2), [`lib/${file}.d.ts`]])),
    },
    dependencies: Object.fromEntries(own.dependencies.map((name) => [name, shared.dependencies[name]])),
  };
}

/** Packs the folder beside itself. Returns the tarball's path. */
function pack(folder: string): string {
  const out = path.dirname(folder);
  const args = ["pack", folder, "--ignore-scripts", "--loglevel=error", "--pack-destination", out];
  return path.join(out, execFileSync("npm", args, { cwd: out, encoding: "utf8" }).trim());
}
