import { readFileSync } from "node:fs";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { FORMATS, historyEntryOf } from "../../src/drift";
import type { HistoryEntry } from "../../src/drift";
import { keepScreenshot, launchChromium } from "../browser";
import { STATUS_VALUES, changeJson, fleetOf200, linkAddress, linkValues } from "./fleet";
import { PLAIN, reportOf } from "./report-of";

jest.setTimeout(60_000);

const AXE = require.resolve("axe-core/axe.min.js");

const LONG_NAME = `Donaudampfschifffahrtsgesellschaft ${"x".repeat(150)}`;

/** The fleet of 200, with ages, a link of two classes, and one of a long name. */
function fleet() {
  const members = fleetOf200();
  const pending = (index: number, customer: string, awaited_since: string | null) => {
    const values = linkValues(index, { ...STATUS_VALUES.pending, awaited_since, minted_at: null });
    members.resource_changes[index] = changeJson(linkAddress(customer), ["no-op"], values, values);
  };
  pending(30, "customer-11", "2025-12-01T12:00:00Z");
  pending(31, "customer-3", "2026-02-28T12:00:00Z");
  pending(32, LONG_NAME, null);
  const lost = linkValues(0, STATUS_VALUES.unlinked);
  const asked = { ...lost, status: "pending", redirect_uri: "https://links.example.com/new/callback" };
  members.resource_changes[0] = changeJson(linkAddress("acme-000"), ["update"], lost, asked);
  return members;
}

