import type { Browser, Page } from "playwright-core";
import { keepScreenshot, launchChromium } from "../browser";
import { headingOf, HumanStep } from "./human-step";
import { HUMAN_STEP_PAGES } from "./pages";

describe("the human step in a real browser, without JavaScript", () => {
  let browser: Browser;
  let step: HumanStep;
  let page: Page;

  beforeAll(async () => (browser = await launchChromium()));
  afterAll(() => browser?.close());

  beforeEach(async () => {
    step = await HumanStep.open();
    page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  });
  afterEach(async () => {
    await page.context().close();
    await step.close();
  });

  const press = (name: string) => page.getByRole("button", { name }).click();

  it("leads from the invitation by sign-in and consent to the linked page", async () => {
    await step.depart(page, "acme", "zoom_enterprise");
    expect(await headingOf(page)).toBe("Sign in for acme.example");
    await keepScreenshot(page, "sign-in");
    await press("Sign in");
    expect(await page.getByRole("radio", { name: "Zoom" }).isChecked()).toBe(true);
    await keepScreenshot(page, "consent");
    await press("Approve");
    expect(await headingOf(page)).toBe("Conferencing is linked");
    await keepScreenshot(page, "linked");
    expect(await step.store.read(step.keyOf("acme"))).not.toBeNull();
    await page.reload();
    expect(await headingOf(page)).toBe("This is already linked");
    await page.goBack();
    expect(await headingOf(page)).toBe("This link was already used");
    await page.goto(await step.invite("acme"));
    expect(await headingOf(page)).toBe("This is already linked");
  });

  it("falls back to the list for an unknown provider, and lets who refused begin again", async () => {
    await step.depart(page, "globex", "carrier_pigeon");
    await page.getByLabel("E-mail address of the account").fill("somebody@else.example");
    await press("Sign in");
    expect(await page.getByRole("alert").innerText()).toContain("That is not calendars@globex.example.");
    await page.getByLabel("E-mail address of the account").fill("calendars@globex.example");
    await press("Sign in");
    expect(await page.getByRole("group", { name: "Conferencing service" }).getByRole("radio").count()).toBe(5);
    await press("Refuse");
    expect(await headingOf(page)).toBe("You declined the connection");
    await keepScreenshot(page, "declined");
    expect(await step.store.look(step.keyOf("globex"))).toMatchObject({ authorization: null, redeemingSince: null });
    await page.getByRole("link", { name: "Begin again" }).click();
    await press("Continue to Cronofy");
    await press("Sign in");
    await page.getByRole("radio", { name: "Webex" }).check();
    await press("Approve");
    expect(await headingOf(page)).toBe("Conferencing is linked");
  });

  it("refuses Zoom's Free plan, and goes on where the account was moved to a paid one", async () => {
    const { serviceAccountId: service_account_id } = step.keyOf("acme");
    await step.steer("/zoom_plan", { service_account_id, zoom_plan: "free" });
    await step.link(page, "acme", "zoom_enterprise");
    expect(await page.getByRole("alert").innerText()).toContain("on the Free plan, which cannot be connected");
    await step.steer("/zoom_plan", { service_account_id, zoom_plan: "paid" });
    await press("Approve");
    expect(await headingOf(page)).toBe("Conferencing is linked");
  });

  it("offers a unit that exists first, and links it again", async () => {
    await step.link(page, "acme");
    const before = await step.store.read(step.keyOf("acme"));
    await step.unlink("acme");
    await step.signIn(page, "acme", "webex_enterprise");
    const name = `Existing unit ${before?.authorization?.organizationalUnitId}`;
    const unit = page.getByRole("radio", { name });
    expect(await unit.isChecked()).toBe(true);
    await press("Approve");
    expect(await headingOf(page)).toBe("Conferencing is linked");
    const after = await step.store.read(step.keyOf("acme"));
    expect(after?.authorization?.organizationalUnitId).toBe(before?.authorization?.organizationalUnitId);
  });

  it("bears a double click on the invitation's button", async () => {
    await page.goto(await step.invite("acme", { conferencingProviderName: "ms_teams" }));
    await page.getByRole("button", { name: "Continue to Cronofy" }).dblclick();
    await press("Sign in");
    await press("Approve");
    expect(await headingOf(page)).toBe("Conferencing is linked");
  });

  it("bears two tabs of one invitation: the first links, and the second says so", async () => {
    const other = await page.context().newPage();
    await step.signIn(page, "acme", "ms_teams");
    await step.signIn(other, "acme", "ms_teams");
    await press("Approve");
    expect(await headingOf(page)).toBe("Conferencing is linked");
    const linked = await step.store.read(step.keyOf("acme"));
    await other.getByRole("button", { name: "Approve" }).click();
    expect(await headingOf(other)).toBe("This is already linked");
    expect(await step.store.read(step.keyOf("acme"))).toEqual(linked);
  });

  it.each(HUMAN_STEP_PAGES.filter(({ name }) => /^invitation-/.test(name)))(
    "has no button on an invitation that does not hold: $name",
    async (wanted) => {
      await wanted.open(page, step);
      expect(await headingOf(page)).toBe(wanted.heading);
      expect(await page.getByRole("button").count()).toBe(0);
      expect(await step.mints()).toBe(0);
    },
  );

  it("needs no mouse", async () => {
    const keys = async (...all: string[]) => {
      for (const key of all) await page.keyboard.press(key);
    };
    await page.goto(await step.invite("acme"));
    await keys("Tab", "Enter");
    await page.waitForURL(/organizational_unit_oauth/);
    // Past the address, which is filled in.
    await keys("Tab", "Tab", "Enter");
    await page.getByText("You are signed in").waitFor();
    // The provider, then the unit, which is chosen, then the button.
    await keys("Tab", "Space", "Tab", "Tab", "Enter");
    await page.waitForURL(`${step.service.callbackUrl}?*`);
    expect(await headingOf(page)).toBe("Conferencing is linked");
  });

  it("makes things drift by the console's buttons", async () => {
    await step.link(page, "acme");
    await page.goto(step.sandbox.admin_url);
    const acme = page.getByRole("row", { name: /calendars@acme\.example/ });
    expect(await acme.innerText()).toContain("ms_teams");
    await press("Revoke link of calendars@acme.example");
    expect(await page.getByRole("status").innerText()).toBe("The link was revoked.");
    expect(await acme.innerText()).toContain("nothing");
    await press("Set Zoom to free for calendars@acme.example");
    expect(await acme.innerText()).toContain("free");
    await press("Forward 1 hour");
    expect(await page.getByText("3600 seconds").count()).toBe(1);
    await page.getByLabel("What happens").selectOption("503, unavailable");
    await page.getByLabel("On", { exact: true }).selectOption("creating link tokens");
    await press("Add the fault");
    await step.end("acme");
    await page.goto(await step.invite("acme"));
    await press("Continue to Cronofy");
    expect(await headingOf(page)).toBe("The connection cannot begin right now");
    await page.getByRole("link", { name: "Try again" }).click();
    await press("Continue to Cronofy");
    expect(await headingOf(page)).toBe("Sign in for acme.example");
  });
});
