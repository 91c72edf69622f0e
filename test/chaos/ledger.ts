import type { Told } from "./fleet-process";

/** An authorization at Cronofy, and what our side may know of it. */
export interface Authorization {
  readonly number: number;
  readonly account: string;
  /** The moment that it was redeemed; and by the simulated time. */
  readonly since: number;
  readonly at: Date;
  /** Since when it is revoked; null while it is alive. */
  endedAt: number | null;
  /** The only refresh token that works. */
  refreshToken: string;
  /** Since when our side has shown that it has it: a page said so, or a token of it was used later. Null while it has not. */
  keptAt: number | null;
  /** Whether Terraform told that there may be one of which nobody knows. */
  isTold: boolean;
  /** Why our side may have lost its only token; null where it has it. */
  loss: string | null;
}

/** Something that one of our processes does to a link: what happens meanwhile may be its doing. */
export interface Deed {
  readonly process: string;
  readonly account: string;
  readonly what: "look" | "refresh" | "apply" | "press" | "return";
  readonly since: number;
  /** Authorizations of which tokens were answered to it. */
  readonly answered: Set<Authorization>;
  /** Link tokens that were made for it, and how many answers to such requests it did not get. */
  mints: number;
  lostMints: number;
  /** Whether it may mint, and may revoke. */
  mayMint: boolean;
  mayRevoke: boolean;
}

/** What was wrong, of which link. */
export interface Problem {
  readonly account: string;
  readonly text: string;
}

/** What a run has done, for its table. */
export const COUNTS = [
  "applies",
  "applies that failed",
  "refreshes by Terraform",
  "administrators who came",
  "kills of Terraform",
  "kills of a link service",
  "kills of PgBouncer",
  "crashes of PostgreSQL",
  "read-only windows",
  "full disks",
  "requests to Cronofy",
  "errors of Cronofy",
  "answers of Cronofy lost",
  "answers of Cronofy delayed",
  "redemptions",
  "token refreshes",
  "refreshes refused",
  "link tokens minted",
  "revocations by us",
  "revocations by others",
  "lost with an answer or a process, and told",
  "superseded and alive",
] as const;
export type Count = (typeof COUNTS)[number];

/** On a busy machine an answer that Cronofy sent in time is read too late. */
const TOO_LATE = "its answer came too late";

/**
 * The truth of a run: what Cronofy gave to whom, what may have been lost on the way, and what each link went through.
 * Whoever speaks for our side is held against it.
 */
export class Ledger {
  readonly problems: Problem[] = [];
  readonly counts = new Map<Count, number>(COUNTS.map((name) => [name, 0]));
  readonly authorizations: Authorization[] = [];
  readonly deeds = new Set<Deed>();
  /** What Terraform said where an apply failed, and how often. */
  readonly failures = new Map<string, number>();
  private readonly byToken = new Map<string, Authorization>();
  private readonly codes = new Map<string, { readonly account: string; isRedeemed: boolean }>();
  private readonly histories = new Map<string, string[]>();
  /** What killed processes were at: Cronofy may go on with what they asked. */
  private readonly unfinished: Deed[] = [];
  private readonly dead = new Set<string>();
  /** Process and link of a request whose answer nobody waits for any more. */
  private readonly leftEarly = new Set<string>();
  private readonly began = performance.now();
  /** When the store last failed on purpose. */
  outageUntil = -Infinity;

  /** @param date the simulated time */
  constructor(private readonly date: () => Date) {}

  now(): number {
    return performance.now() - this.began;
  }

