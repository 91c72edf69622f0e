import { createHash } from "node:crypto";

/*
 * The names are those of Apple's <mach-o/loader.h>, whose numbers are little-endian, and of <kern/cs_blobs.h>, whose numbers
 * are big-endian.
 */
const MH_MAGIC_64 = 0xfeedfacf;
const HEADER_SIZE = 32;
const LC_SEGMENT_64 = 0x19;
const LC_CODE_SIGNATURE = 0x1d;
/** Segments of Apple's processors begin on a page of this size, and so may those of Intel's. */
const SEGMENT_PAGE = 0x4000;

const CSMAGIC_REQUIREMENTS = 0xfade0c01;
const CSMAGIC_CODEDIRECTORY = 0xfade0c02;
const CSMAGIC_EMBEDDED_SIGNATURE = 0xfade0cc0;
const CSSLOT_CODEDIRECTORY = 0;
const CSSLOT_REQUIREMENTS = 2;
const CS_ADHOC = 0x2;
const CS_RUNTIME = 0x10000;
const CS_EXECSEG_MAIN_BINARY = 0x1;
/** The first version that tells the executable segment. */
const CODE_DIRECTORY_VERSION = 0x20400;
const CODE_DIRECTORY_SIZE = 88;
const CS_HASHTYPE_SHA256 = 2;
const HASH_SIZE = 32;
const PAGE_BITS = 12;

/** What a signature depends on, or has to be told. */
interface MachO {
  /** Where the load command of the segment with the code lies, and what it says. */
  readonly text: Segment;
  /** The last segment; a signature is its end, and so the file's. */
  readonly linkedit: Segment;
  /** Undefined where nothing is signed. */
  readonly signature: { readonly command: number; readonly offset: number; readonly size: number } | undefined;
}

interface Segment {
  readonly command: number;
  readonly offset: number;
  readonly size: number;
}

/**
 * Signs an executable for macOS ad hoc, as `codesign -f -s -` does there: nobody vouches for it, but macOS starts it. It may
 * translate code while it runs, for the hardened runtime is off.
 *
 * @param content an executable that has a signature already, which is replaced
 * @param identifier what the signature calls it
 * @throws Error when this is no such executable
 */
export function signAdHoc(content: Buffer, identifier: string): Buffer {
  const { text, linkedit, signature } = parseMachO(content);
  if (signature === undefined) throw new Error("This Mach-O file has no signature that could be replaced.");
  const code = Buffer.from(content.subarray(0, signature.offset));
  const size = signatureSize(code.length, identifier);
  const linkeditSize = signature.offset + size - linkedit.offset;
  code.writeUInt32LE(size, signature.command + 12);
  code.writeBigUInt64LE(BigInt(Math.ceil(linkeditSize / SEGMENT_PAGE) * SEGMENT_PAGE), linkedit.command + 32);
  code.writeBigUInt64LE(BigInt(linkeditSize), linkedit.command + 48);
  return Buffer.concat([code, signatureOf(code, identifier, text)]);
}

/**
 * Why macOS would refuse the signature of an executable: its hashes cover every page, and so does what it says of itself.
 *
 * @returns sentences; none when it is good
 */
export function signatureProblems(content: Buffer): string[] {
  const { text, linkedit, signature } = parseMachO(content);
  if (signature === undefined) return ["It has no signature."];
  const problems: string[] = [];
  const end = signature.offset + signature.size;
  if (end !== content.length || linkedit.offset + linkedit.size !== end) {
    problems.push("The signature is not the end of __LINKEDIT and of the file.");
  }
  const blobs = blobsOf(content.subarray(signature.offset, end));
  const directory = blobs.get(CSSLOT_CODEDIRECTORY);
  if (directory?.readUInt32BE(0) !== CSMAGIC_CODEDIRECTORY) return [...problems, "The signature has no CodeDirectory."];
  if (
    directory[36] !== HASH_SIZE ||
    directory[37] !== CS_HASHTYPE_SHA256 ||
    directory.readUInt32BE(8) < CODE_DIRECTORY_VERSION
  ) {
    return [...problems, "The CodeDirectory is of a kind that is not checked here."];
  }
  if ((directory.readUInt32BE(12) & (CS_ADHOC | CS_RUNTIME)) !== CS_ADHOC) {
    problems.push("It is not signed ad hoc and without the hardened runtime.");
  }
  const [segment, segmentSize] = [directory.readBigUInt64BE(64), directory.readBigUInt64BE(72)];
  if (segment !== BigInt(text.offset) || segmentSize !== BigInt(text.size)) {
    problems.push("The executable segment is not __TEXT.");
  }
  const limit = directory.readUInt32BE(32);
  if (limit !== signature.offset)
    problems.push(`${signature.offset - limit} bytes before the signature are not signed.`);
  const expected = pageHashes(content.subarray(0, signature.offset), 1 << (directory[39] ?? 0));
  const hashes = directory.readUInt32BE(16);
  const wrong = expected.filter((hash, page) => !hash.equals(hashAt(directory, hashes, page))).length;
  if (wrong > 0) problems.push(`${wrong} of ${expected.length} pages have another hash.`);
  for (let slot = 1; slot <= directory.readUInt32BE(24); slot++) {
    const blob = blobs.get(slot);
    if (blob !== undefined && !sha256(blob).equals(hashAt(directory, hashes, -slot))) {
      problems.push(`Blob ${slot} of the signature has another hash.`);
    }
  }
  return problems;
}

