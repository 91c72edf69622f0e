import { Redaction } from "../../../src/plugin/log/redaction";

const SECRET = 'p/ä ss+"w\\ord=1';

function hiding(...secrets: string[]): Redaction {
  const redaction = new Redaction();
  for (const secret of secrets) redaction.add(secret);
  return redaction;
}

describe("redaction", () => {
  it.each([
    ["as it is", SECRET],
    ["in a URL", encodeURIComponent(SECRET)],
    [
      "in a URL with small hexadecimal digits",
      encodeURIComponent(SECRET).replaceAll(/%../g, (hex) => hex.toLowerCase()),
    ],
    ["in a form", new URLSearchParams({ s: SECRET }).toString().slice(2)],
    ["in JSON", JSON.stringify(SECRET).slice(1, -1)],
  ])("hides a secret %s", (_how, form) => {
    expect(hiding(SECRET).hide(`before ${form} after ${form}`)).toBe("before *** after ***");
  });

  it.each(["", "a", "ab", "abc", "client:"])("hides a secret that is encoded as base64 behind %j", (before) => {
    for (const encoding of ["base64", "base64url"] as const) {
      const encoded = Buffer.from(`${before}${SECRET}:after`).toString(encoding);
      const hidden = hiding(SECRET).hide(encoded);
      expect(hidden).toContain("***");
      // Whatever is left decodes to nothing of the secret but the bits that share a character with a neighbour.
      const left = hidden.split("***").map((part) => Buffer.from(part, encoding).toString("latin1"));
      expect(left[0]?.startsWith(before)).toBe(true);
      expect(left.join("").length).toBeLessThanOrEqual(before.length + ":after".length + 2);
    }
  });

  it("ignores a secret that is too short to look for", () => {
    expect(hiding("", "a", "abc").hide("abc is a word")).toBe("abc is a word");
  });

  it("hides the longer of two secrets with the same beginning", () => {
    expect(hiding("token-1", "token-12345", "token-123").hide("token-12345 token-12 token-1234")).toBe("*** ***2 ***4");
  });

  it("hides a secret at the very end and one right after another", () => {
    expect(hiding("abcd", "efgh").hide("abcdefgh-abcd")).toBe("******-***");
  });

  it("accepts text that is not well-formed", () => {
    expect(hiding("half\ud800pair").hide("a half\ud800pair")).toBe("a ***");
  });

  it("stays fast with thousands of secrets", () => {
    const redaction = hiding(...Array.from({ length: 5_000 }, (_, index) => `${index}-secret-of-some-length`));
    const text = "nothing to hide in this line ".repeat(200);
    const started = process.cpuUsage();
    for (let round = 0; round < 20; round++) expect(redaction.hide(text)).toBe(text);
    expect(process.cpuUsage(started).user / 1_000).toBeLessThan(1_000);
  });
});
