import { derivedId } from "./id-source";
import type { IdSource } from "./id-source";
import type { Account, ConferencingLink, OrganizationalUnit, ServiceAccount, ZoomPlan } from "./records";

/** A service account to begin with; what is left out is made up. */
export interface ServiceAccountSeed {
  /** @default `ser_` and a new id */
  readonly service_account_id?: string | undefined;
  readonly email: string;
  /** @default what follows the `@` of `email` */
  readonly domain?: string | undefined;
  /** @default "google" */
  readonly provider_name?: string | undefined;
  /** E-mail addresses of people whose accounts were provisioned through it. @default [] */
  readonly accounts?: readonly string[] | undefined;
  /** @default "service_account/accounts/manage" */
  readonly scope?: string | undefined;
  /** @default "read_write" */
  readonly delegated_scope?: string | undefined;
  /** @default "paid" */
  readonly zoom_plan?: ZoomPlan | undefined;
  /** E-mail addresses of the people whom the conferencing service knows. @default everyone */
  readonly conferencing_users?: readonly string[] | null | undefined;
}

/** What a directory holds, apart from it: a deep copy. */
export interface DirectorySnapshot {
  readonly serviceAccounts: ReadonlyMap<string, ServiceAccount>;
  readonly accounts: ReadonlyMap<string, Account>;
  readonly units: ReadonlyMap<string, OrganizationalUnit>;
  readonly locked: ReadonlySet<string>;
}

/** The service accounts of a sandbox that is given none. The examples have the same ids, so that they work as they are. */
export const DEFAULT_SERVICE_ACCOUNTS: readonly ServiceAccountSeed[] = [
  {
    service_account_id: "ser_64b17f9b8090ea21640c9151",
    email: "calendars@acme.example",
    accounts: ["ada@acme.example", "alan@acme.example"],
  },
  {
    service_account_id: "ser_5f1d7f3b2c9a8e0012ab34cd",
    email: "calendars@globex.example",
    provider_name: "office365",
    accounts: ["grace@globex.example"],
  },
  {
    service_account_id: "ser_6a0e4d2f9b1c3d5e7f809a1b",
    email: "calendars@initech.example",
    provider_name: "exchange",
    accounts: ["peter@initech.example"],
  },
];

/** Who exists: service accounts, the people's accounts behind them, and Organizational Units. */
export class Directory {
  readonly #ids: IdSource;
  readonly #unitPrefix: string;
  readonly #serviceAccounts = new Map<string, ServiceAccount>();
  readonly #accounts = new Map<string, Account>();
  readonly #units = new Map<string, OrganizationalUnit>();
  readonly #locked = new Set<string>();

  constructor(ids: IdSource, unitPrefix: string) {
    this.#ids = ids;
    this.#unitPrefix = unitPrefix;
  }

  addServiceAccount(seed: ServiceAccountSeed): ServiceAccount {
    const added: ServiceAccount = {
      service_account_id: seed.service_account_id ?? this.#ids.id("ser"),
      email: seed.email,
      domain: seed.domain ?? seed.email.slice(seed.email.indexOf("@") + 1),
      provider_name: seed.provider_name ?? "google",
      scope: seed.scope ?? "service_account/accounts/manage",
      delegated_scope: seed.delegated_scope ?? "read_write",
      zoom_plan: seed.zoom_plan ?? "paid",
      conferencing_users: seed.conferencing_users ?? null,
      authorized: true,
    };
    this.#serviceAccounts.set(added.service_account_id, added);
    for (const email of seed.accounts ?? []) this.addAccount(email, added);
    return added;
  }

  /** The service account, unless it is unknown or was revoked. */
  serviceAccount(id: string): ServiceAccount | undefined {
    const found = this.#serviceAccounts.get(id);
    return found?.authorized ? found : undefined;
  }

  account(id: string): Account | undefined {
    return this.#accounts.get(id);
  }

  unit(id: string): OrganizationalUnit | undefined {
    return this.#units.get(id);
  }

  serviceAccounts(): ServiceAccount[] {
    return [...this.#serviceAccounts.values()];
  }

  accounts(): Account[] {
    return [...this.#accounts.values()];
  }

  units(): OrganizationalUnit[] {
    return [...this.#units.values()];
  }

  /** The units an administrator of this service account may join: those of the same organization. */
  unitsFor(serviceAccount: ServiceAccount): OrganizationalUnit[] {
    return this.units().filter((each) => each.domain === serviceAccount.domain);
  }

  /** @param id @default the prefix of units and a new id */
  addUnit(domain: string, id = this.#ids.id(this.#unitPrefix)): OrganizationalUnit {
    const added: OrganizationalUnit = { organizational_unit_id: id, domain, links: [] };
    this.#units.set(added.organizational_unit_id, added);
    return added;
  }

  link(unit: OrganizationalUnit, link: ConferencingLink): void {
    const known = unit.links.some(
      (each) =>
        each.service_account_id === link.service_account_id &&
        each.conferencing_provider_name === link.conferencing_provider_name,
    );
    if (!known) unit.links.push(link);
  }

  unlink(unitId: string, serviceAccountId: string): void {
    const links = this.#units.get(unitId)?.links;
    links?.splice(0, links.length, ...links.filter((each) => each.service_account_id !== serviceAccountId));
  }

  /** Takes a unit and its links away, as Cronofy's support does when an organization leaves. */
  removeUnit(id: string): void {
    this.#units.delete(id);
  }

  isLocked(sub: string): boolean {
    return this.#locked.has(sub);
  }

  /** Locks or unlocks a subject, whether or not it exists. */
  setLocked(sub: string, locked: boolean): void {
    if (locked) this.#locked.add(sub);
    else this.#locked.delete(sub);
  }

  /** The subjects that are locked. */
  locked(): string[] {
    return [...this.#locked];
  }

  /** The conferencing services that reach the accounts of this service account. */
  linksOf(serviceAccountId: string): ConferencingLink[] {
    return this.units().flatMap((unit) => unit.links.filter((each) => each.service_account_id === serviceAccountId));
  }

  clear(): void {
    this.#serviceAccounts.clear();
    this.#accounts.clear();
    this.#units.clear();
    this.#locked.clear();
  }

  snapshot(): DirectorySnapshot {
    return structuredClone({
      serviceAccounts: this.#serviceAccounts,
      accounts: this.#accounts,
      units: this.#units,
      locked: this.#locked,
    });
  }

  restore(snapshot: DirectorySnapshot): void {
    const { serviceAccounts, accounts, units, locked } = structuredClone(snapshot);
    this.clear();
    for (const [id, each] of serviceAccounts) this.#serviceAccounts.set(id, each);
    for (const [id, each] of accounts) this.#accounts.set(id, each);
    for (const [id, each] of units) this.#units.set(id, each);
    for (const sub of locked) this.#locked.add(sub);
  }

  /** The account of an e-mail address behind a service account; the same one each time. */
  addAccount(email: string, serviceAccount: ServiceAccount): Account {
    const added: Account = {
      account_id: derivedId("acc", serviceAccount.service_account_id, email),
      service_account_id: serviceAccount.service_account_id,
      email,
      name: email.slice(0, Math.max(email.indexOf("@"), 0)),
    };
    this.#accounts.set(added.account_id, added);
    return added;
  }
}
