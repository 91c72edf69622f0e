/**
 * `npm run screenshots`: writes a picture of each page of the human step to `docs/images/`, as a desktop shows it in light
 * colors, and to `test-results/`, as a phone shows it in dark ones; those on the way to a link go to `docs/images/` as
 * well. The pages are real, of a link service and a sandbox that this starts.
 */
import { mkdir, readdir, rm } from "node:fs/promises";
import path from "node:path";
import { beginningOf, launchChromium } from "../test/browser";
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
          await page.screenshot({ path: file, ...(await beginningOf(page, MAX_HEIGHT)) });
        }
        console.log(`screenshots: ${wanted.name}`);
      } finally {
        await page.context().close();
        await step.close();
      }
    }
  } finally {
    await browser.close();
  }
}

main().catch((error: unknown) => {
  console.error(`screenshots: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
