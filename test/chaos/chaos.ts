/**
 * `npm run chaos -- --seed N`: links through weeks of faults. Terraform and link services are processes that are killed,
 * PostgreSQL, PgBouncer and Cronofy fail, administrators come and go; whatever anybody says of a link is held against
 * what Cronofy did, and at the end nothing may be lost, and every link must come to be linked in peace.
 */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import { STORE_KEY_VARIABLE, openLinkStore, storeChosenBy } from "../../src/link-store";
import type { LinkRecord, LinkStore, StoreChoice } from "../../src/link-store";
import { createSandbox } from "../../src/sandbox";
import type { Sandbox } from "../../src/sandbox";
import { Random } from "../plugin/values/random-values";
import { Administrators, PUBLIC_URL } from "./administrator";
import { Database } from "./database";
import { FleetProcess, Killed } from "./fleet-process";
import type { Call, Told, Wanted } from "./fleet-process";
import { Ledger } from "./ledger";
import type { Authorization, Count, Problem } from "./ledger";
import { CronofyUnderFire } from "./local-cronofy-under-fire";
import type { Moment } from "./local-cronofy-under-fire";
import { SmallDisk } from "./small-disk";
import type { StoreUnderFire } from "./store-under-fire";

/** How large a run is. */
export interface ChaosOptions {
  readonly seed: number;
  readonly links: number;
  /** Simulated days; a pipeline applies twice in each. */
  readonly days: number;
  /** Real minutes after which no further day begins. */
  readonly minutes: number;
  readonly terraforms: number;
  readonly store: "postgres" | "file";
  /** Whether the lock of a killed process is free at once, and not by its time. */
  readonly isQuick: boolean;
  /** Told what happens, a line at a time. */
  readonly onLine: (line: string) => void;
}

/** What came of a run. */
export interface ChaosResult {
  readonly days: number;
  readonly counts: ReadonlyMap<Count, number>;
  readonly problems: readonly Problem[];
  readonly failures: ReadonlyMap<string, number>;
  readonly history: (account: string) => readonly string[];
}

const SERVICES = 2;
/** What Terraform does at the same time, as by its default. */
const AT_ONCE = 10;
const ADMINISTRATORS_AT_ONCE = 8;
const APPLIES_A_DAY = 2;
const HALF_DAY = 12 * 60 * 60_000;
const BEGINNING = Date.parse("2026-03-01T06:00:00.000Z");
/** Milliseconds that one thing may take, waits for locks and retries included. */
const LONGEST = 180_000;

/** A link as it is declared, and what Terraform last said of it. */
interface Link {
  readonly account: string;
  readonly owner: number;
  readonly byUrl: boolean;
  isDeclared: boolean;
  made: number;
  keepers: number;
  createsFirst: boolean;
  told: Told | null;
}

/** Something that goes wrong once so much of a half day's work has begun. */
interface Event {
  /** Percent. */
  readonly at: number;
  readonly moment: Moment;
  readonly what: "kill the asker" | "kill any" | "kill PgBouncer" | "crash PostgreSQL" | "be read-only" | "be full";
  readonly milliseconds: number;
}

/** Runs one. */
export async function chaos(options: ChaosOptions): Promise<ChaosResult> {
  const run = await Chaos.begin(options);
  try {
    return await run.all();
  } finally {
    await run.end();
  }
}

class Chaos {
  /** Draws what is planned, between half days, so that a seed plans the same again. */
  private readonly random: Random;
  /** Draws what comes as things go on. */
  private readonly chance: Random;
  private readonly ledger = new Ledger(() => new Date(this.now()));
  private readonly folder = mkdtempSync(path.join(tmpdir(), "chaos-"));
  private readonly storeEnv = { [STORE_KEY_VARIABLE]: randomBytes(32).toString("base64") };
  private readonly links: Link[];
  private readonly sandbox: Sandbox;
  private readonly cronofy: CronofyUnderFire;
  private readonly administrators: Administrators;
  private readonly terraforms: FleetProcess[] = [];
  private readonly services: FleetProcess[] = [];
  private readonly store: LinkStore;
  private halfDay = 0;
  private since = performance.now();
  private begun = 0;
  private events: Event[] = [];
  private readonly underWay = new Set<Promise<void>>();
  private incarnations = 0;

