import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { FileLinkStore, declareLink, invitationUrl, signOAuthState } from "../../src/link-store";
import type { DeclareOptions, LinkFacts, LinkStore, LinkInvitation, LinkKey, OAuthState } from "../../src/link-store";
import { CronofyClient, Secret } from "../../src/cronofy";
import { createLinkService } from "../../src/link-service";
import type { AccessLogEntry, LinkCompleted, LinkService, LinkServiceOptions } from "../../src/link-service";
import { Browser } from "./browser";
import { startScriptedCronofy } from "./scripted-cronofy";
import type { ScriptedCronofy } from "./scripted-cronofy";

export const LINK: LinkKey = {
  dataCenter: "de",
  clientId: "client-1",
  serviceAccountId: "ser_5ba21743f408617d1269ea1e",
};
export const CLIENT_SECRET = "client-secret-in-clear";
export const LINK_SECRET = "link-secret-in-clear";
export const PUBLIC_URL = "https://links.example.com";
export const CALLBACK = `${PUBLIC_URL}/callback`;

/** The resource instance that declares the link. */
export const DECLARATION = { id: "declaration-1", at: "2026-02-27T08:00:00.000Z", place: "host:/links" };

/** A link service in this process, with a Cronofy that plays by a script and a clock that is moved by hand. */
export class Stage {
  now = new Date("2026-03-01T09:00:00Z");
  readonly log: AccessLogEntry[] = [];
  readonly completed: LinkCompleted[] = [];

  private constructor(
    private readonly folder: string,
    readonly store: LinkStore,
    readonly cronofy: ScriptedCronofy,
  ) {}

  /** @param store in place of a folder of the stage's own */
  static async open(store?: LinkStore): Promise<Stage> {
    const folder = await mkdtemp(path.join(os.tmpdir(), "ou-link-service-"));
    const own = store ?? new FileLinkStore(path.join(folder, "links"));
    return new Stage(folder, own, await startScriptedCronofy());
  }

  async close(): Promise<void> {
    await this.cronofy.close();
    await rm(this.folder, { recursive: true });
  }

  /** A further instance of the service. */
  service(change: Partial<LinkServiceOptions> = {}): LinkService {
    return createLinkService({
      client: new CronofyClient({
        dataCenter: LINK.dataCenter,
        clientId: LINK.clientId,
        clientSecret: new Secret(CLIENT_SECRET),
        apiUrl: this.cronofy.url,
        maxRetries: 0,
        requestsPerSecond: 100_000,
        requestsPerMinute: 6_000_000,
      }),
      store: this.store,
      linkSecret: new Secret(LINK_SECRET),
      publicUrl: PUBLIC_URL,
      onLinked: (event) => this.completed.push(event),
      log: (entry) => this.log.push(entry),
      now: () => this.now,
      ...change,
    });
  }

  /** A browser that knows no address but those of one instance. */
  browser(service: LinkService): Browser {
    return new Browser((request) => service.fetch(request));
  }

  /** Declares the link, as an apply does. */
  async declare(change: Partial<DeclareOptions> = {}, link: LinkKey = LINK): Promise<LinkFacts> {
    const declared = await declareLink(this.store, link, {
      declaration: DECLARATION,
      conferencingProviderName: null,
      asksAnew: false,
      now: this.now,
      ...change,
    });
    return declared.link;
  }

  /** Records that Cronofy refuses the link's authorization. */
  refuse(): Promise<void> {
    return this.store.locked(LINK, async (record) => {
      const current = await record.current();
      if (current === null || current.authorization === null) throw new Error("There is no authorization to refuse.");
      const authorization = { ...current.authorization, refusedAt: this.now.toISOString() };
      await record.write({ ...current, authorization });
    });
  }

  /** The invitation to a link's life that the store knows; the link is declared where it knows none. */
  async invite(change: Partial<LinkInvitation> = {}, secret = LINK_SECRET): Promise<string> {
    const invitation = { ...LINK, redirectUri: CALLBACK, ...change };
    const { lifeId = ((await this.store.look(invitation)) ?? (await this.declare({}, invitation))).lifeId } = change;
    return invitationUrl(PUBLIC_URL, { ...invitation, lifeId }, new Secret(secret));
  }

  /** A state as Terraform's output has it, bound to no browser. */
  signState(change: Partial<OAuthState> = {}): Promise<string> {
    return signOAuthState({ ...LINK, redirectUri: CALLBACK, ...change }, new Secret(LINK_SECRET));
  }

  /** Takes a browser from the invitation to Cronofy. @returns the state with which it will come back. */
  async depart(browser: Browser, invitation: Partial<LinkInvitation> = {}): Promise<string> {
    const { location } = await browser.press(await browser.open(await this.invite(invitation)));
    return new URL(location ?? "").searchParams.get("state") ?? "";
  }

  pass(seconds: number): void {
    this.now = new Date(this.now.getTime() + seconds * 1_000);
  }
}

/** Where Cronofy sends a browser. */
export function returnUrl(query: Readonly<Record<string, string>>): string {
  return `${CALLBACK}?${new URLSearchParams(query).toString()}`;
}
