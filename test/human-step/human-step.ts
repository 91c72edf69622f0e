import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { Page } from "playwright-core";
import { FileLinkStore, declareLink, endLink, invitationUrl } from "../../src/link-store";
import type { Ending, LinkInvitation, LinkKey } from "../../src/link-store";
import { CronofyClient, Secret } from "../../src/cronofy";
import { startLinkService } from "../../src/link-service";
import type { RunningLinkService } from "../../src/link-service";
import { startSandbox } from "../../src/sandbox";
import type { RunningSandbox, StartSandboxOptions } from "../../src/sandbox";

const LINK_SECRET = new Secret("link-secret-in-clear");

/** The service accounts with which a sandbox begins, by their organization. */
const ORGANIZATIONS = ["acme", "globex", "initech"] as const;
export type Organization = (typeof ORGANIZATIONS)[number];

/** The resource instance that declares the links. */
const DECLARATION = { id: "declaration-1", at: "2026-02-27T08:00:00.000Z", place: "host:/links" };

/** All that an administrator's browser meets: a link service and a sandbox that listen, with a store of their own. */
export class HumanStep {
  private constructor(
    private readonly folder: string,
    readonly sandbox: RunningSandbox,
    readonly service: RunningLinkService,
    readonly store: FileLinkStore,
  ) {}

  static async open(options: StartSandboxOptions = {}): Promise<HumanStep> {
    const folder = await mkdtemp(path.join(os.tmpdir(), "ou-link-human-step-"));
    const store = new FileLinkStore(folder);
    const sandbox = await startSandbox({ seed: "human step", applicationName: "Acme Scheduling", ...options });
    const service = await startLinkService({
      client: new CronofyClient({
        dataCenter: "us",
        clientId: sandbox.client_id,
        clientSecret: new Secret(sandbox.client_secret),
        apiUrl: sandbox.api_url,
        appUrl: sandbox.app_url,
        maxRetries: 0,
      }),
      store,
      linkSecret: LINK_SECRET,
      integrator: { name: "Acme Scheduling" },
      reference: () => "5f2c81d0",
      port: 0,
    });
    return new HumanStep(folder, sandbox, service, store);
  }

  async close(): Promise<void> {
    await this.service.close();
    await this.sandbox.close();
    await rm(this.folder, { recursive: true });
  }

  keyOf(organization: Organization): LinkKey {
    const account = this.sandbox.service_accounts[ORGANIZATIONS.indexOf(organization)];
    return {
      dataCenter: "us",
      clientId: this.sandbox.client_id,
      serviceAccountId: account?.service_account_id ?? "",
    };
  }

  /**
   * The address that an administrator is sent.
   *
   * @param change for a `lifeId` of its own, nothing declares the link
   */
  async invite(organization: Organization, change: Partial<LinkInvitation> = {}): Promise<string> {
    const invitation = { ...this.keyOf(organization), redirectUri: this.service.callbackUrl, ...change };
    const lifeId = change.lifeId ?? (await this.declare(invitation));
    return invitationUrl(this.service.url, { ...invitation, lifeId }, LINK_SECRET);
  }

  /** Has the link declared, as an apply does. @returns its life */
  private async declare(key: LinkKey): Promise<string> {
    const options = { declaration: DECLARATION, conferencingProviderName: null, asksAnew: false, now: new Date() };
    return (await declareLink(this.store, key, options)).link.lifeId;
  }

  /** Ends the link in the store, as a destroy does that finds it revoked at Cronofy. */
  end(organization: Organization): Promise<Ending> {
    const revoked = { revoke: () => Promise.resolve() };
    const options = { declarationId: DECLARATION.id, now: new Date() };
    return endLink(this.store, revoked, this.keyOf(organization), options);
  }

  /** Steers the sandbox by its admin API. */
  async steer(route: string, body: Readonly<Record<string, unknown>>): Promise<void> {
    const answer = await fetch(`${this.sandbox.admin_url}${route}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`The sandbox refused ${route}: ${await answer.text()}`);
  }

  /** How often the link service has asked the sandbox for a link token. */
  async mints(): Promise<number> {
    const answer = await fetch(`${this.sandbox.admin_url}/requests`);
    const requests = (await answer.json()) as readonly { path: string }[];
    return requests.filter(({ path }) => path === "/v1/organizational_unit_authorization_link_tokens").length;
  }

  /** Takes the link from sandbox and store, so that its unit alone is left. */
  async unlink(organization: Organization): Promise<void> {
    await this.steer("/revoke", { service_account_id: this.keyOf(organization).serviceAccountId });
    await this.end(organization);
  }

  /** Opens an invitation and goes on to the sandbox's sign-in. */
  async depart(page: Page, organization: Organization, conferencingProviderName?: string): Promise<void> {
    await page.goto(
      await this.invite(organization, conferencingProviderName === undefined ? {} : { conferencingProviderName }),
    );
    await page.getByRole("button", { name: "Continue to Cronofy" }).click();
  }

  /** Opens an invitation and goes on to the sandbox's questions. */
  async signIn(page: Page, organization: Organization, conferencingProviderName?: string): Promise<void> {
    await this.depart(page, organization, conferencingProviderName);
    await page.getByRole("button", { name: "Sign in" }).click();
  }

  /** Goes all the way from an invitation to the linked page. */
  async link(page: Page, organization: Organization, conferencingProviderName = "ms_teams"): Promise<void> {
    await this.signIn(page, organization, conferencingProviderName);
    await page.getByRole("button", { name: "Approve" }).click();
  }
}

/** What a page calls itself. */
export function headingOf(page: Page): Promise<string> {
  return page.getByRole("heading", { level: 1 }).innerText();
}
