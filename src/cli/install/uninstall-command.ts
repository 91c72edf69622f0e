import { existsSync } from "node:fs";
import path from "node:path";
import { Option } from "commander";
import { cliCommand } from "../command-line/cli-command";
import { CliError, EXIT_CODE } from "../command-line/cli-error";
import { installFolder } from "../install-command";
import { listInstalled, providerFolders, removeWithin } from "./provider-folder";

interface UninstallFlags {
  readonly mirror?: string;
}

/** `ou-link uninstall`: takes away what `ou-link install` has put there. */
export const uninstallCommand = cliCommand<UninstallFlags>({
  name: "uninstall",
  summary: "take away what install has put there",
  description:
    "Removes this provider from the user's plugin folder or from a filesystem mirror, for Terraform and for OpenTofu: all " +
    "versions, or the one that is named. Prints what it removes. Other providers stay, and so does what terraform init " +
    "has taken into a project.",
  argument: { name: "[version]", description: "the one version to remove; by default all" },
  options: [new Option("--mirror <folder>", "remove from this filesystem mirror")],
  examples: [
    { does: "all of it", line: "ou-link uninstall" },
    { does: "one version, from a mirror", line: "ou-link uninstall 0.1.0 --mirror ./mirror" },
  ],
  async run({ mirror }, terminal, [version]) {
    const directory = installFolder(mirror, terminal);
    if (providerFolders(directory).some((folder) => existsSync(path.join(folder, "index.json")))) {
      throw new CliError(
        `${directory} is a network mirror, whose index.json would still name what is removed.`,
        "Build it anew into another folder: ou-link mirror build",
      );
    }
    const installed = await listInstalled(directory);
    const removed = installed.filter((each) => version === undefined || each.version === version);
    for (const { place } of removed) {
      await removeWithin(directory, place).catch((error: NodeJS.ErrnoException) => {
        throw new CliError(
          `${place} cannot be removed: ${error.code ?? "unknown error"}.`,
          "Open that folder to this user; on Windows, end the Terraform that uses it.",
        );
      });
      terminal.print(place);
    }
    terminal.note(
      removed.length > 0
        ? "Removed. Projects that use it need it again for terraform init."
        : `${version === undefined ? "The provider" : `Version ${version} of the provider`} is not installed in ${directory}.`,
    );
    return EXIT_CODE.ok;
  },
});
