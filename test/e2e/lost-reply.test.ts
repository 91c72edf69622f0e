// Cronofy replaces a refresh token, and its answer never arrives: nobody has the new token. Whether the old one still
// works is not documented (https://docs.cronofy.com/developers/faqs/access-token-expiry/ only says that it may change).
import { LINKED, LINK_TOKENS, TOKEN, raiseTwoLinks } from "./two-links";
import type { TwoLinks } from "./two-links";

jest.setTimeout(120_000);

const [, TOKEN_PATH] = TOKEN;

/** Longer than an access token lives: the next plan has to refresh it. */
const OVER_AN_HOUR = "61m";

const recordOf = (stage: TwoLinks) => stage.authorizations.read(stage.keyOf(stage.linkedServiceAccountId));

/** Ways in which the answer to a refresh is lost after the work was done. */
const LOSSES: readonly [string, (stage: TwoLinks) => Promise<void>][] = [
  [
    "the connection drops",
    async (stage) => {
      await stage.admin("POST", "/faults", { path: TOKEN_PATH, drop: "after" });
      await planWithoutAnswer(stage, "ECONNRESET");
    },
  ],
  [
    "a 500 comes in its place",
    async (stage) => {
      await stage.admin("POST", "/faults", { path: TOKEN_PATH, status: 500, after_work: true });
      await planWithoutAnswer(stage, "500");
    },
  ],
];

/** The plan whose refresh stays without an answer: one request, one warning, nothing lost of what is recorded. */
async function planWithoutAnswer(stage: TwoLinks, told: string): Promise<void> {
  const [record, secrets] = [await recordOf(stage), await stage.secrets()];
  const refreshes = await stage.requests(...TOKEN);
  stage.clock.advance(OVER_AN_HOUR);
  const { linked, message, warnings } = await stage.planNothing();
  expect(linked).toMatchObject({ status: "linked" });
  expect(warnings).toBe(1);
  expect(message).toContain("Link could not be checked");
  expect(message).toContain(told);
  for (const secret of secrets) expect(message).not.toContain(secret);
  expect(await stage.requests(...TOKEN)).toBe(refreshes + 1);
  expect(await recordOf(stage)).toEqual(record);
}

describe.each(LOSSES)("the answer to a refresh is lost: %s", (_, lose) => {
  let stage: TwoLinks;
  afterEach(() => stage.close());

  it("and the old token still works: the next plan has the new one, and nobody was sent for", async () => {
    stage = await raiseTwoLinks({ assumptions: { replacedRefreshTokenGraceSeconds: 86_400 } });
    const before = await recordOf(stage);
    await lose(stage);
    const refreshes = await stage.requests(...TOKEN);
    const next = await stage.planNothing();
    expect(next).toMatchObject({ linked: { status: "linked" }, warnings: 0 });
    expect(await stage.requests(...TOKEN)).toBe(refreshes + 1);
    const after = await recordOf(stage);
    expect(after?.tokens?.refreshToken.reveal()).not.toBe(before?.tokens?.refreshToken.reveal());

    // The one that was recovered is Cronofy's current one: it outlives the grace of the old.
    stage.clock.advance("25h");
    expect(await stage.planNothing()).toMatchObject({ linked: { status: "linked" }, warnings: 0 });
    expect(await stage.requests(...LINK_TOKENS)).toBe(2);
  });

  it("and the old token is refused: asked once more, then the link is unlinked, which is all that is known", async () => {
    stage = await raiseTwoLinks();
    await lose(stage);
    const refreshes = await stage.requests(...TOKEN);
    const { plan } = await stage.terraform.plan({ expectActions: { [LINKED]: "update" } });
    expect(plan.drift(LINKED)).toMatchObject({ before: { status: "linked" }, after: { status: "unlinked" } });
    expect(await stage.requests(...TOKEN)).toBe(refreshes + 1);
    // What was refused is not asked about again, and planning mints nothing.
    await stage.terraform.plan({ expectActions: { [LINKED]: "update" } });
    expect(await stage.requests(...TOKEN)).toBe(refreshes + 1);
    expect(await stage.requests(...LINK_TOKENS)).toBe(2);

    // The way out: one URL, one administrator.
    stage.clock.advance("1s");
    await stage.terraform.apply({ expectActions: { [LINKED]: "update" } });
    const state = await stage.terraform.state();
    expect(await stage.requests(...LINK_TOKENS)).toBe(3);
    stage.clock.advance("1s");
    await stage.authorize(state.resource(LINKED).values["authorization_url"]);
    await stage.terraform.refresh();
    const read = await stage.terraform.state();
    expect(read.resource(LINKED).values).toMatchObject({ status: "linked" });
  });
});
