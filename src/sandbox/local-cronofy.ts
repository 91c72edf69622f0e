import type { Assumptions } from "./assumptions";
import { Authorizations, concernsSame } from "./authorizations";
import { Directory } from "./directory";
import type { ServiceAccountSeed } from "./directory";
import { IdSource } from "./id-source";
import { LinkTokens } from "./link-tokens";
import type { Grant } from "./records";
import { SandboxClock } from "./sandbox-clock";

/** The application that a sandbox knows as its one client. */
export interface Client {
  readonly client_id: string;
  readonly client_secret: string;
  /** Shown to the administrator as the one who asks. */
  readonly name: string;
  /** The redirect URIs that are accepted, or null for any, as for an application in development. */
  readonly redirectUris: readonly string[] | null;
}

export interface LocalCronofyOptions {
  readonly client: Client;
  readonly assumptions: Assumptions;
  readonly serviceAccounts: readonly ServiceAccountSeed[];
  /** What ids and tokens are drawn from. */
  readonly seed: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** All that a sandbox knows and the rules that tie it together, without a word of HTTP. */
export class LocalCronofy {
  readonly client: Client;
  readonly assumptions: Assumptions;
  readonly clock: SandboxClock;
  readonly directory: Directory;
  readonly linkTokens: LinkTokens;
  readonly authorizations: Authorizations;
  readonly #seeds: readonly ServiceAccountSeed[];

  constructor(options: LocalCronofyOptions) {
    const ids = new IdSource(options.seed);
    this.client = options.client;
    this.assumptions = options.assumptions;
    this.clock = new SandboxClock(options.now);
    this.directory = new Directory(ids, options.assumptions.organizationalUnitPrefix);
    this.linkTokens = new LinkTokens(options.assumptions, this.clock, ids);
    this.authorizations = new Authorizations(options.assumptions, this.clock, ids, (grant) => this.#undoLink(grant));
    // Ids are given to the seeds once, so that a reset brings back the same service accounts.
    this.#seeds = options.serviceAccounts.map((seed) => ({ ...seed, ...this.directory.addServiceAccount(seed) }));
  }

  /** Revokes whatever was granted on a subject; a service account takes the accounts behind it along. */
  revokeSubject(sub: string): number {
    const serviceAccount = this.directory.serviceAccount(sub);
    if (serviceAccount === undefined) return this.authorizations.revoke(({ grant }) => grant.sub === sub);
    serviceAccount.authorized = false;
    const reachesUnits = this.assumptions.serviceAccountRevocationReachesUnits;
    return this.authorizations.revoke(
      ({ grant }) => grant.service_account_id === sub && (reachesUnits || grant.type !== "organizational_unit"),
    );
  }

  /** Revokes the authorization a token belongs to; nothing happens for an unknown one. */
  revokeToken(token: string): void {
    const authorization = this.authorizations.ofToken(token);
    if (authorization?.grant.type === "service_account") this.revokeSubject(authorization.grant.sub);
    else if (authorization) this.authorizations.revoke((each) => each === authorization);
  }

  /** Back to how it began: the service accounts it was given, nothing minted, the clock in step. */
  reset(): void {
    this.clock.reset();
    for (const each of [this.directory, this.linkTokens, this.authorizations]) each.clear();
    for (const seed of this.#seeds) this.directory.addServiceAccount(seed);
  }

  #undoLink(revoked: Grant): void {
    if (revoked.type !== "organizational_unit" || !this.assumptions.revocationUndoesLink) return;
    const stillGranted = this.authorizations.all().some(({ grant }) => concernsSame(grant, revoked));
    if (!stillGranted) this.directory.unlink(revoked.sub, revoked.service_account_id);
  }
}