describe("the page, in a browser", () => {
  let browser: Browser;
  let html: string;

  beforeAll(async () => {
    browser = await launchChromium();
    const report = reportOf(fleet(), {
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

  async function opened(options: BrowserContextOptions = {}): Promise<Page> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
    page.on("request", (request) => requests.push(request.url()));
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.setContent(html);
    return page;
  }
  const requests: string[] = [];
  const complaints: string[] = [];

  it("filters what it lists by words and class, and tells how many are left", async () => {
    const page = await opened();
    const shown = page.locator("#shown");
    await page.fill("#text", "acme");
    await page.selectOption("#kind", "stale");
    const rows = await page.locator("tbody tr:visible").allInnerTexts();
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatch(/Stale\s+acme-010\s[^]+\s9 d/);
    expect(await shown.innerText()).toBe("1 of 200 links, 0 of 1 other findings");
    expect(await page.getByRole("heading", { name: "Other findings" }).isVisible()).toBe(false);

    await page.selectOption("#kind", "");
    await page.fill("#text", "demo_server");
    expect(await page.locator("tbody tr:visible").allInnerTexts()).toEqual([expect.stringContaining("Other drift")]);
    expect(await shown.innerText()).toBe("0 of 200 links, 1 of 1 other findings");
    expect({ requests, complaints }).toEqual({ requests: [], complaints: [] });
    await page.close();
  });

  it("counts each link once, in its chart as in its filter", async () => {
    const page = await opened();
    const bars = await page.locator(".bars li").allInnerTexts();
    const counts = new Map(bars.map((bar) => bar.split(/\s+(?=\d+$)/) as [string, string]));
    expect([...counts.values()].reduce((sum, count) => sum + Number(count), 0)).toBe(200);
    for (const [label, count] of counts) {
      await page.selectOption("#kind", { label });
      expect(`${label} ${await page.locator("#shown").innerText()}`).toContain(`${label} ${count} of 200 links`);
    }
    expect(await page.locator("h1 + p").innerText()).toContain(`200 links, ${counts.get("In sync")} in sync`);
    await page.close();
  });

  it("sorts by age and name from the keyboard, and tells by what", async () => {
    const page = await opened();
    const table = page.locator("#to-look-at");
    const press = async (name: string) => {
      await table.getByRole("button", { name: `Sort by ${name}` }).focus();
      await page.keyboard.press("Enter");
      const column = table.locator("th[aria-sort]");
      const names = await table.locator("tbody .name").allInnerTexts();
      return { column: await column.innerText(), sort: await column.getAttribute("aria-sort"), names };
    };

    const oldest = await press("age");
    expect(oldest).toMatchObject({ column: "Age", sort: "descending", names: { 0: "customer-11" } });
    const youngest = await press("age");
    expect(youngest).toMatchObject({ column: "Age", sort: "ascending", names: { 0: "customer-3" } });
    expect(youngest.names.slice(-8)).toContain(LONG_NAME);
    const { names, ...by } = await press("customer");
    expect(by).toEqual({ column: "Customer", sort: "ascending" });
    expect(names.filter((name) => name.startsWith("customer-"))).toEqual(["customer-3", "customer-11"]);
    // Whatever it was sorted by before: those of an age are in the report's order.
    expect((await press("age")).names).toEqual(oldest.names);
    expect((await press("class")).names[0]).toBe("acme-000");
    await page.close();
  });

  it("says the same without a script, where the filter is not there", async () => {
    const page = await opened({ javaScriptEnabled: false });
    expect(await page.locator("tbody tr:visible").count()).toBe(201);
    expect(await page.locator("#filter, button").locator("visible=true").count()).toBe(0);
    await page.close();
  });

  it("prints every link on few sheets of paper, without the filter", async () => {
    const page = await opened({ colorScheme: "dark" });
    await page.emulateMedia({ media: "print" });
    expect(await page.locator("#filter").isVisible()).toBe(false);
    expect(await page.locator("tbody .name:visible").count()).toBe(201);
    expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(255, 255, 255)");
    const pdf = await page.pdf({ format: "A4" });
    expect(pdf.toString("latin1").match(/\/Type \/Page\b/g)?.length).toBeLessThanOrEqual(4);
    await page.close();
  });

  it.each([
    [375, "light"],
    [375, "dark"],
    [768, "light"],
    [1280, "light"],
    [1280, "dark"],
  ] as const)("is easy to read and keeps nobody out at %d pixels, in %s", async (width, colorScheme) => {
    const page = await opened({ viewport: { width, height: 900 }, colorScheme });
    await keepScreenshot(page, `drift-${width}-${colorScheme}`);
    const { overflow, badges, heights, widths } = await page.evaluate<{
      overflow: number;
      badges: { textContent: string; offsetHeight: number }[];
      heights: number[];
      widths: number[];
    }>(
      `(() => {
        const sizes = (selector) => [...document.querySelectorAll(selector)].map((each) => each.getBoundingClientRect());
        return {
          overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
          badges: [...document.querySelectorAll(".badge")].map(({ textContent, offsetHeight }) => ({ textContent, offsetHeight })),
          heights: sizes("tbody tr").map(({ height }) => height).sort((a, b) => b - a),
          widths: sizes("tbody td:nth-child(2)").map(({ width }) => width),
        };
      })()`,
    );
    expect(overflow).toBe(0);
    // No class of one word is broken into two lines.
    expect(badges.filter((each) => each.textContent === "Configuration")).not.toEqual([]);
    expect(badges.filter((each) => !each.textContent.includes(" ") && each.offsetHeight > 30)).toEqual([]);
    expect(heights[0]).toBeLessThan(500);
    // Beside the one with the long name.
    expect(heights[1]).toBeLessThan(400);
    expect(Math.min(...widths)).toBeGreaterThan(200);
    // All further rows are like these, and the checker takes its time.
    await page.evaluate('document.querySelectorAll("#in-sync tr:nth-child(n + 5)").forEach((row) => row.remove())');
    // The page's own policy lets no other script in; the checker comes through the debugger, as a person's tools do.
    await page.evaluate(readFileSync(AXE, "utf8"));
    const found = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as {
        axe: { run(options: object): Promise<{ violations: { id: string; nodes: unknown[] }[] }> };
      };
      const { violations } = await axe.run({ resultTypes: ["violations"] });
      return violations.map(({ id, nodes }) => `${id}: ${JSON.stringify(nodes).slice(0, 300)}`);
    });
    expect(found).toEqual([]);
    await page.close();
  });
});
