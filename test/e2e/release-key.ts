import { createHash, generateKeyPairSync, sign } from "node:crypto";

/** A key that signs releases, as `gpg` makes it with `--quick-generate-key <name> rsa2048`: OpenPGP's version 4 (RFC 4880). */
export interface ReleaseKey {
  /** As the registry names it. */
  readonly id: string;
  /** What the registry gives to Terraform. */
  readonly publicKey: string;
  /** The detached signature of a document. */
  signatureOf(document: Buffer): Buffer;
}

const RSA = 1;
const SHA_256 = 8;

/** Makes a fresh one. */
export function createReleaseKey(name: string): ReleaseKey {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const { n = "", e = "" } = publicKey.export({ format: "jwk" });
  const created = uint32(Math.floor(Date.now() / 1000));
  const key = Buffer.concat([Buffer.of(4), created, Buffer.of(RSA), ...[n, e].map((each) => integer(fromJwk(each)))]);
  const hashedKey = Buffer.concat([Buffer.of(0x99), uint16(key.length), key]);
  const id = createHash("sha1").update(hashedKey).digest().subarray(-8);

  const signature = (type: number, data: Buffer, subpackets: readonly Buffer[] = []) => {
    const hashed = Buffer.concat([subpacket(2, created), ...subpackets]);
    const head = Buffer.concat([Buffer.of(4, type, RSA, SHA_256), uint16(hashed.length), hashed]);
    const signed = Buffer.concat([data, head, Buffer.of(4, 0xff), uint32(head.length)]);
    const issuer = subpacket(16, id);
    const firstBytes = createHash("sha256").update(signed).digest().subarray(0, 2);
    const value = integer(sign("sha256", signed, privateKey));
    return packet(2, Buffer.concat([head, uint16(issuer.length), issuer, firstBytes, value]));
  };

  const user = Buffer.from(name);
  const certified = Buffer.concat([hashedKey, Buffer.of(0xb4), uint32(user.length), user]);
  const mayCertifyAndSign = subpacket(27, Buffer.of(3));
  const ring = Buffer.concat([packet(6, key), packet(13, user), signature(0x13, certified, [mayCertifyAndSign])]);
  return {
    id: id.toString("hex").toUpperCase(),
    publicKey: [
      "-----BEGIN PGP PUBLIC KEY BLOCK-----\n",
      ...(ring.toString("base64").match(/.{1,64}/g) ?? []),
      "-----END PGP PUBLIC KEY BLOCK-----\n",
    ].join("\n"),
    signatureOf: (document) => signature(0, document),
  };
}

function packet(tag: number, body: Buffer): Buffer {
  return Buffer.concat([Buffer.of(0xc0 | tag, 0xff), uint32(body.length), body]);
}

function subpacket(type: number, body: Buffer): Buffer {
  return Buffer.concat([Buffer.of(body.length + 1, type), body]);
}

function fromJwk(text: string): Buffer {
  return Buffer.from(text, "base64url");
}

/** A number with its length in bits, and without zeros before it. */
function integer(bytes: Buffer): Buffer {
  const digits = bytes.subarray(bytes.findIndex((byte) => byte !== 0));
  return Buffer.concat([uint16(digits.length * 8 - Math.clz32(digits[0] ?? 0) + 24), digits]);
}

function uint16(value: number): Buffer {
  return Buffer.of(value >>> 8, value & 0xff);
}

function uint32(value: number): Buffer {
  return Buffer.concat([uint16(value >>> 16), uint16(value & 0xffff)]);
}
