import { readFileSync } from "node:fs";
import type { AxeResults } from "axe-core";
import type { Browser, Page } from "playwright-core";
import { launchChromium } from "../browser";
import { headingOf, HumanStep } from "./human-step";
import { APPEARANCES, HUMAN_STEP_PAGES, show } from "./pages";

const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

describe("the pages of the human step", () => {
  let browser: Browser;
  let step: HumanStep;
  let page: Page;

  beforeAll(async () => (browser = await launchChromium()));
  afterAll(() => browser?.close());

  beforeEach(async () => {
    step = await HumanStep.open();
    page = await browser.newPage();
  });
  afterEach(async () => {
    await page.context().close();
    await step.close();
  });

  it.each(HUMAN_STEP_PAGES)("have nothing in the way of anybody: $name", async (wanted) => {
    await wanted.open(page, step);
    expect(await headingOf(page)).toBe(wanted.heading);
    // Evaluated from outside, as the pages' own policy lets no script in.
    await page.evaluate(AXE);
    for (const appearance of APPEARANCES) {
      await show(page, appearance);
      expect({ [appearance.name]: await findings(page) }).toEqual({ [appearance.name]: [] });
    }
  });
});

/** What axe finds by any of its rules, of whatever impact. */
async function findings(page: Page): Promise<string[]> {
  const { violations } = await page.evaluate<AxeResults>(`axe.run({ resultTypes: ["violations"] })`);
  return violations.flatMap(({ id, impact, help, nodes }) =>
    nodes.map(({ target }) => `${id} (${impact}): ${help}, at ${target.join(" ")}`),
  );
}
