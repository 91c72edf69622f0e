import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/** The Bun that compiles. */
export interface Bun {
  /** Path of its executable. */
  readonly compiler: string;
  readonly version: string;
  /** The folder `node_modules` that the package `bun` lies in. */
  readonly modules: string;
  /** Names of the packages that hold it, one for each platform. */
  readonly platformPackages: readonly string[];
}

/** An older one has a runtime that needs AVX2, and does not know every flag that keeps an executable safe. */
const OLDEST = "1.4.5";

const START_MS = 20_000;

/**
 * The Bun of the npm package `bun`, which whoever builds has as a dependency.
 *
 * @param folder the project, from which the package is looked up as Node looks up a module
 * @throws Error when there is none that runs, or only one that is too old
 */
export function installedBun(folder: string): Bun {
  const modules = modulesWithBun(folder);
  const platformPackages = optionalDependencies(path.join(modules, "bun", "package.json"));
  const candidates = [
    path.join(modules, "bun", "bin", "bun.exe"),
    // npm can be set to run no install script. Then `bun/bin` holds a stub, and Bun lies where it came.
    ...platformPackages.flatMap((name) => runtimesIn(path.join(modules, name))),
  ];
  for (const compiler of candidates.filter((each) => existsSync(each))) {
    const { status, stdout } = spawnSync(compiler, ["--version"], { encoding: "utf8", timeout: START_MS });
    const version = stdout?.trim() ?? "";
    if (status !== 0 || !/^\d+\.\d+\.\d+$/.test(version)) continue;
    if (version.localeCompare(OLDEST, "en", { numeric: true }) < 0) {
      throw new Error(`Bun ${version} is too old; it has to be ${OLDEST} or later: npm install -D bun`);
    }
    return { compiler, version, modules, platformPackages };
  }
  throw new Error(
    `There is no Bun for ${process.platform}-${process.arch}: npm left out optional packages. npm install -D bun --include=optional`,
  );
}

/** Where a package of Bun's can hold the runtime. */
export function runtimesIn(packageFolder: string): string[] {
  return ["bun", "bun.exe"].map((file) => path.join(packageFolder, "bin", file));
}

function modulesWithBun(folder: string): string {
  try {
    return path.resolve(require.resolve("bun/package.json", { paths: [folder] }), "..", "..");
  } catch {
    throw new Error("Bun compiles the executable, and is not installed: npm install -D bun");
  }
}

function optionalDependencies(packageJson: string): string[] {
  const { optionalDependencies = {} } = JSON.parse(readFileSync(packageJson, "utf8")) as {
    readonly optionalDependencies?: Readonly<Record<string, string>>;
  };
  return Object.keys(optionalDependencies);
}
