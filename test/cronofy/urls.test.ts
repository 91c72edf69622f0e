import { InvalidArgumentError, Secret, authorizationUrl, dataCenter, parseCallbackUrl } from "../../src/cronofy";
import type { AuthorizationUrlOptions } from "../../src/cronofy";

const OPTIONS: AuthorizationUrlOptions = {
  appUrl: dataCenter("de").appUrl,
  clientId: "client 1",
  redirectUri: "https://example.com/callback?a=b&c=d",
  state: "a+b/c=",
  ouLinkToken: new Secret("link-token"),
};

describe("authorizationUrl", () => {
  it("has exactly the parameters of the documentation", () => {
    expect(authorizationUrl(OPTIONS)).toBe(
      "https://app-de.cronofy.com/organizational_unit_oauth?response_type=code&client_id=client+1" +
        "&redirect_uri=https%3A%2F%2Fexample.com%2Fcallback%3Fa%3Db%26c%3Dd&state=a%2Bb%2Fc%3D" +
        "&scope=organizational_unit_use_integrations&capabilities%5B%5D=conferencing&ou_link_token=link-token",
    );
  });

  it("may name a conferencing provider and further parameters", () => {
    const url = new URL(
      authorizationUrl({
        ...OPTIONS,
        appUrl: "http://127.0.0.1:8080/",
        conferencingProviderName: "zoom_enterprise",
        parameters: { locale: "de" },
      }),
    );
    expect(url.origin + url.pathname).toBe("http://127.0.0.1:8080/organizational_unit_oauth");
    expect([...url.searchParams].slice(-2)).toEqual([
      ["conferencing_provider_name", "zoom_enterprise"],
      ["locale", "de"],
    ]);
  });

  it.each(["state", "client_id", "capabilities[]", "capabilities", "conferencing_provider_name"])(
    "does not let %s be overridden",
    (name) => {
      const build = () => authorizationUrl({ ...OPTIONS, parameters: { [name]: "hidden" } });
      expect(build).toThrow(InvalidArgumentError);
      expect(build).toThrow(expect.objectContaining({ argument: name }) as Error);
      expect(build).not.toThrow("hidden");
    },
  );
});

describe("parseCallbackUrl", () => {
  it("finds code and state", () => {
    const callback = parseCallbackUrl("https://example.com/callback?keep=1&code=c0de&state=a%2Bb");
    expect(callback).toEqual({ kind: "code", code: expect.any(Secret) as Secret, state: "a+b" });
    expect(callback.kind === "code" && callback.code.reveal()).toBe("c0de");
    expect(parseCallbackUrl(new URL("https://example.com/?code=c0de")).state).toBeNull();
  });

  it("finds a refusal", () => {
    expect(parseCallbackUrl("https://example.com/?error=access_denied&state=s")).toEqual({
      kind: "refused",
      error: "access_denied",
      state: "s",
    });
  });

  it.each([
    ["/callback?code=hidden", "not a whole URL"],
    ["https://example.com/?state=hidden", "neither"],
    ["https://example.com/?code=", "neither"],
    ["https://example.com/?code=hidden&error=access_denied", "both"],
    ["https://example.com/?code=hidden&code=hidden", "more than once"],
    ["https://example.com/?code=c&state=hidden&state=hidden", "more than once"],
    ["https://example.com/?error=%3Cscript%3E%22hidden%22", "not a code"],
  ])("refuses %s", (url, message) => {
    expect(() => parseCallbackUrl(url)).toThrow(InvalidArgumentError);
    expect(() => parseCallbackUrl(url)).toThrow(message);
    expect(() => parseCallbackUrl(url)).not.toThrow("hidden");
  });
});
