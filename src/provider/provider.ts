import { hostname } from "node:os";
import { DATA_CENTERS, Secret, delay } from "../cronofy";
import type { DataCenterId, Delay } from "../cronofy";
import { durationText, known, notBlank, number, oneOf, parseDuration, string, wholeNumber } from "../plugin";
import type { Numeric, Provider, Validator, Value } from "../plugin";
import { PROVIDER_ADDRESS } from "./address";
import { checkStoreBlock, openStore, storeBlock } from "./link-store-block";
import { authorizationUrlFunction } from "./authorization-url-function";
import { Cronofy, provider } from "./cronofy";
import { dataCenterFunction } from "./data-center-function";
import { dataCentersDataSource } from "./data-centers-data-source";
import { organizationalUnitDataSource } from "./organizational-unit-data-source";
import { organizationalUnitLink } from "./organizational-unit-link";
import { organizationalUnitLinkCompletion } from "./organizational-unit-link-completion";
import { organizationalUnitLinkToken } from "./organizational-unit-link-token";
import { parseCallbackUrlFunction } from "./parse-callback-url-function";
import { RateBudgets } from "./rate-budgets";
import { serviceUrl } from "./service-url";
import { checked, fromEnvironment, given, mapValue } from "./setting";
import { userInfoDataSource } from "./user-info-data-source";
import { VERSION } from "./version";

/** Where the provider's surroundings come from; tests put their own in place. */
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

