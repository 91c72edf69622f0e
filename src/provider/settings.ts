import { DATA_CENTERS, Secret } from "../cronofy";
import type { DataCenterId } from "../cronofy";
import { credentialProblem, serviceAddressProblem, signingSecretProblem } from "../link";
import type { LinkSource } from "../link-store";
import {
  DiagnosticError,
  NULL,
  durationText,
  known,
  number,
  oneOf,
  parseDuration,
  string,
  wholeNumber,
} from "../plugin";
import type { Logger, Problem, Value, Values } from "../plugin";
import { storeBlock } from "./link-store-block";

type Environment = Readonly<Record<string, string | undefined>>;

/** What a setting with a single value is. The provider block gives the value, or else the environment does. */
interface SettingFacts<T> {
  /** The variable of the environment. */
  readonly variable: string;
  /** Markdown: what the setting is for. */
  readonly about: string;
  /** The default: what holds where neither gives a value. */
  readonly otherwise?: string;
  /** Markdown that follows the default. */
  readonly without?: string;
  /** The block or the environment must give it. */
  readonly isRequired?: true;
  readonly isSecret?: true;
  /** Turns the text into what the rest of the provider works with. */
  readonly read: (text: string) => T;
}

/**
 * The settings of the provider block, but for `link_store`, which is a block of its own. The schema, what is read from
 * the environment, and the documentation all come from this table.
 */
export const SETTINGS = {
  data_center: text({
    variable: "CRONOFY_DATA_CENTER",
    about:
      `The Cronofy data center of the application: ${DATA_CENTERS.map(({ id }) => `\`${id}\``).join(", ")}. ` +
      "Credentials and service accounts belong to one data center.",
    otherwise: "`us`",
    validate: oneOf(DATA_CENTERS.map(({ id }) => id)),
    read: (id) => id as DataCenterId,
  }),
  client_id: text({
    variable: "CRONOFY_CLIENT_ID",
    about: "The application's client id.",
    isRequired: true,
    validate: credentialProblem,
    read: String,
  }),
  client_secret: text({
    variable: "CRONOFY_CLIENT_SECRET",
    about: "The application's client secret, which is also its API key.",
    without:
      "Without it links are planned by what their records say, for which neither a store key nor a database user that " +
      "may write is needed; an apply needs it.",
    isSecret: true,
    validate: credentialProblem,
    read: (secret) => new Secret(secret),
  }),
  api_url: text({
    variable: "CRONOFY_API_URL",
    about: "Replaces the API's address, as for a sandbox. `https`, or `http` on loopback.",
    otherwise: "that of the data center",
    validate: serviceAddressProblem,
    read: String,
  }),
  app_url: text({
    variable: "CRONOFY_APP_URL",
    about: "Replaces the address of the administrator's pages, as for a sandbox. `https`, or `http` on loopback.",
    otherwise: "that of the data center",
    validate: serviceAddressProblem,
    read: String,
  }),
  link_service_url: text({
    variable: "OU_LINK_SERVICE_URL",
    about:
      "The public address of your link service, such as `https://links.example.com`: with it, administrators are " +
      "brought by an `invitation_url`, which does not lapse, and return to its `/callback`.",
    validate: serviceAddressProblem,
    read: String,
  }),
  link_secret: text({
    variable: "OU_LINK_SECRET",
    about:
      "Signs invitations and the `state` that goes with the administrator, so that the link service knows for whom " +
      "they come and return: at least 32 bytes, such as `openssl rand -base64 32` prints.",
    otherwise: "the client secret",
    isSecret: true,
    validate: signingSecretProblem,
    read: (secret) => new Secret(secret),
  }),
  request_timeout: text({
    variable: "CRONOFY_REQUEST_TIMEOUT",
    about: "How long one request to Cronofy may take.",
    otherwise: "`30s`",
    validate: durationText(),
    read: milliseconds,
  }),
  max_retries: count({
    variable: "CRONOFY_MAX_RETRIES",
    about:
      "How often a request that may be repeated is repeated. A 429 is waited out and does not count, but with 0 " +
      "nothing is repeated at all.",
    otherwise: "4",
    validate: wholeNumber(0, 20),
    read: Number,
  }),
  requests_per_second: count({
    variable: "CRONOFY_REQUESTS_PER_SECOND",
    about:
      "How many requests a second this process may send to Cronofy, for all its provider blocks of one " +
      "application together.",
    otherwise: "50, which is Cronofy's own limit",
    validate: wholeNumber(1, 100_000),
    read: Number,
  }),
  requests_per_minute: count({
    variable: "CRONOFY_REQUESTS_PER_MINUTE",
    about:
      "The same for a minute. Several processes that share an application share its limit: give each a part of it.",
    otherwise: "500, which is Cronofy's own limit",
    validate: wholeNumber(1, 100_000),
    read: Number,
  }),
  read_back_max_age: text({
    variable: "CRONOFY_READ_BACK_MAX_AGE",
    about:
      "For how long Cronofy's last answer for a link is good enough to plan with, as a duration such as `15m`: " +
      "until then, reading the link back takes no request.",
    otherwise: "every refresh asks Cronofy",
    validate: durationText(),
    read: milliseconds,
  }),
};

