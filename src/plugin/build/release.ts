import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, rmSync } from "node:fs";
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { zipSync } from "fflate";
import type { ZipOptions } from "fflate";
import { cycloneDx, materialsOf, thirdPartyNotices } from "./bill-of-materials";
import { compileExecutable, executableName, providerAddress } from "./compile-executable";
import { installedBun } from "./installed-bun";
import { linuxFiles } from "./linux-package";
import { releaseTargets } from "./target";

/** What to release. */
interface Release {
  /** The project's folder. */
  readonly folder: string;
  /** The file that starts the provider, seen from there. */
  readonly entry: string;
  /** As Terraform writes it, without a "v". */
  readonly version: string;
  /** Platforms, as Terraform's releases name them. @default all that there are */
  readonly targets?: readonly string[] | undefined;
  /** The folder to write to, seen from the project's. What earlier releases of the provider left there goes. */
  readonly out: string;
  /** The key that signs, as gpg names it; without one, nothing is signed. */
  readonly key?: string | undefined;
}

/**
 * Makes what Terraform's registry takes a provider from: a zip for each platform, the manifest, a bill of materials, and the
 * checksums of them all with their signature. From the same sources come the same bytes, in any folder and at any time.
 *
 * @returns paths of the files
 * @throws Error with what keeps a package from being made
 */
export async function releaseProvider(release: Release): Promise<string[]> {
  const { folder, entry, version, key } = release;
  const out = path.resolve(folder, release.out);
  const bun = installedBun(folder);
  const targets = release.targets ?? releaseTargets(bun);
  const address = await providerAddress([bun.compiler, path.resolve(folder, entry)]);
  const provider = `terraform-provider-${path.posix.basename(address)}`;
  const time = timeOf(folder);
  await mkdir(out, { recursive: true });
  for (const file of await readdir(out)) {
    if (file.startsWith(`${provider}_`)) await rm(path.join(out, file));
  }

  const sums = new Map<string, string>();
  const write = async (name: string, content: string | Uint8Array): Promise<void> => {
    const file = `${provider}_${version}_${name}`;
    sums.set(file, createHash("sha256").update(content).digest("hex"));
    await writeFile(path.join(out, file), content);
  };

  const scratch = await mkdtemp(path.join(out, "compile-"));
  const allSources: string[] = [];
  try {
    for (const target of targets) {
      const name = executableName(address, version, target);
      const executable = path.join(scratch, target, name);
      const { sources } = await compileExecutable({ bun, folder, entry, target, executable });
      const content = await readFile(executable);
      await rm(executable);
      const notices = thirdPartyNotices(provider, target, await materialsOf(folder, sources, bun));
      const files = new Map([
        ...(target.startsWith("linux_")
          ? await linuxFiles({ name, executable: content, target, bun })
          : [[name, { content, mode: 0o755 }] as const]),
        ...(await papers(folder, address, version, notices)),
      ]);
      await write(`${target}.zip`, zipped(files, time));
      allSources.push(...sources);
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  const materials = await materialsOf(folder, allSources, bun);
  await write("manifest.json", '{"version":1,"metadata":{"protocol_versions":["6.0"]}}\n');
  await write("sbom.cdx.json", cycloneDx({ name: provider, version, time, targets }, materials));

  const files = [...sums.keys()].sort();
  const sumsFile = path.join(out, `${provider}_${version}_SHA256SUMS`);
  await writeFile(sumsFile, files.map((file) => `${sums.get(file)}  ${file}\n`).join(""));
  const signatures = key === undefined ? [] : [sign(sumsFile, key)];
  return [...files.map((file) => path.join(out, file)), sumsFile, ...signatures];
}

/** What a package says of itself, to those who open it. */
async function papers(folder: string, address: string, version: string, notices: string) {
  const readme = `Version ${version} of the Terraform provider ${address}.

\`terraform init\` installs it where a configuration names it under required_providers; there is nothing to start by hand.
THIRD_PARTY_NOTICES tells what it consists of.
`;
  const license = path.join(folder, "LICENSE");
  return new Map([
    ...(existsSync(license) ? [["LICENSE", { content: await readFile(license), mode: 0o644 }] as const] : []),
    ["README.md", { content: Buffer.from(readme), mode: 0o644 }] as const,
    ["THIRD_PARTY_NOTICES", { content: Buffer.from(notices), mode: 0o644 }] as const,
  ]);
}

type Files = ReadonlyMap<string, Readonly<{ content: Uint8Array; mode: number }>>;

function zipped(files: Files, time: Date): Uint8Array {
  // A zip has a local time. At noon no clock is put forward or back, so each zone's makes the same bytes.
  const mtime = new Date(Math.max(time.getUTCFullYear(), 1980), time.getUTCMonth(), time.getUTCDate(), 12);
  const entries = [...files].map(([name, { content, mode }]): [string, [Uint8Array, ZipOptions]] => [
    name,
    [content, { os: 3, attrs: (0o100000 | mode) << 16, mtime }],
  ]);
  return zipSync(Object.fromEntries(entries));
}

/** SOURCE_DATE_EPOCH, by which builds are made again elsewhere; else the commit's time, or none. */
function timeOf(folder: string): Date {
  const given = process.env["SOURCE_DATE_EPOCH"];
  const seconds =
    given ?? spawnSync("git", ["log", "-1", "--format=%ct"], { cwd: folder, encoding: "utf8" }).stdout ?? "";
  const time = new Date(Number(seconds) * 1_000);
  if (Number.isNaN(time.getTime())) throw new Error(`SOURCE_DATE_EPOCH is "${seconds}", and not a number of seconds.`);
  return time;
}

/** Signs a file in OpenPGP's manner. Returns the signature's path. */
function sign(file: string, key: string): string {
  const signature = `${file}.sig`;
  const gpg = (...args: string[]): string => {
    const { status, stdout, stderr, error } = spawnSync("gpg", ["--batch", "--yes", ...args], {
      env: process.env,
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`gpg does not sign with the key ${key}: ${error?.message ?? stderr}`);
    return stdout;
  };
  gpg("--local-user", key, "--output", signature, "--detach-sign", file);
  if (!/^:signature packet: algo 1,/m.test(gpg("--list-packets", signature))) {
    rmSync(signature);
    throw new Error(
      `The key ${key} is not of RSA, and Terraform refuses what it signs: gpg --full-generate-key makes one.`,
    );
  }
  return signature;
}
