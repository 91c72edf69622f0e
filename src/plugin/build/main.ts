#!/usr/bin/env node
import { existsSync, readFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { compileExecutable, executableName, providerAddress } from "./compile-executable";
import { installedBun } from "./installed-bun";
import { releaseProvider } from "./release";
import { HOST } from "./target";

const HELP = `terraform-plugin-ts build <entry>
terraform-plugin-ts release <entry>

Compiles a provider into one self-contained executable for each platform. "release" makes of them what Terraform's registry
takes a provider from: zips, manifest, bill of materials, checksums.

  <entry>                the file that calls serve, such as main.ts
  --version <version>    the provider's version (default: that of package.json)
  --target <os_arch>     a platform as Terraform names it, such as linux_arm64; may be repeated
                         (default: ${HOST}; of a release, all that Terraform runs on)
  --out <folder>         of a build, laid out as a filesystem mirror for Terraform (default: dist, of a release release)
  --sign <key>           a release: the RSA key, as gpg names it, that signs the checksums
`;

/** Semantic version, as Terraform takes it. */
const VERSION = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/;

main(process.argv.slice(2), process.cwd()).catch((error: unknown) => {
  console.error(`terraform-plugin-ts: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});

async function main(args: string[], folder: string): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      version: { type: "string" },
      target: { type: "string", multiple: true },
      out: { type: "string" },
      sign: { type: "string" },
      help: { type: "boolean", short: "h" },
    },
  });
  const [command, entry, ...more] = positionals;
  if (values.help || command === undefined) return console.log(HELP);
  const { target: targets, sign: key, out = command === "build" ? "dist" : "release" } = values;
  const known = command === "release" || (command === "build" && key === undefined);
  if (!known || entry === undefined || more.length > 0) throw new Error(`it is used so:\n\n${HELP}`);
  const version = values.version ?? versionOf(folder);
  if (version === undefined) throw new Error("package.json names no version: give one with --version");
  if (!VERSION.test(version)) throw new Error(`"${version}" is no version that Terraform takes, such as 1.2.3`);
  if (command === "build") return await buildProvider({ folder, entry, version, targets: targets ?? [HOST], out });
  for (const file of await releaseProvider({ folder, entry, version, targets, out, key })) {
    console.log(`${path.relative(folder, file)}, ${((await stat(file)).size / 1e6).toFixed(1)} MB`);
  }
}

function versionOf(folder: string): string | undefined {
  const file = path.join(folder, "package.json");
  if (!existsSync(file)) return undefined;
  return (JSON.parse(readFileSync(file, "utf8")) as { readonly version?: string }).version;
}

/** What to build. */
interface Build {
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

/** Builds a provider for each platform, into a folder that Terraform takes as a filesystem mirror. */
async function buildProvider({ folder, entry, version, targets, out }: Build): Promise<void> {
  const bun = installedBun(folder);
  const address = await providerAddress([bun.compiler, path.resolve(folder, entry)]);
  for (const target of targets) {
    const file = path.join(out, address, version, target, executableName(address, version, target));
    const { size } = await compileExecutable({ bun, folder, entry, target, executable: path.resolve(folder, file) });
    console.log(`${file}, ${(size / 1e6).toFixed(0)} MB, Bun ${bun.version}`);
  }
}
