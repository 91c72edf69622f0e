import { once } from "node:events";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";
import { launchChromium } from "../browser";
import { headingOf, HumanStep } from "./human-step";

/** Another site, as browsers see it, which can yet be reached from here: `localhost` is not `127.0.0.1` to them. */
class ForeignSite {
  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  /** What its only page is. */
  content = "";

  static async open(): Promise<ForeignSite> {
    const server = createServer((_, response) =>
      response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" }).end(`<!doctype html>${site.content}`),
    );
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const site = new ForeignSite(server, `http://localhost:${(server.address() as AddressInfo).port}/`);
    return site;
  }

  async close(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, "close");
  }
}

describe("a page of another site, in the browser of an administrator", () => {
  let browser: Browser;
  let foreign: ForeignSite;
  let step: HumanStep;
  let page: Page;

  beforeAll(async () => {
    browser = await launchChromium();
    foreign = await ForeignSite.open();
  });
  afterAll(async () => {
    await browser?.close();
    await foreign?.close();
  });

  beforeEach(async () => {
    step = await HumanStep.open();
    page = await (await browser.newContext()).newPage();
  });
  afterEach(async () => {
    await page.context().close();
    await step.close();
  });

  /** Opens a foreign page, in the same browser, that posts a form by itself. @returns what the browser then shows */
  async function forge(action: string, fields: Readonly<Record<string, string>>): Promise<string> {
    const attacked = await page.context().newPage();
    const inputs = Object.entries(fields).map(([name, value]) => `<input name="${name}" value="${value}">`);
    foreign.content =
      `<form method="post" action="${action.replaceAll("&", "&amp;")}">${inputs.join("")}</form>` +
      "<script>document.forms[0].submit()</script>";
    await attacked.goto(foreign.url);
    await attacked.waitForURL(action);
    return headingOf(attacked);
  }

  it("cannot accept an invitation", async () => {
    const invitation = await step.invite("acme");
    await page.goto(invitation);
    expect(await forge(invitation, { form_token: "guessed" })).toBe("Please press the button once more");
    expect(await step.mints()).toBe(0);
  });

  it("can neither approve nor refuse for one who is signed in", async () => {
    await step.signIn(page, "acme", "ms_teams");
    const answers = { conferencing_provider_name: "ms_teams", organizational_unit: "new" };
    for (const decision of ["approve", "refuse"]) {
      expect(await forge(page.url(), { ...answers, decision })).toBe("This form came from elsewhere");
    }
    expect(await step.store.look(step.keyOf("acme"))).toMatchObject({ authorization: null, redeemingSince: null });
    await page.getByRole("button", { name: "Approve" }).click();
    expect(await headingOf(page)).toBe("Conferencing is linked");
  });

  it("cannot press the console's buttons", async () => {
    await step.link(page, "acme");
    expect(await forge(`${step.sandbox.admin_url}/console/reset`, {})).toBe("This form came from elsewhere");
    await page.goto(step.sandbox.admin_url);
    expect(await page.getByRole("row", { name: /calendars@acme\.example/ }).innerText()).toContain("ms_teams");
  });

  it("cannot frame any of the pages", async () => {
    await step.signIn(page, "acme");
    const addresses = [await step.invite("acme"), page.url(), step.sandbox.admin_url];
    foreign.content = addresses
      .map((address) => `<iframe src="${address.replaceAll("&", "&amp;")}"></iframe>`)
      .join("");
    await page.goto(foreign.url);
    const framed = page.frames().filter((frame) => frame !== page.mainFrame());
    expect(framed.map((frame) => frame.url())).toEqual(addresses.map(() => "chrome-error://chromewebdata/"));
  });
});
