import { Option } from "commander";
import { cliCommand } from "./cli-command";
import { EXIT_CODE } from "./exit-code";
import { jsonOption } from "./json-option";
import { portOption } from "./port-option";
import type { ServeFlags } from "./serve-settings";
import { serveUntilInterrupted } from "./serve-until-interrupted";
import { openChosenStore } from "./store-opening";
import { storeOptions } from "./store-options";

/** `ou-link serve`: the link service, on its own. */
export const serveCommand = cliCommand<ServeFlags>({
  name: "serve",
  summary: "run the link service, to which administrators return",
  description:
    "Runs the link service until it is interrupted: the redirect URI to which an administrator's browser returns. " +
    "It redeems what they approved and keeps it in the authorization store, where the provider reads it.\n\n" +
    "Secrets come by the environment: CRONOFY_CLIENT_SECRET, OU_LINK_SECRET where the provider has a link_secret, " +
    "OU_LINK_STORE_POSTGRES where the database needs a password, and OU_LINK_STORE_KEY to encrypt authorizations.",
  options: [
    portOption("port to listen on; 0 picks a free one", 8080),
    new Option("--host <address>", "address to listen on").default("127.0.0.1"),
    jsonOption(),
    new Option("--public-url <url>", "address that browsers use, when behind a proxy (env: OU_LINK_PUBLIC_URL)"),
    ...storeOptions(),
    new Option("--client-id <id>", "client id of the application (env: CRONOFY_CLIENT_ID)"),
    new Option("--data-center <id>", 'data center of the application, "us" by default (env: CRONOFY_DATA_CENTER)'),
    new Option("--api-url <url>", "replaces the API's address, as for a sandbox (env: CRONOFY_API_URL)"),
    new Option("--app-url <url>", "replaces the address of Cronofy's pages (env: CRONOFY_APP_URL)"),
  ],
  examples: [
    { does: "run it on this machine", line: "ou-link serve --store-file ./authorizations" },
    {
      does: "run it behind a proxy that passes https://links.example.com on",
      line: "ou-link serve --public-url https://links.example.com --store-file /var/lib/ou-link",
    },
    { does: "start it from a program, which reads one line of JSON", line: "ou-link serve --port 0 --json" },
  ],
  async run(flags, terminal) {
    const { readServeSettings } = await import("./serve-settings");
    const { store: storeChoice, linkSecret, publicUrl, ...application } = readServeSettings(flags, terminal.env);
    const interruption = terminal.interruption();
    const notes: string[] = [];
    const [{ CronofyClient }, { accessLogLine, startLinkService }, store] = await Promise.all([
      import("../cronofy"),
      import("../link-service"),
      openChosenStore(storeChoice, { env: terminal.env, lockTimeout: 15_000, onNote: (line) => notes.push(line) }),
    ]);
    const service = await startLinkService({
      // A person waits at the other end.
      client: new CronofyClient({ ...application, requestTimeout: 15_000, maxRetries: 2, totalTimeout: 20_000 }),
      store,
      linkSecret,
      host: flags.host,
      port: flags.port,
      ...(publicUrl === undefined ? {} : { publicUrl }),
      log: (entry) => terminal.note(accessLogLine(entry)),
    });
    if (flags.json) {
      terminal.print(JSON.stringify({ url: service.url, callback_url: service.callbackUrl }));
    } else {
      terminal.print(`The link service listens on ${service.url}.`);
      terminal.print(`Use as redirect_uri:  ${service.callbackUrl}`);
      terminal.print(`Authorizations are kept in ${store.description}.`);
      for (const note of notes) terminal.print(note);
      terminal.print("Press Ctrl+C to stop.");
    }
    await serveUntilInterrupted(service, interruption);
    await store.close();
    return EXIT_CODE.ok;
  },
});
