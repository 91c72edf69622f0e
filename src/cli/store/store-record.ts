import { Option } from "commander";
import type { LinkStore, LinkKey, ListedRecord } from "../../link-store";
import { CliError } from "../command-line/cli-error";
import { EXIT_CODE } from "../command-line/exit-code";

/** Tells records apart that are of the same service account. */
export interface LinkFlags {
  readonly clientId?: string;
  readonly dataCenter?: string;
}

/** A record that is whole enough to say whose it is. */
export type NamedRecord = ListedRecord & { readonly link: LinkKey };

/** The options that tell records of one service account apart. */
export function linkOptions(): Option[] {
  return [
    new Option("--client-id <id>", "client id of the application (env: CRONOFY_CLIENT_ID)"),
    new Option("--data-center <id>", "data center of the application (env: CRONOFY_DATA_CENTER)"),
  ];
}

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
  env: Readonly<Record<string, string | undefined>>,
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
      `There are ${found.length} authorizations of ${serviceAccountId} in ${store.description}.`,
      `Say which one with --client-id and --data-center:\n${listed}`,
      EXIT_CODE.usage,
    );
  }
  throw new CliError(
    `There is no such authorization of ${serviceAccountId} in ${store.description}.`,
    ofAccount.length === 0
      ? "See what there is with: ou-link store list"
      : `Another client id or data center was asked for, by option or environment. There is:\n${listed}`,
  );
}

/** A link in one line. */
export function describeLink({ serviceAccountId, dataCenter, clientId }: LinkKey): string {
  return `${serviceAccountId}  ${dataCenter}  ${clientId}`;
}

/** A link's names as our JSON has them. */
export function linkAsJson({ serviceAccountId, dataCenter, clientId }: LinkKey) {
  return { service_account_id: serviceAccountId, data_center: dataCenter, client_id: clientId };
}
