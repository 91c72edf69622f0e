import { Annotations, Token } from "cdktf";
import type { Construct } from "constructs";
import type { LinkStore } from "./link-store";
import { CronofyProvider as GeneratedProvider } from "./bindings/provider";
import type { DataCenter } from "./data-center";

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
   * Signs invitations and the `state` that goes with the administrator, from a sensitive Terraform variable. The link service needs
   * the same one.
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
   * Tells several of these providers in one stack apart, as for several data centers.
   *
   * @default - none: it is the one that resources take by themselves
   */
  readonly alias?: string;
}

/** The Cronofy provider of a stack. */
export class CronofyProvider extends GeneratedProvider {
  constructor(scope: Construct, id: string, props: CronofyProviderProps = {}) {
    const { linkStore, ...config } = props;
    super(scope, id, { ...config, ...(linkStore && { linkStore: linkStore.config }) });
    for (const name of ["clientSecret", "linkSecret"] as const) {
      const secret = props[name];
      if (secret === undefined || Token.isUnresolved(secret)) continue;
      Annotations.of(this).addWarning(
        `${name} will stand in the synthesized configuration in clear. Leave it to the environment, or take it from a ` +
          "sensitive TerraformVariable.",
      );
    }
  }
}
