import { Option } from "commander";
import type { LinkStore } from "../../link-store";
import { cliCommand, jsonOption } from "../command-line/cli-command";
import type { CliCommand, CliCommandDefinition } from "../command-line/cli-command";
import { CliError, EXIT_CODE } from "../command-line/cli-error";
import type { ExitCode } from "../command-line/cli-error";
import type { Terminal } from "../command-line/terminal";
import { chooseStore, missingFolder, openChosenStore, storeOptions } from "../settings";
import type { StoreFlags } from "../settings";

/** The options of every command on the link store. */
interface StoreSubcommandFlags extends StoreFlags {
  readonly json?: true;
}

/** What a command on the link store works with. */
interface StoreCall<Flags> {
  readonly store: LinkStore;
  /** Empty where the command takes none, or none was given. */
  readonly serviceAccountId: string;
  readonly flags: Flags;
  readonly terminal: Terminal;
  /** Aborted when the command is interrupted. */
  readonly signal: AbortSignal;
}

/** One of `ou-link store`'s commands as data. */
interface StoreSubcommandDefinition<Flags extends StoreSubcommandFlags> extends Pick<
  CliCommandDefinition<Flags>,
  "name" | "summary" | "description" | "examples"
> {
  /** Those of its own. @default none */
  readonly options?: readonly Option[];
  /** Whether it takes a service account as its argument. */
  readonly takesServiceAccount?: true | "optional";
  /** Whether it writes new records, so that the person is told where those are not encrypted. */
  readonly writes?: true;
  /** Whether it takes records in the clear although there is a key. */
  readonly takesClear?: true;
  readonly run: (call: StoreCall<Flags>) => Promise<ExitCode>;
}

/** Makes a command that works on the link store, which is opened before it and closed after it. */
export function storeSubcommand<Flags extends StoreSubcommandFlags>({
  options = [],
  takesServiceAccount,
  writes,
  takesClear,
  run,
  ...words
}: StoreSubcommandDefinition<Flags>): CliCommand {
  return cliCommand<Flags>({
    ...words,
    ...(takesServiceAccount && {
      argument: {
        name: takesServiceAccount === "optional" ? "[service-account]" : "<service-account>",
        description: 'the calendar service account whose unit is linked, "ser_…"',
      },
    }),
    options: [...options, ...storeOptions(), jsonOption()],
    async run(flags, terminal, [serviceAccountId = ""]) {
      const chosen = await chooseStore(flags, terminal.env);
      if ("problem" in chosen) {
        throw new CliError("Which link store is meant cannot be told.", chosen.problem, EXIT_CODE.usage);
      }
      const missing = writes ? null : await missingFolder(chosen.choice);
      if (missing !== null) terminal.warn(`There is no folder ${missing}, and so no link in it.`);
      const store = await openChosenStore(chosen.choice, {
        env: terminal.env,
        ...(takesClear && { takeClear: true }),
        ...(writes && { onNote: (line: string) => terminal.note(line) }),
      });
      try {
        return await run({ store, serviceAccountId, flags, terminal, signal: terminal.interruption() });
      } finally {
        await store.close();
      }
    },
  });
}

/** The options of commands on one link. */
export interface LinkFlags extends StoreSubcommandFlags {
  readonly clientId?: string;
  readonly dataCenter?: string;
}

/** The options that tell records of one service account apart. */
export function linkOptions(): Option[] {
  return [
    new Option("--client-id <id>", "client id of the application (env: CRONOFY_CLIENT_ID)"),
    new Option("--data-center <id>", "data center of the application (env: CRONOFY_DATA_CENTER)"),
  ];
}
