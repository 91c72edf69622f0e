import type { StoreChoice } from "../authorizations";
import { DATA_CENTERS, Secret, isDataCenterId } from "../cronofy";
import type { DataCenterId } from "../cronofy";
import { isLoopback } from "../cronofy/loopback";
import { serviceUrl } from "../provider/service-url";
import { CliError } from "./cli-error";
import { EXIT_CODE } from "./exit-code";
import { chooseStore } from "./store-choice";
import type { StoreFlags } from "./store-options";

/** What the command line of `ou-link serve` says. Secrets come by the environment alone: others can read a command line. */
export interface ServeFlags extends StoreFlags {
  readonly port: number;
  readonly host: string;
  readonly json?: true;
  readonly publicUrl?: string;
  readonly clientId?: string;
  readonly dataCenter?: string;
  readonly apiUrl?: string;
  readonly appUrl?: string;
}

/** What the link service runs with. */
export interface ServeSettings {
  readonly dataCenter: DataCenterId;
  readonly clientId: string;
  readonly clientSecret: Secret;
  readonly apiUrl?: string;
  readonly appUrl?: string;
  /** Where authorizations are kept; the provider uses the same store. */
  readonly store: StoreChoice;
  readonly linkSecret: Secret;
  /** Absent: the address at which it listens is the one that browsers use. */
  readonly publicUrl?: string;
}

/**
 * Settles flags and environment, flags first.
 *
 * @throws CliError that names everything that is missing or wrong, all at once
 */
export function readServeSettings(flags: ServeFlags, env: Readonly<Record<string, string | undefined>>): ServeSettings {
  const problems: string[] = [];
  const setting = (flag: string | undefined, variable: string) => flag || env[variable] || undefined;
  const required = (value: string | undefined, advice: string): string => {
    if (value === undefined) problems.push(advice);
    return value ?? "";
  };
  const address = (name: string, value: string | undefined): string | undefined => {
    const problem = value === undefined ? undefined : serviceUrl()(value);
    if (problem !== undefined) problems.push(`${name}: ${problem.detail}`);
    return value;
  };

  const dataCenter = setting(flags.dataCenter, "CRONOFY_DATA_CENTER") ?? "us";
  if (!isDataCenterId(dataCenter)) {
    const known = DATA_CENTERS.map(({ id }) => id).join(", ");
    problems.push(
      `data center: ${JSON.stringify(dataCenter)} is none of ${known} (--data-center or CRONOFY_DATA_CENTER).`,
    );
  }
  const clientId = required(
    setting(flags.clientId, "CRONOFY_CLIENT_ID"),
    "client id: set CRONOFY_CLIENT_ID or give --client-id.",
  );
  const clientSecret = required(
    setting(undefined, "CRONOFY_CLIENT_SECRET"),
    "client secret: set CRONOFY_CLIENT_SECRET (there is no flag for a secret).",
  );
  const store = chooseStore(flags, env);
  if ("problem" in store) problems.push(`authorization store: ${store.problem}`);
  const apiUrl = address("CRONOFY_API_URL or --api-url", setting(flags.apiUrl, "CRONOFY_API_URL"));
  const appUrl = address("CRONOFY_APP_URL or --app-url", setting(flags.appUrl, "CRONOFY_APP_URL"));
  const publicUrl = address("OU_LINK_PUBLIC_URL or --public-url", setting(flags.publicUrl, "OU_LINK_PUBLIC_URL"));
  if (publicUrl === undefined && !isLoopbackHost(flags.host)) {
    problems.push(`public address: with --host ${flags.host}, give --public-url too, the address that browsers use.`);
  }

  if (problems.length > 0 || !isDataCenterId(dataCenter) || "problem" in store) {
    throw new CliError("The link service cannot start with this configuration.", problems.join("\n"), EXIT_CODE.usage);
  }
  return {
    dataCenter,
    clientId,
    clientSecret: new Secret(clientSecret),
    store: store.choice,
    linkSecret: new Secret(setting(undefined, "OU_LINK_SECRET") ?? clientSecret),
    ...(apiUrl === undefined ? {} : { apiUrl }),
    ...(appUrl === undefined ? {} : { appUrl }),
    ...(publicUrl === undefined ? {} : { publicUrl }),
  };
}

function isLoopbackHost(host: string): boolean {
  return isLoopback(host.includes(":") ? `[${host}]` : host);
}
