// What becomes of rotated tokens where the store, or another process, is in the way.
import { LinkStoreError } from "../../src/link-store";
import type { AuthorizedLink, LinkRecord, LockedRecord } from "../../src/link-store";
import { outlast } from "../../src/link-store/wait";
import { renewTokens, usableAccessToken } from "../../src/link-store/renew-tokens";
import { LINK_SCOPE, OAuthError, Secret, UnreachableError } from "../../src/cronofy";
import type { CronofyClient, TokenSet } from "../../src/cronofy";
import { NOW, REFRESH_TOKEN, authorizedRecord, invitedLink, revealed } from "./records";

const CALL = { operation: "refresh the tokens", host: "api.cronofy.com" } as const;
const LATER = "2026-03-01T11:00:00.000Z";
const GRANTED: TokenSet = {
  accessToken: new Secret("access-2"),
  refreshToken: new Secret("refresh-2"),
  expiresIn: 3600,
  scope: LINK_SCOPE,
  sub: null,
  accountId: null,
  serviceAccountId: null,
};
const LINK = authorizedRecord();
const RENEWED = { refreshToken: "refresh-2", accessToken: "access-2" };

let there: LinkRecord | null;
let cronofy: jest.Mocked<Pick<CronofyClient, "refresh" | "revoke">>;
/** What the store does with the record that was reserved for. */
let keep: jest.Mock<Promise<void>, [LinkRecord]>;
let record: LockedRecord;

beforeEach(() => {
  there = LINK;
  cronofy = { refresh: jest.fn(), revoke: jest.fn() };
  cronofy.refresh.mockResolvedValue(GRANTED);
  keep = jest.fn((next) => {
    there = next;
    return Promise.resolve();
  });
  record = {
    current: () => Promise.resolve(there),
    write: () => Promise.reject(new Error("Nothing was reserved.")),
    reserve: () => Promise.resolve(keep),
  };
});

const renew = (link: AuthorizedLink = LINK) =>
  renewTokens(record, link, cronofy as unknown as CronofyClient, { now: () => NOW });

const failure = (code: "not-writable" | "lock-lost") => new LinkStoreError(code, "/links", "The store failed.");

/** Has another process write while this one is halted. */
function changeMeanwhile(change: LinkRecord): void {
  keep.mockImplementationOnce(() => {
    there = change;
    return Promise.reject(failure("lock-lost"));
  });
}

it("sends no refresh token where the new ones could not be kept", async () => {
  record = { ...record, reserve: () => Promise.reject(failure("not-writable")) };
  await expect(renew()).rejects.toMatchObject({ code: "not-writable" });
  expect(cronofy.refresh).not.toHaveBeenCalled();
});

it.each<[string, number, number, readonly number[]]>([
  ["not at all where nobody waits", 0, 1, []],
  ["for as long as one waits", 600, 1, [200, 400]],
  ["for as long as one waits by the clock", 600, 3, [200]],
  ["though the clock stands still", 600, 0, [200, 400]],
  ["ever more seldom, but not too seldom", 15_000, 1, [200, 400, 800, 1_600, 3_200, 5_000, 5_000]],
])("a failure that may pass is waited out %s", async (_what, within, pace, waits) => {
  let time = 0;
  const waited: number[] = [];
  const attempt = outlast(() => Promise.reject(failure("not-writable")), {
    mayPass: (error) => error instanceof LinkStoreError,
    within,
    now: () => new Date(time),
    delay: (milliseconds) => {
      waited.push(milliseconds);
      time += milliseconds * pace;
      return Promise.resolve();
    },
  });
  await expect(attempt).rejects.toMatchObject({ code: "not-writable" });
  expect(waited).toEqual(waits);
});

it.each([
  ["usable while it has more than a minute to go", authorizedRecord(), "10:58:59.999", true],
  ["not usable in its last minute", authorizedRecord(), "10:59:00.000", false],
  ["not usable where its end is not known", authorizedRecord({ accessTokenExpiresAt: null }), "10:00:00.000", false],
  ["not usable where there is none", authorizedRecord({ accessToken: null }), "10:00:00.000", false],
])("an access token is %s", (_what, link, time, isUsable) => {
  expect(usableAccessToken(link, new Date(`2026-03-01T${time}Z`))).toBe(isUsable ? link.tokens.accessToken : null);
});