  count(name: Count, by = 1): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + by);
  }

  note(account: string, text: string): void {
    const lines = this.histories.get(account) ?? [];
    this.histories.set(account, lines);
    lines.push(`${(this.now() / 1_000).toFixed(3).padStart(8)} ${text}`);
  }

  failed(account: string, text: string): void {
    this.note(account, `Terraform fails: ${text.slice(0, 300)}`);
    this.count("applies that failed");
    const kind = text.replace(/[a-z]+_[0-9a-z]+|\d+/g, "…").slice(0, 200);
    this.failures.set(kind, (this.failures.get(kind) ?? 0) + 1);
  }

  problem(account: string, text: string): void {
    this.note(account, `PROBLEM: ${text}`);
    this.problems.push({ account, text });
  }

  history(account: string): readonly string[] {
    return this.histories.get(account) ?? [];
  }

  /** Does something to a link, and is told of all that happens meanwhile. */
  async during<T>(deed: Pick<Deed, "process" | "account" | "what"> & Partial<Deed>, work: (deed: Deed) => Promise<T>) {
    const whole: Deed = {
      since: this.now(),
      answered: new Set(),
      mints: 0,
      lostMints: 0,
      mayMint: false,
      mayRevoke: false,
      ...deed,
    };
    this.deeds.add(whole);
    try {
      return await work(whole);
    } finally {
      this.deeds.delete(whole);
    }
  }

  /**
   * A process was killed: what was answered to what it did may not have been kept, and what is answered now is lost.
   *
   * @returns the links that it alone was at
   */
  killed(process: string): string[] {
    this.dead.add(process);
    for (const deed of this.deeds) {
      if (deed.process !== process) continue;
      this.unfinished.push(deed);
      this.note(deed.account, `${process} was killed during its ${deed.what}`);
      for (const authorization of deed.answered) authorization.loss ??= `${process} was killed`;
    }
    const isOthers = (account: string) =>
      [...this.deeds].some((deed) => deed.account === account && !this.dead.has(deed.process));
    return this.unfinished.flatMap((deed) =>
      deed.process === process && !isOthers(deed.account) ? [deed.account] : [],
    );
  }

  deedsOf(process: string, account: string): Deed[] {
    return [...this.deeds, ...this.unfinished].filter((each) => each.process === process && each.account === account);
  }

  /** The authorizations of a link, the latest last. */
  of(account: string): Authorization[] {
    return this.authorizations.filter((each) => each.account === account);
  }

  ofToken(token: string): Authorization | undefined {
    return this.byToken.get(token);
  }

  codeGiven(code: string, account: string): void {
    this.codes.set(code, { account, isRedeemed: false });
  }

  accountOfCode(code: string): string | undefined {
    return this.codes.get(code)?.account;
  }

  /** Cronofy redeemed a code. */
  redeemed(process: string, code: string, refreshToken: string): Authorization {
    const given = this.codes.get(code);
    if (given === undefined) throw new Error("A code was redeemed that nobody was given.");
    given.isRedeemed = true;
    this.count("redemptions");
    const { account } = given;
    const authorization: Authorization = {
      number: this.authorizations.length + 1,
      account,
      since: this.now(),
      at: this.date(),
      endedAt: null,
      refreshToken,
      keptAt: null,
      isTold: false,
      loss: null,
    };
    this.authorizations.push(authorization);
    this.byToken.set(refreshToken, authorization);
    this.answeredTo(process, authorization);
    this.note(account, `Cronofy redeems a code of ${process}: authorization ${authorization.number}`);
    return authorization;
  }

  /** Cronofy was sent a code that it had redeemed before. */
  codeCameAgain(process: string, code: string): void {
    const given = this.codes.get(code);
    if (given?.isRedeemed === true) this.problem(given.account, `${process} sent a code that was redeemed before`);
  }

  /** Cronofy replaced a refresh token. */
  refreshed(process: string, sent: string, refreshToken: string): Authorization {
    const authorization = this.byToken.get(sent);
    if (authorization === undefined) throw new Error("A refresh token worked that nobody was given.");
    this.count("token refreshes");
    // Whoever used it has it from the record.
    authorization.keptAt ??= this.now();
    authorization.loss = this.leftEarly.delete(`${process} ${authorization.account}`) ? TOO_LATE : null;
    authorization.refreshToken = refreshToken;
    this.byToken.set(refreshToken, authorization);
    this.answeredTo(process, authorization);
    this.note(authorization.account, `Cronofy refreshes ${authorization.number} for ${process}`);
    return authorization;
  }

  private answeredTo(process: string, authorization: Authorization): void {
    for (const deed of this.deedsOf(process, authorization.account)) deed.answered.add(authorization);
    if (this.dead.has(process)) authorization.loss ??= `${process} was killed`;
  }

  ended(authorizations: readonly Authorization[], why: string): void {
    for (const each of authorizations) {
      each.endedAt ??= this.now();
      this.note(each.account, `${each.number} ends: ${why}`);
    }
  }

  /** The authorization that our side has for certain; null where there is none, or nobody can say. */
  certain(account: string): Authorization | null {
    const latest = this.of(account).at(-1);
    return latest !== undefined && latest.keptAt !== null && latest.loss === null ? latest : null;
  }

  /**
   * What Terraform warns of. That a redemption never ended is word of each whose end is not known. Where no answer came in
   * time, the one that Cronofy gave, or is about to give, was not read.
   */
  warned({ process, account, answered }: Deed, warnings: readonly string[]): void {
    for (const warning of warnings) {
      this.note(account, `  ${warning.slice(0, 250)}`);
      if (warning.includes("no complete answer came in time")) {
        for (const authorization of answered) authorization.loss ??= TOO_LATE;
        if (answered.size === 0) this.leftEarly.add(`${process} ${account}`);
      }
      if (!warning.startsWith("A redemption never ended")) continue;
      for (const authorization of this.of(account)) authorization.isTold = true;
    }
  }

  /** Holds what Terraform said of a link against the truth between then and now. */
  judge(told: Told, deed: Deed): void {
    const { account, since } = deed;
    const status = told.link["status"] as string | undefined;
    const isUnsure = told.warnings.some((each) => each.includes("could not be checked"));
    this.note(account, `${deed.process} ${deed.what}: ${status}`);
    if (isUnsure || status === undefined) return;
    if (status === "linked") {
      const wasAlive = this.of(account).some(({ endedAt }) => endedAt === null || endedAt >= since);
      if (!wasAlive) this.problem(account, `told linked by ${deed.process}, and nothing is authorized`);
      return;
    }
    const certain = this.certain(account);
    const wasSo = certain !== null && (certain.keptAt ?? since) < since && certain.endedAt === null;
    if (wasSo) this.problem(account, `told ${status} by ${deed.process}, and ${certain.number} works`);
    if (status === "unknown") this.problem(account, `told unknown by ${deed.process}`);
  }
}
