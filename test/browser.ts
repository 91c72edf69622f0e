import { mkdirSync } from "node:fs";
import path from "node:path";
import { chromium } from "playwright-core";
import type { Browser, Page, PageScreenshotOptions } from "playwright-core";
import { findChromium } from "../tools/chromium";

/** Where tests leave what a person may want to look at. */
const ARTEFACTS = path.resolve("test-results");

/** Starts a real Chromium without a window. Close it when done. */
export async function launchChromium(): Promise<Browser> {
  const { executable, env } = await findChromium(path.resolve("node_modules"));
  return chromium.launch({
    executablePath: executable,
    env: { ...process.env, ...env },
    // Chromium's own sandbox refuses to run as root, as in most containers.
    chromiumSandbox: process.getuid?.() !== 0,
    // Nothing but the test speaks to the network.
    args: ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic"],
  });
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