it.each<[string, Error, boolean]>([
  ["Cronofy refuses it", new OAuthError(CALL, "invalid_grant", 400), true],
  ["Cronofy refuses something else", new OAuthError(CALL, "invalid_client", 400), false],
  ["something else fails", Object.assign(new Error("a mistake of ours"), { error: "invalid_grant" }), false],
])("takes a refresh token for refused only where it was: %s", async (_what, error, isRefused) => {
  cronofy.refresh.mockRejectedValueOnce(error);
  if (isRefused) expect(await renew()).toBeNull();
  else await expect(renew()).rejects.toBe(error);
  expect(keep).not.toHaveBeenCalled();
});

it("keeps the scope that is recorded where the answer has none", async () => {
  cronofy.refresh.mockResolvedValueOnce({ ...GRANTED, scope: "" });
  expect((await renew(authorizedRecord({ scope: "recorded" })))?.link.authorization.scope).toBe("recorded");
  cronofy.refresh.mockResolvedValueOnce({ ...GRANTED, scope: "told" });
  expect((await renew(authorizedRecord({ scope: "recorded" })))?.link.authorization.scope).toBe("told");
});

it("revokes the authorization of which nobody would hold a token, and says so", async () => {
  keep.mockRejectedValue(failure("not-writable"));
  await expect(renew()).rejects.toMatchObject({
    code: "not-writable",
    location: "/links",
    message:
      `The store failed. Cronofy had replaced the tokens of ${LINK.serviceAccountId}'s authorization by then, and the ` +
      "new ones could not be kept, so it was revoked: its administrator must authorize anew.",
    cause: { message: "The store failed." },
  });
  expect(cronofy.revoke.mock.calls).toEqual([[{ token: GRANTED.refreshToken }]]);
  cronofy.revoke.mockRejectedValueOnce(
    new UnreachableError(
      { operation: "revoke the authorization", host: "h" },
      { sent: false, timedOut: false, reason: "" },
    ),
  );
  await expect(renew()).rejects.toThrow("and it could not be revoked either");
  const mistake = new TypeError("a mistake of ours");
  cronofy.revoke.mockRejectedValueOnce(mistake);
  await expect(renew()).rejects.toBe(mistake);
  keep.mockRejectedValue(mistake);
  await expect(renew()).rejects.toBe(mistake);
});

it("revokes nothing where the refresh token is the one that is kept", async () => {
  keep.mockRejectedValue(failure("not-writable"));
  cronofy.refresh.mockResolvedValueOnce({ ...GRANTED, refreshToken: new Secret(REFRESH_TOKEN) });
  expect((await renew())?.accessToken.reveal()).toBe("access-2");
  expect(cronofy.revoke).not.toHaveBeenCalled();
});

describe("where another process changed the record meanwhile", () => {
  it.each<[string, LinkRecord]>([
    ["declared the link", authorizedRecord({ declaration: null })],
    ["saw the token refused that was replaced", authorizedRecord({ refusedAt: LATER })],
  ])("keeps both: it %s", async (_what, change) => {
    changeMeanwhile(change);
    await renew();
    expect(revealed(there)).toMatchObject({
      declaration: change.declaration,
      authorization: { refusedAt: null, accessTokenExpiresAt: LATER },
      tokens: RENEWED,
    });
  });

  it("leaves tokens that are newer", async () => {
    const newer = authorizedRecord({ refreshToken: new Secret("refresh-3") });
    changeMeanwhile(newer);
    await expect(renew()).rejects.toMatchObject({
      code: "lock-lost",
      message: expect.stringMatching(/ changed the record of de\/ser_64b17f9b8090ea21640c9151 while /) as string,
    });
    expect(there).toBe(newer);
    expect(cronofy.revoke).not.toHaveBeenCalled();
  });

  it("revokes what an end could not revoke, for it had the old token only", async () => {
    const ended = invitedLink({ awaited: null, ended: { at: LATER, by: "destroy" } });
    changeMeanwhile(ended);
    await expect(renew()).rejects.toMatchObject({ code: "lock-lost" });
    expect(there).toBe(ended);
    expect(cronofy.revoke.mock.calls).toEqual([[{ token: GRANTED.refreshToken }]]);
  });

  it("gives up on a record that others change again and again, and revokes", async () => {
    keep.mockRejectedValue(failure("lock-lost"));
    await expect(renew()).rejects.toThrow("so it was revoked");
    expect(keep).toHaveBeenCalledTimes(3);
  });
});
