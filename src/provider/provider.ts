import path from "node:path";
import { FileAuthorizationStore } from "../authorizations";
import { DATA_CENTERS, Secret } from "../cronofy";
import type { DataCenterId } from "../cronofy";
import {
  DiagnosticError,
  NULL,
  between,
  durationText,
  known,
  nested,
  notBlank,
  number,
  oneOf,
  parseDuration,
  string,
} from "../plugin";
import type { Provider, Value } from "../plugin";
import { PROVIDER_ADDRESS } from "./address";
import { authorizationUrlFunction } from "./authorization-url-function";
import { Cronofy, provider } from "./cronofy";
import { dataCenterFunction } from "./data-center-function";
import { organizationalUnitLink } from "./organizational-unit-link";
import { parseCallbackUrlFunction } from "./parse-callback-url-function";
import { serviceUrl } from "./service-url";
import { VERSION } from "./version";

/** Where the provider's surroundings come from; tests put their own in place. */
export interface CronofyProviderOptions {
  /** @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** @default the system's clock */
  readonly now?: () => Date;
}

const DATA_CENTER_IDS = DATA_CENTERS.map(({ id }) => id);

/** Cronofy as a Terraform provider. */
export function createCronofyProvider({
  env = process.env,
  now = () => new Date(),
}: CronofyProviderOptions = {}): Provider {
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
      authorization_store: nested(
        {
          file: string({
            optional: true,
            description:
              "A folder with one record for each link, for use on one machine. A relative path starts at the folder " +
              "in which Terraform runs.",
            validators: [notBlank()],
          }),
        },
        {
          optional: true,
          description:
            "Where the authorizations that administrators gave are kept: outside of Terraform's state, because tokens " +
            "change whenever they are used. Without a store, nothing can be read back. Default: the folder in " +
            "`OU_LINK_STORE_FILE`.",
        },
      ),
      link_secret: string({
        optional: true,
        sensitive: true,
        description:
          "Signs the `state` that goes with the administrator, so that the link service knows for whom they return. " +
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
        description: "How often a request that may be repeated is repeated. Default: `CRONOFY_MAX_RETRIES`, else 4.",
        validators: [between(0, 20)],
      }),
    },

    validate(config, report) {
      const { authorization_store: store } = config;
      if (store.kind === "known" && store.value.file.kind === "null") {
        report.error({
          path: ["authorization_store"],
          summary: "No store chosen",
          detail: 'Name one store, such as authorization_store = { file = "./authorizations" }.',
        });
      }
    },

    configure(config, call) {
      const setting = (value: Value<string>, variable: string) => fromEnvironment(value, env[variable]);
      const clientSecret = setting(config.client_secret, "CRONOFY_CLIENT_SECRET");
      const linkSecret = setting(config.link_secret, "OU_LINK_SECRET");
      for (const secret of [clientSecret, linkSecret]) {
        if (secret.kind === "known") call.log.redact(secret.value);
      }
      const storeFolder = setting(
        config.authorization_store.kind === "known"
          ? config.authorization_store.value.file
          : config.authorization_store,
        "OU_LINK_STORE_FILE",
      );
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
          linkSecret: mapValue(linkSecret, (text) => new Secret(text), secret),
          store: mapValue(storeFolder, (folder) => new FileAuthorizationStore(path.resolve(folder))),
          requestTimeout: mapValue(
            checked(
              setting(config.request_timeout, "CRONOFY_REQUEST_TIMEOUT"),
              "CRONOFY_REQUEST_TIMEOUT",
              durationText(),
            ),
            (text) => parseDuration(text) as number,
          ),
          maxRetries: mapValue(
            checked(
              setting(mapValue(config.max_retries, String), "CRONOFY_MAX_RETRIES"),
              "CRONOFY_MAX_RETRIES",
              between(0, 20),
            ),
            Number,
          ),
        },
        now,
        call.log,
      );
    },

    resources: [organizationalUnitLink],
    functions: [authorizationUrlFunction, dataCenterFunction, parseCallbackUrlFunction],
  });
}

/** The configured value, or the environment's where the configuration says nothing. */
function fromEnvironment(value: Value<string>, variable: string | undefined): Value<string> {
  return value.kind === "null" && variable !== undefined && variable !== "" ? known(variable) : value;
}

function mapValue<T, U>(value: Value<T>, change: (value: T) => U, fallback: Value<U> = NULL): Value<U> {
  if (value.kind === "known") return known(change(value.value));
  return value.kind === "null" ? fallback : value;
}

/** Refuses a setting that is nowhere to be found; one that is not known yet is waited for. */
function given<T>(value: Value<T>, attribute: string, variable: string): Value<T> {
  if (value.kind !== "null") return value;
  throw new DiagnosticError({
    summary: `Missing ${attribute}`,
    detail: `Set ${attribute} in the provider block, or ${variable} in the environment.`,
    path: [attribute],
  });
}

/** Judges what came from the environment as Terraform has the block's own values judged. */
function checked(
  value: Value<string>,
  variable: string,
  validate: (text: string) => { readonly summary: string; readonly detail: string } | undefined,
): Value<string> {
  const problem = value.kind === "known" ? validate(value.value) : undefined;
  if (problem === undefined) return value;
  throw new DiagnosticError({
    summary: problem.summary,
    detail: `${problem.detail} The value comes from the provider block or from ${variable} in the environment.`,
  });
}
