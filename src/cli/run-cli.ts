import { Command, CommanderError, Option } from "commander";
import { VERSION } from "../provider/address";
import { authorizeCommand } from "./authorize-command";
import { CliError, EXIT_CODE } from "./command-line/cli-error";
import type { ExitCode } from "./command-line/cli-error";
import { terminalFor } from "./command-line/terminal";
import type { ProcessTerminal, Talkativeness, Terminal } from "./command-line/terminal";
import { completionCommand } from "./completion-command";
import { doctorCommand } from "./doctor-command";
import { driftCommand } from "./drift-command";
import { initCommand } from "./init-command";
import { installCommand } from "./install-command";
import { mirrorCommand } from "./install/mirror-command";
import { uninstallCommand } from "./install/uninstall-command";
import { redeemCommand } from "./redeem-command";
import { remindCommand } from "./remind-command";
import { sandboxCommand } from "./sandbox-command";
import { serveCommand } from "./serve-command";
import { statusCommand } from "./status-command";
import { storeCommand } from "./store-command";

/** In the order in which a person comes to need them. */
const COMMANDS = [
  initCommand,
  sandboxCommand,
  doctorCommand,
  serveCommand,
  authorizeCommand,
  redeemCommand,
  statusCommand,
  remindCommand,
  driftCommand,
  storeCommand,
  installCommand,
  uninstallCommand,
  mirrorCommand,
  completionCommand,
];

const EXAMPLES = `
Examples:
  # begin a project, and try everything against a local Cronofy
  $ ou-link init links && ou-link sandbox --port 8081 --seed-file links/sandbox.json
  # invite administrators, take their return and store what they approved
  $ ou-link serve --store-file ./links
  # see who is linked and who is waited for
  $ ou-link status --recursive
  # tell what has drifted here
  $ ou-link drift
  # put the provider where terraform and tofu find it
  $ ou-link install

Exit codes: 0 done, 1 failed, 2 wrong command line or configuration.
Of drift, as of terraform plan -detailed-exitcode: 0 none, 1 failed, 2 drift; 3 where a plan does not tell all.`;

/** Runs one command line (without the program's own name) to its end. Never throws. */
export async function runCli(argv: readonly string[], processTerminal: ProcessTerminal): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT_CODE.usage;
  const { program, terminal } = commandLine(processTerminal, (settled) => (exitCode = settled));
  try {
    await program.parseAsync(argv, { from: "user" });
    return exitCode;
  } catch (error) {
    return explain(error, terminal, exitCode);
  }
}

/** All commands, as commander reads them. @param settle is told how a command ended */
export function commandLine(
  processTerminal: ProcessTerminal,
  settle: (exitCode: ExitCode) => void,
): { readonly program: Command; readonly terminal: Terminal } {
  const program = new Command("ou-link")
    .description("Cronofy Organizational Unit links, kept declared, authorized and watched.")
    .version(VERSION, "-V, --version", "print the version")
    .addOption(new Option("-q, --quiet", "tell nothing but the result and what went wrong"))
    .addOption(new Option("-v, --verbose", "tell how it is done, too").conflicts("quiet"))
    .addHelpText("after", EXAMPLES)
    .exitOverride();
  const terminal = terminalFor(processTerminal, () => program.opts<Talkativeness>());
  for (const command of COMMANDS) program.addCommand(command(terminal, settle));
  for (const command of withSubcommands(program)) {
    command
      .configureHelp({
        showGlobalOptions: true,
        // The program's own options, and not those of a command in between.
        visibleGlobalOptions: () => (command === program ? [] : [...program.options]),
      })
      .showHelpAfterError(`Run "${nameOf(command)} --help" to see what it takes.`)
      .configureOutput({
        writeOut: (text) => terminal.print(text.trimEnd()),
        writeErr: (text) =>
          text
            .trimEnd()
            .split("\n")
            .forEach((line) => terminal.warn(line)),
        outputError: (text, write) => write(text.replace(/^error: /, "ou-link: ")),
      });
  }
  return { program, terminal };
}

/** Errors become lines here and nowhere else: what is wrong, then what to do. Never a stack trace. */
function explain(error: unknown, terminal: Pick<Terminal, "warn">, usageExitCode: ExitCode): ExitCode {
  if (error instanceof CommanderError) {
    // Commander has printed already. Help that was asked for is no error; help instead of a command is.
    return error.exitCode === 0 ? EXIT_CODE.ok : usageExitCode;
  }
  if ((error as { readonly name?: unknown } | null)?.name === "AbortError") {
    terminal.warn("ou-link: Interrupted.");
    return EXIT_CODE.failure;
  }
  terminal.warn(`ou-link: ${error instanceof Error ? error.message : String(error)}`);
  if (!(error instanceof CliError)) return EXIT_CODE.failure;
  for (const line of error.fix.split("\n")) terminal.warn(`  ${line}`);
  return error.exitCode;
}

function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}

function nameOf(command: Command): string {
  return command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`;
}
