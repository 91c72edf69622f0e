import { redirectUri, serviceUrl } from "../../src/provider/service-url";

describe("addresses", () => {
  it.each([
    "https://example.com/callback",
    "https://example.com/callback?tenant=1",
    "http://localhost:3000/callback",
    "http://127.0.0.1:3000/callback",
    "http://[::1]:3000/callback",
  ])("accepts the redirect URI %s", (url) => {
    expect(redirectUri()(url)).toBeUndefined();
  });

  it.each([
    "",
    "callback",
    "/callback",
    "example.com/callback",
    "http://example.com/callback",
    "http://127.0.0.1.example.com/callback",
    "ftp://example.com/",
    "javascript:alert(1)",
    "https://example.com/#fragment",
    "https://example.com/#",
    "https://user:password@example.com/",
  ])("refuses the redirect URI %j and says what to write", (url) => {
    expect(redirectUri()(url)).toMatchObject({ summary: "Invalid address" });
  });

  it("does not repeat a password", () => {
    expect(JSON.stringify(redirectUri()("https://user:s3cret@example.com/"))).not.toContain("s3cret");
  });

  it("refuses a service address with a query", () => {
    expect(serviceUrl()("https://api.example.com?x=1")).toMatchObject({ summary: "Invalid address" });
    expect(serviceUrl()("https://api.example.com")).toBeUndefined();
  });
});
