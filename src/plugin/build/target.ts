import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { runtimesIn } from "./installed-bun";
import type { Bun } from "./installed-bun";

/** This platform, as Terraform's releases name it. */
export const HOST =
  (process.platform === "win32" ? "windows" : process.platform) + `_${process.arch === "x64" ? "amd64" : process.arch}`;

const DOWNLOAD_MS = 300_000;

/**
 * Flags of `bun build` that choose the platform. The runtime of another one comes through npm, and is kept.
 *
 * @param target as Terraform's releases name it, such as `linux_amd64`
 * @throws Error when Bun does not know the platform, or its runtime cannot be had
 */
export async function targetFlags(bun: Bun, target: string): Promise<string[]> {
  const targets = targetsOf(bun);
  if (!targets.includes(target)) {
    throw new Error(`Bun ${bun.version} does not compile for ${target}; it does for ${targets.join(", ")}.`);
  }
  // Bun would download one that it is not given.
  const runtime = target === HOST ? bun.compiler : await runtimeOf(bun, target);
  return [`--target=bun-${bunsName(target)}`, `--compile-executable-path=${runtime}`];
}

/** What a release is made for: what this Bun compiles for, and Terraform itself is released for. */
export function releaseTargets(bun: Bun): string[] {
  return targetsOf(bun).filter((target) => target !== "freebsd_arm64");
}

/** What this Bun compiles for. Those that need another libc are left out. */
function targetsOf({ platformPackages }: Bun): string[] {
  return platformPackages
    .flatMap((name) => /^@oven\/bun-([a-z]+)-(x64|aarch64)$/.exec(name)?.slice(1).join("_") ?? [])
    .map((name) => name.replace("x64", "amd64").replace("aarch64", "arm64"))
    .sort();
}

function bunsName(target: string): string {
  return target.replace("_", "-").replace("amd64", "x64").replace("arm64", "aarch64");
}

async function runtimeOf(bun: Bun, target: string): Promise<string> {
  const name = `@oven/bun-${bunsName(target)}`;
  const kept = path.join(bun.modules, ".cache", `${path.basename(name)}-${bun.version}`);
  const there = [...runtimesIn(path.join(bun.modules, name)), kept].find((each) => existsSync(each));
  if (there === undefined) await download(name, bun, kept);
  return there ?? kept;
}

/**
 * Puts a runtime at `place`, through npm and so with its registry, proxy and certificates. It becomes part of what users
 * run, so it has to be the one that the project's package-lock.json names.
 */
async function download(name: string, bun: Bun, place: string): Promise<void> {
  const exact = `${name}@${bun.version}`;
  await mkdir(path.dirname(place), { recursive: true });
  const folder = await mkdtemp(`${place}-`);
  try {
    const packed = npm(["pack", exact, "--loglevel=error", "--pack-destination", folder]);
    const [archive] = await readdir(folder);
    if (packed.status !== 0 || archive === undefined) {
      const reason = /^npm error (?!code )(.+)/m.exec(packed.stderr ?? "")?.[1] ?? packed.error?.message;
      throw new Error(`${exact} cannot be had: ${reason ?? "npm pack failed"}`);
    }
    const content = await readFile(path.join(folder, archive));
    const integrity = `sha512-${createHash("sha512").update(content).digest("base64")}`;
    if (integrity !== ((await lockedIntegrity(name, bun.modules)) ?? integrity)) {
      throw new Error(`${exact} is not what package-lock.json names: its integrity is ${integrity}`);
    }
    const unpacked = spawnSync("tar", ["-xzf", archive], { cwd: folder, encoding: "utf8" });
    const runtime = runtimesIn(path.join(folder, "package")).find((each) => existsSync(each));
    if (runtime === undefined)
      throw new Error(`${exact} holds no runtime. ${unpacked.stderr ?? unpacked.error?.message}`);
    await chmod(runtime, 0o755);
    await rename(runtime, place);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Undefined where there is no package-lock.json. Then only npm has checked the archive. */
async function lockedIntegrity(name: string, modules: string): Promise<string | undefined> {
  const lock = await readFile(path.join(modules, "..", "package-lock.json"), "utf8").catch(() => "{}");
  const { packages = {} } = JSON.parse(lock) as { packages?: Record<string, { integrity?: string }> };
  return packages[`node_modules/${name}`]?.integrity;
}

/** Runs the npm that runs us, or else the one on PATH. */
function npm(args: readonly string[]) {
  const running = process.env["npm_execpath"];
  const [command, first] = running?.endsWith("npm-cli.js") ? [process.execPath, [running]] : ["npm", []];
  return spawnSync(command, [...first, ...args], { encoding: "utf8", timeout: DOWNLOAD_MS });
}
