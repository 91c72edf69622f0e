/** What is compared of a link. */
interface LinkedUnit {
  readonly dataCenter: string;
  readonly clientId: string;
  readonly serviceAccountId: string;
  readonly authorization: { readonly organizationalUnitId: string | null } | null;
}

/** An Organizational Unit that is recorded for several service accounts of one application. */
export interface SharedUnit {
  readonly organizationalUnitId: string;
  /** In the order in which their links were given. */
  readonly serviceAccountIds: readonly string[];
  /** Two sentences for an operator. */
  readonly says: string;
}

/**
 * The Organizational Units that are recorded for several service accounts: these may be of one organization, or somebody
 * chose the wrong unit.
 */
export function sharedUnits(links: readonly LinkedUnit[]): readonly SharedUnit[] {
  const units = new Map<string, { readonly unit: string; readonly accounts: Set<string> }>();
  for (const { dataCenter, clientId, serviceAccountId, authorization } of links) {
    const unit = authorization?.organizationalUnitId ?? null;
    if (unit === null) continue;
    const key = JSON.stringify([dataCenter, clientId, unit]);
    const { accounts } = units.get(key) ?? { accounts: new Set<string>() };
    units.set(key, { unit, accounts: accounts.add(serviceAccountId) });
  }
  return [...units.values()]
    .filter(({ accounts }) => accounts.size > 1)
    .map(({ unit, accounts }) => {
      const [first = "", ...others] = accounts;
      return {
        organizationalUnitId: unit,
        serviceAccountIds: [first, ...others],
        says:
          `The Organizational Unit ${unit} of ${first} is recorded for ${others.join(", ")} too. Check that they are of ` +
          "one organization: else an administrator chose the wrong unit.",
      };
    });
}
