// All of a link's life, as every store must keep it: one table for each step, with a Cronofy that answers at once.
import {
  AuthorizationDroppedError,
  CodeSpentError,
  LinkEndedError,
  declareLink,
  endLink,
  observeLink,
  redeemCode,
  releaseLink,
  stateOf,
  unfinishedSince,
  withdrawDeclaration,
} from "../../src/link-store";
import type { Declaration, EndOptions, Ending, LinkFacts, LinkRecord, LinkStore } from "../../src/link-store";
import { LINK_SCOPE, OAuthError, Secret, UnauthorizedError } from "../../src/cronofy";
import type { CronofyClient, TokenSet, UserInfo } from "../../src/cronofy";
import { DECLARATION, KEY, NOW, authorizedRecord, invitedLink, revealed, write } from "./records";

const NEWCOMER: Declaration = { id: "declaration-2", at: NOW.toISOString(), place: null };
const SINCE = "2026-02-20T00:00:00.000Z";
const ASKED_ANEW = { since: SINCE, conferencingProviderName: "ms_teams" };
const ENDED = invitedLink({ awaited: null, ended: { at: SINCE, by: "destroy" } });
const REFUSED = authorizedRecord({ refusedAt: SINCE });

const CALL = { operation: "redeem the code", host: "api.cronofy.com" } as const;
const TOKENS = {
  accessToken: new Secret("access"),
  refreshToken: new Secret("refresh"),
  expiresIn: 3600,
  scope: LINK_SCOPE,
  sub: "ou_2",
  accountId: null,
  serviceAccountId: null,
};

const NO_INFO: UserInfo = { sub: null, type: null, authorization: null, conferencingProfiles: [], raw: {} };

/**
 * What every store of links must do from a link's declaration to its end. Call it within a describe block that gives each
 * test a store with no record in it.
 */
