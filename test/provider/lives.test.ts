// Random lives of links, step by step through the provider's handlers, the link service and the sandbox, each held
// against a model of a few lines. `PROPERTY_SEED=<seed>` runs them again; `LIVES=200` runs that many.
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { CronofyClient, Secret } from "../../src/cronofy";
import { createLinkService } from "../../src/link-service";
import type { LinkService } from "../../src/link-service";
import { FileLinkStore } from "../../src/link-store";
import { FakeClock } from "../../src/plugin/testing";
import { createSandbox } from "../../src/sandbox";
import type { RunningSandbox, Sandbox } from "../../src/sandbox";
import { Browser } from "../link-service/browser";
import { PROPERTY_SEED as SEED, Random } from "../plugin/values/random-values";
import { SmallTerraform } from "./small-terraform";
import { depth } from "../depth";

jest.setTimeout(600_000);

const LIVES = Number(process.env["LIVES"] ?? depth(15, 40));
const STEPS = 12;
const LIFETIME = 2 * 60_000;
const PUBLIC_URL = "https://links.example.com";

/** An authorization at Cronofy. Records of several moments may hold the same one. */
interface Grant {
  alive: boolean;
}

/** What the record of a link should say. */
interface Model {
  grant: Grant | null;
  asked: boolean;
  ended: boolean;
  /** The instance that it belongs to. */
  owner: string | null;
}

/** One declaration of the link. */
interface Instance {
  readonly address: string;
  /** That of its private state, so that an import goes on with it. */
  owner: string | null;
  /** When its URL was minted; null where none is out. */
  mintedAt: number | null;
  /** Whether somebody has begun with that URL, which works once. */
  isUsed?: boolean;
  /** Whether a URL brings the administrator. An import takes the provider's default, which is an invitation here. */
  usesUrl: boolean;
  /** Whether its state has what the configuration says. */
  isSettled: boolean;
}

/** The whole of it: what a link's record, and the URL that one instance has put out, make of its status. */
function statusOf(model: Model | null, instance: Instance, now: number): string {
  if (model === null) return "unknown";
  if (model.ended) return "unlinked";
  if (model.grant?.alive === true) return "linked";
  if (model.grant !== null && !model.asked) return "unlinked";
  if (!instance.usesUrl) return "pending";
  return instance.mintedAt !== null && now - instance.mintedAt < LIFETIME ? "pending" : "stale";
}

let sandbox: Sandbox;
let running: RunningSandbox;
let folder: string;
const clock = new FakeClock(new Date("2026-03-01T10:00:00.000Z"));

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "ou-link-lives-"));
  sandbox = createSandbox({ seed: String(SEED), now: () => clock.now().getTime() });
  running = await sandbox.listen();
});
afterAll(async () => {
  await running.close();
  await rm(folder, { recursive: true, force: true });
});

/** One link, its declarations in two states, its store and the administrator. */
class Life {
  readonly history: string[] = [];
  private model: Model | null = null;
  private backup: { readonly model: Model | null; readonly number: number } | null = null;
  private backups = 0;
  private made = 0;
  private round = 0;
  private readonly instances: Instance[] = [];
  private readonly store: string;
  private readonly service: LinkService;

  private constructor(
    private readonly terraform: SmallTerraform,
    private readonly account: string,
    private readonly usesUrl: boolean,
    number: number,
    private readonly pick: (below: number) => number,
  ) {
    this.store = path.join(folder, `life-${number}`);
    this.service = createLinkService({
      client: new CronofyClient({
        dataCenter: "us",
        clientId: sandbox.client_id,
        clientSecret: new Secret(sandbox.client_secret),
        apiUrl: running.api_url,
        appUrl: running.app_url,
      }),
      store: new FileLinkStore(this.store),
      linkSecret: new Secret(sandbox.client_secret),
      publicUrl: PUBLIC_URL,
      now: clock.now,
    });
  }

