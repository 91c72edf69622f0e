import { hostname } from "node:os";
import { delay } from "../cronofy";
import type { Delay } from "../cronofy";
import { createHandlers, schemaToJson } from "../plugin";
import type { Provider } from "../plugin";
import { PROVIDER_ADDRESS, VERSION } from "./address";
import { askAgain } from "./ask-again-action";
import { Cronofy, provider } from "./cronofy";
import { dataCentersDataSource } from "./data-centers-data-source";
import { authorizationUrlFunction, dataCenterFunction, parseCallbackUrlFunction } from "./functions";
import { checkStoreBlock, openStore } from "./link-store-block";
import { organizationalUnitDataSource } from "./organizational-unit-data-source";
import { organizationalUnitLink } from "./organizational-unit-link";
import { organizationalUnitLinkCompletion } from "./organizational-unit-link-completion";
import { organizationalUnitLinkToken } from "./organizational-unit-link-token";
import { RateBudgets } from "./rate-budgets";
import { readSettings, schema } from "./settings";
import { userInfoDataSource } from "./user-info-data-source";

/** What the provider takes from its surroundings. Tests give their own. */
export interface CronofyProviderOptions {
  /** @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** @default the system's clock */
  readonly now?: () => Date;
  /** Waits for so many milliseconds of that clock. @default the system's timer */
  readonly sleep?: Delay;
  /** The machine and folder in which Terraform runs. @default the host's name and the current folder */
  readonly place?: string;
}

/** Cronofy as a Terraform provider. */
export function createCronofyProvider({
  env = process.env,
  now = () => new Date(),
  sleep = delay,
  place = `${hostname()}:${process.cwd()}`,
}: CronofyProviderOptions = {}): Provider {
  const rateBudgets = new RateBudgets();
  return provider({
    address: PROVIDER_ADDRESS,
    version: VERSION,
    description:
      "Declares enterprise conferencing links of [Cronofy](https://www.cronofy.com) Organizational Units: mints link " +
      "tokens, outputs authorization URLs, and reads back whether an administrator has linked the unit.",
    schema,

    validate(config, report) {
      checkStoreBlock(config.link_store, report);
    },

    configure(config, call) {
      const settings = readSettings(config, env, call.log, () => openStore(config.link_store, env, now, call.log));
      const userAgent = userAgentOf(call.terraformVersion);
      return new Cronofy(settings, { now, sleep, rateBudgets, place, userAgent }, call.log);
    },

    resources: [organizationalUnitLink, organizationalUnitLinkCompletion],
    dataSources: [dataCentersDataSource, organizationalUnitDataSource, userInfoDataSource],
    ephemeralResources: [organizationalUnitLinkToken],
    actions: [askAgain],
    functions: [authorizationUrlFunction, dataCenterFunction, parseCallbackUrlFunction],
  });
}

/** The provider, ready to be served. */
export function cronofyHandlers(options?: CronofyProviderOptions) {
  return createHandlers(createCronofyProvider(options));
}

/** The provider's schemas in the shape of `terraform providers schema -json`. */
export function providerSchemaJson(): unknown {
  return schemaToJson(createCronofyProvider());
}

/** The User-Agent, by which Cronofy's support can tell our requests from those of the application itself. */
function userAgentOf(terraformVersion: string): string {
  const own = `terraform-provider-cronofy/${VERSION}`;
  // A version that is not fit for a header would make every request fail.
  return /^[\w.+-]+$/.test(terraformVersion) ? `${own} Terraform/${terraformVersion}` : own;
}
