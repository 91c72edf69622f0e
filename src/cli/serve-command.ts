import { Option } from "commander";
import { addressProblem, isLoopback, serviceAddressProblem } from "../link";
import type { Integrator } from "../link-service";
import { cliCommand, jsonOption, portOption, wholeNumber } from "./command-line/cli-command";
import { EXIT_CODE } from "./command-line/cli-error";
import { printJson } from "./command-line/terminal";
import { serveUntilInterrupted } from "./command-line/waiting";
import { applicationOptions, checkText, openChosenStore, readApplicationSettings, readWebhook } from "./settings";
import type { ApplicationFlags, ApplicationSettings, Environment, WebhookSettings } from "./settings";

/** The options of `ou-link serve`. */
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

/** `ou-link serve`: the link service, on its own. */
export const serveCommand = cliCommand<ServeFlags>({
  name: "serve",
  summary: "run the link service, to which administrators return",
  description:
    "Runs the link service until it is interrupted: the invitations that administrators open, and the redirect URI to " +
    "which their browsers return. It redeems what they approved and keeps it in the link store, where the provider reads it.\n\n" +
    "Secrets come by the environment: CRONOFY_CLIENT_SECRET, OU_LINK_SECRET where the provider has a link_secret, " +
    "OU_LINK_STORE_POSTGRES where the database needs a password, and OU_LINK_STORE_KEY to encrypt what is kept.\n\n" +
    "Where OU_LINK_WEBHOOK_URL and OU_LINK_WEBHOOK_SECRET are set, that URL is told of each link that was made, signed in " +
    "the manner of Standard Webhooks. /healthz says that it runs, /readyz that the store answers.",
  options: [
    portOption("port to listen on; 0 picks a free one", 8080),
    new Option("--host <address>", "address to listen on").default("127.0.0.1"),
    jsonOption("print one line of JSON when ready, instead of text"),
    new Option(
      "--keep-alive-timeout <seconds>",
      "how long an idle connection is kept; longer than the proxy in front keeps its own",
    )
      .argParser(wholeNumber("whole seconds", 1, 3600))
      .default(75),
    new Option("--public-url <url>", "address that browsers use, when behind a proxy (env: OU_LINK_PUBLIC_URL)"),
    ...applicationOptions(),
    new Option("--name <text>", "your name, as the administrators you invite know it (env: OU_LINK_NAME)"),
    new Option("--logo-url <url>", "a picture to show on invitations (env: OU_LINK_LOGO_URL)"),
  ],
  examples: [
    { does: "run it on this machine", line: "ou-link serve --store-file ./links" },
    {
      does: "run it behind a proxy that passes https://links.example.com on",
      line: "ou-link serve --public-url https://links.example.com --store-file /var/lib/ou-link",
    },
    { does: "start it from a program, which reads one line of JSON", line: "ou-link serve --port 0 --json" },
  ],
  async run(flags, terminal) {
    const { application, integrator, webhook: hook, publicUrl } = await readServeSettings(flags, terminal.env);
    const { store: storeChoice, linkSecret, ...api } = application;
    const interruption = terminal.interruption();
    const notes: string[] = [];
    const [{ CronofyClient }, { Webhook, accessLogLine, startLinkService }, store] = await Promise.all([
      import("../cronofy"),
      import("../link-service"),
      openChosenStore(storeChoice, { env: terminal.env, onNote: (line) => notes.push(line) }),
    ]);
    const webhook = hook && new Webhook({ ...hook, onNote: (line) => terminal.note(line) });
    const service = await startLinkService({
      // A person waits at the other end.
      client: new CronofyClient({ ...api, requestTimeout: 15_000, maxRetries: 2, totalTimeout: 20_000 }),
      store,
      linkSecret,
      host: flags.host,
      port: flags.port,
      keepAliveTimeout: flags.keepAliveTimeout * 1_000,
      integrator,
      ...(webhook !== undefined && { onLinked: webhook.send }),
      ...(publicUrl !== undefined && { publicUrl }),
      log: (entry) => terminal.note(accessLogLine(entry)),
    });
    if (flags.json) {
      printJson(terminal, { url: service.url, callback_url: service.callbackUrl });
    } else {
      terminal.print(`The link service listens on ${service.url}.`);
      terminal.print(`Use as redirect_uri:  ${service.callbackUrl}`);
      terminal.print(`Links are kept in ${store.description}.`);
      for (const note of notes) terminal.print(note);
      terminal.print("Press Ctrl+C to stop.");
    }
    await serveUntilInterrupted(service, interruption);
    await webhook?.close();
    await store.close();
    return EXIT_CODE.ok;
  },
});

/** What the link service runs with. */
interface ServeSettings {
  readonly application: ApplicationSettings;
  readonly integrator: Integrator;
  /** Absent: nobody is told of completed links. */
  readonly webhook?: WebhookSettings;
  /** Absent: the address at which it listens is the one that browsers use. */
  readonly publicUrl?: string;
}

/**
 * Reads the settings of the link service.
 *
 * @throws CliError that names everything that is missing or wrong, all at once
 */
export async function readServeSettings(flags: ServeFlags, env: Environment): Promise<ServeSettings> {
  const problems: string[] = [];
  const publicUrl = flags.publicUrl || env["OU_LINK_PUBLIC_URL"] || undefined;
  checkText("OU_LINK_PUBLIC_URL or --public-url", publicUrl, serviceAddressProblem, problems);
  if (publicUrl === undefined && !isLoopbackHost(flags.host)) {
    problems.push(`public address: with --host ${flags.host}, give --public-url too, the address that browsers use.`);
  }
  const name = flags.name || env["OU_LINK_NAME"] || undefined;
  const logoUrl = flags.logoUrl || env["OU_LINK_LOGO_URL"] || undefined;
  checkText("OU_LINK_LOGO_URL or --logo-url", logoUrl, addressProblem, problems);
  const webhook = await readWebhook(env, problems);
  const application = await readApplicationSettings(
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

function isLoopbackHost(host: string): boolean {
  return isLoopback(host.includes(":") ? `[${host}]` : host);
}
