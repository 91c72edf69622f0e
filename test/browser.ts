import { mkdirSync } from "node:fs";
import path from "node:path";
import type { Browser, Page, PageScreenshotOptions } from "playwright-core";
import { findChromium, start } from "../tools/chromium";

/** Where tests leave what a person may want to look at. */
const ARTEFACTS = path.resolve("test-results");

/** Starts a real Chromium without a window. Close it when done. */
export async function launchChromium(): Promise<Browser> {
  return start(await findChromium(path.resolve("node_modules")));
}

/** CSS pixels: of the longest pages, the beginning tells enough, and more than a few screens Chromium may refuse. */
const MOST_HEIGHT = 2_000;

/** Keeps a picture of the page, or of its beginning, in `test-results/`. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  mkdirSync(ARTEFACTS, { recursive: true });
  await page.screenshot({ path: path.join(ARTEFACTS, `${name}.png`), ...(await beginningOf(page, MOST_HEIGHT)) });
}

/** What a picture takes of a page: all of it, but for what lies below so many CSS pixels. */
export async function beginningOf(
  page: Page,
  mostHeight: number,
): Promise<Pick<PageScreenshotOptions, "fullPage" | "clip">> {
  const [width, height] = await page.evaluate<[number, number]>(
    "[document.documentElement.clientWidth, document.documentElement.scrollHeight]",
  );
  return { fullPage: true, clip: { x: 0, y: 0, width, height: Math.min(height, mostHeight) } };
}
