import { Annotations, TerraformStack, Token } from "cdktf";
import type { Construct } from "constructs";
import { credentialProblem, serviceAddressProblem, signingSecretProblem, textProblem } from "../link";
import { CronofyProvider as GeneratedProvider } from "./bindings/provider";
import type { CronofyProviderLinkStore } from "./bindings/provider";
import { choiceProblems, durationProblems, present, shown, textProblems } from "./props";
import { requireSoundStack } from "./stack-problems";

/** Cronofy's data centers. Credentials and service accounts belong to one of them. */
export enum DataCenter {
  /** Australia */
  AU = "au",
  /** Canada */
  CA = "ca",
  /** Germany */
  DE = "de",
  /** Singapore */
  SG = "sg",
  /** United Kingdom */
  UK = "uk",
  /** United States */
  US = "us",
}

/**
 * Where links are kept between runs, outside of Terraform's state. The link service and the provider use the same one:
 * invitations need a folder or a database.
 */
export class LinkStore {
  /**
   * A folder with one record for each link, for use on one machine. The link service is given the same one.
   *
   * @param folder an absolute path, for a relative one starts at the folder in which Terraform runs
   */
  static file(folder: string): LinkStore {
    return new LinkStore({ file: folder });
  }

  /**
   * A PostgreSQL database, for use on several machines: one table, which is made when first needed.
   *
   * @param url `postgres://user:password@host:5432/database`, from a sensitive Terraform variable where it holds a
   *   password: a literal would stand in the synthesized configuration
   */
  static postgres(url: string): LinkStore {
    return new LinkStore({ postgres: url });
  }

  /**
   * A program that prints a fresh access token, for those whose own application keeps the tokens.
   *
   * @param command the program, then each of its arguments apart; no shell looks at it
   */
  static command(command: readonly [program: string, ...arguments_: string[]]): LinkStore {
    return new LinkStore({ command: isList(command) ? [...command] : [] });
  }

  private constructor(
    /** The provider's `link_store`. */
    readonly config: CronofyProviderLinkStore,
  ) {}

  /**
   * What is wrong with the store. A database's address is not repeated: it may hold a password.
   *
   * @internal
   */
  _problems(): string[] {
    return Object.entries(this.config).flatMap(([kind, value]: [string, unknown]) => {
      if (!isList(value)) return textProblems(kind, value ?? "", textProblem);
      const isRunnable = value.length > 0 && value.every((each) => typeof each === "string");
      if (!isRunnable) return [`${kind}: give a list of the program and each of its arguments apart, as texts.`];
      return textProblems(kind, value[0], textProblem);
    });
  }
}

/** How the provider reaches Cronofy. Everything has an environment variable, read where Terraform runs. */
export interface CronofyProviderProps {
  /**
   * The data center of the application.
   *
   * @default - `CRONOFY_DATA_CENTER`, else the United States
   */
  readonly dataCenter?: DataCenter;

  /**
   * The application's client id.
   *
   * @default - `CRONOFY_CLIENT_ID`
   */
  readonly clientId?: string;

  /**
   * The application's client secret, from a sensitive Terraform variable: a literal would stand in the synthesized
   * configuration.
   *
   * @default - `CRONOFY_CLIENT_SECRET`
   */
  readonly clientSecret?: string;

  /**
   * Where links are kept between runs: who is awaited, and what administrators authorized.
   *
   * @default - that of `OU_LINK_STORE_FILE`, `OU_LINK_STORE_POSTGRES` or `OU_LINK_STORE_COMMAND`; without one, nothing
   *   can be read back
   */
  readonly linkStore?: LinkStore;

  /**
   * The public address of your link service, such as `https://links.example.com`: with it, administrators are invited
   * unless a link says otherwise, and return to its `/callback`.
   *
   * @default - `OU_LINK_SERVICE_URL`
   */
  readonly linkServiceUrl?: string;

  /**
   * Signs invitations and the `state` that goes with the administrator, from a sensitive Terraform variable: at least 32
   * bytes, such as `openssl rand -base64 32` prints. The link service needs the same one.
   *
   * @default - `OU_LINK_SECRET`, else the client secret
   */
  readonly linkSecret?: string;

  /**
   * Replaces the API's address, as for a sandbox: `https`, or `http` on loopback.
   *
   * @default - `CRONOFY_API_URL`, else that of the data center
   */
  readonly apiUrl?: string;

