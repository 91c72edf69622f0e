import { mkdirSync } from "node:fs";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { findChromium, start } from "../tools/chromium";

/** Where tests leave what a person may want to look at. */
const ARTEFACTS = path.resolve("test-results");

/** Starts a real Chromium without a window. Close it when done. */
export async function launchChromium(): Promise<Browser> {
  return start(await findChromium(path.resolve("node_modules")));
}

/** CSS pixels: of the longest pages, the beginning tells enough, and more than a few screens Chromium may refuse. */
const MOST_HEIGHT = 2_000;

/** How often a picture is asked for. */
const ATTEMPTS = 5;

/** Keeps a picture of the page, or of its beginning, in `test-results/`. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  mkdirSync(ARTEFACTS, { recursive: true });
  await takeScreenshot(page, path.join(ARTEFACTS, `${name}.png`), MOST_HEIGHT);
}

/**
 * Takes a picture of the page, as often as Chromium needs: on a busy machine it now and then answers "Unable to capture
 * screenshot", and gives one the next time.
 *
 * @param mostHeight of what is taken, CSS pixels; what lies below is left out
 */
export async function takeScreenshot(page: Page, file: string, mostHeight: number): Promise<void> {
  const [width, height] = await page.evaluate<[number, number]>(
    "[document.documentElement.clientWidth, document.documentElement.scrollHeight]",
  );
  const clip = { x: 0, y: 0, width, height: Math.min(height, mostHeight) };
  for (let attempt = 1; ; attempt++)
    try {
      await page.screenshot({ path: file, fullPage: true, clip });
      return;
    } catch (error) {
      if (attempt === ATTEMPTS || !String(error).includes("Unable to capture screenshot")) throw error;
    }
}
