import { Option } from "commander";
import { cliCommand, jsonOption, wholeNumber } from "./command-line/cli-command";
import { EXIT_CODE } from "./command-line/cli-error";
import { printJson, printable } from "./command-line/terminal";
import { STATE_ARGUMENT, stateOptions } from "./terraform/state-sources";
import type { StateFlags } from "./terraform/state-sources";
import type { ReminderFlags } from "./reminders";

interface RemindFlags extends StateFlags, ReminderFlags {
  readonly json?: true;
}

/** `ou-link remind`: whom to write to. */
export const remindCommand = cliCommand<RemindFlags>({
  name: "remind",
  summary: "list administrators who are awaited for long, with a text for each",
  description:
    "Lists the links whose administrators have been awaited for at least so many days, also those that were asked anew, " +
    "with a ready text for each: a letter that can be sent as it is, a line for a chat's webhook, or a template of your " +
    "own. It sends nothing, and changes nothing.\n\n" +
    "A template is a text with placeholders: {{customer}} {{from}} {{conferencing}} {{name}} {{service_account_id}} " +
    "{{data_center}} {{conferencing_provider}} {{status}} {{days}} {{ago}} {{since}} {{next_action}}, and {{url}} with " +
    "--with-url. What they stand for is escaped for HTML, Markdown or JSON where the file's name ends in .html, .md or " +
    ".json.",
  argument: STATE_ARGUMENT,
  options: [
    ...stateOptions(),
    new Option("--older-than <days>", "only administrators who are awaited for as long")
      .argParser(wholeNumber("whole days", 0, 3650))
      .default(3),
    new Option("--as <what>", "the ready text: a letter, or JSON for the webhook of Slack, Mattermost or Teams")
      .choices(["mail", "chat"])
      .default("mail"),
    new Option("--template <file>", "a template of your own in place of the ready text"),
    new Option("--with-url", "put the URL for the administrator into the text: a secret"),
    new Option("--name <text>", "your name, as the administrators know it (env: OU_LINK_NAME)"),
    jsonOption("print one line of JSON: each link with its text"),
  ],
  examples: [
    { does: "whom you have awaited for a week, of all customers", line: "ou-link remind --older-than 7 --recursive" },
    { does: "letters that can be sent as they are", line: 'ou-link remind --with-url --name "Example Scheduling"' },
    {
      does: "a letter of your own, with the address in it",
      line: "ou-link remind --template letter.html --with-url",
    },
    {
      does: "a line for each into a chat",
      line: `ou-link remind --as chat | xargs -d '\\n' -n 1 curl -H 'Content-Type: application/json' "$WEBHOOK" -d`,
    },
  ],
  async run(given, terminal, states) {
    const name = given.name || terminal.env["OU_LINK_NAME"] || undefined;
    const flags = { ...given, ...(name !== undefined && { name }) };
    const { readLinks, tellErrors } = await import("./terraform/declared-links");
    const { readTemplate, remindersOf } = await import("./reminders");
    const template = await readTemplate(flags);
    const sources = { sources: states, recursive: flags.recursive === true };
    const report = await readLinks(sources, terminal, terminal.interruption());
    const reminders = remindersOf(report.links, flags, template, new Date());
    if (flags.json) {
      printJson(terminal, { format_version: "1.0", reminders, errors: report.errors });
    } else {
      tellErrors(report, terminal);
      const isOfLines = flags.template === undefined && flags.as === "chat";
      terminal.note(
        `${reminders.length} of ${report.links.length} links have waited for ${flags.olderThan} days or more.`,
      );
      const isLetter = flags.template === undefined && flags.as === "mail";
      if (isLetter && name === undefined && reminders.length > 0) {
        terminal.note("The letters do not say who sends them: give --name, or set OU_LINK_NAME.");
      }
      const without = flags.withUrl ? reminders.filter((each) => !each.has_url) : [];
      if (without.length > 0) {
        const names = without.map(({ customer }) => printable(customer)).join(", ");
        terminal.note(`The URL has lapsed for ${names}: apply to mint a new one, then send it within minutes.`);
      }
      for (const [at, { text }] of reminders.entries()) {
        if (at > 0 && !isOfLines) terminal.print("---");
        terminal.print(text.trimEnd());
      }
    }
    return report.errors.length === 0 ? EXIT_CODE.ok : EXIT_CODE.failure;
  },
});
