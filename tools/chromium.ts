import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { chromium } from "playwright-core";
import type { Browser } from "playwright-core";

/** A Chromium that starts on this machine and draws letters. */
export interface ChromiumInstallation {
  /** Its absolute path. */
  readonly executable: string;
  /** What it needs in its environment, beside what is there. */
  readonly env: Readonly<Record<string, string>>;
}

/** Brings its own Chromium for Linux on x64, as the only package does that needs no download beside the registry's. */
const PACKAGE = "@sparticuz/chromium";

/** Where fonts lie that were installed; a folder that is not there is none to a browser either. */
const INSTALLED_FONTS = ["/usr/share/fonts", "/usr/local/share/fonts"];

/** Names under which one is installed. */
const ON_PATH = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const MACOS_APPLICATION = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

const UNPACK_TIMEOUT = 120_000;
const START_TIMEOUT = 30_000;

/** How much of a picture is drawn on when a letter is. */
const DRAW_A_LETTER = `(() => {
  const picture = document.createElement("canvas").getContext("2d");
  picture.font = "40px sans-serif";
  picture.fillText("A", 10, 60);
  return picture.getImageData(0, 0, 100, 100).data.filter(Boolean).length;
})()`;

/**
 * The Chromium of `CHROMIUM_PATH`, else that of an npm package, which is unpacked at first use, else an installed one.
 *
 * @param modules the folder `node_modules`
 * @throws Error where none starts, naming what was tried
 */
export async function findChromium(modules: string): Promise<ChromiumInstallation> {
  const chosen = process.env["CHROMIUM_PATH"];
  const tried: string[] = [];
  for (const candidate of chosen ? [{ executable: path.resolve(chosen), env: {} }] : await candidates(modules)) {
    const problem = startProblem(candidate) ?? (await drawProblem(candidate));
    if (problem === undefined) return candidate;
    tried.push(`${candidate.executable}: ${problem}`);
  }
  throw new Error(
    "There is no Chromium to test with. Run npm ci, which brings one for Linux on x64, or set CHROMIUM_PATH to one." +
      tried.map((line) => `\n  ${line}`).join(""),
  );
}

/** Starts it without a window. Close it when done. */
export function start({ executable, env }: ChromiumInstallation): Promise<Browser> {
  return chromium.launch({
    executablePath: executable,
    env: { ...process.env, ...env },
    // Chromium's own sandbox refuses to run as root, as in most containers.
    chromiumSandbox: process.getuid?.() !== 0,
    // Nothing but the test speaks to the network.
    args: ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic"],
    timeout: START_TIMEOUT,
  });
}

async function candidates(modules: string): Promise<ChromiumInstallation[]> {
  const folders = (process.env["PATH"] ?? "").split(path.delimiter);
  const onPath = ON_PATH.flatMap((name) => folders.map((folder) => path.resolve(folder, name)));
  const installed = [...onPath, MACOS_APPLICATION]
    .filter((each) => existsSync(each))
    .map((executable) => ({ executable, env: {} }));
  if (process.platform !== "linux" || process.arch !== "x64") return installed;
  const folder = await unpacked(modules);
  const executable = path.join(folder, "chromium");
  const fonts = { FONTCONFIG_FILE: await fontsFile(folder) };
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

/**
 * Tells the browser of its fonts. Their own file knows them in a Lambda's folders only; ours is written anew where the folder
 * has been moved since.
 *
 * @returns the file's path
 */
async function fontsFile(folder: string): Promise<string> {
  const element = (name: string, text: string) =>
    `  <${name}>${text.replace(/&/g, "&amp;").replace(/</g, "&lt;")}</${name}>\n`;
  const fonts = [path.join(folder, "fonts"), ...INSTALLED_FONTS].map((each) => element("dir", each)).join("");
  // The same letters on every machine: its own fonts are asked only for what the unpacked ones lack.
  const content = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
${fonts}${element("cachedir", path.join(folder, "fonts-cache"))}  <match target="pattern">
    <edit name="family" mode="prepend_first" binding="strong"><string>Open Sans</string></edit>
  </match>
</fontconfig>
`;
  const file = path.join(folder, "fonts.conf");
  if ((await readFile(file, "utf8").catch(() => "")) === content) return file;
  // Another process may be reading it.
  const scratch = await mkdtemp(`${file}-`);
  await writeFile(path.join(scratch, "fonts.conf"), content);
  await rename(path.join(scratch, "fonts.conf"), file);
  await rm(scratch, { recursive: true });
  return file;
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

/** Why no page can be tested with it, in a few words; undefined where one can. */
async function drawProblem(candidate: ChromiumInstallation): Promise<string | undefined> {
  try {
    const browser = await start(candidate);
    try {
      const page = await browser.newPage();
      return (await page.evaluate<number>(DRAW_A_LETTER)) > 0 ? undefined : "it draws no letters, as if without a font";
    } finally {
      await browser.close();
    }
  } catch (error) {
    return (error as Error).message.split("\n", 1)[0];
  }
}
