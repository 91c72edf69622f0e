import type { Assumptions } from "../assumptions";
import type { Grant } from "../state/authorizations";
import type { Account, OrganizationalUnit, ServiceAccount } from "../state/directory";
import type { Fault, Faults } from "../state/faults";
import type { LinkToken } from "../state/link-tokens";
import type { LocalCronofy } from "../state/local-cronofy";

/** Where the sandbox's clock stands. */
export interface ClockState {
  /** ISO 8601. */
  readonly now: string;
  readonly ahead_seconds: number;
}

/** All that a sandbox holds, as JSON; tokens are masked. */
export interface HeldState {
  readonly clock: ClockState;
  readonly enterprise_conferencing: boolean;
  /** The `sub` of each locked subject. */
  readonly locked: readonly string[];
  readonly service_accounts: readonly ServiceAccount[];
  readonly accounts: readonly Account[];
  readonly organizational_units: readonly OrganizationalUnit[];
  readonly link_tokens: readonly (Omit<LinkToken, "expires_at"> & { readonly expires_at: string })[];
  readonly authorizations: readonly (Grant & { readonly authorization_id: string; readonly refresh_token: string })[];
  readonly assumptions: Assumptions;
}

export function clockState({ clock }: LocalCronofy): ClockState {
  return { now: new Date(clock.now()).toISOString(), ahead_seconds: clock.aheadSeconds };
}

export function heldState(cronofy: LocalCronofy): HeldState {
  return {
    clock: clockState(cronofy),
    enterprise_conferencing: cronofy.enterpriseConferencing,
    locked: cronofy.directory.locked(),
    service_accounts: cronofy.directory.serviceAccounts(),
    accounts: cronofy.directory.accounts(),
    organizational_units: cronofy.directory.units(),
    link_tokens: cronofy.linkTokens.all().map(({ ou_link_token, expires_at, ...rest }) => ({
      ...rest,
      ou_link_token: masked(ou_link_token),
      expires_at: new Date(expires_at).toISOString(),
    })),
    authorizations: cronofy.authorizations.all().map(({ authorization_id, grant, refresh_token }) => ({
      authorization_id,
      ...grant,
      refresh_token: masked(refresh_token),
    })),
    assumptions: cronofy.assumptions,
  };
}

/** Shows enough of a token to tell it from others: four characters, and fewer of a short one. */
function masked(token: string): string {
  return `${token.slice(0, Math.min(4, Math.floor(token.length / 4)))}…`;
}

interface Snapshot {
  readonly cronofy: ReturnType<LocalCronofy["snapshot"]>;
  readonly faults: readonly Fault[];
}

/** How many snapshots are kept before the oldest one is forgotten. */
const KEPT = 20;

/**
 * States of the sandbox to go back to. Each has what the sandbox holds, its clock and the faults to come, but not the
 * log of requests. They stay inside, so that no token leaves with them.
 */
export class Snapshots {
  readonly #cronofy: LocalCronofy;
  readonly #faults: Faults;
  readonly #snapshots = new Map<string, Snapshot>();
  #taken = 0;

  constructor(cronofy: LocalCronofy, faults: Faults) {
    this.#cronofy = cronofy;
    this.#faults = faults;
  }

  /** @returns the snapshot's id */
  take(): string {
    this.#taken += 1;
    const id = `snapshot_${this.#taken}`;
    this.#snapshots.set(id, { cronofy: this.#cronofy.snapshot(), faults: this.#faults.all() });
    this.#snapshots.delete(`snapshot_${this.#taken - KEPT}`);
    return id;
  }

  /** @returns false where there is no snapshot of that id */
  restore(id: string): boolean {
    const snapshot = this.#snapshots.get(id);
    if (snapshot === undefined) return false;
    this.#cronofy.restore(snapshot.cronofy);
    this.#faults.restore(snapshot.faults);
    return true;
  }

  /** Oldest first. */
  ids(): string[] {
    return [...this.#snapshots.keys()];
  }
}
