/**
 * `npm run build`: compiles the provider into one self-contained executable for this platform, dist/bin/, as
 * `terraform-plugin-ts build` does it for any provider.
 * Does nothing when nothing that goes into it has changed; `--force` compiles all the same.
 */
import { access, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { compileExecutable } from "../src/plugin/build/compile-executable";
import { installedBun } from "../src/plugin/build/installed-bun";
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
];

build(process.argv.includes("--force")).catch((error: unknown) => {
  console.error(`build: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});

async function build(force: boolean): Promise<void> {
  const bun = installedBun(ROOT);
  const inputs = await inputHash(ROOT, INPUTS, [bun.version]);
  if (!force && (await recordedInputs()) === inputs) {
    console.log(`build: ${path.relative(ROOT, EXECUTABLE)} is up to date`);
    return;
  }
  await rm(RECORD, { force: true });
  const { size } = await compileExecutable({
    bun,
    folder: ROOT,
    entry: "src/provider/main.ts",
    executable: EXECUTABLE,
  });
  await writeFile(RECORD, inputs);
  console.log(`build: ${path.relative(ROOT, EXECUTABLE)}, ${(size / 1e6).toFixed(0)} MB, Bun ${bun.version}`);
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
