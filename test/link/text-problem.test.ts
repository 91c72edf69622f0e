import {
  addressProblem,
  credentialProblem,
  serviceAccountProblem,
  serviceAddressProblem,
  signingSecretProblem,
  spacingProblem,
  textProblem,
} from "../../src/link";

describe("a text", () => {
  it.each([
    ["", "Empty value"],
    [" \n", "Empty value"],
    ["s3cret\n", 'trimspace(file("secret.txt"))'],
    [" s3cret", 'trimspace(file("secret.txt"))'],
    ["s3cret\u00a0", 'trimspace(file("secret.txt"))'],
    ["\ufeffs3cret", 'trimspace(file("secret.txt"))'],
    ["s3\ncret", "U+000A"],
    ["s3\u0000cret", "U+0000"],
    ["s3\u007fcret", "U+007F"],
    ["s3\u200bcret", "U+200B"],
    ["s3\u2028cret", "U+2028"],
    ["s3\ud800cret", "U+D800"],
  ])("%j is refused, with the way and without a word of it", (text, part) => {
    const problem = textProblem(text);
    expect(JSON.stringify([problem?.summary, problem?.detail])).toContain(JSON.stringify(part).slice(1, -1));
    expect(JSON.stringify(problem)).not.toMatch(/s3|cret"/);
    // The same wherever a text is more than that.
    for (const judge of [credentialProblem, signingSecretProblem, addressProblem, serviceAccountProblem]) {
      expect(judge(text)).toEqual(problem);
    }
  });

  it("may have spaces inside and letters of any language, and be empty where that is said", () => {
    expect(textProblem("für uns 🙂")).toBeUndefined();
    expect(spacingProblem("")).toBeUndefined();
    expect(spacingProblem(" ")).toBeDefined();
  });
});

describe("a credential", () => {
  it("has no space and no typographic quotation mark", () => {
    expect(credentialProblem("CRN_aB-_~+/=.1")).toBeUndefined();
    expect(credentialProblem("s3 cret")?.detail).toContain("U+0020");
    expect(credentialProblem("“s3cret”")?.detail).toContain("U+201C");
    expect(credentialProblem("s3cret🙂")?.detail).toContain("U+1F642");
  });
});

describe("a secret that signs", () => {
  it.each(["x", "short", "a".repeat(31), "a".repeat(64)])("%j is refused, with how to make one", (text) => {
    expect(signingSecretProblem(text)?.detail).toContain("openssl rand -base64 32");
  });

  it.each(["link-secret-in-clear-of-32-bytes", "ü-and-so-on-to-make-32-bytes-up"])("%j is taken", (text) => {
    expect(signingSecretProblem(text)).toBeUndefined();
  });
});

describe("an address", () => {
  it.each([
    "https://example.com/callback",
    "https://example.com/callback?tenant=1&x=%C3%BC",
    "https://xn--mnchen-3ya.example/callback",
    "http://localhost:3000/callback",
    "http://127.0.0.1:3000/callback",
    "http://[::1]:3000/callback",
  ])("%s is taken", (url) => {
    expect(addressProblem(url)).toBeUndefined();
  });

  it.each([
    ["callback", "whole address"],
    ["/callback", "whole address"],
    ["example.com/callback", "whole address"],
    ["https:e.example", "whole address"],
    ["https:/e.example", "whole address"],
    ["https:///e.example", "whole address"],
    ["https://a b.example", "whole address"],
    ["javascript:alert(1)", "whole address"],
    ["http://example.com/callback", "Use https"],
    ["http://127.0.0.1.example.com/callback", "Use https"],
    ["ftp://example.com/", "Use https"],
    ["https://example.com/#fragment", "fragment"],
    ["https://example.com/#", "fragment"],
    ["https://münchen.example/cb", "xn--mnchen-3ya.example"],
    ["https://ｅ.example/cb", "as DNS has it: e.example"],
    ["https://e.example\\cb", "written as %5C"],
    ["https://e.example/a b", "written as %20"],
    ["https://e.example/\u212a", "written as %E2%84%AA"],
    ["https://e.example/ü", "written as %C3%BC"],
    ["https://e.example/100%", "written as %25"],
    ["https://user:s3cret@example.com/", "user name and password"],
    ["https://user:s3 cret@example.com/", "user name and password"],
  ])("%s is refused", (url, part) => {
    const problem = addressProblem(url);
    expect(problem?.summary).toBe("Invalid address");
    expect(problem?.detail).toContain(part);
    expect(problem?.detail).not.toMatch(/s3|cret/);
  });

  it("is judged alike however often one is judged", () => {
    const problems = Array.from({ length: 20_000 }, () => addressProblem("https://münchen.example/cb")?.detail);
    expect(new Set(problems).size).toBe(1);
  });

  it("has no query where paths are appended to it", () => {
    expect(serviceAddressProblem("https://api.example.com?x=1")?.detail).toContain("query");
    expect(serviceAddressProblem("https://api.example.com?")?.detail).toContain("query");
    expect(serviceAddressProblem("https://api.example.com")).toBeUndefined();
  });
});
