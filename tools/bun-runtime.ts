import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";

/** The compiler, and what it compiles the executable for. */
export interface BunRuntime {
  /** Path of the Bun that compiles. */
  readonly compiler: string;
  readonly version: string;
  /** Flags of `bun build` that choose the runtime within the executable. */
  readonly targetFlags: readonly string[];
}

/**
 * The x64 runtime for every x86-64 processor. The ordinary one needs AVX2 and dies with an illegal instruction without.
 * It becomes part of what users run, so its content is pinned: what `npm view <name>@<version> dist.integrity` says.
 */
const BASELINE = {
  name: "@oven/bun-linux-x64-baseline",
  target: "bun-linux-x64-baseline",
  version: "1.4.5",
  integrity: "sha512-s8yMwYcFnnrA178gji0gZbkE2WVDej/Ti1x770oPfihxyRxSMNhGhiAQNXV53aDeraZxksdvKV/RAdQBCd0qPA==",
};

const DOWNLOAD_TIMEOUT = 300_000;

/**
 * The Bun of the npm package `bun`, with the runtime for this platform.
 *
 * @param modules the folder `node_modules`
 * @param warn takes one line when the runtime is not the one that a release needs
 * @throws Error when there is no Bun, or a runtime of other content than the pinned one
 */
export async function bunRuntime(modules: string, warn: (line: string) => void): Promise<BunRuntime> {
  const { compiler, version } = installedBun(modules);
  if (process.platform !== "linux" || process.arch !== "x64") return { compiler, version, targetFlags: [] };
  if (version !== BASELINE.version) {
    throw new Error(
      `Bun ${version} is installed, but tools/bun-runtime.ts pins the runtime ${BASELINE.version}. Set its version and ` +
        `integrity to those of ${BASELINE.name}@${version}.`,
    );
  }
  const runtime = path.join(modules, ".cache", `${BASELINE.target}-${BASELINE.version}`);
  if (!existsSync(runtime)) {
    const problem = await download(runtime);
    if (problem !== undefined) {
      warn(`WARNING: ${BASELINE.name} cannot be had (${problem}). This build runs only on processors with AVX2.`);
      return { compiler, version, targetFlags: [] };
    }
  }
  return { compiler, version, targetFlags: [`--target=${BASELINE.target}`, `--compile-executable-path=${runtime}`] };
}

/**
 * Where Bun is depends on whether its install script ran: npm can be set to run none, and then `bun/bin` holds a stub.
 *
 * @throws Error when neither place holds a Bun that runs
 */
export function installedBun(modules: string): { compiler: string; version: string } {
  const oven = path.join(modules, "@oven");
  const platformPackages = existsSync(oven) ? readdirSync(oven) : [];
  const candidates = [
    path.join(modules, "bun", "bin", "bun.exe"),
    ...platformPackages.flatMap((name) =>
      ["bun", "bun.exe"].map((file) => path.join(modules, "@oven", name, "bin", file)),
    ),
  ];
  for (const compiler of candidates.filter((each) => existsSync(each))) {
    const { status, stdout } = spawnSync(compiler, ["--version"], { encoding: "utf8", timeout: 20_000 });
    const version = stdout?.trim() ?? "";
    if (status === 0 && /^\d+\.\d+\.\d+$/.test(version)) return { compiler, version };
  }
  throw new Error(
    `No Bun for ${process.platform}-${process.arch} under ${modules}. Run \`npm ci\` with optional packages.`,
  );
}

/**
 * Puts the baseline runtime at `target`, through npm and so with its registry, proxy and certificates.
 *
 * @returns why it cannot be had, in a few words; undefined when it is there
 * @throws Error when its content is not the pinned one
 */
async function download(target: string): Promise<string | undefined> {
  await mkdir(path.dirname(target), { recursive: true });
  const folder = await mkdtemp(`${target}-`);
  try {
    const packed = npm([
      "pack",
      `${BASELINE.name}@${BASELINE.version}`,
      "--loglevel=error",
      "--pack-destination",
      folder,
    ]);
    const [archive] = await readdir(folder);
    if (packed.status !== 0 || archive === undefined) {
      return /^npm error (?!code )(.+)/m.exec(packed.stderr ?? "")?.[1] ?? packed.error?.message ?? "npm pack failed";
    }
    const content = await readFile(path.join(folder, archive));
    const integrity = `sha512-${createHash("sha512").update(content).digest("base64")}`;
    if (integrity !== BASELINE.integrity) {
      throw new Error(`${archive} is not what tools/bun-runtime.ts pins: its integrity is ${integrity}.`);
    }
    const unpacked = spawnSync("tar", ["-xzf", archive, "package/bin/bun"], { cwd: folder, encoding: "utf8" });
    if (unpacked.status !== 0) return unpacked.stderr?.trim() || "tar failed";
    const runtime = path.join(folder, "package", "bin", "bun");
    await chmod(runtime, 0o755);
    await rename(runtime, target);
    return undefined;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs the npm that runs us, or else the one on PATH. */
function npm(args: readonly string[]) {
  const running = process.env["npm_execpath"];
  const [command, first] = running?.endsWith("npm-cli.js") ? [process.execPath, [running]] : ["npm", []];
  return spawnSync(command, [...first, ...args], { encoding: "utf8", timeout: DOWNLOAD_TIMEOUT });
}