  static async begin(number: number, pick: (below: number) => number): Promise<Life> {
    const account = `ser_life${number}`;
    sandbox.controls.addServiceAccount({ service_account_id: account, email: `admin@life${number}.example` });
    const usesUrl = number % 3 === 2;
    const store = path.join(folder, `life-${number}`);
    return new Life(await SmallTerraform.create(provider(store)), account, usesUrl, number, pick);
  }

  /** Does one random thing, then holds every declaration's status against the model. */
  async step(): Promise<void> {
    const steps = [
      () => this.declare(),
      () => this.applyOne(),
      () => this.replaceCreatingFirst(),
      () => this.replaceDestroyingFirst(),
      () => this.rename(),
      () => this.removeFromState(),
      () => this.importLink(),
      () => this.destroyOne(),
      () => this.come(),
      () => this.come(),
      () => this.decline(),
      () => this.askAgain(),
      () => this.revoke(),
      () => this.takeBackup(),
      () => this.restore(),
      () => this.swapStore(),
    ];
    clock.advance(30_000);
    const step = steps[this.pick(steps.length)];
    await Promise.resolve(step?.());
    await this.compare();
  }

  /** From wherever it is, an apply and an administrator lead to linked. */
  async end(): Promise<void> {
    if (this.instances.length === 0) await this.declare();
    const [instance] = this.instances;
    if (instance === undefined) throw new Error("Nothing is declared.");
    clock.advance(LIFETIME);
    await this.apply(instance);
    await this.come();
    const { status } = await this.terraform.refresh(instance.address);
    if (status !== "linked") throw new Error(`${this.told()}: it ends ${String(status)}, a wedge.`);
  }

  private async compare(): Promise<void> {
    for (const instance of this.instances) {
      const { status } = await this.terraform.refresh(instance.address);
      const expected = statusOf(this.model, instance, clock.now().getTime());
      if (status !== expected) {
        throw new Error(`${this.told()}: ${instance.address} is ${String(status)}, the model says ${expected}.`);
      }
      // What was read as used or lost puts out no URL any more, also where an older record comes back.
      if (status === "unlinked" || (status === "linked" && this.model?.asked === false)) instance.mintedAt = null;
    }
  }

  private told(): string {
    return `${this.account} (${this.usesUrl ? "url" : "invitation"}), seed ${SEED}: ${this.history.join(", ")}`;
  }

  private config(): Record<string, unknown> {
    return {
      service_account_id: this.account,
      ...(this.usesUrl && { authorize_with: "url", link_token_lifetime: "2m" }),
      ...(this.round > 0 && { keepers: { round: String(this.round) } }),
    };
  }

  private one(): Instance | undefined {
    return this.instances[this.pick(Math.max(1, this.instances.length))];
  }

  private drop(instance: Instance): void {
    this.instances.splice(this.instances.indexOf(instance), 1);
  }

  private async declare(): Promise<Instance> {
    const address = `link.${++this.made}`;
    this.history.push(`declare ${address}`);
    await this.terraform.apply(address, this.config());
    const instance = {
      address,
      owner: address,
      mintedAt: null as number | null,
      usesUrl: this.usesUrl,
      isSettled: true,
    };
    this.instances.push(instance);
    this.declared(instance, false);
    return instance;
  }

  /** What declaring makes of the record. */
  private declared(instance: Instance, anew: boolean): void {
    instance.owner ??= instance.address;
    const living = this.model === null || this.model.ended ? { grant: null, asked: false } : this.model;
    const asked = anew || living.asked || living.grant?.alive !== true;
    this.model = { grant: living.grant, asked, ended: false, owner: instance.owner };
    if (!this.usesUrl || !asked) return;
    instance.mintedAt = clock.now().getTime();
    instance.isUsed = false;
  }

  private async applyOne(): Promise<void> {
    const instance = this.one();
    if (instance !== undefined) await this.apply(instance);
  }

