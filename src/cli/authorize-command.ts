import { InvalidArgumentError, Option } from "commander";
import type { Command } from "commander";
import { applicationOptions } from "./application/application-options";
import type { ApplicationFlags } from "./application/application-options";
import type { BrowserFlags } from "./authorize/authorize-in-browser";
import { cliCommand } from "./command-line/cli-command";
import type { CliCommand } from "./command-line/cli-command";
import { CliError } from "./command-line/cli-error";
import { EXIT_CODE } from "./command-line/exit-code";
import { portOption } from "./command-line/port-option";
import { openChosenStore } from "./store/store-opening";

interface AuthorizeFlags extends ApplicationFlags, BrowserFlags {
  readonly json?: true;
}

/** `ou-link authorize`: for an operator who is the administrator too. */
export const authorizeCommand: CliCommand = (terminal, settle) => {
  const command: Command = cliCommand<AuthorizeFlags>({
    name: "authorize",
    summary: "link a service account's unit yourself, in your browser",
    description:
      "For an operator who is the organization's administrator: opens an invitation in the browser, waits until it is " +
      "approved, and stores the authorization. It listens on 127.0.0.1 meanwhile. Where Cronofy knows a list of redirect " +
      "URIs for the application, give --port and put http://127.0.0.1:<port>/callback on that list.\n\n" +
      "CRONOFY_CLIENT_SECRET comes by the environment.",
    options: [
      new Option("--conferencing-provider <name>", 'spares you the choice, such as "zoom_enterprise"'),
      portOption("port to listen on; 0 picks a free one", 0),
      new Option("--no-browser", "only print the address to open"),
      new Option("--wait <minutes>", "how long to wait for the approval").argParser(parseMinutes).default(15),
      new Option("--json", "print one line of JSON when done, instead of text"),
      ...applicationOptions(),
    ],
    examples: [
      {
        does: "link one organization to Zoom",
        line: "ou-link authorize ser_64b17f9b8090ea21640c9151 --conferencing-provider zoom_enterprise",
      },
    ],
    async run(flags) {
      const { checkText, readApplicationSettings } = await import("./application/application-settings");
      const { serviceAccountProblem } = await import("../link");
      const serviceAccountId = command.args[0] ?? "";
      const problems: string[] = [];
      checkText("service account", serviceAccountId, serviceAccountProblem, problems);
      const application = readApplicationSettings(
        flags,
        terminal.env,
        "The link cannot be authorized with this configuration.",
        problems,
      );
      const { authorizeInBrowser } = await import("./authorize/authorize-in-browser");
      const interruption = terminal.interruption();
      const store = await openChosenStore(application.store, {
        env: terminal.env,
        lockTimeout: 15_000,
        onNote: (line) => terminal.note(line),
      });
      try {
        const ended = await authorizeInBrowser({ application, store, serviceAccountId, flags }, terminal, interruption);
        switch (ended.kind) {
          case "linked": {
            const { organizationalUnitId, linkedAt } = ended.authorization;
            const { dataCenter } = application;
            if (flags.json) {
              terminal.print(
                JSON.stringify({
                  service_account_id: serviceAccountId,
                  data_center: dataCenter,
                  organizational_unit_id: organizationalUnitId,
                  linked_at: linkedAt,
                  newly_linked: ended.isNew,
                  store: store.description,
                }),
              );
            } else {
              const unit = organizationalUnitId === null ? "" : ` to ${organizationalUnitId}`;
              const when = ended.isNew ? "is linked" : `has been linked since ${linkedAt}`;
              terminal.print(`${serviceAccountId} ${when}${unit}. It is stored in ${store.description}.`);
            }
            return EXIT_CODE.ok;
          }
          case "interrupted":
            terminal.note("Interrupted. Nothing was linked.");
            return EXIT_CODE.failure;
          case "too-late":
            throw new CliError(
              `Nobody approved within ${flags.wait} minutes. Nothing was linked.`,
              "Run it again, or with a longer --wait. To let somebody else approve in their own time, use ou-link serve.",
            );
        }
      } finally {
        await store.close();
      }
    },
  })(terminal, settle);
  return command.argument("<service-account>", 'the calendar service account whose unit is to be linked, "ser_…"');
};

function parseMinutes(text: string): number {
  const minutes = Number(text);
  if (/^\d+$/.test(text) && minutes >= 1 && minutes <= 24 * 60) return minutes;
  throw new InvalidArgumentError("Give whole minutes from 1 to 1440.");
}
