import type { StoreChoice } from "../../link-store";
import { DATA_CENTERS, Secret, isDataCenterId } from "../../cronofy";
import type { DataCenterId } from "../../cronofy";
import { credentialProblem, serviceAddressProblem, signingSecretProblem } from "../../link";
import type { TextProblem } from "../../link";
import type { ApplicationFlags } from "./application-options";
import { CliError } from "../command-line/cli-error";
import { EXIT_CODE } from "../command-line/exit-code";
import { chooseStore } from "../store/store-choice";

/** The Cronofy application that a command works for, and where its authorizations are kept. */
export interface ApplicationSettings {
  readonly dataCenter: DataCenterId;
  readonly clientId: string;
  readonly clientSecret: Secret;
  readonly apiUrl?: string;
  readonly appUrl?: string;
  /** The provider uses the same store. */
  readonly store: StoreChoice;
  /** Signs states and invitations: the client secret unless set. */
  readonly linkSecret: Secret;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Settles flags and environment, flags first.
 *
 * @param failure what cannot be done where something is wrong, as a sentence
 * @param problems what was found wrong so far, to be told along
 * @throws CliError that names everything that is missing or wrong, all at once
 */
export function readApplicationSettings(
  flags: ApplicationFlags,
  env: Environment,
  failure: string,
  problems: string[] = [],
): ApplicationSettings {
  const setting = (flag: string | undefined, variable: string) => flag || env[variable] || undefined;
  const required = (name: string, value: string | undefined, advice: string): string => {
    if (value === undefined) problems.push(advice);
    checkText(name, value, credentialProblem, problems);
    return value ?? "";
  };

  const dataCenter = setting(flags.dataCenter, "CRONOFY_DATA_CENTER") ?? "us";
  if (!isDataCenterId(dataCenter)) {
    const known = DATA_CENTERS.map(({ id }) => id).join(", ");
    problems.push(
      `data center: ${JSON.stringify(dataCenter)} is none of ${known} (--data-center or CRONOFY_DATA_CENTER).`,
    );
  }
  const clientId = required(
    "CRONOFY_CLIENT_ID or --client-id",
    setting(flags.clientId, "CRONOFY_CLIENT_ID"),
    "client id: set CRONOFY_CLIENT_ID or give --client-id.",
  );
  const clientSecret = required(
    "CRONOFY_CLIENT_SECRET",
    setting(undefined, "CRONOFY_CLIENT_SECRET"),
    "client secret: set CRONOFY_CLIENT_SECRET (there is no flag for a secret).",
  );
  const linkSecret = setting(undefined, "OU_LINK_SECRET");
  checkText("OU_LINK_SECRET", linkSecret, signingSecretProblem, problems);
  const store = chooseStore(flags, env);
  if ("problem" in store) problems.push(`link store: ${store.problem}`);
  const apiUrl = setting(flags.apiUrl, "CRONOFY_API_URL");
  const appUrl = setting(flags.appUrl, "CRONOFY_APP_URL");
  checkText("CRONOFY_API_URL or --api-url", apiUrl, serviceAddressProblem, problems);
  checkText("CRONOFY_APP_URL or --app-url", appUrl, serviceAddressProblem, problems);

  if (problems.length > 0 || !isDataCenterId(dataCenter) || "problem" in store) {
    throw new CliError(failure, problems.join("\n"), EXIT_CODE.usage);
  }
  return {
    dataCenter,
    clientId,
    clientSecret: new Secret(clientSecret),
    store: store.choice,
    linkSecret: new Secret(linkSecret ?? clientSecret),
    ...(apiUrl !== undefined && { apiUrl }),
    ...(appUrl !== undefined && { appUrl }),
  };
}

/** Adds to the problems where a setting is there and is not fit for what it is. */
export function checkText(
  name: string,
  value: string | undefined,
  judge: (text: string) => TextProblem | undefined,
  problems: string[],
): void {
  const problem = value === undefined ? undefined : judge(value);
  if (problem !== undefined) problems.push(`${name}: ${problem.detail}`);
}