  private constructor(
    private readonly options: ChaosOptions,
    private readonly place: StoreUnderFire,
  ) {
    const { seed, links, terraforms } = options;
    this.random = new Random(seed);
    this.chance = new Random(seed + 1);
    this.links = Array.from({ length: links }, (_, index) => ({
      account: `ser_chaos${index}`,
      owner: index % terraforms,
      byUrl: this.random.oneIn(5),
      isDeclared: true,
      made: 1,
      keepers: 0,
      createsFirst: true,
      told: null,
    }));
    this.sandbox = createSandbox({
      seed: String(seed),
      now: () => this.now(),
      requestLogLength: 0,
      serviceAccounts: this.links.map(({ account }) => ({
        service_account_id: account,
        email: `calendars@${account.replace("_", "-")}.example`,
      })),
    });
    this.cronofy = new CronofyUnderFire({
      sandbox: this.sandbox,
      ledger: this.ledger,
      random: new Random(seed + 2),
      onMoment: (moment, process) => this.bringDueAbout({ moment, process }),
    });
    this.administrators = new Administrators(this.sandbox, this.ledger, () => this.anyOf(this.services, this.chance));
    this.store = openLinkStore(storeChosenBy(place.env) as StoreChoice, { env: this.storeEnv });
  }

  static async begin(options: ChaosOptions): Promise<Chaos> {
    const { store, onLine } = options;
    const run = new Chaos(options, store === "file" ? SmallDisk.start(onLine) : await Database.start(onLine));
    try {
      await run.cronofy.listen();
      const terraforms = Array.from({ length: options.terraforms }, (_, index) => run.startTerraform(index));
      await Promise.all([...terraforms, ...Array.from({ length: SERVICES }, (_, index) => run.startService(index))]);
      return run;
    } catch (error) {
      await run.end();
      throw error;
    }
  }

