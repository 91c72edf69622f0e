import { Secret } from "../../cronofy";
import { isLoopback } from "../../cronofy/loopback";
import type { Integrator } from "../../link-service";
import type { ApplicationFlags } from "../application/application-options";
import { addressProblem, serviceAddressProblem, textProblem } from "../../link";
import { checkText, readApplicationSettings } from "../application/application-settings";
import type { ApplicationSettings } from "../application/application-settings";

/** What the command line of `ou-link serve` says. */
export interface ServeFlags extends ApplicationFlags {
  readonly port: number;
  readonly host: string;
  /** Seconds. */
  readonly keepAliveTimeout: number;
  readonly json?: true;
  readonly publicUrl?: string;
  readonly name?: string;
  readonly logoUrl?: string;
}

/** What the link service runs with. */
export interface ServeSettings {
  readonly application: ApplicationSettings;
  readonly integrator: Integrator;
  /** Absent: nobody is told of completed links. */
  readonly webhook?: { readonly url: string; readonly secret: Secret };
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
  const publicUrl = flags.publicUrl || env["OU_LINK_PUBLIC_URL"] || undefined;
  checkText("OU_LINK_PUBLIC_URL or --public-url", publicUrl, serviceAddressProblem, problems);
  if (publicUrl === undefined && !isLoopbackHost(flags.host)) {
    problems.push(`public address: with --host ${flags.host}, give --public-url too, the address that browsers use.`);
  }
  const name = flags.name || env["OU_LINK_NAME"] || undefined;
  const logoUrl = flags.logoUrl || env["OU_LINK_LOGO_URL"] || undefined;
  checkText("OU_LINK_LOGO_URL or --logo-url", logoUrl, addressProblem, problems);
  const webhook = readWebhook(env, problems);
  const application = readApplicationSettings(
    flags,
    env,
    "The link service cannot start with this configuration.",
    problems,
  );
  return {
    application,
    integrator: { ...(name !== undefined && { name }), ...(logoUrl !== undefined && { logoUrl }) },
    ...(webhook !== undefined && { webhook }),
    ...(publicUrl !== undefined && { publicUrl }),
  };
}

/** Both come by the environment: many a webhook's address is a secret too. */
export function readWebhook(
  env: Readonly<Record<string, string | undefined>>,
  problems: string[],
): ServeSettings["webhook"] {
  const url = env["OU_LINK_WEBHOOK_URL"] || undefined;
  const secret = env["OU_LINK_WEBHOOK_SECRET"] || undefined;
  if (url === undefined && secret === undefined) return undefined;
  if (url === undefined) problems.push("webhook: OU_LINK_WEBHOOK_SECRET is set; set OU_LINK_WEBHOOK_URL too.");
  checkText("webhook: OU_LINK_WEBHOOK_URL", url, addressProblem, problems);
  if (secret === undefined) {
    problems.push("webhook: set OU_LINK_WEBHOOK_SECRET too, with which the receiver verifies what comes.");
  } else if (textProblem(secret) !== undefined) {
    checkText("webhook: OU_LINK_WEBHOOK_SECRET", secret, textProblem, problems);
  } else if (/^whsec_(?![A-Za-z0-9+/]+={0,2}$)/.test(secret)) {
    problems.push("webhook: OU_LINK_WEBHOOK_SECRET starts with whsec_, so what follows must be base64.");
  }
  return url === undefined || secret === undefined ? undefined : { url, secret: new Secret(secret) };
}

function isLoopbackHost(host: string): boolean {
  return isLoopback(host.includes(":") ? `[${host}]` : host);
}
