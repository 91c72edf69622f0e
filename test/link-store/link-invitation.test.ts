import { hkdfSync } from "node:crypto";
import { SignJWT, decodeJwt, decodeProtectedHeader } from "jose";
import {
  LinkInvitationError,
  callbackUrl,
  invitationUrl,
  signInvitation,
  signOAuthState,
  verifyInvitation,
  verifyOAuthState,
} from "../../src/link-store";
import type { LinkInvitation, LinkJwtFailure } from "../../src/link-store";
import { Secret } from "../../src/cronofy";
import { KEY, NOW } from "./records";

const SECRET = new Secret("link-secret-f00d");
const INVITATION: LinkInvitation = { ...KEY, lifeId: "life-1", redirectUri: "https://example.com/callback" };
const WHOLE: LinkInvitation = {
  ...INVITATION,
  conferencingProviderName: "zoom_enterprise",
  parameters: { locale: "fr", a: "b" },
  expiresAt: new Date("2027-01-01T00:00:00Z"),
};

it.each([
  ["https://links.example.com", "https://links.example.com/callback"],
  ["https://links.example.com/a%20b//?x=1#f", "https://links.example.com/a%20b/callback"],
  ["https://links.example.com//evil.example.com", "https://links.example.com//evil.example.com/callback"],
])("the service at %s is come back to below its own address", (serviceUrl, expected) => {
  expect(callbackUrl(serviceUrl)).toBe(expected);
});

describe("an invitation", () => {
  it.each([
    ["the least", INVITATION],
    ["everything", WHOLE],
  ])("says %s to whoever has the secret", async (_what, invitation) => {
    const signed = await signInvitation(invitation, SECRET);
    expect(signed).toMatch(/^[\w.-]+$/);
    expect(await verifyInvitation(signed, SECRET, NOW)).toEqual(invitation);
  });

  it("is the same each time, so that a plan proposes nothing", async () => {
    const again = { ...WHOLE, parameters: { a: "b", locale: "fr" } };
    expect(await signInvitation(again, SECRET)).toBe(await signInvitation(WHOLE, SECRET));
    const claims = decodeJwt(await signInvitation(INVITATION, SECRET));
    expect(Object.keys(claims)).toEqual(["data_center", "client_id", "redirect_uri", "life", "sub"]);
  });

  it("is another one for another account, life, provider, address or secret", async () => {
    const all = await Promise.all([
      signInvitation(INVITATION, SECRET),
      signInvitation(INVITATION, new Secret("other")),
      signInvitation({ ...INVITATION, serviceAccountId: "ser_other" }, SECRET),
      signInvitation({ ...INVITATION, lifeId: "life-2" }, SECRET),
      signInvitation({ ...INVITATION, redirectUri: "https://example.com/elsewhere" }, SECRET),
      signInvitation({ ...INVITATION, conferencingProviderName: "ms_teams" }, SECRET),
    ]);
    expect(new Set(all).size).toBe(all.length);
  });

  it("has its place below the link service's address, with or without a slash at its end", async () => {
    const signed = await signInvitation(INVITATION, SECRET);
    for (const address of ["https://example.com/links", "https://example.com/links/", "https://example.com/links//"]) {
      expect(await invitationUrl(address, INVITATION, SECRET)).toBe(`https://example.com/links/invitations/${signed}`);
    }
  });

  it("holds until its expiry, and without end where it has none", async () => {
    const signed = await signInvitation(WHOLE, SECRET);
    expect(await verifyInvitation(signed, SECRET, new Date("2026-12-31T23:59:59Z"))).toEqual(WHOLE);
    await expect(verifyInvitation(signed, SECRET, new Date("2027-01-01T00:00:00Z"))).rejects.toMatchObject({
      code: "expired",
    });
    const endless = await signInvitation(INVITATION, SECRET);
    expect(await verifyInvitation(endless, SECRET, new Date("2099-01-01T00:00:00Z"))).toEqual(INVITATION);
  });

  it.each<[string, (signed: string) => string, LinkJwtFailure]>([
    ["empty", () => "", "malformed"],
    ["cut off", (signed) => signed.slice(0, signed.lastIndexOf(".")), "malformed"],
    ["of another account", (signed) => withPayload(signed, { ...decodeJwt(signed), sub: "ser_other" }), "tampered"],
    ["given more time", (signed) => withPayload(signed, { ...decodeJwt(signed), exp: 4_000_000_000 }), "tampered"],
    ["unsigned", (signed) => `${btoa('{"alg":"none"}')}.${signed.split(".")[1]}.`, "tampered"],
  ])("is refused where it is %s", async (_what, change, code) => {
    const error: unknown = await verifyInvitation(change(await signInvitation(WHOLE, SECRET)), SECRET, NOW).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(LinkInvitationError);
    expect(error).toMatchObject({ code });
    expect((error as Error).message).not.toContain("f00d");
  });

  it.each([
    ["data_center", "eu"],
    ["data_center", 7],
    ["client_id", 7],
    ["life", 7],
    ["sub", 7],
    ["redirect_uri", 7],
    ["provider", 7],
    ["parameters", "fr"],
    ["parameters", null],
    ["parameters", ["fr"]],
    ["parameters", { a: "b", locale: 7 }],
  ])("is refused where its %s is %j", async (claim, value) => {
    const invitation = await signInvitation(WHOLE, SECRET);
    const changed = new SignJWT({ ...decodeJwt(invitation), [claim]: value })
      .setProtectedHeader({ alg: "HS256" })
      .sign(new Uint8Array(hkdfSync("sha256", SECRET.reveal(), "", "ou-link invitation v1", 32)));
    await expect(verifyInvitation(await changed, SECRET, NOW)).rejects.toMatchObject({ code: "wrong-purpose" });
  });

  it("is no state, and a state is no invitation", async () => {
    const invitation = await signInvitation(INVITATION, SECRET);
    const began = { browser: "browser-1", sentAt: NOW, lifeId: INVITATION.lifeId };
    const state = await signOAuthState({ ...INVITATION, began }, SECRET);
    await expect(verifyOAuthState(invitation, SECRET, INVITATION)).rejects.toMatchObject({ code: "tampered" });
    await expect(verifyInvitation(state, SECRET, NOW)).rejects.toMatchObject({ code: "tampered" });
    expect(decodeProtectedHeader(invitation)).toEqual({ alg: "HS256" });
  });
});

function withPayload(signed: string, payload: object): string {
  const [header, , signature] = signed.split(".");
  return [header, Buffer.from(JSON.stringify(payload)).toString("base64url"), signature].join(".");
}
