import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Bun } from "./installed-bun";
import { signAdHoc, signatureProblems } from "./mach-o-signature";
import { HOST, targetFlags } from "./target";

const FLAGS = [
  "--compile",
  "--minify",
  // Without it a start takes three times as long.
  "--bytecode",
  // Terraform starts a provider in the folder of the user's configuration: what lies there must not run within it.
  "--no-compile-autoload-dotenv",
  "--no-compile-autoload-bunfig",
  // Bun would inline where each module lies here.
  '--define=__dirname="/bundle"',
  '--define=__filename="/bundle/module"',
  '--define=import.meta.dirname="/bundle"',
  '--define=import.meta.filename="/bundle/module"',
  '--define=import.meta.url="file:///bundle/module"',
  "--sourcemap=inline",
];

const COMPILE_MS = 300_000;
const START_MS = 20_000;

/** The name that Terraform expects of a provider's executable. */
export function executableName(address: string, version: string, target: string): string {
  const suffix = target.startsWith("windows_") ? ".exe" : "";
  return `terraform-provider-${path.posix.basename(address)}_v${version}${suffix}`;
}

/** One executable that is to be made. */
interface Compilation {
  readonly bun: Bun;
  /** The project's folder: its path must not be in the executable. */
  readonly folder: string;
  /** The file that starts the provider, seen from there. */
  readonly entry: string;
  /** Where to write. Bun embeds the file's name, so content follows from it. */
  readonly executable: string;
  /** A platform, as Terraform's releases name it. @default this one */
  readonly target?: string;
}

/** What was made. */
interface Compiled {
  /** In bytes. */
  readonly size: number;
  /** Paths of the files whose code is in it, seen from the project's folder. */
  readonly sources: readonly string[];
}

/**
 * Compiles a provider into one self-contained executable. It knows nothing of where it was compiled, and reads nothing but
 * what its own code reads; one for this platform has been started, and one for macOS is signed.
 *
 * @throws Error with what Bun has to say, or with what is wrong with the executable
 */
export async function compileExecutable(compilation: Compilation): Promise<Compiled> {
  const { bun, folder, entry, executable, target = HOST } = compilation;
  const flags = [...FLAGS, ...(await targetFlags(bun, target))];
  await mkdir(path.dirname(executable), { recursive: true });
  // Beside the executable Bun leaves a map, which goes with this folder.
  const scratch = await mkdtemp(path.join(path.dirname(executable), "compile-"));
  try {
    const compiled = path.join(scratch, path.basename(executable));
    const metafile = path.join(scratch, "metafile.json");
    const { status, stdout, stderr, error } = spawnSync(
      bun.compiler,
      ["build", ...flags, `--metafile=${metafile}`, `--outfile=${compiled}`, entry],
      { cwd: folder, encoding: "utf8", timeout: COMPILE_MS },
    );
    if (status !== 0) throw new Error(error?.message ?? `Bun could not compile ${entry}:\n${stderr}${stdout}`);
    const content = await readFile(compiled);
    requireNoPathOf(folder, content);
    if (target.startsWith("darwin_")) await sign(compiled, content);
    if (target === HOST) await providerAddress([compiled]);
    await rename(compiled, executable);
    const { outputs } = JSON.parse(await readFile(metafile, "utf8")) as {
      readonly outputs: Readonly<Record<string, { readonly inputs: object }>>;
    };
    const sources = Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs));
    return { size: (await stat(executable)).size, sources };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Bun leaves its own signature on an executable for macOS on Intel, which does not fit the provider in it. */
async function sign(file: string, content: Buffer): Promise<void> {
  if (signatureProblems(content).length === 0) return;
  const signed = signAdHoc(content, path.basename(file));
  const problems = signatureProblems(signed);
  if (problems.length > 0) throw new Error(`macOS would refuse the signature of ${file}: ${problems.join(" ")}`);
  await writeFile(file, signed);
}

/** A provider that looks for a file where it lay during compilation works on this machine only. */
function requireNoPathOf(folder: string, content: Buffer): void {
  const start = folder + path.sep;
  for (let at = content.indexOf(start); at >= 0; at = content.indexOf(start, at + 1)) {
    const [file = ""] = /^[^\0-\x1f"'`?*:]+/.exec(content.toString("latin1", at, at + 300)) ?? [];
    if (existsSync(file)) {
      throw new Error(
        `The executable would look for ${file}, which only this machine has: import what it needs of it.`,
      );
    }
  }
}

/**
 * Starts a provider as a person would by hand, in an empty folder and with an empty environment, and is told what it is.
 *
 * @param command what starts it
 * @returns the address by which configurations name it
 */
export async function providerAddress([program = "", ...args]: readonly string[]): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "terraform-provider-"));
  try {
    const { stdout, stderr, error } = spawnSync(program, args, {
      cwd: folder,
      env: process.platform === "win32" ? { SYSTEMROOT: process.env["SYSTEMROOT"] } : {},
      encoding: "utf8",
      timeout: START_MS,
    });
    const [, address] = /This is the Terraform provider (\S+)\./.exec(stderr ?? "") ?? [];
    if (address === undefined) {
      throw new Error(`The provider does not start: ${error?.message ?? `${stderr}${stdout}`}`);
    }
    return address;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
