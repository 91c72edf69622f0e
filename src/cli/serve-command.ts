import { Option } from "commander";
import { applicationOptions } from "./application/application-options";
import { cliCommand } from "./command-line/cli-command";
import { EXIT_CODE } from "./command-line/exit-code";
import { jsonOption } from "./command-line/json-option";
import { parseSeconds } from "./command-line/parse-seconds";
import { portOption } from "./command-line/port-option";
import type { ServeFlags } from "./serve/serve-settings";
import { serveUntilInterrupted } from "./command-line/serve-until-interrupted";
import { openChosenStore } from "./store/store-opening";

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
    jsonOption(),
    new Option(
      "--keep-alive-timeout <seconds>",
      "how long an idle connection is kept; longer than the proxy in front keeps its own",
    )
      .argParser(parseSeconds)
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
    const { readServeSettings } = await import("./serve/serve-settings");
    const { application, integrator, webhook: hook, publicUrl } = readServeSettings(flags, terminal.env);
    const { store: storeChoice, linkSecret, ...api } = application;
    const interruption = terminal.interruption();
    const notes: string[] = [];
    const [{ CronofyClient }, { Webhook, accessLogLine, startLinkService }, store] = await Promise.all([
      import("../cronofy"),
      import("../link-service"),
      openChosenStore(storeChoice, { env: terminal.env, lockTimeout: 15_000, onNote: (line) => notes.push(line) }),
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
      terminal.print(JSON.stringify({ url: service.url, callback_url: service.callbackUrl }));
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
