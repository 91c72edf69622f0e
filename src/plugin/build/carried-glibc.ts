import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { downloadDebianPackages, unpackDebianPackage } from "./debian-packages";
import { LGPL_2_1 } from "./lgpl";
import { ARCHITECTURES } from "./linux-launcher";
import type { Architecture } from "./linux-launcher";

/** Of Debian's package libc6. A newer one is named here, with its sums. */
export const GLIBC_VERSION = "2.36-9+deb12u14";
const SHA256: Readonly<Record<Architecture, string>> = {
  amd64: "ba4f88f73dbc3ae9055f3c20f4523bfdbaf1ad13ff95e258924f77d20b4fbedf",
  arm64: "01f4330719fd4f65580e16ea5a0527f372fca750e8f588d26deaf09f2d3b1cf4",
};

/** What a Bun executable is linked with. */
const LIBRARIES = ["libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2"];

/**
 * The part of glibc that an executable needs where the system has another C library: loader, libraries and their licence,
 * by file name.
 *
 * @param cache where the package is kept; one that is put there is taken
 * @throws Error when it cannot be had, or is not the very package that is named here
 */
export async function carriedGlibc(
  architecture: Architecture,
  cache: string,
): Promise<ReadonlyMap<string, Readonly<{ content: Uint8Array; mode: number }>>> {
  const file = path.join(cache, `libc6_${GLIBC_VERSION}_${architecture}.deb`);
  if (!existsSync(file)) {
    await downloadDebianPackages([`libc6=${GLIBC_VERSION}`], cache, architecture).catch((cause: Error) => {
      throw new Error(
        `The glibc for linux_${architecture} cannot be had (${cause.message}). It comes from the packages of Debian 12: ` +
          `build there, or put ${path.basename(file)} into ${cache}.`,
        { cause },
      );
    });
  }
  const sha256 = createHash("sha256")
    .update(await readFile(file))
    .digest("hex");
  if (sha256 !== SHA256[architecture]) {
    throw new Error(`${file} is not the package that is asked for: its SHA-256 is ${sha256}. Remove it.`);
  }
  const folder = await mkdtemp(`${file}-`);
  try {
    unpackDebianPackage(file, folder);
    const { loader, triplet } = ARCHITECTURES[architecture];
    const libraries = path.join(folder, "lib", triplet);
    const files = new Map<string, { content: Uint8Array; mode: number }>();
    for (const name of [path.basename(loader), ...LIBRARIES]) {
      files.set(name, { content: await readFile(path.join(libraries, name)), mode: 0o755 });
    }
    const account = await readFile(path.join(folder, "usr", "share", "doc", "libc6", "copyright"));
    const licence = Buffer.concat([Buffer.from(NOTICE), account, Buffer.from(`\n\n${LGPL_2_1}`)]);
    files.set("glibc-copyright.txt", { content: licence, mode: 0o644 });
    return files;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const NOTICE = `The loader and the libraries beside this file are the GNU C Library of Debian's package libc6 ${GLIBC_VERSION},
unchanged. They are used where a system has another C library, come under the GNU Lesser General Public License,
version 2.1 or later, and may be replaced by others of your own making. Their source is Debian's source package
glibc ${GLIBC_VERSION}. What follows is that package's own account of copyright and licences, and then the License.

`;
