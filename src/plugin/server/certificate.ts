import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import {
  bitString,
  booleanTrue,
  explicit,
  implicit,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  setOf,
  time,
  utf8String,
} from "./der";

/** A certificate and its key, which exist in memory only. */
export interface SelfSignedCertificate {
  /** DER. */
  readonly certificate: Buffer;
  /** PEM. */
  readonly certificatePem: string;
  /** PEM, PKCS #8. */
  readonly privateKeyPem: string;
}

interface CertificateOptions {
  /** @default "P-256", which every TLS library knows; Terraform's own certificate has P-521 */
  readonly curve?: "P-256" | "P-521";
  /** @default the system's clock */
  readonly now?: () => Date;
}

/** Terraform asks for the server by this name, whatever the address. */
const NAME = "localhost";
const CLOCK_SKEW_MS = 30_000;
/** Longer than any process lives. */
const VALIDITY_MS = 365 * 24 * 3_600_000;

const ECDSA_WITH_SHA256 = sequence(objectIdentifier("1.2.840.10045.4.3.2"));
const COMMON_NAME = "2.5.4.3";
const KEY_USAGE = "2.5.29.15";
const SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";
const BASIC_CONSTRAINTS = "2.5.29.19";
const EXTENDED_KEY_USAGE = "2.5.29.37";
const SERVER_AUTHENTICATION = "1.3.6.1.5.5.7.3.1";
const CLIENT_AUTHENTICATION = "1.3.6.1.5.5.7.3.2";

/**
 * Makes a fresh key and a certificate for `localhost` that is signed with it (X.509 version 3, RFC 5280): what each
 * side of go-plugin's AutoMTLS shows to the other.
 */
export function createSelfSignedCertificate(options: CertificateOptions = {}): SelfSignedCertificate {
  const { curve = "P-256", now = () => new Date() } = options;
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: curve });
  const moment = now().getTime();
  const name = sequence(setOf(sequence(objectIdentifier(COMMON_NAME), utf8String(NAME))));
  const toBeSigned = sequence(
    explicit(0, integer(Buffer.of(2))), // version 3
    integer(randomBytes(16)),
    ECDSA_WITH_SHA256,
    name,
    sequence(time(new Date(moment - CLOCK_SKEW_MS)), time(new Date(moment + VALIDITY_MS))),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    explicit(3, extensions()),
  );
  const certificate = sequence(toBeSigned, ECDSA_WITH_SHA256, bitString(sign("sha256", toBeSigned, privateKey)));
  return {
    certificate,
    certificatePem: toPem(certificate),
    privateKeyPem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

/** The same as on the certificate that Terraform makes. */
function extensions(): Buffer {
  const purposes = [SERVER_AUTHENTICATION, CLIENT_AUTHENTICATION].map(objectIdentifier);
  return sequence(
    // digitalSignature, keyEncipherment, keyAgreement, keyCertSign: bits 0, 2, 4 and 5 of six
    critical(KEY_USAGE, bitString(Buffer.of(0b1010_1100), 2)),
    extension(EXTENDED_KEY_USAGE, sequence(...purposes)),
    critical(BASIC_CONSTRAINTS, sequence(booleanTrue())), // it is its own authority
    extension(SUBJECT_ALTERNATIVE_NAME, sequence(implicit(2, Buffer.from(NAME)))), // a DNS name
  );
}

function extension(identifier: string, value: Buffer): Buffer {
  return sequence(objectIdentifier(identifier), octetString(value));
}

function critical(identifier: string, value: Buffer): Buffer {
  return sequence(objectIdentifier(identifier), booleanTrue(), octetString(value));
}

function toPem(certificate: Buffer): string {
  const lines = certificate.toString("base64").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}
