import { mkdir, mkdtemp, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import path from "node:path";
import { bunRuntime } from "../../../tools/bun-runtime";
import { compileExecutable } from "../../../tools/compile-executable";
import { inputHash } from "../../../tools/input-hash";

const ROOT = path.resolve(__dirname, "..", "..", "..");
/** What lies here has 100 MB each, so it goes when it has not been used for a while. */
const FOLDER = path.join(ROOT, "dist", "test");
const ENTRY = "test/plugin/server/fixture/provider.ts";
const INPUTS = [
  "src/plugin",
  "test/plugin/lifecycle",
  "test/plugin/server/fixture",
  "package-lock.json",
  "tools/bun-runtime.ts",
  "tools/compile-executable.ts",
];
/** Longer than any run of the tests that may be using one right now. */
const KEPT_MS = 10 * 60_000;

/**
 * The provider of `fixture/`, packed into an executable just as a release is. What was compiled before serves again
 * while nothing that goes into it has changed.
 *
 * @returns the executable's path
 */
export async function packedProvider(): Promise<string> {
  const runtime = await bunRuntime(path.join(ROOT, "node_modules"), (line) => console.warn(line));
  const inputs = await inputHash(ROOT, INPUTS, [runtime.version, ...runtime.targetFlags]);
  const suffix = process.platform === "win32" ? ".exe" : "";
  const packed = path.join(FOLDER, `terraform-provider-trial-${inputs.slice(0, 16)}${suffix}`);
  if (await isThere(packed)) return packed;
  await mkdir(FOLDER, { recursive: true });
  const folder = await mkdtemp(path.join(FOLDER, "compile-"));
  try {
    const compiled = path.join(folder, `terraform-provider-trial${suffix}`);
    compileExecutable(ENTRY, compiled, runtime);
    // Another worker may have been faster; what it made is the same.
    await rename(compiled, packed);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  await forgetOld();
  return packed;
}

/** Whether it was compiled before; if so, it counts as used now. */
async function isThere(file: string): Promise<boolean> {
  try {
    await utimes(file, new Date(), new Date());
    return true;
  } catch {
    return false;
  }
}

async function forgetOld(): Promise<void> {
  for (const name of await readdir(FOLDER)) {
    const file = path.join(FOLDER, name);
    const used = await stat(file).catch(() => undefined);
    if (used !== undefined && Date.now() - used.mtimeMs > KEPT_MS) await rm(file, { recursive: true, force: true });
  }
}
