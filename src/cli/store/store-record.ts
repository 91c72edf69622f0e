import { stateOf } from "../../link-store";
import type { LinkFacts, LinkKey, LinkStore, ListedRecord, SharedUnit } from "../../link-store";
import { CliError, EXIT_CODE } from "../command-line/cli-error";
import { printable } from "../command-line/terminal";
import type { Environment } from "../settings";
import type { LinkFlags } from "./store-subcommand";

/** A record that is whole enough to say whose it is. */
type NamedRecord = ListedRecord & { readonly link: LinkFacts };

/** Whether a record says whose it is. */
export function isNamed(record: ListedRecord): record is NamedRecord {
  return record.link !== null;
}

/**
 * Finds the one record of a service account. Client id and data center are asked for only where there are several.
 *
 * @throws CliError where there is none, or more than one.
 */
export async function findRecord(
  store: LinkStore,
  serviceAccountId: string,
  flags: LinkFlags,
  env: Environment,
): Promise<NamedRecord> {
  const clientId = flags.clientId ?? env["CRONOFY_CLIENT_ID"];
  const dataCenter = flags.dataCenter ?? env["CRONOFY_DATA_CENTER"];
  const ofAccount = (await store.list())
    .filter(isNamed)
    .filter(({ link }) => link.serviceAccountId === serviceAccountId);
  const found = ofAccount.filter(
    ({ link }) => (!clientId || link.clientId === clientId) && (!dataCenter || link.dataCenter === dataCenter),
  );
  const [record, ...others] = found;
  if (record !== undefined && others.length === 0) return record;

  const listed = (found.length > 0 ? found : ofAccount).map(({ link }) => describeLink(link)).join("\n");
  if (record !== undefined) {
    throw new CliError(
      `There are ${found.length} links of ${serviceAccountId} in ${store.description}.`,
      `Say which one with --client-id and --data-center:\n${listed}`,
      EXIT_CODE.usage,
    );
  }
  throw new CliError(
    `There is no such link of ${serviceAccountId} in ${store.description}.`,
    ofAccount.length === 0
      ? "See what there is with: ou-link store list"
      : `Another client id or data center was asked for, by option or environment. There is:\n${listed}`,
  );
}

/** Which link it is, on one line. */
export function describeLink({ serviceAccountId, dataCenter, clientId }: LinkKey): string {
  return printable(`${serviceAccountId}  ${dataCenter}  ${clientId}`);
}

/** A record in one line. */
export function lineOf({ link, encryptedWith }: NamedRecord): string {
  const { state, since, declared_at, declared_in, awaited_since, organizational_unit_id: unit } = linkAsJson(link);
  const isAskedAnew = link.authorization !== null && awaited_since !== null;
  const declared = declared_at === null ? "declared nowhere" : `declared in ${declared_in ?? "an unknown place"}`;
  const parts = [
    describeLink(link),
    since === null ? state : `${state} since ${since}`,
    ...(isAskedAnew ? [`asked anew ${awaited_since}`] : []),
    ...(unit === null ? [] : [unit]),
    ...(link.ended === null ? [declared] : []),
    encryptedWith === null ? "in the clear" : `key ${encryptedWith}`,
  ];
  return printable(parts.join("  "));
}

/** A link as our JSON has it: all that its record tells without a key, under names that the resource has too. */
export function linkAsJson(link: LinkFacts) {
  const { serviceAccountId, dataCenter, clientId, declaration, awaited, authorization, ended } = link;
  return {
    service_account_id: serviceAccountId,
    data_center: dataCenter,
    client_id: clientId,
    state: stateOf(link),
    since: sinceOf(link),
    declared_at: declaration?.at ?? null,
    declared_in: declaration?.place ?? null,
    awaited_since: awaited?.since ?? null,
    conferencing_provider_name: awaited?.conferencingProviderName ?? null,
    organizational_unit_id: authorization?.organizationalUnitId ?? null,
    scope: authorization?.scope ?? null,
    redirect_uri: authorization?.redirectUri ?? null,
    linked_at: authorization?.linkedAt ?? null,
    authorized_conferencing_provider_name: authorization?.conferencingProviderName ?? null,
    access_token_expires_at: authorization?.accessTokenExpiresAt ?? null,
    confirmed_at: authorization?.confirmedAt ?? null,
    refused_at: authorization?.refusedAt ?? null,
    ended_by: ended?.by ?? null,
  };
}

/** Since when a link is in the state that it is in; null where its record does not tell. */
function sinceOf(link: LinkFacts): string | null {
  switch (stateOf(link)) {
    case "invited":
      return link.awaited?.since ?? null;
    case "redeeming":
      return link.redeemingSince;
    case "authorized":
      return link.authorization?.linkedAt ?? null;
    case "refused":
      return link.authorization?.refusedAt ?? null;
    case "ended":
      return link.ended?.at ?? null;
  }
}

/** A unit that is recorded for two service accounts, as our JSON has it. */
export function sharedUnitAsJson({ organizationalUnitId, serviceAccountIds, says }: SharedUnit) {
  return { organizational_unit_id: organizationalUnitId, service_account_ids: serviceAccountIds, says };
}