  private async apply(instance: Instance): Promise<void> {
    this.history.push(`apply ${instance.address}`);
    const status = statusOf(this.model, instance, clock.now().getTime());
    // What no evidence can be had of is asked anew by hand.
    if (status === "unknown") {
      this.round++;
      for (const each of this.instances) each.isSettled = false;
    }
    const isOtherwise = instance.usesUrl !== this.usesUrl;
    instance.isSettled = true;
    instance.usesUrl = this.usesUrl;
    await this.terraform.apply(instance.address, this.config());
    if (status === "unknown" || status === "unlinked" || status === "stale") {
      this.declared(instance, status !== "stale");
    } else if (isOtherwise && this.model !== null && this.model.grant?.alive !== true) {
      this.declared(instance, false);
    }
    if (await this.terraform.apply(instance.address, this.config())) {
      throw new Error(`${this.told()}: the plan after an apply is not empty.`);
    }
  }

  private async replaceCreatingFirst(): Promise<void> {
    const old = this.one();
    if (old === undefined) return;
    this.history.push(`replace ${old.address} creating first`);
    await this.declare();
    await this.destroy(old);
  }

  private async replaceDestroyingFirst(): Promise<void> {
    const old = this.one();
    if (old === undefined) return;
    this.history.push(`replace ${old.address}`);
    await this.destroy(old);
    await this.declare();
  }

  private rename(): void {
    const instance = this.one();
    if (instance === undefined) return;
    const address = `link.${++this.made}`;
    this.history.push(`move ${instance.address} to ${address}`);
    this.terraform.move(instance.address, address);
    this.drop(instance);
    this.instances.push({ ...instance, address });
  }

  private removeFromState(): void {
    const instance = this.one();
    if (instance === undefined) return;
    this.history.push(`state rm ${instance.address}`);
    this.terraform.forget(instance.address);
    this.drop(instance);
  }

  private async importLink(): Promise<void> {
    const address = `link.${++this.made}`;
    this.history.push(`import ${address}`);
    const { status } = await this.terraform.import(address, `us/${this.account}`);
    const owner = this.model?.ended === false ? this.model.owner : null;
    const instance = { address, owner, mintedAt: null, usesUrl: false, isSettled: false };
    const expected = statusOf(this.model, instance, clock.now().getTime());
    if (status !== expected) throw new Error(`${this.told()}: imported as ${String(status)}, not ${expected}.`);
    this.instances.push(instance);
  }

  private async destroyOne(): Promise<void> {
    const instance = this.one();
    if (instance === undefined) return;
    await this.destroy(instance);
  }

  private async destroy(instance: Instance): Promise<void> {
    this.history.push(`destroy ${instance.address}`);
    await this.terraform.destroy(instance.address);
    this.drop(instance);
    const owner = this.model?.owner ?? instance.owner;
    if (this.model === null || this.model.ended || owner !== instance.owner) return;
    if (this.model.grant !== null) this.model.grant.alive = false;
    this.model = { grant: null, asked: false, ended: true, owner: this.model.owner };
  }

  /** The administrator comes by whatever they were sent last, and approves. */
  private async come(): Promise<void> {
    const sent = await this.begin();
    if (sent === null) return;
    this.history.push("come");
    const page = await sent.browser.open(sandbox.controls.authorize(sent.location));
    if (page.title !== "Conferencing is linked") return;
    const owner = this.model?.owner ?? null;
    this.model = { grant: { alive: true }, asked: false, ended: false, owner };
  }

  /** By the action, which asks of what is declared alone, and at once. */
  private async askAgain(): Promise<void> {
    this.history.push("ask again");
    const isDeclared = this.model !== null && !this.model.ended && this.model.owner !== null;
    const said = await this.terraform.askAgain(this.account);
    const expected = isDeclared ? `is awaited since ${clock.now().toISOString()}` : "No such link";
    if (!said.includes(expected)) throw new Error(`${this.told()}: the action says "${said}".`);
    if (!isDeclared || this.model === null) return;
    this.model.asked = true;
    for (const { address } of this.instances) {
      const { authorization_required: isRequired } = await this.terraform.refresh(address);
      if (isRequired !== true) throw new Error(`${this.told()}: nobody is awaited at ${address}.`);
    }
  }

