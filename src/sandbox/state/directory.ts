import { z } from "zod";
import { derivedId } from "./clock-and-ids";
import type { IdSource } from "./clock-and-ids";

/** A calendar service account, which was authorized through Enterprise Connect before the sandbox began. */
export interface ServiceAccount {
  readonly service_account_id: string;
  readonly email: string;
  readonly domain: string;
  /** Calendar provider, such as `google` or `office365`. */
  readonly provider_name: string;
  /** What Enterprise Connect granted the application, space-separated. */
  readonly scope: string;
  /** The most that may be asked for the accounts behind it, space-separated. */
  readonly delegated_scope: string;
  /** The plan of the organization's Zoom account. */
  zoom_plan: ZoomPlan;
  /** E-mail addresses of the conferencing service's users; null where it knows every account behind this one. */
  readonly conferencing_users: readonly string[] | null;
  /** False once it was revoked. It then counts as unknown. */
  authorized: boolean;
}

export const zoomPlanSchema = z.enum(["free", "paid"]);

/** The plan of a Zoom account. The Free plan cannot be connected. */
export type ZoomPlan = z.output<typeof zoomPlanSchema>;

/** A person's calendar account, provisioned through a service account. */
export interface Account {
  readonly account_id: string;
  readonly service_account_id: string;
  readonly email: string;
  readonly name: string;
}

/** The entity that ties service accounts to conferencing services. */
export interface OrganizationalUnit {
  readonly organizational_unit_id: string;
  readonly domain: string;
  readonly links: ConferencingLink[];
}

/** One service account joined to one conferencing service. */
interface ConferencingLink {
  readonly service_account_id: string;
  readonly conferencing_provider_name: string;
}

/** A service account to begin with. The sandbox makes up what is left out. */
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

/** The id of a subject, such as `ser_…`, as the admin API and the seed file take it. */
export const idSchema = z.string().regex(/^[\w-]{1,64}$/, "is no id");

const email = z.email("is no e-mail address");
const words = z
  .string()
  .regex(/^\S+( \S+)*$/, "has to be words with one space between them")
  .max(1000);

/** A service account as the admin API and the seed file take it. */
export const serviceAccountSchema: z.ZodType<ServiceAccountSeed, ServiceAccountSeed> = z.strictObject({
  service_account_id: idSchema.optional(),
  email,
  domain: z.string().min(1).max(253).optional(),
  provider_name: z.string().min(1).max(64).optional(),
  accounts: z.array(email).max(1000).optional(),
  scope: words.optional(),
  delegated_scope: words.optional(),
  zoom_plan: zoomPlanSchema.optional(),
  conferencing_users: z.array(email).max(1000).nullable().optional(),
});

/** The service accounts, the people's accounts behind them, and the Organizational Units. */
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

  /** The units of the same organization, which an administrator of this service account may join. */
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

  removeUnit(id: string): void {
    this.#units.delete(id);
  }

  isLocked(sub: string): boolean {
    return this.#locked.has(sub);
  }

  /** The subject need not exist. */
  setLocked(sub: string, locked: boolean): void {
    if (locked) this.#locked.add(sub);
    else this.#locked.delete(sub);
  }

  locked(): string[] {
    return [...this.#locked];
  }

  /** The links to conferencing services that reach the accounts of this service account. */
  linksOf(serviceAccountId: string): ConferencingLink[] {
    return this.units().flatMap((unit) => unit.links.filter((each) => each.service_account_id === serviceAccountId));
  }

  clear(): void {
    this.#serviceAccounts.clear();
    this.#accounts.clear();
    this.#units.clear();
    this.#locked.clear();
  }

  /** A deep copy of what is held. */
  snapshot() {
    return structuredClone({
      serviceAccounts: this.#serviceAccounts,
      accounts: this.#accounts,
      units: this.#units,
      locked: this.#locked,
    });
  }

  restore(snapshot: ReturnType<Directory["snapshot"]>): void {
    const { serviceAccounts, accounts, units, locked } = structuredClone(snapshot);
    this.clear();
    for (const [id, each] of serviceAccounts) this.#serviceAccounts.set(id, each);
    for (const [id, each] of accounts) this.#accounts.set(id, each);
    for (const [id, each] of units) this.#units.set(id, each);
    for (const sub of locked) this.#locked.add(sub);
  }

  /** Adds the account of an e-mail address. The same address gets the same account. */
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
