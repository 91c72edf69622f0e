import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { zipSync } from "fflate";

/** What the provider is released for. */
export const PLATFORMS = [
  ...["darwin_amd64", "darwin_arm64", "freebsd_amd64", "linux_amd64", "linux_arm64", "windows_amd64", "windows_arm64"],
] as const;

/**
 * Puts a release into a folder: the zips, each with a stand-in for the provider, and their checksums.
 *
 * @param executables file of each platform, where that is to be more than a stand-in
 * @returns text of the `_SHA256SUMS`
 */
export function releaseInto(
  folder: string,
  version: string,
  executables: Readonly<Record<string, Uint8Array>> = Object.fromEntries(
    PLATFORMS.map((each) => [each, Buffer.from(`provider ${version} for ${each}`)]),
  ),
): string {
  mkdirSync(folder, { recursive: true });
  const sums = Object.entries(executables).map(([platform, bytes]) => {
    const executable = `terraform-provider-cronofy_v${version}${platform.startsWith("windows") ? ".exe" : ""}`;
    const zip = zipSync(
      {
        [executable]: [bytes, { attrs: 0o755 * 0x10000, os: 3 }],
        // In an order of their own, which Terraform's hash does not know.
        "runtime/libc.so.6": Buffer.from(`libc for ${platform}`),
        LICENSE: Buffer.from("MPL-2.0"),
      },
      { level: 0 },
    );
    const name = `terraform-provider-cronofy_${version}_${platform}.zip`;
    writeFileSync(path.join(folder, name), zip);
    return `${createHash("sha256").update(zip).digest("hex")}  ${name}\n`;
  });
  writeFileSync(path.join(folder, `terraform-provider-cronofy_${version}_SHA256SUMS`), sums.join(""));
  return sums.join("");
}
