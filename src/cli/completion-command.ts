import { Argument } from "commander";
import type { Command } from "commander";
import { cliCommand } from "./command-line/cli-command";
import type { CliCommand } from "./command-line/cli-command";
import { EXIT_CODE } from "./command-line/exit-code";
import { SHELLS } from "./completion/shell";
import type { Shell } from "./completion/shell";

/** `ou-link completion`: lets a shell complete command lines. */
export const completionCommand: CliCommand = (terminal, settle) => {
  const command: Command = cliCommand<Record<string, never>>({
    name: "completion",
    summary: "print what makes a shell complete command lines",
    description:
      "Prints a script with which bash, zsh or fish completes the commands and options of ou-link. It starts no ou-link " +
      "while you type.",
    options: [],
    examples: [
      { does: "bash, for this shell; in ~/.bashrc for all", line: "source <(ou-link completion bash)" },
      { does: "zsh, in a folder of fpath", line: 'ou-link completion zsh > "${fpath[1]}/_ou-link"' },
      { does: "fish", line: "ou-link completion fish > ~/.config/fish/completions/ou-link.fish" },
    ],
    async run(_, __, [shell]) {
      const { completionScript } = await import("./completion/completion-script");
      const program = command.parent ?? command;
      terminal.print(completionScript(shell as Shell, program).trimEnd());
      return EXIT_CODE.ok;
    },
  })(terminal, settle);
  return command.addArgument(new Argument("<shell>", "whose script to print").choices(SHELLS));
};
