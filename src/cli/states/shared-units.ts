import { sharedUnit } from "../../link-store/shared-unit";
import type { LinkedUnit } from "../../link-store/shared-unit";

/** The units that are recorded for more than one service account, each once, with what is to be said of it. */
export function sharedUnits(links: readonly LinkedUnit[]) {
  const told = new Map<string, { organizational_unit_id: string; service_account_ids: string[]; says: string }>();
  for (const link of links) {
    const { dataCenter, clientId, serviceAccountId, authorization } = link;
    const unit = authorization?.organizationalUnitId ?? "";
    const key = JSON.stringify([dataCenter, clientId, unit]);
    const says = sharedUnit(link, links);
    if (says === null) continue;
    const { service_account_ids: accounts } = told.get(key) ?? {};
    if (accounts === undefined) {
      told.set(key, { organizational_unit_id: unit, service_account_ids: [serviceAccountId], says });
    } else if (!accounts.includes(serviceAccountId)) accounts.push(serviceAccountId);
  }
  return [...told.values()];
}