  async end(): Promise<void> {
    await Promise.all([...this.terraforms, ...this.services].map((each) => each.kill()));
    await this.store.close();
    await this.cronofy.close();
    await this.place.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async all(): Promise<ChaosResult> {
    const { days, minutes, onLine } = this.options;
    const start = performance.now();
    while (this.halfDay < days * APPLIES_A_DAY && performance.now() - start < minutes * 60_000) {
      const planned = await this.passHalfDay();
      const { counts, problems } = this.ledger;
      onLine(
        `day ${this.halfDay / APPLIES_A_DAY}, ${((performance.now() - start) / 1_000).toFixed(0)} s: ` +
          `${counts.get("requests to Cronofy")} requests, ${problems.length} problems; ${planned.join(", ")}`,
      );
    }
    await this.comeToPeace();
    return {
      days: this.halfDay / APPLIES_A_DAY,
      counts: this.ledger.counts,
      problems: this.ledger.problems,
      failures: this.ledger.failures,
      history: (account) => this.ledger.history(account),
    };
  }

  private now(): number {
    return BEGINNING + this.halfDay * HALF_DAY + performance.now() - this.since;
  }

  private anyOf<T>(all: readonly T[], random = this.random): T {
    return all[random.below(all.length)] as T;
  }

  /** Nothing is under way while time leaps. */
  private leap(): void {
    this.halfDay++;
    this.since = performance.now();
    for (const each of [...this.terraforms, ...this.services]) each.setClock(this.now());
  }

  /** @returns what was planned to go wrong */
  private async passHalfDay(): Promise<string[]> {
    this.leap();
    this.begun = 0;
    this.events = this.drawEvents();
    const planned = this.events.map(({ what, at, moment, milliseconds }) =>
      [`${what} at ${at} %`, what === "kill the asker" && ` ${moment}`, milliseconds > 0 && ` for ${milliseconds} ms`]
        .filter(Boolean)
        .join(""),
    );
    for (const link of this.links) this.changeByChance(link);
    const visits = new Set(this.links.filter(() => this.random.oneIn(3)));
    const revoked = this.links.filter(() => this.random.oneIn(60));
    const looked = this.links.filter(() => this.random.oneIn(8));
    await Promise.all([
      // A URL lapses by the next time, so whoever was sent one comes at once.
      ...this.terraforms.map((_, index) =>
        this.runPipeline(index, (link) => (link.byUrl && visits.has(link) ? this.visit(link) : Promise.resolve())),
      ),
      each(looked, 4, (link) => this.look(link)),
      each(
        [...visits].filter(({ byUrl }) => !byUrl),
        ADMINISTRATORS_AT_ONCE,
        (link) => this.visit(link),
      ),
      each(revoked, 1, async ({ account }) => {
        await setTimeout(this.chance.below(500));
        this.revoke(account);
      }),
    ]);
    while (this.underWay.size > 0) await Promise.all(this.underWay);
    await this.checkWord();
    return planned;
  }

  private drawEvents(): Event[] {
    const events: Event[] = [];
    const add = (times: number, what: Event["what"], milliseconds = 0) => {
      for (let time = 0; time < times; time++) {
        const moment = this.anyOf<Moment>(["before the work", "after the work", "after the answer"]);
        events.push({ at: this.random.below(100), moment, what, milliseconds });
      }
    };
    add(this.random.below(3), "kill the asker");
    if (this.random.oneIn(3)) add(1, "kill any");
    if (this.random.oneIn(4)) add(1, "kill PgBouncer");
    if (this.random.oneIn(6)) add(1, "crash PostgreSQL");
    if (this.random.oneIn(4)) add(1, "be read-only", 300 + this.random.below(3_000));
    if (this.random.oneIn(4)) add(1, "be full", 300 + this.random.below(3_000));
    // Longer than a lock outlives its holder.
    if (this.random.oneIn(25)) add(1, this.anyOf(["be read-only", "be full"]), 12_000);
    return events.sort((one, other) => one.at - other.at);
  }

  /** @param asker who is at a request to Cronofy just now, and at which moment of it */
  private bringDueAbout(asker: { readonly process: string; readonly moment: Moment } | null): void {
    const done = (100 * this.begun) / this.links.length;
    const due = this.events.filter(
      ({ at, what, moment }) => at <= done && (what !== "kill the asker" || moment === asker?.moment),
    );
    for (const event of due) {
      this.events.splice(this.events.indexOf(event), 1);
      const work = this.bringAbout(event, asker?.process).finally(() => this.underWay.delete(work));
      this.underWay.add(work);
    }
  }

  private async bringAbout({ what, milliseconds, moment }: Event, process: string | undefined): Promise<void> {
    const { ledger, place } = this;
    switch (what) {
      case "kill the asker":
        if (moment === "after the answer") await setTimeout(this.chance.below(30));
        return this.kill([...this.terraforms, ...this.services].find(({ name }) => name === process));
      case "kill any":
        return this.kill(this.anyOf([...this.terraforms, ...this.services], this.chance));
      case "kill PgBouncer":
        if (await place.killPooler()) ledger.count("kills of PgBouncer");
        return;
      case "crash PostgreSQL":
        if (await place.crash()) ledger.count("crashes of PostgreSQL");
        return;
      case "be read-only":
      case "be full":
        ledger.outageUntil = Infinity;
        if (await (what === "be full" ? place.beFull(milliseconds) : place.beReadOnly(milliseconds)))
          ledger.count(what === "be full" ? "full disks" : "read-only windows");
        ledger.outageUntil = ledger.now();
        return;
    }
  }

  /** Kills a process and starts its successor. */
  private async kill(victim: FleetProcess | undefined): Promise<void> {
    if (victim?.isAlive !== true) return;
    const left = this.ledger.killed(victim.name);
    await victim.kill();
    if (this.options.isQuick) await this.place.outliveLocks(left);
    const terraform = this.terraforms.indexOf(victim);
    this.ledger.count(terraform >= 0 ? "kills of Terraform" : "kills of a link service");
    if (terraform >= 0) await this.startTerraform(terraform);
    else await this.startService(this.services.indexOf(victim));
  }

  private async startTerraform(index: number): Promise<void> {
    const name = `terraform-${index + 1}.${++this.incarnations}`;
    const args = [path.join(this.folder, "states")];
    this.terraforms[index] = await FleetProcess.start(name, "terraform-in-child.ts", args, this.env(name), this.now());
  }

  private async startService(index: number): Promise<void> {
    const name = `service-${index + 1}.${++this.incarnations}`;
    const onLog = ({ outcome, link, detail }: { outcome: string; link: string | null; detail: string | null }) => {
      if (link !== null && detail !== null)
        this.ledger.note(link.replace(/^us\//, ""), `${name}: ${outcome}: ${detail}`);
    };
    const env = this.env(name);
    this.services[index] = await FleetProcess.start(name, "link-service-in-child.ts", [], env, this.now(), onLog);
  }

  private env(name: string): Record<string, string> {
    return {
      CRONOFY_DATA_CENTER: "us",
      CRONOFY_CLIENT_ID: this.sandbox.client_id,
      CRONOFY_CLIENT_SECRET: this.sandbox.client_secret,
      CRONOFY_API_URL: this.cronofy.urlFor(name),
      CRONOFY_APP_URL: "http://127.0.0.1:9",
      CRONOFY_REQUESTS_PER_SECOND: "100000",
      CRONOFY_REQUESTS_PER_MINUTE: "100000",
      OU_LINK_SERVICE_URL: PUBLIC_URL,
      ...this.place.env,
      ...this.storeEnv,
    };
  }

  private changeByChance(link: Link): void {
    if (!link.isDeclared) link.isDeclared = this.random.oneIn(2);
    else if (this.halfDay === 1) return;
    else if (this.random.oneIn(30)) link.keepers++;
    else if (this.random.oneIn(50)) link.isDeclared = false;
    else if (this.random.oneIn(50)) {
      link.made++;
      link.createsFirst = this.random.oneIn(2);
    }
  }

  private wanted({ account, byUrl, isDeclared, made, keepers, createsFirst }: Link): Wanted | null {
    if (!isDeclared) return null;
    const config = {
      service_account_id: account,
      ...(byUrl && { authorize_with: "url" }),
      ...(keepers > 0 && { keepers: { round: String(keepers) } }),
    };
    return { address: `link-${made}`, config, createsFirst };
  }

  /** Applies one state. What a killed process has not come to, its successor does. */
  private async runPipeline(index: number, afterwards: (link: Link) => Promise<void>): Promise<void> {
    const own = this.links.filter(({ owner }) => owner === index);
    await each(own, AT_ONCE, async (link) => {
      this.begun++;
      this.bringDueAbout(null);
      for (;;) {
        try {
          await this.apply(link);
          return await afterwards(link);
        } catch (error) {
          if (error instanceof Killed) continue;
          const text = error instanceof Error ? error.message : String(error);
          return this.ledger.failed(link.account, text);
        }
      }
    });
  }

  /** @returns whether there was anything to apply */
  private async apply(link: Link): Promise<boolean> {
    const wanted = this.wanted(link);
    const refreshed = await this.ask(link, "refresh", wanted);
    this.ledger.count("refreshes by Terraform");
    const told = await this.ask(link, "apply", wanted, causesOf(link, wanted, refreshed, this.ledger));
    link.told = told;
    this.ledger.count("applies");
    return told.isChanged;
  }

  private async look(link: Link): Promise<void> {
    if (link.told === null) return;
    await this.ask(link, "look", this.wanted(link)).catch((error: unknown) => {
      this.ledger.note(link.account, `a look fails: ${error instanceof Error ? error.message : String(error)}`);
    });
  }

  private async ask(
    link: Link,
    what: Call["what"],
    wanted: Wanted | null,
    may: { readonly mayMint: boolean; readonly mayRevoke: boolean } = { mayMint: false, mayRevoke: false },
  ): Promise<Told> {
    const { account, owner } = link;
    const index = what === "look" ? (owner + 1) % this.terraforms.length : owner;
    const terraform = await this.living(index);
    return this.ledger.during({ process: terraform.name, account, what, ...may }, async (deed) => {
      const call: Call = { what, account, wanted };
      const told = await within(terraform.call<Told>(call), () =>
        this.ledger.problem(account, `${terraform.name} takes more than ${LONGEST / 1_000} s for its ${what}`),
      );
      this.ledger.warned(deed, told.warnings);
      if (what !== "apply") this.ledger.judge(told, deed);
      else
        this.ledger.note(
          account,
          `${terraform.name} apply: ${String(told.link["status"])}${told.isChanged ? ", changed" : ""}`,
        );
      return told;
    });
  }

  private async living(index: number): Promise<FleetProcess> {
    for (;;) {
      const terraform = this.terraforms[index] as FleetProcess;
      if (terraform.isAlive) return terraform;
      await setTimeout(20);
    }
  }

  /** An administrator comes, if one was sent for. */
  private async visit({ account, told }: Link, inPeace = false): Promise<void> {
    const { authorization_required, invitation_url, authorization_url } = told?.link ?? {};
    if (authorization_required !== true) return;
    const url = authorization_url ?? invitation_url;
    if (typeof url !== "string") return;
    const title = await this.administrators.come({
      account,
      url,
      isInvitation: url === invitation_url,
      refuses: !inPeace && this.chance.oneIn(12),
      reloads: !inPeace && this.chance.oneIn(6),
    });
    if (inPeace && title !== "Conferencing is linked") {
      this.ledger.problem(account, `an administrator who comes in peace sees "${title ?? "nothing"}"`);
    }
  }

  private revoke(account: string): void {
    const alive = this.ledger.of(account).filter(({ endedAt }) => endedAt === null);
    if (alive.length === 0) return;
    this.sandbox.controls.revoke(account);
    this.ledger.ended(alive, "somebody revokes it at Cronofy");
    this.ledger.count("revocations by others");
  }

  /** A redemption of which nobody was told how it ended must have left word in the record, or been told of at its end. */
  private async checkWord(): Promise<void> {
    for (const authorization of this.ledger.authorizations) {
      const { account, keptAt, isTold, endedAt } = authorization;
      if (keptAt !== null || isTold || endedAt !== null) continue;
      const record = await this.read(account);
      if (record === null || hasWord(record, authorization)) continue;
      // Whoever came again had been told why, also where a killed destroy took that word along since.
      const isFollowed =
        Date.parse(record.authorization?.linkedAt ?? "") > authorization.at.getTime() ||
        this.ledger.of(account).some((later) => later.keptAt !== null && later.at > authorization.at);
      if (!isFollowed) this.ledger.problem(account, `nothing is recorded of ${authorization.number}`);
      authorization.isTold = true;
    }
  }

  private read(account: string): Promise<LinkRecord | null> {
    return this.store.read({ dataCenter: "us", clientId: this.sandbox.client_id, serviceAccountId: account });
  }

  /** All faults end. Every link that is declared must come to be linked, and what is then held must be the truth. */
  private async comeToPeace(): Promise<void> {
    const { ledger } = this;
    this.cronofy.isUnderFire = false;
    this.events = [];
    const applyAll = (check: (link: Link, isChanged: boolean) => void) =>
      each(this.links, this.terraforms.length * AT_ONCE, async (link) => {
        try {
          check(link, await this.apply(link));
        } catch (error) {
          const text = error instanceof Error ? error.message : String(error);
          ledger.problem(link.account, `Terraform fails in peace: ${text.slice(0, 300)}`);
        }
      });
    this.leap();
    // The first notices what Cronofy refuses by now and asks anew, which the second reads back.
    await applyAll(() => {});
    await applyAll(({ account }, isChanged) => {
      if (isChanged) ledger.problem(account, "the plan after an apply in peace is not empty");
    });
    await each(this.links, ADMINISTRATORS_AT_ONCE, (link) => this.visit(link, true));
    await applyAll(({ account, isDeclared, byUrl, told }) => {
      const { status, authorization_required: isRequired } = told?.link ?? {};
      // Where a URL lapsed that was to authorize anew what works, none takes its place.
      if (isDeclared && (status !== "linked" || (isRequired === true && !byUrl))) {
        ledger.problem(account, `ends ${String(status)} although its administrator came`);
      }
    });
    await applyAll(({ account }, isChanged) => {
      if (isChanged) ledger.problem(account, "the plan after the last apply is not empty");
    });
    const { authorizations } = this.sandbox.controls.state();
    for (const link of this.links) {
      const atCronofy = authorizations.filter((it) => it.service_account_id === link.account).length;
      await this.compare(link, atCronofy);
    }
  }

  /** Holds state, record and Cronofy against each other. */
  private async compare({ account, isDeclared }: Link, atCronofy: number): Promise<void> {
    const { ledger } = this;
    const record = await this.read(account);
    const held = ledger.ofToken(record?.tokens?.refreshToken.reveal() ?? "");
    if (isDeclared && (held === undefined || held.endedAt !== null)) {
      ledger.problem(account, "its record holds no authorization that works");
    }
    if (held !== undefined && held.refreshToken !== record?.tokens?.refreshToken.reveal()) {
      ledger.problem(account, `its record holds a token of ${held.number} that was replaced`);
    }
    if (!isDeclared && (record?.ended ?? null) === null)
      ledger.problem(account, "is destroyed, and its record does not say so");
    const alive = ledger.of(account).filter(({ endedAt }) => endedAt === null);
    if (atCronofy !== alive.length) {
      ledger.problem(account, `Cronofy holds ${atCronofy} authorizations, this run knows of ${alive.length}`);
    }
    for (const authorization of alive) {
      if (authorization === held) continue;
      if (authorization.loss !== null || authorization.isTold)
        ledger.count("lost with an answer or a process, and told");
      else if (authorization.keptAt !== null && authorization !== ledger.of(account).at(-1))
        ledger.count("superseded and alive");
      else ledger.problem(account, `${authorization.number} is alive, and nobody has it or was told`);
    }
  }
}

/** What an apply has cause to do, by what the refresh before it said. */
function causesOf(link: Link, wanted: Wanted | null, { link: before }: Told, ledger: Ledger) {
  const isThere = before["status"] !== undefined;
  const certain = ledger.certain(link.account);
  const works = certain !== null && certain.endedAt === null;
  const keepers = (before["keepers"] as { round?: string } | null | undefined)?.round ?? "0";
  const isAskedAnew = isThere && keepers !== String(link.keepers);
  // What is declared at another address goes on as it was, with whom it waits for.
  const isAwaited = !works || link.told?.link["authorization_required"] === true;
  const isLapsed = before["status"] === "stale" || before["status"] === "unlinked";
  return {
    mayMint: link.byUrl && wanted !== null && (isThere ? isAskedAnew || isLapsed : isAwaited || !wanted.createsFirst),
    mayRevoke: wanted === null || (!isThere && !wanted.createsFirst),
  };
}

/** Whether a record has the authorization, or says that a code is under way. */
function hasWord({ redeemingSince, tokens }: LinkRecord, { refreshToken }: Authorization): boolean {
  return redeemingSince !== null || tokens?.refreshToken.reveal() === refreshToken;
}

async function each<T>(all: readonly T[], atOnce: number, work: (one: T) => Promise<unknown>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < all.length) await work(all[next++] as T);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, all.length) }, worker));
}

