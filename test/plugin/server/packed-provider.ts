import { readdir, rm, stat, utimes } from "node:fs/promises";
import path from "node:path";
import { compileExecutable } from "../../../src/plugin/build/compile-executable";
import { installedBun } from "../../../src/plugin/build/installed-bun";
import { inputHash } from "../../../tools/input-hash";

const ROOT = path.resolve(__dirname, "..", "..", "..");
/** What lies here has 100 MB each, so it goes when it has not been used for a while. */
const FOLDER = path.join(ROOT, "dist", "test");
const ENTRY = "test/plugin/server/fixture/provider.ts";
const INPUTS = ["src/plugin", "test/plugin/lifecycle", "test/plugin/server/fixture", "package-lock.json"];
/** Longer than any run of the tests that may be using one right now. */
const KEPT_MS = 10 * 60_000;

/**
 * The provider of `fixture/`, packed into an executable just as a release is. What was compiled before serves again
 * while nothing that goes into it has changed.
 *
 * @returns the executable's path
 */
export async function packedProvider(): Promise<string> {
  const bun = installedBun(ROOT);
  const inputs = await inputHash(ROOT, INPUTS, [bun.version]);
  const suffix = process.platform === "win32" ? ".exe" : "";
  const packed = path.join(FOLDER, `terraform-provider-trial-${inputs.slice(0, 16)}${suffix}`);
  if (await isThere(packed)) return packed;
  // Another worker may be faster; what it makes is the same.
  await compileExecutable({ bun, folder: ROOT, entry: ENTRY, executable: packed });
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
