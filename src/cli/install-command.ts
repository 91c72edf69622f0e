import path from "node:path";
import { Option } from "commander";
import { VERSION } from "../provider/version";
import { cliCommand } from "./command-line/cli-command";
import { CliError } from "./command-line/cli-error";
import { EXIT_CODE } from "./command-line/exit-code";

interface InstallFlags {
  readonly mirror?: string;
  readonly executable?: string;
}

/** `ou-link install`: puts the built provider where Terraform and OpenTofu find it. */
export const installCommand = cliCommand<InstallFlags>({
  name: "install",
  summary: "put the provider where terraform init and tofu init find it",
  description:
    "Installs the provider that `npm run build` made, for Terraform and for OpenTofu: into the user's plugin folder, " +
    "which both search without any configuration, or into a filesystem mirror, for which it prints the CLI configuration.",
  options: [
    new Option("--mirror <folder>", "install into this folder as a filesystem mirror"),
    new Option("--executable <file>", "install this provider instead of the one that was built here"),
  ],
  examples: [
    { does: "for all of this user's projects", line: "ou-link install" },
    {
      does: "for one shell",
      line: "ou-link install --mirror ./mirror > dev.tfrc && export TF_CLI_CONFIG_FILE=$PWD/dev.tfrc",
    },
  ],
  async run({ mirror, executable: chosen }, terminal) {
    const { env, platform, architecture } = terminal;
    const { installProvider, userPluginFolder } = await import("./install/install-provider");
    const directory = mirror ?? userPluginFolder(platform, env);
    if (directory === null) {
      throw new CliError(
        `The user's plugin folder is not known, for ${platform === "win32" ? "APPDATA" : "HOME"} is not set.`,
        "Set it, or install into a folder of your choice with --mirror.",
        EXIT_CODE.usage,
      );
    }
    const executable = chosen ?? builtProvider(platform);
    const installed = await installProvider({ executable, directory, version: VERSION, platform, architecture }).catch(
      (error: NodeJS.ErrnoException) => {
        throw error.syscall === "copyfile" && error.path === executable
          ? new CliError(
              `There is no provider to install: ${executable} cannot be read (${error.code ?? "unknown error"}).`,
              "Build it first: npm run build; or name another one with --executable.",
            )
          : new CliError(
              `The provider could not be installed into ${directory}: ${error.code ?? "unknown error"}.`,
              "Free or open that folder to this user, or choose another one with --mirror.",
              EXIT_CODE.failure,
              { cause: error },
            );
      },
    );
    terminal.note(`Installed version ${VERSION} as ${installed.path}`);
    terminal.note(`and for OpenTofu as ${installed.openTofuPath}.`);
    if (mirror !== undefined) {
      terminal.note("Keep the following as a file, and name that file in TF_CLI_CONFIG_FILE:");
      terminal.print(installed.cliConfiguration.trimEnd());
    } else {
      terminal.note('Declare it with source = "ou-link/cronofy", and run terraform init.');
    }
    terminal.note("Where a lock file records another build of this version, run terraform init -upgrade.");
    return EXIT_CODE.ok;
  },
});

/** Where `npm run build` leaves the provider. This file lies two folders below the package, compiled or not. */
function builtProvider(platform: NodeJS.Platform): string {
  const name = platform === "win32" ? "terraform-provider-cronofy.exe" : "terraform-provider-cronofy";
  return path.resolve(__dirname, "..", "..", "dist", "bin", name);
}
