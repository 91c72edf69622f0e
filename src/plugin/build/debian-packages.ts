import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";

/** For all that one call runs. */
const DOWNLOAD_MS = 60_000;

/**
 * Downloads packages of Debian, or of a system made of it, from where this system has its own. Nothing is installed, and
 * what apt writes goes again, so it needs no root.
 *
 * @param names such as `libc6`, or `libc6=2.36-9` for one version
 * @param folder to put the packages into, under the names that apt gives them
 * @param architecture as Debian names it. @default this machine's
 * @throws Error with what apt has to say
 */
export async function downloadDebianPackages(
  names: readonly string[],
  folder: string,
  architecture = process.arch === "x64" ? "amd64" : process.arch,
): Promise<void> {
  const deadline = Date.now() + DOWNLOAD_MS;
  await mkdir(folder, { recursive: true });
  const scratch = await mkdtemp(path.join(folder, "apt-"));
  try {
    for (const each of ["lists/partial", "cache/archives/partial"]) {
      await mkdir(path.join(scratch, each), { recursive: true });
    }
    const settings = path.join(scratch, "apt.conf");
    await writeFile(settings, aptSettings(scratch, architecture));
    const run = (...args: string[]) => runProblem("apt-get", ["-c", settings, ...args], scratch, deadline);
    // One source of many can fail, and what is asked for be in another.
    const missed = run("update");
    const problem = run("download", ...names);
    if (problem !== undefined) throw new Error(missed ?? problem);
    for (const each of (await readdir(scratch)).filter((name) => name.endsWith(".deb"))) {
      await rename(path.join(scratch, each), path.join(folder, each));
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/**
 * Unpacks a package into a folder, and runs nothing of it.
 *
 * @throws Error with what dpkg-deb has to say
 */
export function unpackDebianPackage(file: string, folder: string): void {
  const problem = runProblem("dpkg-deb", ["-x", file, folder], path.dirname(file), Date.now() + DOWNLOAD_MS);
  if (problem !== undefined) throw new Error(problem);
}

/** Has apt keep what it writes in a folder of ours, and run nothing that the machine has it run after an update. */
function aptSettings(folder: string, architecture: string): string {
  return `APT::Architecture "${architecture}";
APT::Architectures { "${architecture}"; };
APT::Sandbox::User "root";
APT::Update::Error-Mode "any";
Dir::State::lists "${folder}/lists";
Dir::State::status "/dev/null";
Dir::Cache "${folder}/cache";
Acquire::Languages "none";
Acquire::Retries "0";
#clear Acquire::IndexTargets::deb::DEP-11;
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
`;
}

/** @returns what it said when it failed, in one line; undefined when it did not */
function runProblem(command: string, args: readonly string[], cwd: string, deadline: number): string | undefined {
  const { status, stderr, error } = spawnSync(command, args, {
    cwd,
    env: { ...process.env, LC_ALL: "C" },
    encoding: "utf8",
    timeout: Math.max(1, deadline - Date.now()),
  });
  if (status === 0) return undefined;
  if (error !== undefined && "code" in error && error.code === "ENOENT") return `there is no ${command}`;
  return `${command}: ${error?.message ?? (stderr.trim().split("\n").at(-1) || `exit code ${status}`)}`;
}
