import { Option } from "commander";
import type { Command } from "commander";
import type { LinkStore } from "../../link-store";
import { cliCommand } from "../command-line/cli-command";
import type { CliCommand, CliCommandDefinition } from "../command-line/cli-command";
import { CliError } from "../command-line/cli-error";
import { EXIT_CODE } from "../command-line/exit-code";
import type { ExitCode } from "../command-line/exit-code";
import { missingFolder, openChosenStore } from "./store-opening";
import { storeOptions } from "./store-options";
import type { StoreFlags } from "./store-options";
import type { Terminal } from "../command-line/terminal";

/** What every command on the link store can be told. */
export interface StoreSubcommandFlags extends StoreFlags {
  readonly json?: true;
}

/** What a command on the link store works with. */
export interface StoreCall<Flags> {
  readonly store: LinkStore;
  /** Empty where the command takes none. */
  readonly serviceAccountId: string;
  readonly flags: Flags;
  readonly terminal: Terminal;
  /** Aborted when the command is interrupted. */
  readonly signal: AbortSignal;
}

/** One of `ou-link store`'s commands as data. */
export interface StoreSubcommandDefinition<Flags extends StoreSubcommandFlags> extends Pick<
  CliCommandDefinition<Flags>,
  "name" | "summary" | "description" | "options" | "examples"
> {
  /** Whether it takes a service account as its argument. */
  readonly takesServiceAccount?: true;
  /** Whether it writes new records, so that the person is told where those are not encrypted. */
  readonly writes?: true;
  /** Whether it takes records in the clear although there is a key. */
  readonly takesClear?: true;
  run(call: StoreCall<Flags>): Promise<ExitCode>;
}

/** Milliseconds: a person waits. */
const LOCK_TIMEOUT = 15_000;

/** Makes a command that works on the link store, which is opened before it and closed after it. */
export function storeSubcommand<Flags extends StoreSubcommandFlags>(
  definition: StoreSubcommandDefinition<Flags>,
): CliCommand {
  return (terminal, settle) => {
    const command: Command = cliCommand<Flags>({
      ...definition,
      options: [
        ...definition.options,
        ...storeOptions(),
        new Option("--json", "print one line of JSON instead of text"),
      ],
      run: (flags) => runOnStore(definition, flags, command.args[0] ?? "", terminal),
    })(terminal, settle);
    if (definition.takesServiceAccount) {
      command.argument("<service-account>", 'the calendar service account whose unit is linked, "ser_…"');
    }
    return command;
  };
}

async function runOnStore<Flags extends StoreSubcommandFlags>(
  definition: StoreSubcommandDefinition<Flags>,
  flags: Flags,
  serviceAccountId: string,
  terminal: Terminal,
): Promise<ExitCode> {
  const { chooseStore } = await import("./store-choice");
  const chosen = chooseStore(flags, terminal.env);
  if ("problem" in chosen) {
    throw new CliError("Which link store is meant cannot be told.", chosen.problem, EXIT_CODE.usage);
  }
  const missing = definition.writes ? null : await missingFolder(chosen.choice);
  if (missing !== null) terminal.warn(`There is no folder ${missing}, and so no link in it.`);
  const store = await openChosenStore(chosen.choice, {
    env: terminal.env,
    lockTimeout: LOCK_TIMEOUT,
    ...(definition.takesClear && { takeClear: true }),
    ...(definition.writes && { onNote: (line: string) => terminal.note(line) }),
  });
  try {
    return await definition.run({ store, serviceAccountId, flags, terminal, signal: terminal.interruption() });
  } finally {
    await store.close();
  }
}
