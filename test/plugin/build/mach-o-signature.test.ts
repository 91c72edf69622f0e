import { createHash } from "node:crypto";
import { signAdHoc, signatureProblems } from "../../../src/plugin/build/mach-o-signature";

const PAGE = 4096;
const CODE_SIZE = 3 * PAGE + 100;
const SIGNATURE = CODE_SIZE + 12;
/** Where the load commands lie. */
const [TEXT, LINKEDIT, COMMAND] = [32, 104, 176];

/** A Mach-O file of three pages and a bit, signed by somebody who did not know its content. */
function executable(): Buffer {
  const file = Buffer.alloc(SIGNATURE + 64);
  file.writeUInt32LE(0xfeedfacf, 0);
  file.writeUInt32LE(3, 16);
  segment(file, TEXT, "__TEXT", 0, 2 * PAGE);
  segment(file, LINKEDIT, "__LINKEDIT", 3 * PAGE, file.length - 3 * PAGE);
  [0x1d, 16, SIGNATURE, 64].forEach((value, index) => file.writeUInt32LE(value, COMMAND + 4 * index));
  file.write("what it does", 2 * PAGE);
  return file;
}

function segment(file: Buffer, at: number, name: string, offset: number, size: number): void {
  file.writeUInt32LE(0x19, at);
  file.writeUInt32LE(72, at + 4);
  file.write(name, at + 8);
  file.writeBigUInt64LE(BigInt(offset), at + 40);
  file.writeBigUInt64LE(BigInt(size), at + 48);
}

function changed(file: Buffer, change: (copy: Buffer) => void): Buffer {
  const copy = Buffer.from(file);
  change(copy);
  return copy;
}

describe("the signature of an executable for macOS", () => {
  const signed = signAdHoc(executable(), "terraform-provider-notes");

  it("is the same each time, and replaces one that is there", () => {
    expect(signatureProblems(executable())).toEqual(["The signature has no CodeDirectory."]);
    expect(signatureProblems(signed)).toEqual([]);
    expect(signAdHoc(signed, "terraform-provider-notes")).toEqual(signed);
    expect(signed.subarray(2 * PAGE, SIGNATURE)).toEqual(executable().subarray(2 * PAGE, SIGNATURE));
  });

  it("has what Apple's headers name, at its place", () => {
    const signature = signed.subarray(SIGNATURE);
    const numbers = (at: number, count: number) =>
      Array.from({ length: count }, (_, index) => signature.readUInt32BE(at + 4 * index));
    // SuperBlob: magic, length, count; then slot and offset of the CodeDirectory and of the requirements.
    const requirements = signature.length - 12;
    expect(numbers(0, 7)).toEqual([0xfade0cc0, signature.length, 2, 0, 28, 2, requirements]);
    // CodeDirectory: magic, length, version, flags, and where its hashes and its identifier lie.
    expect(numbers(28, 6)).toEqual([0xfade0c02, requirements - 28, 0x20400, 0x2, 88 + 25 + 64, 88]);
    // Blobs and pages with a hash, and where the code ends.
    expect(numbers(28 + 24, 3)).toEqual([2, 4, SIGNATURE]);
    expect([...signature.subarray(28 + 36, 28 + 40)]).toEqual([32, 2, 0, 12]);
    expect(signature.toString("latin1", 28 + 88, 28 + 88 + 25)).toBe("terraform-provider-notes\0");
    expect(numbers(requirements, 3)).toEqual([0xfade0c01, 12, 0]);
    const lastPage = createHash("sha256")
      .update(signed.subarray(3 * PAGE, SIGNATURE))
      .digest();
    expect(signature.subarray(requirements - 32, requirements)).toEqual(lastPage);
    // __LINKEDIT ends with the file.
    expect(signed.readBigUInt64LE(LINKEDIT + 48)).toBe(BigInt(signed.length - 3 * PAGE));
    expect(signed.readUInt32LE(COMMAND + 12)).toBe(signature.length);
  });

  it.each<[what: string, change: (copy: Buffer) => void, problem: RegExp]>([
    ["a byte of the code", (copy) => copy.writeUInt8(1, PAGE), /^1 of 4 pages have another hash\.$/],
    ["the end of the code", (copy) => copy.writeUInt8(1, SIGNATURE - 1), /^1 of 4 pages have another hash\.$/],
    ["its flags", (copy) => copy.writeUInt32BE(0x10002, SIGNATURE + 28 + 12), /without the hardened runtime/],
    ["how far it reaches", (copy) => copy.writeUInt32BE(PAGE, SIGNATURE + 28 + 32), /^8304 bytes .* are not signed/],
    ["which segment is executable", (copy) => copy.writeUInt8(1, SIGNATURE + 28 + 64), /is not __TEXT/],
    ["its requirements", (copy) => copy.writeUInt8(1, copy.length - 1), /^Blob 2 /],
    ["its magic", (copy) => copy.writeUInt8(0, SIGNATURE), /no CodeDirectory/],
  ])("does not hold when somebody changes %s", (_, change, problem) => {
    expect(signatureProblems(changed(signed, change))).toEqual([expect.stringMatching(problem)]);
  });

  it("does not hold when the file goes on behind it", () => {
    const problems = signatureProblems(Buffer.concat([signed, Buffer.alloc(1)]));
    expect(problems).toEqual(["The signature is not the end of __LINKEDIT and of the file."]);
  });

  it("needs a Mach-O file", () => {
    expect(() => signatureProblems(Buffer.from("#!/bin/sh\n"))).toThrow("no Mach-O file");
  });
});
