/**
 * `npm run screenshots`: writes a picture of each page of the human step to `docs/images/`, as a desktop shows it in light
 * colors, and to `test-results/`, as a phone shows it in dark ones; those on the way to a link go to `docs/images/` as
 * well; and pictures of the drift report of a fleet of 200 links, as a desktop, a phone and paper show it, with its other
 * formats beside it in `test-results/`.
 * Pages and report are real, of a link service, a sandbox and a Terraform that this starts.
 */
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import sharp from "sharp";
import { launchChromium, takeScreenshot } from "../test/browser";
import { ouLinkHere } from "../test/cli/ou-link-here";
import { raiseDriftedFleet } from "../test/e2e/drifted-fleet";
import { headingOf, HumanStep } from "../test/human-step/human-step";
import { APPEARANCES, HUMAN_STEP_PAGES, show } from "../test/human-step/pages";

const ROOT = path.resolve(__dirname, "..");
const IMAGES = path.join(ROOT, "docs", "images");
/** Git ignores it. */
const RESULTS = path.join(ROOT, "test-results");

/** What an administrator sees who says yes; the folder stays below a megabyte with these. */
const ON_PHONE_TOO = ["invitation", "sandbox-sign-in", "sandbox-consent-new-unit", "linked"];

/** CSS pixels: of the longest pages, the beginning tells enough. */
const MAX_HEIGHT = 1200;

/** What the report is shown on. */
const DRIFT_PICTURES = [
  { name: "light", viewport: { width: 1200, height: 1000 }, colorScheme: "light", paper: false },
  { name: "dark", viewport: { width: 1200, height: 1000 }, colorScheme: "dark", paper: false },
  { name: "phone", viewport: { width: 375, height: 1400 }, colorScheme: "light", paper: false },
  // A4 at 96 dots per inch.
  { name: "print", viewport: { width: 794, height: 1123 }, colorScheme: "light", paper: true },
] as const;

/** Leaves out what would be on the next sheet, so that nothing is cut off in the middle. */
const KEEP_ONE_SHEET = `
  [...document.querySelectorAll("tr, h2, li")]
    .filter((each) => each.getBoundingClientRect().bottom > innerHeight - 45)
    .forEach((each) => each.remove());
`;

/** How many links of the fleet meet with which fate. */
const FLEET = {
  "in-sync": 146,
  revoked: 6,
  lapsed: 12,
  waiting: 24,
  "just-linked": 6,
  changed: 1,
  removed: 1,
  added: 2,
  "revoked-and-changed": 1,
  "lapsed-and-changed": 1,
} as const;

async function main(): Promise<void> {
  for (const folder of [IMAGES, RESULTS]) await mkdir(folder, { recursive: true });
  // So that no picture outlives its page.
  for (const old of await readdir(IMAGES)) if (old.endsWith(".png")) await rm(path.join(IMAGES, old));
  const browser = await launchChromium();
  try {
    for (const wanted of HUMAN_STEP_PAGES) {
      const step = await HumanStep.open({ clientId: "82f5d0d1a1a774ac40089358" });
      const page = await browser.newPage();
      try {
        await wanted.open(page, step);
        const heading = await headingOf(page);
        if (heading !== wanted.heading) throw new Error(`${wanted.name} is "${heading}".`);
        for (const appearance of APPEARANCES) {
          await show(page, appearance);
          const folder = appearance.name === "desktop" || ON_PHONE_TOO.includes(wanted.name) ? IMAGES : RESULTS;
          const file = path.join(folder, `${wanted.name}-${appearance.name}.png`);
          await takeScreenshot(page, file, MAX_HEIGHT);
        }
        console.log(`screenshots: ${wanted.name}`);
      } finally {
        await page.context().close();
        await step.close();
      }
    }
    await showDriftReport(browser);
    console.log("screenshots: drift");
    for (const image of await readdir(IMAGES)) {
      const file = path.join(IMAGES, image);
      // 256 colours are enough for letters, and take less than half the room.
      await writeFile(file, await sharp(file).png({ palette: true, effort: 10 }).toBuffer());
    }
  } finally {
    await browser.close();
  }
}

async function showDriftReport(browser: Browser): Promise<void> {
  const fleet = await raiseDriftedFleet(FLEET);
  const started = process.cwd();
  try {
    // A report names folders from where it is made.
    process.chdir(path.dirname(fleet.folder));
    const formats = {
      table: "txt",
      markdown: "md",
      comment: "md",
      json: "json",
      junit: "xml",
      sarif: "sarif",
      html: "html",
    };
    const fileOf = (format: string, ending: string) => path.join(RESULTS, `drift-${format}.${ending}`);
    const outputs = Object.entries(formats).flatMap(([format, ending]) => [
      "--output",
      `${format}=${fileOf(format, ending)}`,
    ]);
    const history = path.join(fleet.folder, "history.jsonl");
    await writeFile(history, earlierRuns());
    const args = ["--history", history, "--source-url", "https://git.example.com/links/blob/main", ...outputs];
    const { exitCode, stderr } = await ouLinkHere(
      ["drift", path.basename(fleet.folder), ...args],
      fleet.terraform.workspace.environment,
    );
    if (exitCode !== 2) throw new Error(`ou-link drift answers ${exitCode}: ${stderr}`);
    for (const { name, paper, ...look } of DRIFT_PICTURES) {
      const page = await browser.newPage({ ...look, bypassCSP: paper });
      await page.goto(pathToFileURL(fileOf("html", "html")).href);
      if (paper) {
        await page.emulateMedia({ media: "print" });
        await page.addStyleTag({ content: "body { padding: 12mm; }" });
        await page.evaluate(KEEP_ONE_SHEET);
      }
      await takeScreenshot(page, path.join(IMAGES, `drift-${name}.png`), look.viewport.height);
      await page.close();
    }
  } finally {
    process.chdir(started);
    await fleet.close();
  }
}

/** A month of daily runs, in which the fleet came to be as it is. */
function earlierRuns(): string {
  const days = 30;
  return Array.from({ length: days }, (_, day) => {
    const at = new Date(Date.now() - (days - day) * 86_400_000).toISOString();
    const counts = {
      drift: day % 11 === 7 ? 3 : Math.round(day / 5),
      stale: Math.max(0, day - 17),
      pending: day < 12 ? 40 - day : 20 + (day % 5),
      progress: day % 7,
      configuration: day % 4,
      "failed-check": 0,
      incomplete: 0,
      "other-drift": 0,
      "other-configuration": 0,
      "expired-rule": 0,
    };
    return `${JSON.stringify({ at, outcome: "drift", links: 198, in_sync: 198 - counts.stale - counts.pending, counts })}\n`;
  }).join("");
}

main().catch((error: unknown) => {
  console.error(`screenshots: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