const DATA_CENTER_IDS = DATA_CENTERS.map(({ id }) => id);

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
    schema: {
      data_center: string({
        optional: true,
        description:
          `The Cronofy data center of the application: ${DATA_CENTER_IDS.map((id) => `\`${id}\``).join(", ")}. ` +
          "Credentials and service accounts belong to one data center. Default: `CRONOFY_DATA_CENTER`, else `us`.",
        validators: [oneOf(DATA_CENTER_IDS)],
      }),
      client_id: string({
        optional: true,
        description: "The application's client id. Default: `CRONOFY_CLIENT_ID`.",
        validators: [notBlank()],
      }),
      client_secret: string({
        optional: true,
        sensitive: true,
        description: "The application's client secret, which is also its API key. Default: `CRONOFY_CLIENT_SECRET`.",
        validators: [notBlank()],
      }),
      api_url: string({
        optional: true,
        description:
          "Replaces the API's address, as for a sandbox. `https`, or `http` on loopback. Default: `CRONOFY_API_URL`, " +
          "else that of the data center.",
        validators: [serviceUrl()],
      }),
      app_url: string({
        optional: true,
        description:
          "Replaces the address of the administrator's pages, as for a sandbox. `https`, or `http` on loopback. " +
          "Default: `CRONOFY_APP_URL`, else that of the data center.",
        validators: [serviceUrl()],
      }),
      link_store: storeBlock,
      link_service_url: string({
        optional: true,
        description:
          "The public address of your link service, such as `https://links.example.com`: with it, administrators are " +
          "brought by an `invitation_url`, which does not lapse, and return to its `/callback`. Default: " +
          "`OU_LINK_SERVICE_URL`.",
        validators: [serviceUrl()],
      }),
      link_secret: string({
        optional: true,
        sensitive: true,
        description:
          "Signs invitations and the `state` that goes with the administrator, so that the link service knows for whom " +
          "they come and return. " +
          "Default: `OU_LINK_SECRET`, else the client secret.",
        validators: [notBlank()],
      }),
      request_timeout: string({
        optional: true,
        description: "How long one request to Cronofy may take. Default: `CRONOFY_REQUEST_TIMEOUT`, else `30s`.",
        validators: [durationText()],
      }),
      max_retries: number({
        optional: true,
        description:
          "How often a request that may be repeated is repeated. A 429 is waited out and does not count, but with 0 " +
          "nothing is repeated at all. Default: `CRONOFY_MAX_RETRIES`, else 4.",
        validators: [wholeNumber(0, 20)],
      }),
      requests_per_second: number({
        optional: true,
        description:
          "How many requests a second this process may send to Cronofy, for all its provider blocks of one " +
          "application together. Default: `CRONOFY_REQUESTS_PER_SECOND`, else 50, which is Cronofy's own limit.",
        validators: [wholeNumber(1, 100_000)],
      }),
      requests_per_minute: number({
        optional: true,
        description:
          "The same for a minute. Several processes that share an application share its limit: give each a part of it. " +
          "Default: `CRONOFY_REQUESTS_PER_MINUTE`, else 500, which is Cronofy's own limit.",
        validators: [wholeNumber(1, 100_000)],
      }),
      read_back_max_age: string({
        optional: true,
        description:
          "For how long Cronofy's last answer for a link is good enough to plan with, as a duration such as `15m`: " +
          "until then, reading the link back takes no request. Default: `CRONOFY_READ_BACK_MAX_AGE`, else every " +
          "refresh asks Cronofy.",
        validators: [durationText()],
      }),
    },

    validate(config, report) {
      checkStoreBlock(config.link_store, report);
    },

    configure(config, call) {
      const setting = (value: Value<string>, variable: string) => fromEnvironment(value, env[variable]);
      const duration = (value: Value<string>, variable: string) =>
        mapValue(checked(setting(value, variable), variable, durationText()), (text) => parseDuration(text) as number);
      const count = (value: Value<Numeric>, variable: string, validate: Validator<{ toString(): string }>) =>
        mapValue(checked(setting(mapValue(value, String), variable), variable, validate), Number);
      const clientSecret = setting(config.client_secret, "CRONOFY_CLIENT_SECRET");
      const linkSecret = setting(config.link_secret, "OU_LINK_SECRET");
      for (const secret of [clientSecret, linkSecret]) {
        if (secret.kind === "known") call.log.redact(secret.value);
      }
      const secret = mapValue(
        given(clientSecret, "client_secret", "CRONOFY_CLIENT_SECRET"),
        (text) => new Secret(text),
      );
      return new Cronofy(
        {
          dataCenter: mapValue(
            checked(setting(config.data_center, "CRONOFY_DATA_CENTER"), "CRONOFY_DATA_CENTER", oneOf(DATA_CENTER_IDS)),
            (id) => id as DataCenterId,
            known<DataCenterId>("us"),
          ),
          clientId: given(setting(config.client_id, "CRONOFY_CLIENT_ID"), "client_id", "CRONOFY_CLIENT_ID"),
          clientSecret: secret,
          apiUrl: checked(setting(config.api_url, "CRONOFY_API_URL"), "CRONOFY_API_URL", serviceUrl()),
          appUrl: checked(setting(config.app_url, "CRONOFY_APP_URL"), "CRONOFY_APP_URL", serviceUrl()),
          linkServiceUrl: checked(
            setting(config.link_service_url, "OU_LINK_SERVICE_URL"),
            "OU_LINK_SERVICE_URL",
            serviceUrl(),
          ),
          linkSecret: mapValue(linkSecret, (text) => new Secret(text), secret),
          store: openStore(config.link_store, env, now, call.log),
          requestTimeout: duration(config.request_timeout, "CRONOFY_REQUEST_TIMEOUT"),
          maxRetries: count(config.max_retries, "CRONOFY_MAX_RETRIES", wholeNumber(0, 20)),
          requestsPerSecond: count(config.requests_per_second, "CRONOFY_REQUESTS_PER_SECOND", wholeNumber(1, 100_000)),
          requestsPerMinute: count(config.requests_per_minute, "CRONOFY_REQUESTS_PER_MINUTE", wholeNumber(1, 100_000)),
          readBackMaxAge: duration(config.read_back_max_age, "CRONOFY_READ_BACK_MAX_AGE"),
        },
        { now, sleep, rateBudgets, place },
        call.log,
      );
    },

    resources: [organizationalUnitLink, organizationalUnitLinkCompletion],
    dataSources: [dataCentersDataSource, organizationalUnitDataSource, userInfoDataSource],
    ephemeralResources: [organizationalUnitLinkToken],
    functions: [authorizationUrlFunction, dataCenterFunction, parseCallbackUrlFunction],
  });
}