function parseMachO(content: Buffer): MachO {
  if (content.length < HEADER_SIZE || content.readUInt32LE(0) !== MH_MAGIC_64) {
    throw new Error("This is no Mach-O file for one 64-bit processor.");
  }
  const segments = new Map<string, Segment>();
  let signature: MachO["signature"];
  let command = HEADER_SIZE;
  for (let left = content.readUInt32LE(16); left > 0; left--) {
    const kind = content.readUInt32LE(command);
    if (kind === LC_SEGMENT_64) {
      const name = content.toString("latin1", command + 8, command + 24).replace(/\0+$/, "");
      const [offset, size] = [content.readBigUInt64LE(command + 40), content.readBigUInt64LE(command + 48)].map(Number);
      segments.set(name, { command, offset: offset ?? 0, size: size ?? 0 });
    } else if (kind === LC_CODE_SIGNATURE) {
      signature = { command, offset: content.readUInt32LE(command + 8), size: content.readUInt32LE(command + 12) };
    }
    command += content.readUInt32LE(command + 4);
  }
  const [text, linkedit] = [segments.get("__TEXT"), segments.get("__LINKEDIT")];
  if (text === undefined || linkedit === undefined) throw new Error("This Mach-O file has no __TEXT or no __LINKEDIT.");
  return { text, linkedit, signature };
}

/** The parts of a signature, by their slots. */
function blobsOf(signature: Buffer): Map<number, Buffer> {
  const blobs = new Map<number, Buffer>();
  if (signature.length < 12 || signature.readUInt32BE(0) !== CSMAGIC_EMBEDDED_SIGNATURE) return blobs;
  for (let index = 0; index < signature.readUInt32BE(8); index++) {
    const start = signature.readUInt32BE(12 + 8 * index + 4);
    blobs.set(
      signature.readUInt32BE(12 + 8 * index),
      signature.subarray(start, start + signature.readUInt32BE(start + 4)),
    );
  }
  return blobs;
}

/** Slots below zero are those of blobs, from zero on those of pages. */
function hashAt(directory: Buffer, hashes: number, slot: number): Buffer {
  return directory.subarray(hashes + slot * HASH_SIZE, hashes + (slot + 1) * HASH_SIZE);
}

function signatureOf(code: Buffer, identifier: string, text: Segment): Buffer {
  const requirements = numbers(CSMAGIC_REQUIREMENTS, 12, 0);
  const name = Buffer.from(`${identifier}\0`);
  const pages = pageHashes(code, 1 << PAGE_BITS);
  // Slot -1 is that of a bundle's Info.plist, which is not there.
  const special = [sha256(requirements), Buffer.alloc(HASH_SIZE)];
  const hashes = CODE_DIRECTORY_SIZE + name.length + special.length * HASH_SIZE;

  const directory = Buffer.concat([Buffer.alloc(CODE_DIRECTORY_SIZE), name, ...special, ...pages]);
  numbers(CSMAGIC_CODEDIRECTORY, directory.length, CODE_DIRECTORY_VERSION, CS_ADHOC).copy(directory, 0);
  numbers(hashes, CODE_DIRECTORY_SIZE, special.length, pages.length, code.length).copy(directory, 16);
  directory.set([HASH_SIZE, CS_HASHTYPE_SHA256, 0, PAGE_BITS], 36);
  directory.writeBigUInt64BE(BigInt(text.offset), 64);
  directory.writeBigUInt64BE(BigInt(text.size), 72);
  directory.writeBigUInt64BE(BigInt(CS_EXECSEG_MAIN_BINARY), 80);

  const first = 12 + 2 * 8;
  const second = first + directory.length;
  const index = [CSSLOT_CODEDIRECTORY, first, CSSLOT_REQUIREMENTS, second];
  const length = second + requirements.length;
  return Buffer.concat([numbers(CSMAGIC_EMBEDDED_SIGNATURE, length, 2, ...index), directory, requirements]);
}

/** The code's load command says how long the signature is, which is signed as well: so this is known first. */
function signatureSize(codeLength: number, identifier: string): number {
  const pages = Math.ceil(codeLength / (1 << PAGE_BITS));
  return 12 + 2 * 8 + CODE_DIRECTORY_SIZE + Buffer.byteLength(identifier) + 1 + (2 + pages) * HASH_SIZE + 12;
}

/** The last page ends with the code. */
function pageHashes(code: Buffer, pageSize: number): Buffer[] {
  return Array.from({ length: Math.ceil(code.length / pageSize) }, (_, page) =>
    sha256(code.subarray(page * pageSize, (page + 1) * pageSize)),
  );
}

function sha256(content: Uint8Array): Buffer {
  return createHash("sha256").update(content).digest();
}

function numbers(...values: readonly number[]): Buffer {
  const buffer = Buffer.alloc(4 * values.length);
  values.forEach((value, index) => buffer.writeUInt32BE(value, 4 * index));
  return buffer;
}
