import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { CronofyClient, Secret } from "../../src/cronofy";
import { createLinkService } from "../../src/link-service";
import { FileLinkStore, declareLink, endLink, invitationUrl } from "../../src/link-store";
import type { Ending, LinkKey } from "../../src/link-store";
import { startSandbox } from "../../src/sandbox";
import type { RunningSandbox } from "../../src/sandbox";
import { Browser } from "./browser";
import type { Page } from "./browser";

const PUBLIC_URL = "https://links.example.com";
const LINK_SECRET = new Secret("link-secret-in-clear");

/** Cronofy, with something that happens at the very moment at which it is asked. */
class WatchedClient extends CronofyClient {
  onRedeem: () => void = () => undefined;
  onRevoke: () => void = () => undefined;

  override redeemCode(...call: Parameters<CronofyClient["redeemCode"]>) {
    this.onRedeem();
    return super.redeemCode(...call);
  }

  override revoke(...call: Parameters<CronofyClient["revoke"]>) {
    this.onRevoke();
    return super.revoke(...call);
  }
}

describe("a link that is ended while its administrator comes back", () => {
  let folder: string;
  let sandbox: RunningSandbox;
  let store: FileLinkStore;
  let client: WatchedClient;
  let key: LinkKey;
  let browser: Browser;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "ou-link-ending-"));
    sandbox = await startSandbox();
    store = new FileLinkStore(folder);
    client = new WatchedClient({
      dataCenter: "us",
      clientId: sandbox.client_id,
      clientSecret: new Secret(sandbox.client_secret),
      apiUrl: sandbox.api_url,
      appUrl: sandbox.app_url,
    });
    const serviceAccountId = sandbox.service_accounts[0]?.service_account_id ?? "";
    key = { dataCenter: "us", clientId: sandbox.client_id, serviceAccountId };
    const service = createLinkService({ client, store, linkSecret: LINK_SECRET, publicUrl: PUBLIC_URL });
    browser = new Browser((request) => service.fetch(request));
  });

  afterEach(async () => {
    await sandbox.close();
    await rm(folder, { recursive: true });
  });

  const end = () => endLink(store, client, key, { declarationId: "declaration-1", now: new Date() });

  /** Declares the link and takes its administrator to their approval. @returns where Cronofy sends them back to */
  async function approved(asksAnew = false): Promise<string> {
    const declaration = { id: "declaration-1", at: new Date().toISOString(), place: null };
    const options = { declaration, conferencingProviderName: null, asksAnew, now: new Date() };
    const { lifeId } = (await declareLink(store, key, options)).link;
    const invitation = { ...key, lifeId, redirectUri: `${PUBLIC_URL}/callback` };
    const page = await browser.open(await invitationUrl(PUBLIC_URL, invitation, LINK_SECRET));
    const { location } = await browser.press(page);
    const answer = await fetch(`${sandbox.admin_url}/authorize`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ authorization_url: location }),
    });
    return ((await answer.json()) as { redirect_to: string }).redirect_to;
  }

  async function aliveAtCronofy(): Promise<readonly unknown[]> {
    const state = (await (await fetch(`${sandbox.admin_url}/state`)).json()) as { authorizations: unknown[] };
    return state.authorizations;
  }

  /** That nothing is left of it: neither at Cronofy nor in the record. */
  async function expectNothingAlive(): Promise<void> {
    expect(await aliveAtCronofy()).toEqual([]);
    expect(await store.read(key)).toMatchObject({ ended: { by: "destroy" }, authorization: null, tokens: null });
  }

  it("is revoked where its code was on the way already", async () => {
    const back = await approved();
    let ending: Promise<Ending> | undefined;
    client.onRedeem = () => void (ending = end());
    expect(await browser.open(back)).toMatchObject({ status: 200, title: "Conferencing is linked" });
    expect(await ending).toEqual({ kind: "revoked" });
    await expectNothingAlive();
  });

  it("is not linked anew where it was being revoked already", async () => {
    await browser.open(await approved());
    expect(await aliveAtCronofy()).toHaveLength(1);
    const back = await approved(true);
    let page: Promise<Page> | undefined;
    client.onRevoke = () => void (page = browser.open(back));
    expect(await end()).toEqual({ kind: "revoked" });
    expect(await page).toMatchObject({ status: 410, title: "This invitation has been withdrawn" });
    await expectNothingAlive();
  });

  it("leaves nothing alive, whichever of the two is first", async () => {
    for (let turn = 0; turn < 10; turn++) {
      const back = await approved();
      const both = [() => browser.open(back), end];
      const [one, two] = turn % 2 === 0 ? both : both.reverse();
      await Promise.all([one?.(), two?.()]);
      await expectNothingAlive();
    }
  });
});
