import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { chmod, copyFile, link, readdir, rename, rm, rmdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { CliError } from "../command-line/cli-error";

/** `source = "ou-link/cronofy"` means the first to Terraform, and the second to OpenTofu. */
const TERRAFORM_HOST = "registry.terraform.io";
const OPEN_TOFU_HOST = "registry.opentofu.org";
const NAMESPACE = "ou-link";
const NAME = "cronofy";

/** Node's name → Terraform's (Go's) name, where they differ. */
const OPERATING_SYSTEMS: Partial<Record<NodeJS.Platform, string>> = { win32: "windows", sunos: "solaris" };
const ARCHITECTURES: Partial<Record<NodeJS.Architecture, string>> = { x64: "amd64", ia32: "386" };

/** What Terraform calls a platform, such as `linux_amd64`. */
export function platformName(platform: NodeJS.Platform, architecture: NodeJS.Architecture): string {
  return `${OPERATING_SYSTEMS[platform] ?? platform}_${ARCHITECTURES[architecture] ?? architecture}`;
}

/** A build of the provider: what Terraform tells apart. */
export interface ProviderBuild {
  /** Such as `0.1.0`. */
  readonly version: string;
  /** Such as `linux_amd64`. */
  readonly platform: string;
}

/** The name of a build's zip, which the registry prescribes. */
export function zipName({ version, platform }: ProviderBuild): string {
  return `terraform-provider-${NAME}_${version}_${platform}.zip`;
}

const ZIP_NAME = new RegExp(
  `^terraform-provider-${NAME}_(\\d+\\.\\d+\\.\\d+[-+.0-9A-Za-z]*)_([a-z0-9]+_[a-z0-9]+)\\.zip$`,
);
const VERSION = /^\d+\.\d+\.\d+[-+.0-9A-Za-z]*$/;

/** Reads what a zip is of from its name. @returns null where no release calls a zip so */
export function readZipName(name: string): ProviderBuild | null {
  const [, version, platform] = ZIP_NAME.exec(name) ?? [];
  return version === undefined || platform === undefined ? null : { version, platform };
}

/** The name of the file with the checksums of a release's zips. */
export function checksumsName(version: string): string {
  return `terraform-provider-${NAME}_${version}_SHA256SUMS`;
}

/**
 * The folders within a user's plugin folder or a mirror, of the filesystem or of the network, that hold this provider: for
 * Terraform, and for OpenTofu.
 */
export function providerFolders(directory: string): readonly [terraform: string, openTofu: string] {
  const below = (host: string) => path.join(path.resolve(directory), host, NAMESPACE, NAME);
  return [below(TERRAFORM_HOST), below(OPEN_TOFU_HOST)];
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

/** A build that is in a user's plugin folder, in a mirror, or where `terraform init` puts what it has taken. */
interface InstalledBuild extends ProviderBuild {
  /** The zip, or the folder with the executable. */
  readonly place: string;
}

/**
 * Lists what is installed, for Terraform and for OpenTofu, in either layout.
 *
 * @throws CliError where a folder cannot be read
 */
export async function listInstalled(directory: string): Promise<readonly InstalledBuild[]> {
  const found: InstalledBuild[] = [];
  for (const folder of providerFolders(directory)) {
    for (const name of await namesIn(folder)) {
      const packed = readZipName(name);
      if (packed !== null) found.push({ ...packed, place: path.join(folder, name) });
      if (!VERSION.test(name)) continue;
      for (const platform of await namesIn(path.join(folder, name))) {
        found.push({ version: name, platform, place: path.join(folder, name, platform) });
      }
    }
  }
  return found;
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw new CliError(`${folder} cannot be read (${code ?? "unknown error"}).`, "Open it to this user.");
  }
}

/** What to install, and where. */
type InstallProviderOptions = ProviderSource & {
  /** The user's plugin folder, or the folder of a filesystem mirror: both are laid out alike. */
  readonly directory: string;
  /** The version under which Terraform finds it, such as `0.1.0`. */
  readonly version: string;
  /** Terraform's name of the platform. @default that of this machine */
  readonly platform?: string;
};

/** The executable; or a zip with all that it needs, or what was read of one. */
export type ProviderSource = { readonly executable: string } | { readonly zip: string | Uint8Array };

/** Where the provider is now. */
interface InstalledProvider {
  /** The file that `terraform` finds. */
  readonly path: string;
  /** The same, under the host name that `tofu` looks for. */
  readonly openTofuPath: string;
  /** A CLI configuration (`.terraformrc`, `TF_CLI_CONFIG_FILE`) that takes this provider from `directory` alone. */
  readonly cliConfiguration: string;
}

/**
 * Puts the provider where `terraform init` and `tofu init` find it: a zip as it is (packed layout), an executable into a
 * folder of its version and platform (unpacked layout). An installed one of the same version is replaced atomically, so
 * that a Terraform that is just starting it finds either the old one or the new one.
 *
 * @throws the file system's own errors (`ENOENT`, `EACCES`, …)
 */
export async function installProvider({
  directory,
  version,
  platform = platformName(process.platform, process.arch),
  ...source
}: InstallProviderOptions): Promise<InstalledProvider> {
  const ending = platform.startsWith("windows_") ? ".exe" : "";
  const packed = zipName({ version, platform });
  const unpacked = path.join(version, platform);
  const executable = path.join(unpacked, `terraform-provider-${NAME}_v${version}${ending}`);
  const [own, other] = "zip" in source ? [packed, unpacked] : [executable, packed];
  const folders = providerFolders(directory);
  const [installed, openTofuPath] = [path.join(folders[0], own), path.join(folders[1], own)];
  await placeAtomically(installed, async (temporary) => {
    if (!("zip" in source)) {
      await copyFile(source.executable, temporary, constants.COPYFILE_FICLONE);
      await chmod(temporary, 0o755);
    } else if (typeof source.zip === "string") {
      await copyFile(source.zip, temporary, constants.COPYFILE_FICLONE);
    } else {
      await writeFile(temporary, source.zip);
    }
  });
  await placeAtomically(openTofuPath, (temporary) => linkOrCopy(installed, temporary));
  // Of one version in both layouts, Terraform takes the unpacked one, however old that is.
  for (const folder of folders) await removeWithin(directory, path.join(folder, other));
  return { path: installed, openTofuPath, cliConfiguration: cliConfiguration(directory) };
}

/** Removes a build from where it is installed, and each folder above it that is then empty, but not `directory` itself. */
export async function removeWithin(directory: string, place: string): Promise<void> {
  await rm(place, { recursive: true, force: true });
  for (let folder = path.dirname(place); folder !== path.resolve(directory); folder = path.dirname(folder)) {
    try {
      await rmdir(folder);
    } catch (error) {
      // Something else is in it.
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") return;
    }
  }
}

/** Has a file made under another name beside `target`, and renames it when it is whole. */
export async function placeAtomically(target: string, make: (temporary: string) => Promise<void>): Promise<void> {
  const { makeFolder } = await import("../../link-store");
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

/** The provider is large: where the file system can, both names share one copy. */
export async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch {
    await copyFile(from, to, constants.COPYFILE_FICLONE);
  }
}

function cliConfiguration(mirror: string): string {
  const ours = [TERRAFORM_HOST, OPEN_TOFU_HOST].map((host) => hclString(`${host}/${NAMESPACE}/*`)).join(", ");
  return `provider_installation {
  filesystem_mirror {
    path    = ${hclString(path.resolve(mirror))}
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
