// What becomes of rotated tokens where the store, or another process, is in the way.
import { LinkStoreError } from "../../src/link-store";
import type { AuthorizedLink, LinkRecord, LockedRecord } from "../../src/link-store";
import { renewTokens } from "../../src/link-store/renew-tokens";
import { LINK_SCOPE, Secret, UnreachableError } from "../../src/cronofy";
import type { CronofyClient, TokenSet } from "../../src/cronofy";
import { NOW, REFRESH_TOKEN, authorizedRecord, invitedLink, revealed } from "./records";

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
    message: expect.stringMatching(/^The store failed\. .* could not be kept, so it was revoked/) as string,
  });
  expect(cronofy.revoke.mock.calls).toEqual([[{ token: GRANTED.refreshToken }]]);
  cronofy.revoke.mockRejectedValueOnce(
    new UnreachableError(
      { operation: "revoke the authorization", host: "h" },
      { sent: false, timedOut: false, reason: "" },
    ),
  );
  await expect(renew()).rejects.toThrow("and it could not be revoked either");
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
    await expect(renew()).rejects.toMatchObject({ code: "lock-lost" });
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
