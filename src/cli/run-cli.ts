import { Command, CommanderError } from "commander";
import { VERSION } from "../provider/version";
import { authorizeCommand } from "./authorize-command";
import { CliError } from "./cli-error";
import { EXIT_CODE } from "./exit-code";
import type { ExitCode } from "./exit-code";
import { installCommand } from "./install-command";
import { redeemCommand } from "./redeem-command";
import { sandboxCommand } from "./sandbox-command";
import { serveCommand } from "./serve-command";
import { storeCommand } from "./store-command";
import type { Terminal } from "./terminal";

const COMMANDS = [sandboxCommand, serveCommand, authorizeCommand, redeemCommand, storeCommand, installCommand];

const EXAMPLES = `
Examples:
  # try everything against a local Cronofy
  $ ou-link sandbox
  # invite administrators, take their return and store what they approved
  $ ou-link serve --store-file ./authorizations
  # put the provider where terraform and tofu find it
  $ ou-link install

Exit codes: 0 done, 1 failed, 2 wrong command line or configuration.`;

/** Runs one command line (without the program's own name) to its end. Never throws. */
export async function runCli(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT_CODE.usage;
  const program = new Command("ou-link")
    .description("Cronofy Organizational Unit links, kept declared, authorized and watched.")
    .version(VERSION, "-V, --version", "print the version")
    .addHelpText("after", EXAMPLES);
  for (const command of COMMANDS) program.addCommand(command(terminal, (settled) => (exitCode = settled)));
  for (const command of withSubcommands(program)) {
    command
      .exitOverride()
      .showHelpAfterError(`Run "${nameOf(command)} --help" to see what it takes.`)
      .configureOutput({
        writeOut: (text) => terminal.print(text.trimEnd()),
        writeErr: (text) => terminal.note(text.trimEnd()),
        outputError: (text, write) => write(text.replace(/^error: /, "ou-link: ")),
      });
  }
  try {
    await program.parseAsync(argv, { from: "user" });
    return exitCode;
  } catch (error) {
    return explain(error, terminal);
  }
}

/** Errors become lines here and nowhere else: what is wrong, then what to do. Never a stack trace. */
function explain(error: unknown, terminal: Terminal): ExitCode {
  if (error instanceof CommanderError) {
    // Commander has printed already. Help that was asked for is no error; help instead of a command is.
    return error.exitCode === 0 ? EXIT_CODE.ok : EXIT_CODE.usage;
  }
  terminal.note(`ou-link: ${error instanceof Error ? error.message : String(error)}`);
  if (!(error instanceof CliError)) return EXIT_CODE.failure;
  for (const line of error.fix.split("\n")) terminal.note(`  ${line}`);
  return error.exitCode;
}

function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}

function nameOf(command: Command): string {
  return command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`;
}