  /**
   * Replaces the address of the administrator's pages, as for a sandbox: `https`, or `http` on loopback.
   *
   * @default - `CRONOFY_APP_URL`, else that of the data center
   */
  readonly appUrl?: string;

  /**
   * How long one request to Cronofy may take, such as `30s`.
   *
   * @default - `CRONOFY_REQUEST_TIMEOUT`, else 30 seconds
   */
  readonly requestTimeout?: string;

  /**
   * How often a request that may be repeated is repeated.
   *
   * @default - `CRONOFY_MAX_RETRIES`, else 4
   */
  readonly maxRetries?: number;

  /**
   * How many requests a second go to Cronofy, for all providers of one application in a Terraform run together.
   *
   * @default - `CRONOFY_REQUESTS_PER_SECOND`, else 50
   */
  readonly requestsPerSecond?: number;

  /**
   * The same for a minute. Pipelines that share an application share its limit: give each a part of it.
   *
   * @default - `CRONOFY_REQUESTS_PER_MINUTE`, else 500
   */
  readonly requestsPerMinute?: number;

  /**
   * For how long Cronofy's last answer for a link is good enough to plan with, such as `15m`.
   *
   * @default - `CRONOFY_READ_BACK_MAX_AGE`, else every refresh asks Cronofy
   */
  readonly readBackMaxAge?: string;

  /**
   * Tells this provider apart from others in the stack, such as those of other data centers.
   *
   * @default - none: it is the provider that resources use by default
   */
  readonly alias?: string;
}

/** The Cronofy provider of a stack. */
export class CronofyProvider extends GeneratedProvider {
  constructor(scope: Construct, id: string, props: CronofyProviderProps = {}) {
    const given = present(props);
    const { linkStore, ...config } = given;
    super(scope, id, { ...config, ...(linkStore instanceof LinkStore && { linkStore: linkStore.config }) });
    this.node.addValidation({ validate: () => providerProblems(given) });
    requireSoundStack(TerraformStack.of(this));
    for (const name of ["clientSecret", "linkSecret"] as const) {
      const secret = given[name];
      if (secret === undefined || Token.isUnresolved(secret)) continue;
      Annotations.of(this).addWarning(
        `${name} will stand in the synthesized configuration in clear. Leave it to the environment, or take it from a ` +
          "sensitive TerraformVariable.",
      );
    }
  }
}

/** What is wrong with the props, all at once, by the rules that the provider has for its own block. */
function providerProblems(props: CronofyProviderProps): string[] {
  const { linkStore, alias } = props;
  const store = linkStore instanceof LinkStore ? linkStore._problems().map((each) => `linkStore: ${each}`) : [];
  return [
    ...choiceProblems("dataCenter", props.dataCenter, DataCenter),
    ...textProblems("clientId", props.clientId, credentialProblem),
    ...textProblems("clientSecret", props.clientSecret, credentialProblem),
    ...(linkStore === undefined || linkStore instanceof LinkStore
      ? store
      : [
          `linkStore: write LinkStore.file(…), LinkStore.postgres(…) or LinkStore.command(…); got ${shown(linkStore)}.`,
        ]),
    ...textProblems("linkServiceUrl", props.linkServiceUrl, serviceAddressProblem),
    ...textProblems("linkSecret", props.linkSecret, signingSecretProblem),
    ...textProblems("apiUrl", props.apiUrl, serviceAddressProblem),
    ...textProblems("appUrl", props.appUrl, serviceAddressProblem),
    ...durationProblems("requestTimeout", props.requestTimeout),
    ...wholeNumberProblems("maxRetries", props.maxRetries, 0, 20),
    ...wholeNumberProblems("requestsPerSecond", props.requestsPerSecond, 1, 100_000),
    ...wholeNumberProblems("requestsPerMinute", props.requestsPerMinute, 1, 100_000),
    ...durationProblems("readBackMaxAge", props.readBackMaxAge),
    ...(alias === undefined || /^[A-Za-z_][\w-]*$/.test(alias)
      ? []
      : [`alias: use letters, digits, _ and -, beginning with a letter or _; got ${shown(alias)}.`]),
  ];
}

function wholeNumberProblems(name: string, value: unknown, lowest: number, highest: number): string[] {
  if (value === undefined || Token.isUnresolved(value)) return [];
  if (Number.isInteger(value) && Number(value) >= lowest && Number(value) <= highest) return [];
  return [`${name}: write a whole number from ${lowest} to ${highest}; got ${shown(value)}.`];
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}
