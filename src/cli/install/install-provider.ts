import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { chmod, copyFile, link, rename, rm } from "node:fs/promises";
import path from "node:path";
import { makeFolder } from "../../link-store/make-folder";

/** What to install, and where. */
export interface InstallProviderOptions {
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
export interface InstalledProvider {
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
