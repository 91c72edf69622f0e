/**
 * `npm run compile`: type-checks src/ and compiles it into lib/, and the constructs a second time for CDK Terrain (cdktn),
 * which refuses constructs that were compiled against cdktf.
 *
 * The second time it compiles a copy of the sources in which the imports are exchanged, so that both are type-checked for
 * what they are.
 */
import { spawn } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { copyConstructsForCdktn } from "./constructs-for-cdktn";

const ROOT = path.resolve(__dirname, "..");
const COPY = path.join(ROOT, "build", "constructs-cdktn");

/** The native compiler, which takes a quarter of the time. The other one is there for what needs its API. */
const COMPILER = path.join(require.resolve("typescript7/package.json"), "..", "bin", "tsc");

compile().catch((error: unknown) => {
  console.error(`compile: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});

async function compile(): Promise<void> {
  const outcomes = await Promise.all([runTypeScript(path.join(ROOT, "tsconfig.build.json")), compileForCdktn()]);
  if (outcomes.some((isCompiled) => !isCompiled)) process.exitCode = 1;
}

async function compileForCdktn(): Promise<boolean> {
  const sources = path.join(COPY, "src");
  await rm(sources, { recursive: true, force: true });
  await mkdir(sources, { recursive: true });
  await copyConstructsForCdktn(path.join(ROOT, "src"), sources);
  const project = path.join(COPY, "tsconfig.json");
  const out = path.join(ROOT, "lib", "constructs-cdktn");
  await writeFile(
    project,
    JSON.stringify({
      extends: path.join(ROOT, "tsconfig.build.json"),
      compilerOptions: { rootDir: sources, outDir: out, tsBuildInfoFile: path.join(out, ".tsbuildinfo") },
      include: [sources],
      exclude: [],
    }),
  );
  return runTypeScript(project);
}

/** @returns whether there was nothing wrong; what is wrong stands on the terminal */
function runTypeScript(project: string): Promise<boolean> {
  const child = spawn(process.execPath, [COMPILER, "-p", project], { stdio: "inherit" });
  return new Promise((resolve, reject) => child.on("error", reject).on("close", (exitCode) => resolve(exitCode === 0)));
}
