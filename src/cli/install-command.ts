import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { Option } from "commander";
import { VERSION } from "../provider/address";
import { cliCommand } from "./command-line/cli-command";
import { CliError, EXIT_CODE } from "./command-line/cli-error";
import type { Terminal } from "./command-line/terminal";
import {
  checksumsName,
  installProvider,
  platformName,
  readZipName,
  userPluginFolder,
  zipName,
} from "./install/provider-folder";
import type { ProviderBuild, ProviderSource } from "./install/provider-folder";

interface InstallFlags {
  readonly mirror?: string;
  readonly zip?: string;
  readonly checksums?: string;
  readonly executable?: string;
}

/** `ou-link install`: puts the provider where Terraform and OpenTofu find it. */
export const installCommand = cliCommand<InstallFlags>({
  name: "install",
  summary: "put the provider where terraform init and tofu init find it",
  description:
    "Installs the provider for Terraform and for OpenTofu: into the user's plugin folder, which both search without any " +
    "configuration, or into a filesystem mirror, for which it prints the CLI configuration. Takes the provider that npm " +
    "installed beside ou-link, which is of the same version; or a zip of any release, once its checksum is verified. Asks " +
    "nothing of the network.",
  options: [
    new Option("--mirror <folder>", "install into this folder as a filesystem mirror"),
    new Option("--zip <file>", "install this zip of a release").conflicts("executable"),
    new Option("--checksums <file>", "the release's checksums; by default the _SHA256SUMS beside the zip"),
    new Option("--executable <file>", "install this executable, such as one of your own build"),
  ],
  examples: [
    { does: "for all of this user's projects", line: "ou-link install" },
    {
      does: "for one shell",
      line: "ou-link install --mirror ./mirror > dev.tfrc && export TF_CLI_CONFIG_FILE=$PWD/dev.tfrc",
    },
    {
      does: "from a release, whose _SHA256SUMS lies beside the zip",
      line: `ou-link install --zip ${zipName({ version: VERSION, platform: "linux_amd64" })}`,
    },
  ],
  async run({ mirror, ...chosen }, terminal) {
    const directory = installFolder(mirror, terminal);
    const { platform, architecture } = terminal;
    const { build, source } = await providerToInstall(chosen, {
      platform,
      architecture,
      isMirror: mirror !== undefined,
    });
    const installed = await installProvider({ ...source, directory, ...build }).catch(
      (error: NodeJS.ErrnoException) => {
        throw error.syscall === "copyfile" && Object.values(source).includes(error.path ?? "")
          ? new CliError(
              `There is no provider to install: ${error.path} cannot be read (${error.code ?? "unknown error"}).`,
              "Name another one, with --zip or --executable.",
            )
          : new CliError(
              `The provider could not be installed into ${directory}: ${error.code ?? "unknown error"}.`,
              "Free or open that folder to this user, or choose another one with --mirror.",
              EXIT_CODE.failure,
              { cause: error },
            );
      },
    );
    terminal.note(`Installed version ${build.version} for ${build.platform} as ${installed.path}`);
    terminal.note(`and for OpenTofu as ${installed.openTofuPath}.`);
    if (mirror !== undefined) {
      terminal.note("Keep the following as a file, and name that file in TF_CLI_CONFIG_FILE:");
      terminal.print(installed.cliConfiguration.trimEnd());
    } else {
      terminal.note('Declare it with source = "ou-link/cronofy", and run terraform init.');
    }
    // Terraform keeps the hashes of a locked version, also for init -upgrade.
    terminal.note("A project that has another build of this version takes this one once you have removed its");
    terminal.note(".terraform/providers and the provider's block in its .terraform.lock.hcl.");
    return EXIT_CODE.ok;
  },
});

/**
 * The folder that is installed into.
 *
 * @throws CliError where it is the user's own, and the environment does not name that
 */
export function installFolder(
  mirror: string | undefined,
  { env, platform }: Pick<Terminal, "env" | "platform">,
): string {
  const directory = mirror ?? userPluginFolder(platform, env);
  if (directory !== null) return directory;
  throw new CliError(
    `The user's plugin folder is not known, for ${platform === "win32" ? "APPDATA" : "HOME"} is not set.`,
    "Set it, or name a folder of your choice with --mirror.",
    EXIT_CODE.usage,
  );
}

/** Which provider is asked for, and for what machine. */
interface InstallPlace {
  readonly platform: NodeJS.Platform;
  readonly architecture: NodeJS.Architecture;
  /** Whether it goes into a mirror, which may serve other machines. */
  readonly isMirror: boolean;
}

