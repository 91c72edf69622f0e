import type { Assumptions } from "../assumptions";
import { Authorizations, concernsSame, ORGANIZATIONAL_UNIT_SCOPE } from "./authorizations";
import type { Grant } from "./authorizations";
import { IdSource, SandboxClock } from "./clock-and-ids";
import { Directory } from "./directory";
import type { ServiceAccountSeed } from "./directory";
import { LinkTokens, SignIns } from "./link-tokens";

/** The application that a sandbox knows as its one client. */
export interface Client {
  readonly client_id: string;
  readonly client_secret: string;
  /** The pages show it to the administrator as the one who asks. */
  readonly name: string;
  /** The redirect URIs that are accepted. Null accepts any, as for an application in development. */
  readonly redirectUris: readonly string[] | null;
}

/** A link that is there from the beginning. The sandbox makes up what is left out. */
export interface LinkSeed {
  readonly service_account_id: string;
  readonly conferencing_provider_name: string;
  /** The unit that joins both. Links may share one. @default a new one */
  readonly organizational_unit_id?: string | undefined;
  /** The application refreshes with it. @default a new one, which nobody is told */
  readonly refresh_token?: string | undefined;
}

/** What a {@link LocalCronofy} begins with. */
interface LocalCronofyOptions {
  readonly client: Client;
  readonly assumptions: Assumptions;
  readonly serviceAccounts: readonly ServiceAccountSeed[];
  readonly links: readonly LinkSeed[];
  /** Whether the application's plan has Enterprise Conferencing. */
  readonly enterpriseConferencing: boolean;
  /** How far the clock is ahead at first. */
  readonly clockAheadSeconds: number;
  /** The same seed gives the same ids and tokens. */
  readonly seed: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** All that a sandbox knows, and the rules that tie it together. It has nothing of HTTP. */
export class LocalCronofy {
  readonly client: Client;
  readonly assumptions: Assumptions;
  readonly clock: SandboxClock;
  readonly directory: Directory;
  readonly linkTokens: LinkTokens;
  readonly authorizations: Authorizations;
  readonly signIns: SignIns;
  /** Whether the application's plan has Enterprise Conferencing. */
  enterpriseConferencing: boolean;
  readonly #ids: IdSource;
  readonly #beginning: Pick<LocalCronofyOptions, "enterpriseConferencing" | "clockAheadSeconds">;
  readonly #seeds: readonly ServiceAccountSeed[];
  readonly #linkSeeds: readonly LinkSeed[];

  constructor(options: LocalCronofyOptions) {
    const ids = new IdSource(options.seed);
    this.#ids = ids;
    this.#beginning = options;
    this.enterpriseConferencing = options.enterpriseConferencing;
    this.signIns = new SignIns(ids);
    this.client = options.client;
    this.assumptions = options.assumptions;
    this.clock = new SandboxClock(options.now);
    this.clock.reset(options.clockAheadSeconds);
    this.directory = new Directory(ids, options.assumptions.organizationalUnitPrefix);
    this.linkTokens = new LinkTokens(options.assumptions, this.clock, ids);
    this.authorizations = new Authorizations(options.assumptions, this.clock, ids, (grant) => this.#undoLink(grant));
    // Each seed keeps the id that it got, so that a reset brings back the same service accounts.
    this.#seeds = options.serviceAccounts.map((seed) => ({ ...seed, ...this.directory.addServiceAccount(seed) }));
    this.#linkSeeds = options.links.map((seed) => ({ ...seed, organizational_unit_id: this.#addLink(seed) }));
  }

  /**
   * Revokes what links a service account, by whichever unit.
   * @returns how many authorizations were revoked
   */
  revokeLinks(serviceAccountId: string): number {
    return this.authorizations.revoke(
      ({ grant }) => grant.type === "organizational_unit" && grant.service_account_id === serviceAccountId,
    );
  }

  /**
   * Takes a unit away with all that was granted on it.
   * @returns false where there is no such unit
   */
  forgetUnit(id: string): boolean {
    if (this.directory.unit(id) === undefined) return false;
    this.authorizations.forget(id);
    this.directory.removeUnit(id);
    return true;
  }

  /** Revokes whatever was granted on a subject. A service account takes the accounts behind it along. */
  revokeSubject(sub: string): number {
    const serviceAccount = this.directory.serviceAccount(sub);
    if (serviceAccount === undefined) return this.authorizations.revoke(({ grant }) => grant.sub === sub);
    serviceAccount.authorized = false;
    const reachesUnits = this.assumptions.serviceAccountRevocationReachesUnits;
    return this.authorizations.revoke(
      ({ grant }) => grant.service_account_id === sub && (reachesUnits || grant.type !== "organizational_unit"),
    );
  }

  /** Revokes the authorization of a token. Nothing happens where the token is unknown. */
  revokeToken(token: string): void {
    const authorization = this.authorizations.ofToken(token);
    if (authorization?.grant.type === "service_account") this.revokeSubject(authorization.grant.sub);
    else if (authorization) this.authorizations.revoke((each) => each === authorization);
  }

  /** Goes back to the beginning: its service accounts and links, no link token, and the clock where it was. */
  reset(): void {
    this.clock.reset(this.#beginning.clockAheadSeconds);
    this.enterpriseConferencing = this.#beginning.enterpriseConferencing;
    for (const each of [this.directory, this.linkTokens, this.authorizations, this.signIns]) each.clear();
    for (const seed of this.#seeds) this.directory.addServiceAccount(seed);
    for (const seed of this.#linkSeeds) this.#addLink(seed);
  }

  /** A copy of all that is held, secrets included. */
  snapshot() {
    return {
      idsGiven: this.#ids.given,
      clockAheadSeconds: this.clock.aheadSeconds,
      enterpriseConferencing: this.enterpriseConferencing,
      directory: this.directory.snapshot(),
      linkTokens: this.linkTokens.snapshot(),
      authorizations: this.authorizations.snapshot(),
    };
  }

  /** Goes back to a snapshot. The ids and tokens that follow are those that followed it before. */
  restore(snapshot: ReturnType<LocalCronofy["snapshot"]>): void {
    this.#ids.given = snapshot.idsGiven;
    this.clock.reset(snapshot.clockAheadSeconds);
    this.enterpriseConferencing = snapshot.enterpriseConferencing;
    this.directory.restore(snapshot.directory);
    this.linkTokens.restore(snapshot.linkTokens);
    this.authorizations.restore(snapshot.authorizations);
    this.signIns.clear();
  }

  /** @returns the unit's id */
  #addLink({
    service_account_id,
    conferencing_provider_name,
    organizational_unit_id,
    refresh_token,
  }: LinkSeed): string {
    const serviceAccount = this.directory.serviceAccount(service_account_id);
    if (serviceAccount === undefined) throw new Error(`No service account ${service_account_id} can be linked.`);
    const unit =
      this.directory.unit(organizational_unit_id ?? "") ??
      this.directory.addUnit(serviceAccount.domain, organizational_unit_id);
    this.directory.link(unit, { service_account_id, conferencing_provider_name });
    const sub = unit.organizational_unit_id;
    this.authorizations.authorize(
      { sub, type: "organizational_unit", scope: ORGANIZATIONAL_UNIT_SCOPE, service_account_id },
      refresh_token,
    );
    return sub;
  }

  #undoLink(revoked: Grant): void {
    if (revoked.type !== "organizational_unit" || !this.assumptions.revocationUndoesLink) return;
    const stillGranted = this.authorizations.all().some(({ grant }) => concernsSame(grant, revoked));
    if (!stillGranted) this.directory.unlink(revoked.sub, revoked.service_account_id);
  }
}
