import { hostname } from "node:os";
import { DATA_CENTERS, Secret, delay } from "../cronofy";
import type { DataCenterId, Delay } from "../cronofy";
import { known, number, parseDuration, string } from "../plugin";
import type { Provider } from "../plugin";
import { PROVIDER_ADDRESS } from "./address";
import { checkStoreBlock, openStore, storeBlock } from "./link-store-block";
import { askAgain } from "./ask-again-action";
import { authorizationUrlFunction } from "./authorization-url-function";
import { Cronofy, provider } from "./cronofy";
import type { CronofySettings } from "./cronofy";
import { dataCenterFunction } from "./data-center-function";
import { dataCentersDataSource } from "./data-centers-data-source";
import { organizationalUnitDataSource } from "./organizational-unit-data-source";
import { organizationalUnitLink } from "./organizational-unit-link";
import { organizationalUnitLinkCompletion } from "./organizational-unit-link-completion";
import { organizationalUnitLinkToken } from "./organizational-unit-link-token";
import { parseCallbackUrlFunction } from "./parse-callback-url-function";
import { RateBudgets } from "./rate-budgets";
import { SETTINGS, SettingReader, mapValue } from "./setting";
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

/** What a provider block may say. */
const schema = {
  data_center: string({
    optional: true,
    description:
      `The Cronofy data center of the application: ${DATA_CENTERS.map(({ id }) => `\`${id}\``).join(", ")}. ` +
      "Credentials and service accounts belong to one data center. Default: `CRONOFY_DATA_CENTER`, else `us`.",
    validators: SETTINGS.data_center.validators,
  }),
  client_id: string({
    optional: true,
    description: "The application's client id. Default: `CRONOFY_CLIENT_ID`.",
    validators: SETTINGS.client_id.validators,
  }),
  client_secret: string({
    optional: true,
    sensitive: true,
    description:
      "The application's client secret, which is also its API key. Default: `CRONOFY_CLIENT_SECRET`. Without it links " +
      "are planned by what their records say, for which neither a store key nor a database user that may write " +
      "is needed; an apply needs it.",
    validators: SETTINGS.client_secret.validators,
  }),
  api_url: string({
    optional: true,
    description:
      "Replaces the API's address, as for a sandbox. `https`, or `http` on loopback. Default: `CRONOFY_API_URL`, " +
      "else that of the data center.",
    validators: SETTINGS.api_url.validators,
  }),
  app_url: string({
    optional: true,
    description:
      "Replaces the address of the administrator's pages, as for a sandbox. `https`, or `http` on loopback. " +
      "Default: `CRONOFY_APP_URL`, else that of the data center.",
    validators: SETTINGS.app_url.validators,
  }),
  link_store: storeBlock,
  link_service_url: string({
    optional: true,
    description:
      "The public address of your link service, such as `https://links.example.com`: with it, administrators are " +
      "brought by an `invitation_url`, which does not lapse, and return to its `/callback`. Default: " +
      "`OU_LINK_SERVICE_URL`.",
    validators: SETTINGS.link_service_url.validators,
  }),
  link_secret: string({
    optional: true,
    sensitive: true,
    description:
      "Signs invitations and the `state` that goes with the administrator, so that the link service knows for whom " +
      "they come and return: at least 32 bytes, such as `openssl rand -base64 32` prints. " +
      "Default: `OU_LINK_SECRET`, else the client secret.",
    validators: SETTINGS.link_secret.validators,
  }),
  request_timeout: string({
    optional: true,
    description: "How long one request to Cronofy may take. Default: `CRONOFY_REQUEST_TIMEOUT`, else `30s`.",
    validators: SETTINGS.request_timeout.validators,
  }),
  max_retries: number({
    optional: true,
    description:
      "How often a request that may be repeated is repeated. A 429 is waited out and does not count, but with 0 " +
      "nothing is repeated at all. Default: `CRONOFY_MAX_RETRIES`, else 4.",
    validators: SETTINGS.max_retries.validators,
  }),
  requests_per_second: number({
    optional: true,
    description:
      "How many requests a second this process may send to Cronofy, for all its provider blocks of one " +
      "application together. Default: `CRONOFY_REQUESTS_PER_SECOND`, else 50, which is Cronofy's own limit.",
    validators: SETTINGS.requests_per_second.validators,
  }),
  requests_per_minute: number({
    optional: true,
    description:
      "The same for a minute. Several processes that share an application share its limit: give each a part of it. " +
      "Default: `CRONOFY_REQUESTS_PER_MINUTE`, else 500, which is Cronofy's own limit.",
    validators: SETTINGS.requests_per_minute.validators,
  }),
  read_back_max_age: string({
    optional: true,
    description:
      "For how long Cronofy's last answer for a link is good enough to plan with, as a duration such as `15m`: " +
      "until then, reading the link back takes no request. Default: `CRONOFY_READ_BACK_MAX_AGE`, else every " +
      "refresh asks Cronofy.",
    validators: SETTINGS.read_back_max_age.validators,
  }),
};

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
      const settings = new SettingReader(env);
      const duration = (name: "request_timeout" | "read_back_max_age") =>
        mapValue(settings.text(name, config[name]), (text) => parseDuration(text) as number);
      const count = (name: "max_retries" | "requests_per_second" | "requests_per_minute") =>
        mapValue(settings.text(name, config[name]), Number);
      const dataCenter = settings.text("data_center", config.data_center);
      const clientId = settings.required("client_id", config.client_id);
      const clientSecret = settings.text("client_secret", config.client_secret);
      const linkSecret = settings.text("link_secret", config.link_secret);
      for (const secret of [clientSecret, linkSecret]) {
        if (secret.kind === "known") call.log.redact(secret.value);
      }
      const secret = mapValue(clientSecret, (text) => new Secret(text));
      const read: CronofySettings = {
        dataCenter: mapValue(dataCenter, (id) => id as DataCenterId, known<DataCenterId>("us")),
        clientId,
        clientSecret: secret,
        apiUrl: settings.text("api_url", config.api_url),
        appUrl: settings.text("app_url", config.app_url),
        linkServiceUrl: settings.text("link_service_url", config.link_service_url),
        linkSecret: mapValue(linkSecret, (text) => new Secret(text), secret),
        store: settings.attempt(() => openStore(config.link_store, env, now, call.log)),
        requestTimeout: duration("request_timeout"),
        maxRetries: count("max_retries"),
        requestsPerSecond: count("requests_per_second"),
        requestsPerMinute: count("requests_per_minute"),
        readBackMaxAge: duration("read_back_max_age"),
      };
      settings.finish();
      const userAgent = userAgentOf(call.terraformVersion);
      return new Cronofy(read, { now, sleep, rateBudgets, place, userAgent }, call.log);
    },

    resources: [organizationalUnitLink, organizationalUnitLinkCompletion],
    dataSources: [dataCentersDataSource, organizationalUnitDataSource, userInfoDataSource],
    ephemeralResources: [organizationalUnitLinkToken],
    actions: [askAgain],
    functions: [authorizationUrlFunction, dataCenterFunction, parseCallbackUrlFunction],
  });
}

/** Who Cronofy is told that we are, so that its support can tell our requests from an application's own. */
function userAgentOf(terraformVersion: string): string {
  const own = `terraform-provider-cronofy/${VERSION}`;
  // A header that is none would fail every request.
  return /^[\w.+-]+$/.test(terraformVersion) ? `${own} Terraform/${terraformVersion}` : own;
}
