import { createHmac, hkdfSync } from "node:crypto";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { OAuthStateError, invitationOf, signOAuthState, verifyOAuthState } from "../../src/link-store";
import type { LinkInvitation, OAuthState, OAuthStateErrorCode } from "../../src/link-store";
import { Secret } from "../../src/cronofy";
import { KEY, NOW } from "./records";

const SECRET = new Secret("link-secret-f00d");
const LINK: OAuthState = { ...KEY, redirectUri: "https://example.com/callback" };

/** A JWT with a signature of our key over whatever it holds. */
function signed(header: object, payload: object): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const input = `${encode(header)}.${encode(payload)}`;
  const purpose = JSON.stringify(["ou-link link state v1", LINK.dataCenter, LINK.clientId, LINK.redirectUri]);
  const key = new Uint8Array(hkdfSync("sha256", SECRET.reveal(), "", purpose, 32));
  return `${input}.${createHmac("sha256", key).update(input).digest("base64url")}`;
}

describe("a link's state", () => {
  it("names the link to whoever has the secret", async () => {
    const state = await signOAuthState(LINK, SECRET);
    expect(state).toMatch(/^[\w.-]+$/);
    expect(await verifyOAuthState(state, SECRET, LINK)).toEqual(LINK);
  });

  it("says no more than it has to, for Terraform keeps it in its state", async () => {
    const state = await signOAuthState(LINK, SECRET);
    expect(decodeProtectedHeader(state)).toEqual({ alg: "HS256" });
    expect(Object.keys(decodeJwt(state))).toEqual(["sub", "jti"]);
    expect(state.length).toBeLessThan(160);
  });

  it("tells what was asked for, and begins again from the invitation with which it began", async () => {
    const least = { ...LINK, began: { browser: "browser-1", sentAt: NOW, lifeId: "life-1" } };
    const whole = {
      ...LINK,
      conferencingProviderName: "ms_teams",
      began: {
        browser: "browser-1",
        sentAt: NOW,
        lifeId: "life-1",
        parameters: { locale: "fr" },
        expiresAt: new Date("2027-01-01T00:00:00Z"),
      },
    };
    const verified = async (state: OAuthState) => verifyOAuthState(await signOAuthState(state, SECRET), SECRET, LINK);
    expect(await verified(least)).toEqual(least);
    expect(await verified(whole)).toEqual(whole);
    expect(invitationOf(await verified(least))).toEqual<LinkInvitation>({ ...LINK, lifeId: "life-1" });
    expect(invitationOf(await verified(whole))).toEqual<LinkInvitation>({
      ...LINK,
      lifeId: "life-1",
      conferencingProviderName: "ms_teams",
      parameters: { locale: "fr" },
      expiresAt: new Date("2027-01-01T00:00:00Z"),
    });
    expect(invitationOf(await verified({ ...LINK, conferencingProviderName: "ms_teams" }))).toBeNull();
  });

  it("differs each time, by 128 bits, and never expires", async () => {
    const ids = await Promise.all([LINK, LINK].map(async (link) => decodeJwt(await signOAuthState(link, SECRET)).jti));
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) expect(Buffer.from(id ?? "", "base64url")).toHaveLength(16);
    const began = { browser: "browser-1", sentAt: new Date(0), lifeId: "life-1" };
    const longAgo = await signOAuthState({ ...LINK, began }, SECRET);
    expect((await verifyOAuthState(longAgo, SECRET, LINK)).began?.sentAt).toEqual(new Date(0));
  });

  it.each([
    ["data center", { dataCenter: "us" }],
    ["client id", { clientId: "client-2" }],
    ["redirect URI", { redirectUri: "https://example.com/callback/" }],
    // What one field says must not pass for what another does.
    ["division of the same text", { clientId: 'client-1","https:', redirectUri: "//example.com/callback" }],
  ] as const)("is good with no other %s than it was signed for", async (_what, change) => {
    const [state, other] = [await signOAuthState(LINK, SECRET), { ...LINK, ...change }];
    await expect(verifyOAuthState(state, SECRET, other)).rejects.toMatchObject({ code: "tampered" });
    await expect(verifyOAuthState(await signOAuthState(other, SECRET), SECRET, LINK)).rejects.toMatchObject({
      code: "tampered",
    });
  });

  it("is not signed with the secret itself", async () => {
    const state = await signOAuthState(LINK, SECRET);
    const [header, payload, signature] = state.split(".");
    const plain = createHmac("sha256", SECRET.reveal()).update(`${header}.${payload}`).digest("base64url");
    expect(signature).not.toBe(plain);
  });

  it.each<[string, (state: string) => string, OAuthStateErrorCode]>([
    ["empty", () => "", "malformed"],
    ["no JWT", () => "my-own-state", "malformed"],
    ["cut off", (state) => state.split(".").slice(0, 2).join("."), "malformed"],
    ["signed with another key", (state) => state.replace(/\.[^.]*$/, `.${"A".repeat(43)}`), "tampered"],
    [
      "of another link",
      (state) => {
        const [header, , signature] = state.split(".");
        const payload = { ...decodeJwt(state), sub: "ser_other" };
        return [header, Buffer.from(JSON.stringify(payload)).toString("base64url"), signature].join(".");
      },
      "tampered",
    ],
    ["unsigned", (state) => `${btoa('{"alg":"none"}')}.${state.split(".")[1]}.`, "tampered"],
    [
      "one that ends",
      (state) => signed(decodeProtectedHeader(state), { ...decodeJwt(state), exp: -1 }),
      "wrong-purpose",
    ],
  ])("is refused where it is %s", async (_what, change, code) => {
    const state = await signOAuthState(LINK, SECRET);
    const error: unknown = await verifyOAuthState(change(state), SECRET, LINK).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OAuthStateError);
    expect(error).toMatchObject({ code });
    expect((error as Error).message).not.toContain(SECRET.reveal());
  });

  it.each([
    ["sub", 7],
    ["iat", "yesterday"],
    ["iat", undefined],
    ["provider", 7],
    ["browser", 7],
    ["life", 7],
    ["parameters", "fr"],
    ["parameters", { locale: 7 }],
    ["until", "tomorrow"],
  ])("is refused where its %s is %j", async (claim, value) => {
    const began = { browser: "browser-1", sentAt: NOW, lifeId: "life-1" };
    const state = await signOAuthState({ ...LINK, began }, SECRET);
    const changed = signed(decodeProtectedHeader(state), { ...decodeJwt(state), [claim]: value });
    await expect(verifyOAuthState(changed, SECRET, LINK)).rejects.toMatchObject({ code: "wrong-purpose" });
  });

  it("is refused under another secret", async () => {
    const state = await signOAuthState(LINK, SECRET);
    await expect(verifyOAuthState(state, new Secret("other"), LINK)).rejects.toMatchObject({ code: "tampered" });
    const again = signed(decodeProtectedHeader(state), decodeJwt(state));
    expect(await verifyOAuthState(again, SECRET, LINK)).toEqual(LINK);
  });
});
