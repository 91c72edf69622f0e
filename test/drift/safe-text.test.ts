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

  it.each([
    `AKIA${"IOSFODNN7EXAMPLE"}`,
    `ghp_${"a1B2c3".repeat(6)}`,
    `github_pat_${"11A".repeat(20)}`,
    `glpat-${"a1B2c3d4e5".repeat(2)}`,
    `xoxb-${"1234567890"}-abcdefghij`,
    `AIza${"SyA1234567".repeat(4)}`,
    `sk_live_${"a1B2c3d4e5".repeat(2)}`,
    `sk-proj-${"a1B2c3d4e5".repeat(3)}`,
    `npm_${"a1B2c3".repeat(6)}`,
    `hvs.${"a1B2c3d4e5".repeat(3)}`,
    `a1B2c3d4e5f6g7.atlasv1.${"a1B2c3d4e5".repeat(6)}`,
    `SG.${"a1B2c3d4e5".repeat(2)}.${"a1B2c3d4e5".repeat(4)}`,
    `-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n+/==\n-----END RSA PRIVATE KEY-----`,
    `-----BEGIN OPENSSH PRIVATE KEY-----\\nb3BlbnNzaC1rZXkt`,
    `eyJhbGciOiJkaXIifQ..aXY.Y2lwaGVy.dGFn`,
    "https://hooks.slack.com/services/T0/B0/x",
    "https://discord.com/api/webhooks/123456789012345678/abc",
    "https://acme.webhook.office.com/webhookb2/a@b/IncomingWebhook/c/d",
    "https://prod-1.westeurope.logic.azure.com:443/workflows/a/triggers?sig=b",
    "https://chat.googleapis.com/v1/spaces/a/messages?key=b",
  ])("is without a secret that is known by its shape: %s", (secret) => {
    expect(plain(`see ${secret}`)).toBe(`see ${HIDDEN}`);
    expect(plain({ "a key": [secret] })).toBe(`{"a key":["${HIDDEN}"]}`);
    expect(plain(`pre_${secret}`)).toBe(`pre_${HIDDEN}`);
  });

  it.each([
    ["https://links.example.com/webhook", "a path that is no webhook's of a chat"],
    ["src/invitations/page.ts", "a path of no host"],
    ["global-accelerator-endpoint-group-production", "what only begins as a token does"],
    ["sk-bratislava-customers-of-the-north", "the same"],
    ["module.secret.cronofy_organizational_unit_link.token", "an address"],
    ["https://acme.example:8443/users/me@acme.example", "a port"],
  ])("keeps %s: %s", (text) => {
    expect(plain(text)).toBe(text);
  });

  describe("where something is sensitive elsewhere", () => {
    const secrets = [
      "hunter22",
      "two words",
      "12345678.90",
      "correct horse battery staple",
      "p@ss,w(rd)!x",
      "s3cr",
      "s3cr and more",
      "4711",
      "a1",
      "7",
      "linked",
      "true",
      "apply",
      "administrator",
      "with a newline\n",
      'a"<b&c',
      "overlap one",
      "one overlap",
      "value",
    ];
    const safe = safeText(new Set(secrets));

    it.each([
      ["two words", HIDDEN],
      ["in two words", `in ${HIDDEN}`],
      ['say "hunter22", not hunter222', `say "${HIDDEN}", not ${HIDDEN}2`],
      ["https://x.example/?k=hunter22&n=12345678.90", `https://x.example/?k=${HIDDEN}&n=${HIDDEN}`],
      ["it is correct horse battery staple.", `it is ${HIDDEN}.`],
      ["dsn p@ss,w(rd)!x@db", `dsn ${HIDDEN}@db`],
      ["pre_hunter22_post", `pre_${HIDDEN}_post`],
      ["s3cr, 4711 and pre_4711_post", `${HIDDEN}, ${HIDDEN} and pre_${HIDDEN}_post`],
      ["s3cret, 47110", "s3cret, 47110"],
      ["a1", "a1"],
      ["linked, true", "linked, true"],
      ["apply", HIDDEN],
      ["as with a newline, here", `as ${HIDDEN}, here`],
      [String.raw`{"p":"a\"<b&c"}`, `{"p":"${HIDDEN}"}`],
      [String.raw`{"p":"a\"\u003cb\u0026c"}`, `{"p":"${HIDDEN}"}`],
      ["?p=a%22%3Cb%26c", `?p=${HIDDEN}`],
      ["?p=p%40ss%2Cw%28rd%29%21x", `?p=${HIDDEN}`],
      ["correct+horse+battery+staple", HIDDEN],
      [`as ${Buffer.from("hunter22").toString("base64")} is`, `as ${HIDDEN} is`],
      ["overlap one overlap", HIDDEN],
      ["hunter22hunter22", HIDDEN],
      ["as3cr", "as3cr"],
      ["s3cr and more", HIDDEN],
      [{ size: 7 }, '{"size":7}'],
      [`${HIDDEN} and value`, `${HIDDEN} and ${HIDDEN}`],
      [4711, HIDDEN],
      [
        { a: ["two words", 1, null], b: true, hunter22: 4711 },
        `{"a":["${HIDDEN}",1,null],"b":true,"${HIDDEN}":"${HIDDEN}"}`,
      ],
      [{ administrator: "administrator" }, `{"administrator":"${HIDDEN}"}`],
    ])("is without it: %j", (value, expected) => {
      expect(safe(value)).toBe(expected);
    });

    it("keeps plain words in a sentence of ours, and hides what is said in it", () => {
      expect(safe.sentence("Review, and apply: an administrator has to come.")).toBe(
        "Review, and apply: an administrator has to come.",
      );
      expect(safe.sentence('An apply moves it from demo.a["administrator"]; see hunter22.')).toBe(
        `An apply moves it from demo.a["${HIDDEN}"]; see ${HIDDEN}.`,
      );
    });
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

  it.each([
    ...[
      "a.",
      "a-",
      "https://",
      "a://b",
      "a://b:",
      "eyJaaaaa-",
      "api_key-",
      "token='",
      "&token-",
      "-----BEGIN PRIVATE KEY",
    ],
    ...["logic.azure.com", "hook.", "https://hooks/", "SG.aaaaaaaaaaaaaaaa", "a8Q~"],
  ])("takes no time to speak of for %j without end", (part) => {
    const began = process.cpuUsage();
    plain(part.repeat(100_000 / part.length));
    expect(process.cpuUsage(began).user / 1_000).toBeLessThan(1_000);
  });

  it("takes no time to speak of where thousands of secrets begin alike", () => {
    const start = "https://links.example.com/invitations/eyJ";
    const secrets = Array.from({ length: 3_000 }, (_, index) => `${start}${String(index).repeat(1 + (index % 60))}`);
    const safe = safeText(new Set(secrets));
    const began = process.cpuUsage();
    safe(start.repeat(100_000 / start.length));
    expect(process.cpuUsage(began).user / 1_000).toBeLessThan(1_000);
  });

  it("has 300 characters at most, and tells that it had more", () => {
    expect(plain("x".repeat(300))).toBe("x".repeat(300));
    expect(plain("x".repeat(301))).toBe(`${"x".repeat(299)}…`);
    expect(plain("\ud83d\ude00".repeat(300))).toBe("\ud83d\ude00".repeat(300));
    expect(plain("\ud83d\ude00".repeat(301))).toBe(`${"\ud83d\ude00".repeat(299)}…`);
  });
});
