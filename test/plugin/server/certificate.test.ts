import { X509Certificate } from "node:crypto";
import { createSelfSignedCertificate } from "../../../src/plugin/server/certificate";
import { handshakeLine } from "../../../src/plugin/server/handshake";

const NOW = new Date("2026-11-23T10:00:00Z");

describe("the certificate", () => {
  const { certificate, certificatePem, privateKeyPem } = createSelfSignedCertificate({ now: () => NOW });
  const parsed = new X509Certificate(certificate);

  it("names localhost, where Go looks for it", () => {
    expect(parsed.subjectAltName).toBe("DNS:localhost");
    expect(parsed.subject).toBe("CN=localhost");
    expect(parsed.checkHost("localhost")).toBe("localhost");
  });

  it("is its own authority, signed with the key that goes with it", () => {
    expect(parsed.ca).toBe(true);
    expect(parsed.issuer).toBe(parsed.subject);
    expect(parsed.verify(parsed.publicKey)).toBe(true);
    expect(parsed.publicKey.asymmetricKeyDetails?.namedCurve).toBe("prime256v1");
    expect(privateKeyPem).toContain("PRIVATE KEY");
    expect(new X509Certificate(certificatePem).fingerprint256).toBe(parsed.fingerprint256);
  });

  it("allows to show who a server and a client is", () => {
    expect(parsed.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"]);
  });

  it("is valid from half a minute ago, for a year", () => {
    expect(new Date(parsed.validFrom)).toEqual(new Date("2026-11-23T09:59:30Z"));
    expect(new Date(parsed.validTo)).toEqual(new Date("2027-11-23T10:00:00Z"));
  });

  it("has dates beyond 2049 in the form for them", () => {
    const late = new X509Certificate(
      createSelfSignedCertificate({ now: () => new Date("2049-12-31T23:59:59Z") }).certificate,
    );
    expect(new Date(late.validFrom)).toEqual(new Date("2049-12-31T23:59:29Z"));
    expect(new Date(late.validTo)).toEqual(new Date("2050-12-31T23:59:59Z"));
  });

  it("stands in the handshake without padding, whatever its length", () => {
    const endpoint = { network: "unix", address: "/tmp/x", remove: () => {} } as const;
    const remainders = new Set<number>();
    for (let round = 0; round < 200; round++) {
      const { certificate: one } = createSelfSignedCertificate();
      remainders.add(one.length % 3);
      const field = handshakeLine(endpoint, one).split("|")[5] ?? "";
      expect(field).toMatch(/^[A-Za-z0-9+/]+$/);
      expect(Buffer.from(field, "base64").equals(one)).toBe(true);
    }
    expect(remainders.size).toBe(3);
  });
});
