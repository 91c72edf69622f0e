import { safeText } from "../../src/drift/safe-text";

const HIDDEN = "(sensitive value)";
const plain = safeText(new Set());

describe("a text that is printed", () => {
  it.each([
    ["http://127.0.0.1/organizational_unit_oauth?ou_link_token=t0ken go", `${HIDDEN} go`],
    ["see https://links.example.com/invitations/eyJ0 for it", `see ${HIDDEN} for it`],
    ["https://links.example.com/invitations/", "https://links.example.com/invitations/"],
    ["Authorization: bearer abcdefgh", `Authorization: bearer ${HIDDEN}`],
    ["Basic YWxhZGRpbjpv, basic rules", `Basic ${HIDDEN}, basic rules`],
    ["state eyJhbGciOi.eyJzdWIi.c2ln of it", `state ${HIDDEN} of it`],
    ['{"refresh_token":"abcd","a":1}', `{"refresh_token":"${HIDDEN}","a":1}`],
    ["CLIENT_SECRET = s3cr3t; api-key: k3y5", `CLIENT_SECRET = ${HIDDEN}; api-key: ${HIDDEN}`],
    ["password=123 is too short", "password=123 is too short"],
    ["https://e.example/cb?code=c&state=s&x=y", `https://e.example/cb?code=${HIDDEN}&state=${HIDDEN}&x=y`],
    ["postgres://user:pass@db/links", `postgres://${HIDDEN}@db/links`],
    ["mail admin@acme.example", "mail admin@acme.example"],
  ])("is without what has the shape of a secret: %s", (text, expected) => {
    expect(plain(text)).toBe(expected);
  });

  it("is without what is sensitive elsewhere, as a whole, as a word, and in a value of any depth", () => {
    const safe = safeText(new Set(["hunter22", "two words", "12345678.90"]));
    expect(safe("two words")).toBe(HIDDEN);
    expect(safe("in two words")).toBe("in two words");
    expect(safe('say "hunter22", not hunter222')).toBe(`say "${HIDDEN}", not hunter222`);
    expect(safe("https://x.example/?k=hunter22&n=12345678.90")).toBe(`https://x.example/?k=${HIDDEN}&n=${HIDDEN}`);
    expect(safe({ a: ["two words", 1, null], b: true })).toBe(`{"a":["${HIDDEN}",1,null],"b":true}`);
  });

  it.each([
    ["a\nb\r\tc", "a\\nb\\r\\tc"],
    ["\u001b[31mred\u0007", "\\u001b[31mred\\u0007"],
    ["abc\u202edef\u00ad", "abc\\u202edef\\u00ad"],
    ["\ud83d\ude00 \ud83d \ude00", "\ud83d\ude00 \\ud83d \\ude00"],
    [null, "null"],
    [undefined, "null"],
    [0, "0"],
  ])("is one line that no terminal obeys: %j", (value, expected) => {
    expect(plain(value)).toBe(expected);
  });

  it.each(["a.", "a-", "https://", "a://b", "eyJaaaaa-", "api_key-"])(
    "takes no time to speak of for %j without end",
    (part) => {
      const began = performance.now();
      plain(part.repeat(100_000 / part.length));
      expect(performance.now() - began).toBeLessThan(1_000);
    },
  );

  it("has 300 characters at most, and tells that it had more", () => {
    expect(plain("x".repeat(300))).toBe("x".repeat(300));
    expect(plain("x".repeat(301))).toBe(`${"x".repeat(299)}…`);
    expect(plain("\ud83d\ude00".repeat(300))).toBe("\ud83d\ude00".repeat(300));
    expect(plain("\ud83d\ude00".repeat(301))).toBe(`${"\ud83d\ude00".repeat(299)}…`);
  });
});
