/**
 * `npm run build`: compiles the provider into one self-contained executable for this platform, dist/bin/.
 * Does nothing when nothing that goes into it has changed; `--force` compiles all the same.
 */
import { spawnSync } from "node:child_process";
import { access, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { bunRuntime } from "./bun-runtime";
import { compileExecutable } from "./compile-executable";
import { inputHash } from "./input-hash";

const ROOT = path.resolve(__dirname, "..");
const DIST = path.join(ROOT, "dist");

/** Bun embeds this name, so the executable is renamed for a release only after it was compiled. */
const NAME = "terraform-provider-cronofy";
const EXECUTABLE = path.join(DIST, "bin", process.platform === "win32" ? `${NAME}.exe` : NAME);

/** What the executable in dist/bin was made from. */
const RECORD = path.join(DIST, "build-inputs");

const INPUTS = [
  "src/link",
  "src/link-store",
  "src/cronofy",
  "src/plugin",
  "src/provider",
  "package-lock.json",
  "tools/build.ts",
  "tools/bun-runtime.ts",
  "tools/compile-executable.ts",
];

const SMOKE_TIMEOUT = 20_000;

build(process.argv.includes("--force")).catch((error: unknown) => {
  console.error(`build: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});

async function build(force: boolean): Promise<void> {
  const runtime = await bunRuntime(path.join(ROOT, "node_modules"), (line) => console.error(`build: ${line}`));
  const inputs = await inputHash(ROOT, INPUTS, [runtime.version, ...runtime.targetFlags]);
  if (!force && (await recordedInputs()) === inputs) {
    console.log(`build: ${path.relative(ROOT, EXECUTABLE)} is up to date`);
    return;
  }
  await mkdir(path.dirname(EXECUTABLE), { recursive: true });
  const folder = await mkdtemp(path.join(DIST, "compile-"));
  try {
    const compiled = path.join(folder, path.basename(EXECUTABLE));
    compileExecutable("src/provider/main.ts", compiled, runtime);
    const size = await checkContent(compiled);
    await checkStart(compiled);
    await rm(RECORD, { force: true });
    // Beside the executable Bun leaves a map, which stays behind here.
    await rename(compiled, EXECUTABLE);
    await writeFile(RECORD, inputs);
    console.log(`build: ${path.relative(ROOT, EXECUTABLE)}, ${(size / 1e6).toFixed(0)} MB, Bun ${runtime.version}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What the executable that is there was made from; undefined where there is none. */
async function recordedInputs(): Promise<string | undefined> {
  try {
    const [inputs] = await Promise.all([readFile(RECORD, "utf8"), access(EXECUTABLE)]);
    return inputs;
  } catch {
    return undefined;
  }
}

/** Whatever knows where it was compiled works on this machine only. Returns the size in bytes. */
async function checkContent(executable: string): Promise<number> {
  const content = await readFile(executable);
  for (const trace of ["src", "node_modules"].map((folder) => path.join(ROOT, folder))) {
    const at = content.indexOf(trace);
    if (at >= 0) {
      throw new Error(`the executable holds the path of this folder: ${content.toString("latin1", at, at + 200)}`);
    }
  }
  return content.length;
}

/** A person who starts it by hand, in an empty folder and with an empty environment, is told what it is. */
async function checkStart(executable: string): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), "terraform-provider-"));
  try {
    const { stdout, stderr, error } = spawnSync(executable, {
      cwd: folder,
      env: process.platform === "win32" ? { SYSTEMROOT: process.env["SYSTEMROOT"] } : {},
      encoding: "utf8",
      timeout: SMOKE_TIMEOUT,
    });
    if (!/This is the Terraform provider \S+\/cronofy\b/.test(stderr)) {
      throw new Error(`the executable does not start: ${error?.message ?? `${stderr}${stdout}`}`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
