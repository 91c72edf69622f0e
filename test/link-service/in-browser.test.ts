import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { FileAuthorizationStore, invitationUrl } from "../../src/authorizations";
import { CronofyClient, Secret } from "../../src/cronofy";
import { startLinkService } from "../../src/link-service";
import type { RunningLinkService } from "../../src/link-service";
import { startSandbox } from "../../src/sandbox";
import type { RunningSandbox } from "../../src/sandbox";
import { keepScreenshot, launchChromium } from "../browser";

const LINK_SECRET = new Secret("link-secret-in-clear");

describe("the human step in a real browser", () => {
  let folder: string;
  let browser: Browser;
  let sandbox: RunningSandbox;
  let service: RunningLinkService;
  let store: FileAuthorizationStore;
  let page: Page;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "ou-link-in-browser-"));
    store = new FileAuthorizationStore(folder);
    sandbox = await startSandbox();
    service = await startLinkService({
      client: new CronofyClient({
        dataCenter: "us",
        clientId: sandbox.client_id,
        clientSecret: new Secret(sandbox.client_secret),
        apiUrl: sandbox.api_url,
        appUrl: sandbox.app_url,
      }),
      store,
      linkSecret: LINK_SECRET,
      integrator: { name: "Acme Scheduling" },
      port: 0,
    });
    browser = await launchChromium();
  });

  afterAll(async () => {
    await browser?.close();
    await service?.close();
    await sandbox?.close();
    await rm(folder, { recursive: true });
  });

  beforeEach(async () => (page = await browser.newPage({ javaScriptEnabled: false })));
  afterEach(() => page.context().close());

  const keyOf = (serviceAccount: number) => ({
    dataCenter: "us" as const,
    clientId: sandbox.client_id,
    serviceAccountId: sandbox.service_accounts[serviceAccount]?.service_account_id ?? "",
  });

  /** Opens an invitation to one of the sandbox's service accounts, and goes on to the sign-in. */
  async function depart(serviceAccount: number, conferencingProviderName?: string): Promise<void> {
    const invitation = {
      ...keyOf(serviceAccount),
      redirectUri: service.callbackUrl,
      ...(conferencingProviderName !== undefined && { conferencingProviderName }),
    };
    await page.goto(await invitationUrl(service.url, invitation, LINK_SECRET));
    await page.getByRole("button", { name: "Continue to Cronofy" }).click();
  }

  const heading = () => page.getByRole("heading", { level: 1 }).innerText();

  it("leads from the invitation by sign-in and consent to the linked page, without JavaScript", async () => {
    await depart(0, "zoom_enterprise");
    expect(await heading()).toBe("Sign in for acme.example");
    await keepScreenshot(page, "sign-in");
    await page.getByRole("button", { name: "Sign in" }).click();
    expect(await page.getByRole("radio", { name: "Zoom" }).isChecked()).toBe(true);
    await keepScreenshot(page, "consent");
    await page.getByRole("button", { name: "Approve" }).click();
    expect(await heading()).toBe("Conferencing is linked");
    await keepScreenshot(page, "linked");
    expect(await store.read(keyOf(0))).not.toBeNull();
    await page.goBack();
    expect(await heading()).toBe("This link was already used");
    await page.goto(await invitationUrl(service.url, { ...keyOf(0), redirectUri: service.callbackUrl }, LINK_SECRET));
    expect(await heading()).toBe("This is already linked");
  });

  it("falls back to the list for an unknown provider, and tells of a refusal", async () => {
    await depart(1, "carrier_pigeon");
    await page.getByLabel("E-mail address of the account").fill("somebody@else.example");
    await page.getByRole("button", { name: "Sign in" }).click();
    expect(await page.getByRole("alert").innerText()).toContain("That is not calendars@globex.example.");
    await page.getByLabel("E-mail address of the account").fill("calendars@globex.example");
    await page.getByRole("button", { name: "Sign in" }).click();
    expect(await page.getByRole("group", { name: "Conferencing service" }).getByRole("radio").count()).toBe(5);
    await page.getByRole("button", { name: "Refuse" }).click();
    expect(await heading()).toBe("You declined the connection");
    await keepScreenshot(page, "declined");
    expect(await store.read(keyOf(1))).toBeNull();
  });
});
