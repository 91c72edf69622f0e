import { Argument, Command, InvalidArgumentError, Option } from "commander";
import { EXIT_CODE } from "./cli-error";
import type { ExitCode } from "./cli-error";
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
  /** What it takes beside options; the name as commander writes it, such as `[path...]`. @default nothing */
  readonly argument?: { readonly name: string; readonly description: string; readonly choices?: readonly string[] };
  /** What a wrong command line answers, where 2 means something else. @default EXIT_CODE.usage */
  readonly usageExitCode?: ExitCode;
  /** Commands of its own, whose options have other names. @default none */
  readonly subcommands?: readonly CliCommand[];
  /**
   * Does it. It loads what it needs only now, so that `--help` stays quick.
   *
   * @param command what commander has read, in the program that it is part of
   * @default none: it is nothing without one of its subcommands
   */
  readonly run?: (
    flags: Flags,
    terminal: Terminal,
    args: readonly string[],
    command: Command,
  ) => ExitCode | Promise<ExitCode>;
}

/** Makes the command that `ou-link` offers; `settle` is told how it ended. */
export type CliCommand = (terminal: Terminal, settle: (exitCode: ExitCode) => void) => Command;

/** Gives a command its place on the command line. */
export function cliCommand<Flags>(definition: CliCommandDefinition<Flags>): CliCommand {
  const { name, summary, description, options, examples, argument, usageExitCode, subcommands = [], run } = definition;
  return (terminal, settle) => {
    const command = new Command(name)
      .summary(summary)
      .description(description)
      .addHelpText("after", exampleText(examples))
      .exitOverride((error) => {
        settle(usageExitCode ?? EXIT_CODE.usage);
        throw error;
      });
    if (argument !== undefined) {
      const declared = new Argument(argument.name, argument.description);
      command.addArgument(argument.choices === undefined ? declared : declared.choices(argument.choices));
    }
    for (const option of options) command.addOption(option);
    for (const subcommand of subcommands) command.addCommand(subcommand(terminal, settle));
    command.hook("preSubcommand", (_, subcommand) => refuseOwnOptions(command, subcommand.name()));
    if (run !== undefined) {
      // What is none of its subcommands is an argument, `help` too.
      command.helpCommand(false);
      command.action(async () => settle(await run(command.opts() as Flags, terminal, command.args, command)));
    }
    return command;
  };
}

/** Commander gives a command its options also where they stand behind a subcommand, which would not hear of them. */
function refuseOwnOptions(command: Command, subcommand: string): void {
  const given = command.options.find((option) => command.getOptionValueSource(option.attributeName()) === "cli");
  if (given !== undefined) command.error(`error: ${subcommand} takes no option '${given.flags}'`);
}

function exampleText(examples: CliCommandDefinition<unknown>["examples"]): string {
  return ["", "Examples:", ...examples.map(({ does, line }) => `  # ${does}\n  $ ${line}`)].join("\n");
}

/** `--json`: the result is one JSON object on one line, which `printJson` writes. */
export function jsonOption(description = "print one line of JSON instead of text"): Option {
  return new Option("--json", description);
}

/** `--port`: where to listen. */
export function portOption(description: string, fallback: number, most = 65_535): Option {
  return new Option("--port <number>", description).argParser(wholeNumber("a whole number", 0, most)).default(fallback);
}

/** Reads the value of an option that is a whole number of something. @param what it is, such as "whole days" */
export function wholeNumber(what: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Give ${what} from ${least} to ${most}.`);
  };
}
