import { chmod, cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Page } from "playwright-core";
import { findChromium, start } from "../../tools/chromium";
import { launchChromium } from "../browser";

const MODULES = path.resolve("node_modules");
/** Elsewhere Chromium is the installed one, with the fonts of the machine. */
const onLinux = process.platform === "linux" && process.arch === "x64" ? describe : describe.skip;

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

  onLinux("and fonts", () => {
    let folder: string;
    let before: string | undefined;

    beforeEach(async () => {
      folder = await mkdtemp(path.join(tmpdir(), "Chromium & fönts-"));
      before = process.env["CHROMIUM_PATH"];
      delete process.env["CHROMIUM_PATH"];
    });

    afterEach(async () => {
      if (before === undefined) delete process.env["CHROMIUM_PATH"];
      else process.env["CHROMIUM_PATH"] = before;
      await rm(folder, { recursive: true });
    });

    /** A Chromium that is told of other fonts than it would find, or of none. */
    const chromiumWith = async (executable: string, fonts: string) => {
      await writeFile(path.join(folder, "fonts.conf"), fonts);
      const script = path.join(folder, "chromium");
      await writeFile(
        script,
        `#!/bin/sh\nFONTCONFIG_FILE='${path.join(folder, "fonts.conf")}' exec '${executable}' "$@"\n`,
      );
      await chmod(script, 0o755);
      return script;
    };

    it("refuses one without fonts, and says so", async () => {
      const { executable } = await findChromium(MODULES);
      process.env["CHROMIUM_PATH"] = await chromiumWith(executable, "<fontconfig></fontconfig>");
      await expect(findChromium(MODULES)).rejects.toThrow(
        /no Chromium to test with[^]*\/chromium: it draws no letters, as if without a font$/,
      );
    });

    it("draws with the fonts that came with it, wherever they lie and whatever an earlier version left there", async () => {
      const { executable } = await findChromium(MODULES);
      const unpacked = path.dirname(executable);
      // As a project of its own has it, which was moved since the browser was unpacked.
      const cache = path.join(folder, "node_modules", ".cache", path.basename(unpacked));
      await mkdir(cache, { recursive: true });
      await symlink(path.join(MODULES, "@sparticuz"), path.join(folder, "node_modules", "@sparticuz"));
      await cp(path.join(unpacked, "fonts"), path.join(cache, "fonts"), { recursive: true });
      for (const each of ["chromium", "al2023"]) await symlink(path.join(unpacked, each), path.join(cache, each));
      await writeFile(path.join(cache, "fonts.conf"), "<fontconfig><dir>/nowhere</dir></fontconfig>");

      const moved = await findChromium(path.join(folder, "node_modules"));
      expect(path.dirname(moved.executable)).toBe(cache);
      const browser = await start(moved);
      try {
        const page = await browser.newPage();
        await page.setContent('<p style="font-family: sans-serif">Hello</p>');
        expect(await fontsOf(page, "p")).toEqual(["Open Sans"]);
      } finally {
        await browser.close();
      }
    });
  });
});

/** The fonts that an element's letters were really drawn with. */
async function fontsOf(page: Page, selector: string): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  await session.send("DOM.enable");
  await session.send("CSS.enable");
  const { root } = await session.send("DOM.getDocument");
  const { nodeId } = await session.send("DOM.querySelector", { nodeId: root.nodeId, selector });
  const { fonts } = await session.send("CSS.getPlatformFontsForNode", { nodeId });
  return fonts.map(({ familyName }) => familyName);
}
