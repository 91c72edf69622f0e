import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { copyFile, readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { Option } from "commander";
import { cliCommand } from "../command-line/cli-command";
import { CliError, EXIT_CODE } from "../command-line/cli-error";
import { checksumsName, linkOrCopy, placeAtomically, providerFolders, readZipName } from "./provider-folder";
import type { ProviderBuild } from "./provider-folder";

interface MirrorBuildFlags {
  readonly out: string;
}

/** `ou-link mirror build`: makes a network mirror, which any web server can serve. */
const buildCommand = cliCommand<MirrorBuildFlags>({
  name: "build",
  summary: "make a network mirror of downloaded releases, for static hosting",
  description:
    "Takes the zips of one or more releases, with the _SHA256SUMS of each, and lays them out as a network mirror for " +
    "Terraform and for OpenTofu: what any web server or bucket can serve, and terraform providers lock can lock for every " +
    "platform. What the folder holds already stays in it. Every checksum is verified before anything is written.",
  argument: { name: "<folder>", description: "where the zips and their _SHA256SUMS are" },
  options: [new Option("--out <folder>", "the mirror's folder").makeOptionMandatory()],
  examples: [
    { does: "from a release to a folder for the web server", line: "ou-link mirror build release --out mirror" },
  ],
  async run({ out }, terminal, [release = ""]) {
    const zips = await releasedZips(release);
    if (zips.length === 0) {
      throw new CliError(
        `There is no zip of the provider in ${release}.`,
        "Download those of a release into it, and the release's _SHA256SUMS, all under the names that they have there.",
        EXIT_CODE.usage,
      );
    }
    const archives: Archive[] = [];
    for (const zip of zips) {
      terminal.detail(`Verifying ${zip.file}`);
      archives.push({ ...zip, hashes: await verifiedHashes(zip) });
    }
    const [terraform, openTofu] = providerFolders(out);
    await addToMirror(terraform, archives, (file, target) => copyFile(file, target, constants.COPYFILE_FICLONE));
    await addToMirror(openTofu, archives, (file, target) =>
      linkOrCopy(path.join(terraform, path.basename(file)), target),
    );
    for (const version of new Set(archives.map((each) => each.version))) {
      const platforms = archives.filter((each) => each.version === version).map(({ platform }) => platform);
      terminal.note(`Version ${version} is in ${out}, for ${platforms.join(", ")}.`);
    }
    terminal.note(
      "Serve that folder by HTTPS, its .json as application/json, and name its address, with a slash at its",
    );
    terminal.note("end, as the url of a network_mirror in the CLI configuration.");
    return EXIT_CODE.ok;
  },
});

/** `ou-link mirror`: for those whose Terraform does not reach the registry. */
export const mirrorCommand = cliCommand({
  name: "mirror",
  summary: "make a network mirror of the provider",
  description: "Makes mirrors of the provider, for machines that do not reach the registry.",
  options: [],
  examples: [
    { does: "from a release to a folder for the web server", line: "ou-link mirror build release --out mirror" },
  ],
  subcommands: [buildCommand],
});

/** A zip of a release. */
interface ReleasedZip extends ProviderBuild {
  readonly file: string;
}

/** A zip that is verified. */
interface Archive extends ReleasedZip {
  readonly hashes: readonly string[];
}

async function releasedZips(folder: string): Promise<readonly ReleasedZip[]> {
  const names = await readdir(folder).catch(({ code }: NodeJS.ErrnoException) => {
    throw new CliError(`${folder} cannot be read (${code ?? "unknown error"}).`, "Name the folder with the zips.");
  });
  return names.sort().flatMap((name) => {
    const build = readZipName(name);
    return build === null ? [] : [{ ...build, file: path.join(folder, name) }];
  });
}

/**
 * The hashes of a zip, in Terraform's two schemes: of what is in it, and of itself.
 * https://developer.hashicorp.com/terraform/internals/provider-network-mirror-protocol
 */
async function verifiedHashes({ file, version }: ReleasedZip): Promise<readonly string[]> {
  const { readChecksums, readVerifiedZip } = await import("./release-zip");
  const checksums = path.join(path.dirname(file), checksumsName(version));
  const { bytes, sha256 } = await readVerifiedZip(file, await readChecksums(checksums), checksums);
  return [await contentHash(bytes, file), `zh:${sha256}`];
}

/** Go's `dirhash.Hash1` of what is unpacked: of files alone, for a folder that is unpacked has no further entries. */
async function contentHash(zip: Uint8Array, file: string): Promise<string> {
  const { unzipSync } = await import("fflate");
  let entries: ReturnType<typeof unzipSync>;
  try {
    entries = unzipSync(zip);
  } catch {
    throw new CliError(`${file} is no zip, although its checksum holds.`, "Tell the provider's authors.");
  }
  const lines = Object.entries(entries)
    .filter(([name]) => !name.endsWith("/"))
    .map(([name, bytes]) => ({ name, sha256: createHash("sha256").update(bytes).digest("hex") }))
    .sort((one, other) => Buffer.compare(Buffer.from(one.name), Buffer.from(other.name)))
    .map(({ name, sha256 }) => `${sha256}  ${name}\n`);
  return `h1:${createHash("sha256").update(lines.join("")).digest("base64")}`;
}

/** Puts the zips into the mirror's folder of one host, and names them in what Terraform reads there. */
async function addToMirror(
  folder: string,
  archives: readonly Archive[],
  copyZip: (file: string, target: string) => Promise<void>,
): Promise<void> {
  const documents = new Map<string, unknown>();
  for (const version of new Set(archives.map((each) => each.version))) {
    const document = path.join(folder, `${version}.json`);
    const added = archives
      .filter((each) => each.version === version)
      .map(({ platform, file, hashes }) => [platform, { url: path.basename(file), hashes }] as const);
    documents.set(document, {
      archives: { ...(await readMember(document, "archives")), ...Object.fromEntries(added) },
    });
  }
  const index = path.join(folder, "index.json");
  const added = archives.map(({ version }) => [version, {}] as const);
  // The last, so that it names nothing that is not there yet.
  documents.set(index, { versions: { ...(await readMember(index, "versions")), ...Object.fromEntries(added) } });
  try {
    for (const { file } of archives) {
      const target = path.join(folder, path.basename(file));
      await placeAtomically(target, (temporary) => copyZip(file, temporary));
    }
    for (const [file, document] of documents) {
      await placeAtomically(file, (temporary) => writeFile(temporary, `${JSON.stringify(document, null, 2)}\n`));
    }
  } catch (error) {
    throw unwritable(folder, error);
  }
}

/** What a mirror's document says so far. */
async function readMember(file: string, member: string): Promise<object> {
  let found: unknown;
  try {
    found = (JSON.parse(await readFile(file, "utf8")) as Record<string, unknown> | null)?.[member];
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return {};
    if (code !== undefined) throw unwritable(path.dirname(file), error);
  }
  if (typeof found === "object" && found !== null) return found;
  throw new CliError(
    `${file} is there already, and is not that of a network mirror.`,
    "Choose another folder with --out.",
  );
}

function unwritable(folder: string, error: unknown): CliError {
  return new CliError(
    `The mirror could not be written into ${folder}: ${(error as NodeJS.ErrnoException).code ?? "unknown error"}.`,
    "Free or open that folder to this user, or choose another one with --out.",
    EXIT_CODE.failure,
    { cause: error },
  );
}
