import { launchChromium } from "../browser";

describe("the Chromium of the tests", () => {
  it("starts and shows a page", async () => {
    const browser = await launchChromium();
    try {
      const page = await browser.newPage();
      await page.setContent("<title>A page</title><h1>Hello</h1>");
      expect(await page.title()).toBe("A page");
      expect(await page.getByRole("heading").innerText()).toBe("Hello");
    } finally {
      await browser.close();
    }
  });
});
