import { createHmac, hkdfSync } from "node:crypto";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { LinkStateError, invitationOf, signLinkState, verifyLinkState } from "../../src/link-store";
import type { LinkInvitation, LinkState, LinkStateErrorCode } from "../../src/link-store";
import { Secret } from "../../src/cronofy";
import { KEY, NOW } from "./records";

const SECRET = new Secret("link-secret-f00d");
const LINK: LinkState = { ...KEY, redirectUri: "https://example.com/callback" };
const now = () => NOW;

/** A JWT with a signature of our key over whatever it holds. */
function signed(header: object, payload: object): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const input = `${encode(header)}.${encode(payload)}`;
  const key = new Uint8Array(hkdfSync("sha256", SECRET.reveal(), "", "ou-link link state v1", 32));
  return `${input}.${createHmac("sha256", key).update(input).digest("base64url")}`;
}

describe("a link's state", () => {
  it("names the link to whoever has the secret", async () => {
    const state = await signLinkState(LINK, SECRET, { now, id: "id-1" });
    expect(state).toMatch(/^[\w.-]+$/);
    expect(await verifyLinkState(state, SECRET)).toEqual({ ...LINK, id: "id-1", issuedAt: NOW });
  });

  it("tells what was asked for, and begins again from the invitation with which it began", async () => {
    const least = { ...LINK, began: { browser: "browser-1", lifeId: "life-1" } };
    const whole = {
      ...LINK,
      conferencingProviderName: "ms_teams",
      began: {
        browser: "browser-1",
        lifeId: "life-1",
        parameters: { locale: "fr" },
        expiresAt: new Date("2027-01-01T00:00:00Z"),
      },
    };
    const verified = async (state: LinkState) => verifyLinkState(await signLinkState(state, SECRET, { now }), SECRET);
    expect(await verified(least)).toMatchObject(least);
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

  it("differs each time, and never expires", async () => {
    const [one, other] = await Promise.all([
      signLinkState(LINK, SECRET, { now }),
      signLinkState(LINK, SECRET, { now }),
    ]);
    expect(one).not.toBe(other);
    const longAgo = await signLinkState(LINK, SECRET, { now: () => new Date(0) });
    expect((await verifyLinkState(longAgo, SECRET)).issuedAt).toEqual(new Date(0));
  });

  it("is not signed with the secret itself", async () => {
    const state = await signLinkState(LINK, SECRET, { now });
    const [header, payload, signature] = state.split(".");
    const plain = createHmac("sha256", SECRET.reveal()).update(`${header}.${payload}`).digest("base64url");
    expect(signature).not.toBe(plain);
  });

  it.each<[string, (state: string) => string, LinkStateErrorCode]>([
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
      "of another type",
      (state) => signed({ ...decodeProtectedHeader(state), typ: "JWT" }, decodeJwt(state)),
      "wrong-purpose",
    ],
    [
      "for another audience",
      (state) => signed(decodeProtectedHeader(state), { ...decodeJwt(state), aud: "ou-link/invitation" }),
      "wrong-purpose",
    ],
    [
      "one that ends",
      (state) => signed(decodeProtectedHeader(state), { ...decodeJwt(state), exp: -1 }),
      "wrong-purpose",
    ],
  ])("is refused where it is %s", async (_what, change, code) => {
    const state = await signLinkState(LINK, SECRET, { now });
    const error: unknown = await verifyLinkState(change(state), SECRET).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(LinkStateError);
    expect(error).toMatchObject({ code });
    expect((error as Error).message).not.toContain(SECRET.reveal());
  });

  it.each([
    ["data_center", "eu"],
    ["data_center", 7],
    ["client_id", 7],
    ["sub", 7],
    ["redirect_uri", 7],
    ["jti", 7],
    ["iat", "yesterday"],
    ["conferencing_provider_name", 7],
    ["browser", 7],
    ["life_id", 7],
    ["parameters", "fr"],
    ["parameters", { locale: 7 }],
    ["invitation_exp", "tomorrow"],
  ])("is refused where its %s is %j", async (claim, value) => {
    const began = { browser: "browser-1", lifeId: "life-1" };
    const state = await signLinkState({ ...LINK, began }, SECRET, { now });
    const changed = signed(decodeProtectedHeader(state), { ...decodeJwt(state), [claim]: value });
    await expect(verifyLinkState(changed, SECRET)).rejects.toMatchObject({ code: "wrong-purpose" });
  });

  it("is refused under another secret", async () => {
    const state = await signLinkState(LINK, SECRET, { now });
    await expect(verifyLinkState(state, new Secret("other"))).rejects.toMatchObject({ code: "tampered" });
    expect(await verifyLinkState(signed(decodeProtectedHeader(state), decodeJwt(state)), SECRET)).toMatchObject(LINK);
  });
});
