import { Command } from "commander";
import type { Option } from "commander";
import { EXIT_CODE } from "./exit-code";
import type { ExitCode } from "./exit-code";
import type { Terminal } from "./terminal";

/** A command as data. `Flags` is what commander makes of its options. */
export interface CliCommandDefinition<Flags> {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What a person needs to know before they use it. */
  readonly description: string;
  readonly options: readonly Option[];
  /** Whole command lines, each under what it does. */
  readonly examples: readonly { readonly does: string; readonly line: string }[];
  /** What it takes beside options, as commander writes it: `[path...]`. @default nothing */
  readonly argument?: { readonly name: string; readonly description: string };
  /** What a wrong command line answers, where 2 means something else. @default EXIT_CODE.usage */
  readonly usageExitCode?: ExitCode;
  /** Commands of its own, whose options have other names; what is none of them is an argument. @default none */
  readonly subcommands?: readonly CliCommand[];
  /** Does it. Loads what it needs only now, so that `--help` stays quick. */
  run(flags: Flags, terminal: Terminal, args: readonly string[]): Promise<ExitCode>;
}

/** Makes the command that `ou-link` offers; `settle` is told how it ended. */
export type CliCommand = (terminal: Terminal, settle: (exitCode: ExitCode) => void) => Command;

/** Gives a command its place on the command line. */
export function cliCommand<Flags>(definition: CliCommandDefinition<Flags>): CliCommand {
  return (terminal, settle) => {
    const command = new Command(definition.name)
      .summary(definition.summary)
      .description(definition.description)
      .addHelpText("after", exampleText(definition.examples))
      .action(async () => settle(await definition.run(command.opts() as Flags, terminal, command.args)));
    if (definition.argument !== undefined) command.argument(definition.argument.name, definition.argument.description);
    if (definition.usageExitCode !== undefined) usageExitCodes.set(command, definition.usageExitCode);
    for (const option of definition.options) command.addOption(option);
    for (const subcommand of definition.subcommands ?? []) {
      // What is not one of them is an argument, `help` too.
      command.helpCommand(false).addCommand(subcommand(terminal, settle));
    }
    command.hook("preSubcommand", (_, subcommand) => refuseOwnOptions(command, subcommand.name()));
    return command;
  };
}

/** Commander gives a command its options also where they stand behind a subcommand, which would not hear of them. */
function refuseOwnOptions(command: Command, subcommand: string): void {
  const given = command.options.find((option) => command.getOptionValueSource(option.attributeName()) === "cli");
  if (given !== undefined) command.error(`error: ${subcommand} takes no option '${given.flags}'`);
}

const usageExitCodes = new WeakMap<Command, ExitCode>();

/** What a wrong command line of this command answers. */
export function usageExitCodeOf(command: Command): ExitCode {
  return usageExitCodes.get(command) ?? EXIT_CODE.usage;
}

function exampleText(examples: CliCommandDefinition<unknown>["examples"]): string {
  return ["", "Examples:", ...examples.map(({ does, line }) => `  # ${does}\n  $ ${line}`)].join("\n");
}