/** What is installed. */
interface ProviderToInstall {
  readonly build: ProviderBuild;
  readonly source: ProviderSource;
}

async function providerToInstall(
  { zip, checksums, executable }: Omit<InstallFlags, "mirror">,
  { platform, architecture, isMirror }: InstallPlace,
): Promise<ProviderToInstall> {
  const here = { version: VERSION, platform: platformName(platform, architecture) };
  if (zip !== undefined) return releasedProvider(zip, checksums, isMirror ? null : here.platform);
  if (checksums !== undefined) {
    throw new CliError(
      "There is no zip that --checksums could be of.",
      "Name the zip with --zip, too.",
      EXIT_CODE.usage,
    );
  }
  if (executable !== undefined) return { build: here, source: { executable } };
  return { build: here, source: providerBeside(platform, architecture) };
}

/**
 * A zip of a release, once it is seen to be what was released.
 *
 * @param only the one platform that is of use; null for any
 */
async function releasedProvider(
  zip: string,
  checksums: string | undefined,
  only: string | null,
): Promise<ProviderToInstall> {
  const { readChecksums, readVerifiedZip } = await import("./install/release-zip");
  const build = readZipName(path.basename(zip));
  if (build === null) {
    throw new CliError(
      `${path.basename(zip)} is not the name of one of the provider's zips.`,
      `Give the zip the name that it has in its release: ${zipName({ version: "<version>", platform: "<os>_<arch>" })}.`,
      EXIT_CODE.usage,
    );
  }
  if (only !== null && build.platform !== only) {
    throw new CliError(
      `${path.basename(zip)} is for ${build.platform}, and Terraform on this machine looks for ${only}.`,
      `Take ${zipName({ ...build, platform: only })}, or put this one into a mirror for other machines, with --mirror.`,
      EXIT_CODE.usage,
    );
  }
  const file = checksums ?? path.join(path.dirname(zip), checksumsName(build.version));
  const { bytes } = await readVerifiedZip(zip, await readChecksums(file), file);
  return { build, source: { zip: bytes } };
}

/** The package, two folders above this file, also when it is compiled. */
const PACKAGE = path.resolve(__dirname, "..", "..");

/**
 * The provider that is there without anybody naming it: the one that npm has installed for this platform, else the one
 * that `npm run build` has made in a checkout.
 *
 * @param root the folder of the package that ou-link is part of
 * @throws CliError that says why there is none
 */
export function providerBeside(
  platform: NodeJS.Platform,
  architecture: NodeJS.Architecture,
  root = PACKAGE,
): ProviderSource {
  const name = `@ou-link/provider-${platform}-${architecture}`;
  let manifest: string | undefined;
  try {
    manifest = createRequire(path.join(root, "package.json")).resolve(`${name}/package.json`);
  } catch {
    manifest = undefined;
  }
  if (manifest !== undefined) {
    const { version } = readManifest(manifest);
    if (version === VERSION) return { zip: path.join(path.dirname(manifest), "provider.zip") };
    throw new CliError(
      `${name} is of version ${version}, and this ou-link is ${VERSION}.`,
      `Install both anew: npm install --save-dev ou-link@${VERSION}`,
    );
  }
  const built = path.join(root, "dist", "bin", `terraform-provider-cronofy${platform === "win32" ? ".exe" : ""}`);
  if (existsSync(built)) return { executable: built };
  const released = Object.keys(readManifest(path.join(root, "package.json")).optionalDependencies ?? {});
  if (released.length === 0) {
    throw new CliError(
      `There is no provider to install: ${built} is not there.`,
      "Build it first: npm run build; or name one with --zip or --executable.",
    );
  }
  if (!released.includes(name)) {
    throw new CliError(
      `The provider is not released for ${platform}-${architecture}.`,
      `There are ${released.join(", ")}.\nBuild it from its source, and name the executable with --executable.`,
    );
  }
  throw new CliError(
    `There is no provider to install: npm has not installed ${name}, an optional dependency of ou-link.`,
    "Run npm install --save-dev --include=optional ou-link, on the machine that installs the provider: npm leaves it out\n" +
      "for --omit=optional, and node_modules of another platform hold another one. Or name a release's zip with --zip.",
  );
}

function readManifest(file: string): {
  readonly version?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
} {
  return JSON.parse(readFileSync(file, "utf8")) as ReturnType<typeof readManifest>;
}
