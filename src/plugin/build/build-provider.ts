import path from "node:path";
import { compileExecutable, providerAddress } from "./compile-executable";
import { installedBun } from "./installed-bun";

/** What to build. */
export interface Build {
  /** The project's folder. */
  readonly folder: string;
  /** The file that starts the provider, seen from there. */
  readonly entry: string;
  /** As Terraform writes it, without a "v". */
  readonly version: string;
  /** Platforms, as Terraform's releases name them. */
  readonly targets: readonly string[];
  /** The folder to write to, seen from the project's. */
  readonly out: string;
}

/**
 * Builds a provider for each platform, into a folder that Terraform takes as a filesystem mirror.
 *
 * @param tell takes one line for each executable
 * @throws Error when one cannot be built
 */
export async function buildProvider(build: Build, tell: (line: string) => void): Promise<void> {
  const { folder, entry, version, targets, out } = build;
  const bun = installedBun(folder);
  const address = await providerAddress([bun.compiler, path.resolve(folder, entry)]);
  const name = path.posix.basename(address);
  for (const target of targets) {
    const suffix = target.startsWith("windows_") ? ".exe" : "";
    const file = path.join(out, address, version, target, `terraform-provider-${name}_v${version}${suffix}`);
    const size = await compileExecutable({ bun, folder, entry, target, executable: path.resolve(folder, file) });
    tell(`${file}, ${(size / 1e6).toFixed(0)} MB, Bun ${bun.version}`);
    if (target === "darwin_amd64") tell("  macOS refuses the signature that Bun left: sign it there, codesign -f -s -");
  }
}
