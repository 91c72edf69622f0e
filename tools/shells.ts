import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, readdir, rename, rm, symlink } from "node:fs/promises";
import path from "node:path";
import { downloadDebianPackages, unpackDebianPackage } from "../src/plugin/build/debian-packages";

/** A shell that runs on this machine. */
export interface ShellInstallation {
  readonly executable: string;
  /** What it needs in its environment, beside what is there. */
  readonly env: Readonly<Record<string, string>>;
  /** What an unpacked zsh must be told as `module_path`, which it takes from no environment. */
  readonly zshModules?: string;
}

/** What is downloaded of a Debian-like system: the shell, and what it lacks where it is not installed. */
const PACKAGES = { zsh: ["zsh", "zsh-common"], fish: ["fish", "fish-common", "libpcre2-32-0"] } as const;
export type DownloadableShell = keyof typeof PACKAGES;

const START_MS = 10_000;

/**
 * A shell: the installed one, else on a Debian-like system that of its packages, which are downloaded at first use and
 * unpacked, but never installed: that would need root, and change the machine.
 *
 * @param modules the folder `node_modules`, in whose `.cache` it is kept
 * @returns the shell, or in one line why there is none
 */
export async function findShell(
  shell: DownloadableShell,
  modules: string,
): Promise<ShellInstallation | { readonly problem: string }> {
  const installed = { executable: shell, env: {} };
  const notInstalled = startProblem(installed);
  if (notInstalled === undefined) return installed;
  const folder = path.join(modules, ".cache", `${shell}-${await release()}-${process.arch}`);
  if (!existsSync(folder)) {
    const problem = await download(shell, folder);
    if (problem !== undefined) return { problem: `${notInstalled}; ${problem}` };
  }
  const unpacked = await (shell === "zsh" ? unpackedZsh(folder) : unpackedFish(folder));
  const problem = startProblem(unpacked);
  return problem === undefined ? unpacked : { problem: `${unpacked.executable}: ${problem}` };
}

/** The system whose packages these are, for what is unpacked of one starts on no other: `debian-12`. */
async function release(): Promise<string> {
  const text = await readFile("/etc/os-release", "utf8").catch(() => "");
  return ["ID", "VERSION_ID"]
    .map((key) => new RegExp(`^${key}="?([\\w.]+)`, "m").exec(text)?.[1] ?? process.platform)
    .join("-");
}

/** Several processes may ask at once. @returns why it cannot be had, in a few words; undefined when it is there */
async function download(shell: DownloadableShell, folder: string): Promise<string | undefined> {
  await mkdir(path.dirname(folder), { recursive: true });
  const scratch = await mkdtemp(`${folder}-`);
  try {
    const files = path.join(scratch, "files");
    await mkdir(files);
    await downloadDebianPackages(PACKAGES[shell], scratch);
    for (const each of (await readdir(scratch)).filter((name) => name.endsWith(".deb"))) {
      unpackDebianPackage(path.join(scratch, each), files);
    }
    // Where fish finds etc/fish and share/fish beside each other, it does not look for those that are installed.
    await symlink(path.join("..", "etc"), path.join(files, "usr", "etc"));
    await rename(files, folder).catch((error: unknown) => {
      // Another process was quicker.
      if (!existsSync(folder)) throw error;
    });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function unpackedZsh(folder: string): Promise<ShellInstallation> {
  const functions = path.join(folder, "usr", "share", "zsh", "functions");
  const folders = new Set(
    (await readdir(functions, { recursive: true })).map((each) => path.dirname(path.join(functions, each))),
  );
  const [libraries = ""] = await libraryFolders(folder);
  const versions = path.join(libraries, "zsh");
  const [version = ""] = existsSync(versions) ? await readdir(versions) : [];
  return {
    executable: executableOf(folder, "zsh"),
    env: { FPATH: [...folders].join(":") },
    zshModules: path.join(versions, version),
  };
}

async function unpackedFish(folder: string): Promise<ShellInstallation> {
  return {
    executable: executableOf(folder, "fish"),
    env: { LD_LIBRARY_PATH: (await libraryFolders(folder)).join(":") },
  };
}

function executableOf(folder: string, name: string): string {
  const inBin = path.join(folder, "bin", name);
  return existsSync(inBin) ? inBin : path.join(folder, "usr", "bin", name);
}

/** Such as `usr/lib/x86_64-linux-gnu`. */
async function libraryFolders(folder: string): Promise<string[]> {
  const all = path.join(folder, "usr", "lib");
  return (await readdir(all).catch(() => [])).filter((name) => name.includes("-linux-")).map((n) => path.join(all, n));
}

/** Why it does not start, in a few words; undefined where it does. */
function startProblem({ executable, env }: ShellInstallation): string | undefined {
  const { status, stderr, error } = spawnSync(executable, ["-c", "exit"], {
    env: { ...process.env, ...env },
    encoding: "utf8",
    timeout: START_MS,
  });
  if (status === 0) return undefined;
  if (error !== undefined && "code" in error && error.code === "ENOENT") return `there is no ${executable} on PATH`;
  return error?.message ?? (stderr.trim().split("\n").at(-1) || `exit code ${status}`);
}