type Settings = typeof SETTINGS;

/** What a provider block may say. */
export const schema = {
  ...(mapped(({ attribute }) => attribute) as { readonly [K in keyof Settings]: Settings[K]["attribute"] }),
  link_store: storeBlock,
};

/**
 * The settings as far as they are known while Terraform plans. One that neither the block nor the environment gives is
 * null. Without a `client_secret`, links can only be planned, by what their records say.
 */
export type CronofySettings = { readonly [K in keyof Settings]: Value<ReturnType<Settings[K]["read"]>> } & {
  readonly link_store: Value<LinkSource>;
};

/**
 * Reads the provider block, and hides its secrets in the log.
 *
 * @param openStore opens the link store; when it throws a DiagnosticError, that is reported along with the rest
 * @throws DiagnosticError when one thing is wrong, or an AggregateError of several
 */
export function readSettings(
  config: Values<typeof schema>,
  env: Environment,
  log: Logger,
  openStore: () => Value<LinkSource>,
): CronofySettings {
  const problems: DiagnosticError[] = [];
  const values = mapped((setting, name) => {
    const given = textOf(config[name], env[setting.variable]);
    const problem = problemOf(name, given, config[name].kind === "null");
    if (problem !== undefined) problems.push(problem);
    if (given.kind !== "known") return given;
    if (setting.isSecret) log.redact(given.value);
    return known(setting.read(given.value));
  }) as Omit<CronofySettings, "link_store">;
  let store: Value<LinkSource> = NULL;
  try {
    store = openStore();
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    problems.push(error);
  }
  if (problems.length > 1) throw new AggregateError(problems);
  for (const problem of problems) throw problem;
  const { data_center: dataCenter, client_secret: clientSecret, link_secret: linkSecret } = values;
  return {
    ...values,
    data_center: dataCenter.kind === "null" ? known("us") : dataCenter,
    link_secret: linkSecret.kind === "null" ? clientSecret : linkSecret,
    link_store: store,
  };
}

function text<T>(facts: SettingFacts<T> & { readonly validate: (text: string) => Problem | undefined }) {
  const options = { optional: true, description: describe(facts), validators: [facts.validate] } as const;
  return { ...facts, attribute: string(facts.isSecret ? { ...options, sensitive: true } : options) };
}

function count<T>(
  facts: SettingFacts<T> & { readonly validate: (count: { toString(): string }) => Problem | undefined },
) {
  return {
    ...facts,
    attribute: number({ optional: true, description: describe(facts), validators: [facts.validate] }),
  };
}

function describe({ about, variable, otherwise, without }: SettingFacts<unknown>): string {
  const standard = `Default: \`${variable}\`${otherwise === undefined ? "" : `, else ${otherwise}`}.`;
  return [about, standard, ...(without === undefined ? [] : [without])].join(" ");
}

function milliseconds(duration: string): number {
  return parseDuration(duration) as number;
}

/** Something for each setting, by its name. */
function mapped<T>(
  change: (setting: Settings[keyof Settings], name: keyof Settings) => T,
): Readonly<Record<string, T>> {
  return Object.fromEntries(
    Object.entries(SETTINGS).map(([name, setting]) => [name, change(setting, name as keyof Settings)]),
  );
}

function textOf(configured: Value<{ toString(): string }>, fallback: string | undefined): Value<string> {
  if (configured.kind === "known") return known(String(configured.value));
  return configured.kind === "null" && fallback ? known(fallback) : configured;
}

function problemOf(name: keyof Settings, given: Value<string>, isFallback: boolean): DiagnosticError | undefined {
  const { variable, isRequired, validate } = SETTINGS[name];
  if (given.kind === "null" && isRequired) {
    return new DiagnosticError({
      summary: `Missing ${name}`,
      detail: `Set ${name} in the provider block, or ${variable} in the environment.`,
      path: [name],
    });
  }
  const problem = given.kind === "known" ? validate(given.value) : undefined;
  if (problem === undefined) return undefined;
  const source = isFallback ? ` The value comes from ${variable} in the environment.` : "";
  return new DiagnosticError({ summary: problem.summary, detail: `${problem.detail}${source}`, path: [name] });
}
