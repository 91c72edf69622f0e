import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { CliError } from "../command-line/cli-error";

/** What a file of checksums says: a file's name → its SHA-256, in lower-case hex. */
type Checksums = ReadonlyMap<string, string>;

/**
 * Reads what `sha256sum` has written, which a release calls `…_SHA256SUMS`.
 *
 * @throws CliError where it cannot be read, or holds no checksum
 */
export async function readChecksums(file: string): Promise<Checksums> {
  const text = (await readRelease(file)).toString("utf8");
  // A star stands before the name where sha256sum was told that the file is binary.
  const lines = [...text.matchAll(/^([0-9A-Fa-f]{64})[ \t]+\*?(\S+)[ \t]*\r?$/gm)];
  if (lines.length === 0) {
    throw new CliError(`${file} holds no checksums.`, "Take the _SHA256SUMS of the release that the zip is from.");
  }
  return new Map(lines.map(([, sum = "", name = ""]) => [name, sum.toLowerCase()]));
}

/** A zip that is what its release says it is. */
interface VerifiedZip {
  readonly bytes: Buffer;
  /** Its SHA-256 in hex. */
  readonly sha256: string;
}

/**
 * Reads a zip of a release, and holds it to its checksum.
 *
 * @param checksums what the file `checksumFile` says
 * @throws CliError where either is missing, or they do not fit
 */
export async function readVerifiedZip(zip: string, checksums: Checksums, checksumFile: string): Promise<VerifiedZip> {
  const expected = checksums.get(path.basename(zip));
  if (expected === undefined) {
    throw new CliError(
      `${checksumFile} has no checksum of ${path.basename(zip)}.`,
      "Take both from the same release, and leave the zip its name.",
    );
  }
  const bytes = await readRelease(zip);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  if (sha256 !== expected) {
    throw new CliError(
      `${zip} is not what was released: its SHA-256 is ${sha256}, and ${checksumFile} says ${expected}.`,
      "Download both again. If that does not help, do not use the zip: somebody may have changed it.",
    );
  }
  return { bytes, sha256 };
}

async function readRelease(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new CliError(
      `${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? "unknown error"}).`,
      "Download the zip and the _SHA256SUMS of its release into one folder.",
    );
  }
}
