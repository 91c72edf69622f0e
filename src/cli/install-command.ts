import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { chmod, copyFile, link, rename, rm } from "node:fs/promises";
import path from "node:path";
import { Option } from "commander";
import { VERSION } from "../provider/address";
import { cliCommand } from "./command-line/cli-command";
import { CliError, EXIT_CODE } from "./command-line/cli-error";

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

/** Where `npm run build` leaves the provider. This file is two folders below the package, also when compiled. */
function builtProvider(platform: NodeJS.Platform): string {
  const name = platform === "win32" ? "terraform-provider-cronofy.exe" : "terraform-provider-cronofy";
  return path.resolve(__dirname, "..", "..", "dist", "bin", name);
}

/** What to install, and where. */
interface InstallProviderOptions {
  /** The built provider. */
  readonly executable: string;
  /** The user's plugin folder, or the folder of a filesystem mirror: both are laid out alike. */
  readonly directory: string;
  /** The version under which Terraform finds it, such as `0.1.0`. */
  readonly version: string;
  /** @default that of this machine */
  readonly platform?: NodeJS.Platform;
  /** @default that of this machine */
  readonly architecture?: NodeJS.Architecture;
}

/** Where the provider is now. */
interface InstalledProvider {
  /** The executable that `terraform` finds. */
  readonly path: string;
  /** The same, under the host name that `tofu` looks for. */
  readonly openTofuPath: string;
  /** A CLI configuration (`.terraformrc`, `TF_CLI_CONFIG_FILE`) that takes this provider from `directory` alone. */
  readonly cliConfiguration: string;
}

/** `source = "ou-link/cronofy"` means the first to Terraform, and the second to OpenTofu. */
const TERRAFORM_HOST = "registry.terraform.io";
const OPEN_TOFU_HOST = "registry.opentofu.org";
const NAMESPACE = "ou-link";
const NAME = "cronofy";

/** Node's name → Terraform's (Go's) name, where they differ. */
const OPERATING_SYSTEMS: Partial<Record<NodeJS.Platform, string>> = { win32: "windows", sunos: "solaris" };
const ARCHITECTURES: Partial<Record<NodeJS.Architecture, string>> = { x64: "amd64", ia32: "386" };

/**
 * Puts the provider where `terraform init` and `tofu init` find it: in the unpacked layout of a filesystem mirror,
 * `<host>/<namespace>/<name>/<version>/<os>_<arch>/`. An installed one of the same version is replaced atomically, so
 * that a Terraform that is just starting it finds either the old one or the new one.
 *
 * @throws the file system's own errors (`ENOENT`, `EACCES`, …)
 */
export async function installProvider({
  executable,
  directory,
  version,
  platform = process.platform,
  architecture = process.arch,
}: InstallProviderOptions): Promise<InstalledProvider> {
  const root = path.resolve(directory);
  const place = (host: string) =>
    path.join(
      root,
      host,
      NAMESPACE,
      NAME,
      version,
      `${OPERATING_SYSTEMS[platform] ?? platform}_${ARCHITECTURES[architecture] ?? architecture}`,
      `terraform-provider-${NAME}_v${version}${platform === "win32" ? ".exe" : ""}`,
    );
  const installed = place(TERRAFORM_HOST);
  const openTofuPath = place(OPEN_TOFU_HOST);
  await placeAtomically(installed, async (temporary) => {
    await copyFile(executable, temporary, constants.COPYFILE_FICLONE);
    await chmod(temporary, 0o755);
  });
  await placeAtomically(openTofuPath, (temporary) => linkOrCopy(installed, temporary));
  return { path: installed, openTofuPath, cliConfiguration: cliConfiguration(root) };
}

/**
 * The folder in which Terraform and OpenTofu look for providers without any configuration.
 * https://developer.hashicorp.com/terraform/cli/config/config-file#implied-local-mirror-directories
 *
 * @returns null where the environment does not name the user's own folder
 */
export function userPluginFolder(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
): string | null {
  if (platform === "win32") return env.APPDATA ? path.join(env.APPDATA, "terraform.d", "plugins") : null;
  return env.HOME ? path.join(env.HOME, ".terraform.d", "plugins") : null;
}

/** Has a file made under another name beside `target`, and renames it when it is whole. */
async function placeAtomically(target: string, make: (temporary: string) => Promise<void>): Promise<void> {
  const { makeFolder } = await import("../link-store");
  await makeFolder(path.dirname(target));
  const temporary = path.join(path.dirname(target), `.${randomUUID()}.tmp`);
  try {
    await make(temporary);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** The executable is large: where the file system can, both names share one copy. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch {
    await copyFile(from, to, constants.COPYFILE_FICLONE);
    await chmod(to, 0o755);
  }
}

function cliConfiguration(mirror: string): string {
  const ours = [TERRAFORM_HOST, OPEN_TOFU_HOST].map((host) => hclString(`${host}/${NAMESPACE}/*`)).join(", ");
  return `provider_installation {
  filesystem_mirror {
    path    = ${hclString(mirror)}
    include = [${ours}]
  }
  direct {
    exclude = [${ours}]
  }
}
`;
}

/** A quoted string of HCL. It is JSON's, but for `\${` and `%{`, which begin a template. */
function hclString(text: string): string {
  return JSON.stringify(text).replace(/([$%])\{/g, "$1$1{");
}
