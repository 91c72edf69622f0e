import path from "node:path";
import { carriedGlibc } from "./carried-glibc";
import type { Bun } from "./installed-bun";
import { ARCHITECTURES, linuxLauncher } from "./linux-launcher";
import type { Architecture } from "./linux-launcher";

/** What a package for Linux is made of. */
interface LinuxPackage {
  /** The program that Terraform starts, such as `terraform-provider-cronofy_v0.1.0`. */
  readonly name: string;
  /** What was compiled for the platform. */
  readonly executable: Buffer;
  /** The platform, as Terraform's releases name it: `linux_amd64` or `linux_arm64`. */
  readonly target: string;
  /** In whose `node_modules` glibc is kept. */
  readonly bun: Bun;
}

/**
 * The files of a package for Linux, whichever C library the system has: a launcher, and in `runtime/` the executable
 * beside the glibc that it needs where there is another.
 *
 * @throws Error when that glibc cannot be had
 */
export async function linuxFiles({
  name,
  executable,
  target,
  bun,
}: LinuxPackage): Promise<ReadonlyMap<string, Readonly<{ content: Uint8Array; mode: number }>>> {
  const architecture = target.replace("linux_", "");
  if (!isArchitecture(architecture)) throw new Error(`There is no glibc to carry for ${target}.`);
  const glibc = await carriedGlibc(architecture, path.join(bun.modules, ".cache"));
  return new Map([
    [name, { content: Buffer.from(linuxLauncher(name, architecture)), mode: 0o755 }],
    [`runtime/${name}`, { content: executable, mode: 0o755 }],
    ...[...glibc].map(([file, carried]) => [`runtime/${file}`, carried] as const),
  ]);
}

function isArchitecture(name: string): name is Architecture {
  return Object.hasOwn(ARCHITECTURES, name);
}