export function itKeepsLinksForLife(emptyStore: () => LinkStore): void {
  let store: LinkStore;
  let cronofy: jest.Mocked<Pick<CronofyClient, "redeemCode" | "refresh" | "revoke" | "userInfo">>;
  let client: CronofyClient;

  beforeEach(() => {
    store = emptyStore();
    cronofy = { redeemCode: jest.fn(), refresh: jest.fn(), revoke: jest.fn(), userInfo: jest.fn() };
    client = cronofy as unknown as CronofyClient;
  });

  const recorded = async () => revealed(await store.read(KEY));
  const begin = async (before: LinkRecord | null) => {
    if (before !== null) await write(store, before);
  };
  const declare = (asksAnew: boolean, conferencingProviderName: string | null = "ms_teams") =>
    declareLink(store, KEY, { declaration: NEWCOMER, conferencingProviderName, asksAnew, now: NOW });

  describe("declares a link", () => {
    const awaitedNow = { since: NOW.toISOString(), conferencingProviderName: "ms_teams" };

    it.each<[string, LinkRecord | null, boolean, Partial<LinkFacts>]>([
      ["that is new", null, false, { awaited: awaitedNow, authorization: null, ended: null }],
      ["that is authorized: it is adopted, and nobody is awaited", authorizedRecord(), false, { awaited: null }],
      ["that is authorized, and asks anew", authorizedRecord(), true, { awaited: awaitedNow }],
      [
        "that was asked anew: somebody still is awaited, since then",
        authorizedRecord({ awaited: ASKED_ANEW }),
        false,
        { awaited: ASKED_ANEW },
      ],
      [
        "that waits: somebody is awaited since they were",
        invitedLink({ awaited: { since: SINCE, conferencingProviderName: "zoom_enterprise" } }),
        false,
        { awaited: ASKED_ANEW },
      ],
      ["that waits, and asks anew", invitedLink({ awaited: ASKED_ANEW }), true, { awaited: awaitedNow }],
      ["that was refused: somebody is awaited", REFUSED, false, { awaited: awaitedNow }],
      [
        "whose code is under way",
        invitedLink({ redeemingSince: SINCE, awaited: ASKED_ANEW }),
        false,
        { redeemingSince: SINCE, awaited: ASKED_ANEW },
      ],
    ])("%s", async (_what, before, asksAnew, expected) => {
      await begin(before);
      const { link, earlier } = await declare(asksAnew);
      expect(revealed(earlier)).toEqual(revealed(before));
      const after = await recorded();
      expect(after).toMatchObject({ ...link, tokens: revealed(before)?.tokens ?? null });
      expect(after).toEqual({ ...revealed(before), ...after, declaration: NEWCOMER, ...expected });
      if (before === null) expect(after?.lifeId).not.toBe("");
      else expect(after).toMatchObject({ lifeId: before.lifeId, authorization: before.authorization });
    });

    it("that was ended: as another life, of which the old invitation knows nothing", async () => {
      await begin(ENDED);
      const { link, earlier } = await declare(false);
      expect(earlier).toEqual(ENDED);
      expect(link).toMatchObject({ declaration: NEWCOMER, awaited: awaitedNow, authorization: null, ended: null });
      expect(link.lifeId).not.toBe(ENDED.lifeId);
      expect(await recorded()).toEqual(link);
    });
  });

  describe("takes back a declaration", () => {
    it.each<[string, LinkRecord | null]>([
      ["of a link that was new", null],
      ["that had adopted an authorization", authorizedRecord()],
      ["of a link that was waiting", invitedLink()],
      ["of a link that was refused", REFUSED],
      ["of a link that was ended before", ENDED],
    ])("%s", async (_what, before) => {
      await begin(before);
      const declared = await declare(true);
      await withdrawDeclaration(store, KEY, declared, NOW);
      const after = await recorded();
      if (before !== null) expect(after).toEqual(revealed(before));
      else expect(after).toMatchObject({ ended: { at: NOW.toISOString(), by: "failed-apply" }, awaited: null });
    });
  });

  const NOBODYS = authorizedRecord({ declaration: null });
  const OTHERS = { kind: "declared-elsewhere", declaration: DECLARATION };

  describe("ends a link", () => {
    it.each<[string, LinkRecord | null, string | null, object]>([
      ["that is authorized", authorizedRecord(), DECLARATION.id, { kind: "revoked" }],
      ["that nobody declares any more", NOBODYS, NEWCOMER.id, { kind: "revoked" }],
      [
        "that was refused: what Cronofy refuses may still have to be revoked",
        REFUSED,
        DECLARATION.id,
        { kind: "revoked" },
      ],
      ["that waits", invitedLink(), DECLARATION.id, { kind: "ended" }],
      [
        "whose code is under way",
        invitedLink({ redeemingSince: SINCE }),
        DECLARATION.id,
        { kind: "ended", redeemingSince: SINCE },
      ],
      [
        "that is authorized while another code is under way",
        authorizedRecord({ redeemingSince: SINCE }),
        DECLARATION.id,
        { kind: "revoked", redeemingSince: SINCE },
      ],
      ["not, where it is another's", authorizedRecord(), NEWCOMER.id, OTHERS],
      ["not, for one who has declared nothing", invitedLink(), null, OTHERS],
      ["not, where that was done before", ENDED, DECLARATION.id, { kind: "ended-before", ended: ENDED.ended }],
      ["not, where there is none", null, DECLARATION.id, { kind: "not-recorded" }],
    ])("%s", async (_what, before, declarationId, expected) => {
      await begin(before);
      const ending = await endLink(store, client, KEY, { declarationId, now: NOW });
      expect(ending).toMatchObject(expected);
      const { kind } = ending;
      const revoked = cronofy.revoke.mock.calls.map(([what]) => ("token" in what ? what.token.reveal() : what));
      expect(revoked).toEqual(kind === "revoked" ? [before?.tokens?.refreshToken.reveal()] : []);
      expect(await recorded()).toEqual(kind === "revoked" || kind === "ended" ? ended(before) : revealed(before));
    });

    it("not, where Cronofy fails: the record stays, to be ended again", async () => {
      await begin(authorizedRecord());
      const failure = new Error("Cronofy is down");
      cronofy.revoke.mockRejectedValueOnce(failure);
      const options = { declarationId: DECLARATION.id, now: NOW };
      await expect(endLink(store, client, KEY, options)).rejects.toBe(failure);
      expect(await recorded()).toEqual(revealed(authorizedRecord()));
      expect(await endLink(store, client, KEY, options)).toEqual({ kind: "revoked" });
    });
  });

  describe("lets go of a link", () => {
    const asked = { declarationId: DECLARATION.id, now: NOW };
    it.each<[string, LinkRecord | null, EndOptions, Partial<Ending>]>([
      ["that is authorized: the authorization stays, for the next", authorizedRecord(), asked, { kind: "kept" }],
      [
        "that was asked anew: nobody is awaited any more",
        authorizedRecord({ awaited: ASKED_ANEW }),
        asked,
        { kind: "kept" },
      ],
      ["that waits: it is ended", invitedLink(), asked, { kind: "ended" }],
      [
        "not, where it is another's",
        authorizedRecord(),
        { ...asked, declarationId: NEWCOMER.id },
        { kind: "declared-elsewhere" },
      ],
      ["not, where it was ended before", ENDED, asked, { kind: "ended-before" }],
      ["not, where there is none", null, asked, { kind: "not-recorded" }],
    ])("%s", async (_what, before, options, expected) => {
      await begin(before);
      const ending = await releaseLink(store, KEY, options);
      expect(ending).toMatchObject(expected);
      const kept = before && revealed({ ...before, declaration: null, awaited: null });
      const after = { kept, ended: ended(before) } as const;
      expect(await recorded()).toEqual(
        ending.kind === "kept" || ending.kind === "ended" ? after[ending.kind] : revealed(before),
      );
    });
  });

  describe("redeems a code", () => {
    const redeem = (more: { readonly sentAt?: Date } = {}) =>
      redeemCode(store, client, KEY, {
        ...more,
        code: new Secret("c0de"),
        redirectUri: "https://example.com/callback",
        conferencingProviderName: "ms_teams",
        now: () => NOW,
      });

    it.each<[string, LinkRecord | null]>([
      ["of a link that waits", invitedLink()],
      ["of a link that was asked anew", authorizedRecord({ awaited: ASKED_ANEW })],
      ["of a link that nobody has declared", null],
    ])("%s, and says before that it is under way", async (_what, before) => {
      await begin(before);
      let whenSent: LinkFacts | null = null;
      cronofy.redeemCode.mockImplementationOnce(async () => {
        whenSent = await store.look(KEY);
        return TOKENS;
      });
      const link = await redeem();
      expect(whenSent).toMatchObject({ redeemingSince: NOW.toISOString(), lifeId: before?.lifeId ?? link.lifeId });
      expect(await recorded()).toEqual(revealed(link));
      expect(link).toMatchObject({
        declaration: before?.declaration ?? null,
        awaited: null,
        redeemingSince: null,
        authorization: {
          linkedAt: NOW.toISOString(),
          conferencingProviderName: "ms_teams",
          declarationId: before?.declaration?.id ?? null,
          refusedAt: null,
        },
      });
    });

    it("not, where Cronofy refuses it: the record is what it was", async () => {
      await begin(invitedLink());
      cronofy.redeemCode.mockRejectedValueOnce(new OAuthError(CALL, "invalid_grant", 400));
      await expect(redeem()).rejects.toThrow(OAuthError);
      const sentCode = expect.stringMatching(/^[\w-]{16}$/) as string;
      expect(await recorded()).toEqual(invitedLink({ sentCode }));
      await expect(redeem()).rejects.toThrow(CodeSpentError);
      expect(cronofy.redeemCode).toHaveBeenCalledTimes(1);
    });

    it("and leaves word of it where nobody knows what came of it, in time for who looks later", async () => {
      await begin(invitedLink());
      cronofy.redeemCode.mockRejectedValueOnce(new Error("cut off"));
      await expect(redeem()).rejects.toThrow("cut off");
      const link = await store.read(KEY);
      expect(link).toMatchObject({ redeemingSince: NOW.toISOString(), lifeId: "life-1", declaration: DECLARATION });
      if (link === null) throw new Error("The link is recorded.");
      expect(stateOf(link)).toBe("redeeming");
      expect(unfinishedSince(link, NOW)).toBeNull();
      expect(unfinishedSince(link, new Date(NOW.getTime() + 3_600_000))).toBe(NOW.toISOString());
    });

    it.each<[string, Partial<TokenSet>, string]>([
      ["a person's calendar", { accountId: "acc_5b", sub: "acc_5b", scope: "read_write" }, "acc_5b"],
      ["a person's calendar, by its sub alone", { sub: "acc_5b" }, "acc_5b"],
      ["another service account", { serviceAccountId: "ser_other" }, "ser_other"],
      ["something else", { scope: "read_write" }, "without organizational_unit_use_integrations"],
      ["what the user info says is a person's", { sub: null }, "a person's calendar account, acc_6c"],
    ])("not, where %s was granted: that is revoked, and the link waits as before", async (_what, granted, told) => {
      await begin(authorizedRecord({ awaited: ASKED_ANEW }));
      cronofy.redeemCode.mockResolvedValueOnce({ ...TOKENS, ...granted });
      cronofy.userInfo.mockResolvedValueOnce({ ...NO_INFO, sub: "acc_6c", type: "account" });
      const error: unknown = await redeem().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(AuthorizationDroppedError);
      expect(error).toMatchObject({ reason: "wrong-grant", message: expect.stringContaining(told) as string });
      expect(String(error)).toContain("It was revoked.");
      expect(cronofy.revoke.mock.calls).toEqual([[{ token: TOKENS.refreshToken }]]);
      const sentCode = (await store.look(KEY))?.sentCode ?? "";
      expect(await recorded()).toEqual(revealed(authorizedRecord({ awaited: ASKED_ANEW, sentCode })));
    });

    it("not twice, be it by another process or in the link's next life", async () => {
      await begin(invitedLink());
      cronofy.redeemCode.mockResolvedValueOnce(TOKENS);
      const made = await redeem();
      await expect(redeem()).rejects.toThrow(CodeSpentError);
      expect(await recorded()).toEqual(revealed(made));
      await endLink(store, client, KEY, { declarationId: made.declaration?.id ?? null, now: NOW });
      await declare(false);
      await expect(redeem()).rejects.toThrow(CodeSpentError);
      expect(cronofy.redeemCode).toHaveBeenCalledTimes(1);
    });

    it("not of somebody who was sent before the link was made", async () => {
      await begin(authorizedRecord());
      const sentAt = new Date(authorizedRecord().authorization.linkedAt);
      await expect(redeem({ sentAt })).rejects.toThrow(CodeSpentError);
      await expect(redeem({ sentAt })).rejects.toThrow("The link was made after its administrator was sent");
      cronofy.redeemCode.mockResolvedValueOnce(TOKENS);
      await redeem({ sentAt: new Date(sentAt.getTime() + 1) });
      expect(cronofy.redeemCode).toHaveBeenCalledTimes(1);
    });

    it("of somebody who was sent before, where there is no link yet", async () => {
      await begin(invitedLink());
      cronofy.redeemCode.mockResolvedValueOnce(TOKENS);
      await redeem({ sentAt: new Date(0) });
      expect(cronofy.redeemCode).toHaveBeenCalledTimes(1);
    });

    it("not, where the link was ended: the code is not sent", async () => {
      await begin(ENDED);
      await expect(redeem()).rejects.toThrow(LinkEndedError);
      expect(cronofy.redeemCode).not.toHaveBeenCalled();
      expect(await recorded()).toEqual(ENDED);
    });
  });

  it("lets a code and an end that come at once come one after the other: what is ended is alive nowhere", async () => {
    for (let round = 0; round < 10; round++) {
      await begin(invitedLink({ lifeId: `life of round ${round}` }));
      cronofy.redeemCode.mockResolvedValue({ ...TOKENS, refreshToken: new Secret(`refresh ${round}`) });
      const redeeming = redeemCode(store, client, KEY, {
        code: new Secret(`c0de ${round}`),
        redirectUri: "https://example.com/callback",
        conferencingProviderName: null,
        now: () => NOW,
      }).catch((error: unknown) => error);
      const ending = endLink(store, client, KEY, { declarationId: DECLARATION.id, now: NOW });
      const [redeemed, { kind }] = await Promise.all([redeeming, ending]);
      expect(kind).toBe(redeemed instanceof LinkEndedError ? "ended" : "revoked");
      expect(cronofy.revoke).toHaveBeenCalledTimes(cronofy.redeemCode.mock.calls.length);
      expect(await recorded()).toMatchObject({ tokens: null, authorization: null, ended: { by: "destroy" } });
    }
  });

  describe("tells of a link", () => {
    it.each<[string, LinkRecord | null, object]>([
      ["that is not recorded", null, { kind: "not-recorded" }],
      ["that waits", invitedLink(), { kind: "awaited", link: invitedLink() }],
      ["that was ended", ENDED, { kind: "ended", link: { ended: ENDED.ended } }],
      [
        "that Cronofy answers for",
        authorizedRecord(),
        { kind: "linked", authorization: { organizationalUnitId: "ou_1" } },
      ],
      ["that was refused before", REFUSED, { kind: "refused", link: { authorization: { refusedAt: SINCE } } }],
    ])("%s", async (_what, before, expected) => {
      await begin(before);
      cronofy.userInfo.mockResolvedValue({ sub: "ou_1" } as Awaited<ReturnType<CronofyClient["userInfo"]>>);
      expect(await observeLink(store, client, KEY, { now: () => NOW })).toMatchObject(expected);
      expect(await recorded()).toEqual(revealed(before));
      expect(cronofy.refresh).not.toHaveBeenCalled();
    });

    it("that Cronofy refuses now, and keeps that", async () => {
      await begin(authorizedRecord());
      cronofy.userInfo.mockRejectedValue(new UnauthorizedError({ ...CALL, operation: "read the user info" }));
      cronofy.refresh.mockRejectedValue(
        new OAuthError({ ...CALL, operation: "refresh the tokens" }, "invalid_grant", 400),
      );
      expect(await observeLink(store, client, KEY, { now: () => NOW })).toMatchObject({ kind: "refused" });
      expect(await recorded()).toEqual(revealed(authorizedRecord({ refusedAt: NOW.toISOString() })));
    });
  });
}

/** What becomes of a record when its link is ended: nothing of a token is left in it. */
function ended(before: LinkRecord | null) {
  const nothing = { awaited: null, redeemingSince: null, authorization: null, tokens: null };
  return before && { ...before, ...nothing, ended: { at: NOW.toISOString(), by: "destroy" } };
}