/** Tells of what takes too long, and waits on. */
async function within<T>(work: Promise<T>, onLate: () => void): Promise<T> {
  const timer = globalThis.setTimeout(onLate, LONGEST);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}

/** The table, and of each problem what its link went through. */
function printed({ days, counts, problems, failures, history }: ChaosResult, { seed, links }: ChaosOptions): string {
  const rows = [...counts].map(([name, count]) => `| ${name} | ${count} |`);
  const accounts = [...new Set(problems.map(({ account }) => account))];
  return [
    `| seed ${seed}, ${links} links, ${days} days | |`,
    "| --- | --- |",
    ...rows,
    `| problems | ${problems.length}, of ${accounts.length} links |`,
    ...[...failures].map(([text, times]) => `${times} × Terraform said: ${text}`),
    ...accounts.slice(0, 10).map((account) => `\n${account}\n${history(account).join("\n")}`),
  ].join("\n");
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 31)) },
      links: { type: "string", default: "500" },
      days: { type: "string", default: "20" },
      minutes: { type: "string", default: "30" },
      store: { type: "string", default: "postgres" },
    },
  });
  const options: ChaosOptions = {
    seed: Number(values.seed),
    links: Number(values.links),
    days: Number(values.days),
    minutes: Number(values.minutes),
    terraforms: 4,
    store: values.store === "file" ? "file" : "postgres",
    isQuick: false,
    onLine: (line) => console.log(line),
  };
  console.log(`seed ${options.seed}`);
  const result = await chaos(options);
  console.log(printed(result, options));
  if (result.problems.length > 0) process.exitCode = 1;
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(`chaos: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    process.exitCode = 1;
  });
}