  private async decline(): Promise<void> {
    const sent = await this.begin();
    if (sent === null) return;
    this.history.push("decline");
    await sent.browser.open(sandbox.controls.authorize(sent.location, { refuse: true }));
  }

  /** Opens an invitation and presses its button, or takes a URL that has not lapsed; null where there is neither. */
  private async begin(): Promise<{ readonly browser: Browser; readonly location: string } | null> {
    const browser = new Browser((request) => this.service.fetch(request));
    for (const { address } of this.instances) {
      const { authorization_url: url, invitation_url: invitation } = await this.terraform.refresh(address);
      if (typeof url === "string" && this.isOut(address)) return { browser, location: url };
      if (typeof invitation !== "string") continue;
      const page = await browser.open(invitation);
      if (!page.text.includes("<form")) continue;
      return { browser, location: String((await browser.press(page)).location) };
    }
    return null;
  }

  /** Whether the URL of an instance may still be used: each works once. */
  private isOut(address: string): boolean {
    const instance = this.instances.find((each) => each.address === address);
    if (instance === undefined || instance.mintedAt === null || instance.isUsed === true) return false;
    instance.isUsed = true;
    return clock.now().getTime() - instance.mintedAt < LIFETIME;
  }

  private revoke(): void {
    this.history.push("revoke at Cronofy");
    sandbox.controls.revoke(this.account);
    if (this.model?.grant) this.model.grant.alive = false;
    if (this.backup?.model?.grant) this.backup.model.grant.alive = false;
  }

  private async takeBackup(): Promise<void> {
    this.history.push("backup");
    this.backup = { model: this.model && { ...this.model }, number: ++this.backups };
    await cp(this.store, this.backupFolder(this.backup.number), { recursive: true }).catch(ignoreMissing);
  }

  private async restore(): Promise<void> {
    if (this.backup === null) return;
    this.history.push("restore");
    await rm(this.store, { recursive: true, force: true });
    await cp(this.backupFolder(this.backup.number), this.store, { recursive: true }).catch(ignoreMissing);
    this.model = this.backup.model && { ...this.backup.model };
  }

  /** Another store for one read: nothing is known, nothing is minted, and all of it is back with the right one. */
  private async swapStore(): Promise<void> {
    this.history.push("another store, and back");
    const requests = sandbox.controls.requests().length;
    await this.terraform.configure(provider(`${this.store}-other`));
    for (const { address, isSettled } of this.instances) {
      const { status } = await this.terraform.refresh(address);
      if (status !== "unknown") throw new Error(`${this.told()}: ${String(status)} by a store that knows nothing.`);
      // Where the configuration differs from what was imported, there is something to apply all the same.
      if (isSettled && (await this.terraform.apply(address, this.config()))) {
        throw new Error(`${this.told()}: applied without evidence.`);
      }
    }
    if (sandbox.controls.requests().length !== requests) throw new Error(`${this.told()}: asked Cronofy for nothing.`);
    await this.terraform.configure(provider(this.store));
  }

  private backupFolder(number: number): string {
    return `${this.store}-backup-${number}`;
  }
}

function provider(store: string) {
  return {
    env: {
      CRONOFY_DATA_CENTER: "us",
      CRONOFY_CLIENT_ID: sandbox.client_id,
      CRONOFY_CLIENT_SECRET: sandbox.client_secret,
      CRONOFY_API_URL: running.api_url,
      CRONOFY_APP_URL: running.app_url,
      OU_LINK_SERVICE_URL: PUBLIC_URL,
      OU_LINK_STORE_FILE: store,
    },
    now: clock.now,
  };
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}

it(`${LIVES} random lives are told as the model tells them, and none is wedged (seed ${SEED})`, async () => {
  const random = new Random(SEED);
  const problems: string[] = [];
  for (let number = 0; number < LIVES; number++) {
    const life = await Life.begin(number, (below) => random.below(below));
    try {
      for (let step = 0; step < STEPS; step++) await life.step();
      await life.end();
    } catch (error) {
      problems.push(`${life.history.join(", ")}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  expect(problems).toEqual([]);
});
