import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { FORMATS, historyEntryOf } from "../../src/drift";
import type { HistoryEntry } from "../../src/drift";
import { keepScreenshot, launchChromium } from "../browser";
import { fleetOf200 } from "./fleet";
import { PLAIN, reportOf } from "./report-of";

jest.setTimeout(60_000);

const AXE = require.resolve("axe-core/axe.min.js");

describe("the page, in a browser", () => {
  let browser: Browser;
  let html: string;

  beforeAll(async () => {
    browser = await launchChromium();
    const report = reportOf(fleetOf200(), {
      rules: "rules:\n  - {address: gone.*, reason: Was., expires: 2026-12-31}\n",
    });
    const history = Array.from({ length: 30 }, (_, day): HistoryEntry => {
      const entry = historyEntryOf(report, new Date(Date.UTC(2026, 1, day + 1)));
      return {
        ...entry,
        counts: { ...entry.counts, drift: Math.round(7 - day / 6), stale: 13 + (day % 4), pending: 40 - day },
      };
    });
    html = FORMATS.html(report, { ...PLAIN, history });
  });
  afterAll(() => browser.close());

  async function opened(options: { javaScriptEnabled?: boolean; colorScheme?: "light" | "dark" } = {}): Promise<Page> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
    page.on("request", (request) => requests.push(request.url()));
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.setContent(html);
    return page;
  }
  const requests: string[] = [];
  const complaints: string[] = [];

  it("filters its links by words and class, and tells how many are left", async () => {
    const page = await opened();
    await page.fill("#text", "acme");
    await page.selectOption("#group", "stale");
    const rows = await page.locator("#links tbody tr:visible").allInnerTexts();
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatch(/Stale\s+acme-010\s+stale\s+9 d/);
    expect(await page.locator("#shown").innerText()).toBe("1 of 200 links");
    expect({ requests, complaints }).toEqual({ requests: [], complaints: [] });
    await page.close();
  });

  it("says the same without a script, where the filter is not there", async () => {
    const page = await opened({ javaScriptEnabled: false });
    expect(await page.locator("#links tbody tr:visible").count()).toBe(200);
    expect(await page.locator("#filter").isVisible()).toBe(false);
    await page.close();
  });

  it("prints every link, without the filter, on paper", async () => {
    const page = await opened({ colorScheme: "dark" });
    await page.emulateMedia({ media: "print" });
    expect(await page.locator("#filter").isVisible()).toBe(false);
    expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(255, 255, 255)");
    await keepScreenshot(page, "drift-print");
    await page.close();
  });

  it.each(["light", "dark"] as const)("has nothing that keeps anybody out, in %s", async (colorScheme) => {
    const page = await opened({ colorScheme });
    await keepScreenshot(page, `drift-${colorScheme}`);
    // The page's own policy lets no other script in; the checker comes through the debugger, as a person's tools do.
    await page.evaluate(readFileSync(AXE, "utf8"));
    const found = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as {
        axe: { run(): Promise<{ violations: { id: string; nodes: unknown[] }[] }> };
      };
      return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${JSON.stringify(nodes).slice(0, 300)}`);
    });
    expect(found).toEqual([]);
    await page.close();
  });
});
