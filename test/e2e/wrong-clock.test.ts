// What a link's plan does where the provider's clock is not everyone else's.
import { LINKED, LINK_TOKENS, PENDING, TOKEN, raiseTwoLinks } from "./two-links";
import type { TwoLinks } from "./two-links";

jest.setTimeout(120_000);

const DAY = 24 * 3_600_000;

let clockError: number;
let stage: TwoLinks;

beforeEach(async () => {
  clockError = 0;
  stage = await raiseTwoLinks({ clockError: () => clockError });
});
afterEach(() => stage.close());

describe("a clock that was moved back", () => {
  it("makes a plan propose nothing, and an access token that seems to live for long is refreshed when refused", async () => {
    clockError = -DAY;
    stage.clock.advance("61m");
    const refreshes = await stage.requests(...TOKEN);
    const { linked, pending, warnings } = await stage.planNothing();
    expect({ linked, pending, warnings }).toMatchObject({
      linked: { status: "linked" },
      pending: { status: "pending" },
      warnings: 0,
    });
    expect(await stage.requests(...TOKEN)).toBe(refreshes + 1);
    expect(await stage.requests(...LINK_TOKENS)).toBe(2);
  });

  it("does not hide that a link was revoked", async () => {
    clockError = -DAY;
    await stage.admin("POST", "/revoke", { service_account_id: stage.linkedServiceAccountId });
    const { plan } = await stage.terraform.plan({ expectActions: { [LINKED]: "update" } });
    expect(plan.drift(LINKED)).toMatchObject({ after: { status: "unlinked" } });
    await stage.terraform.apply({ expectActions: { [LINKED]: "update" } });
    const state = await stage.terraform.state();
    expect(state.resource(LINKED).values).toMatchObject({ status: "pending" });
    expect(await stage.requests(...LINK_TOKENS)).toBe(3);
  });

  it("mints once for a revocation that was seen before, not at every apply until its time comes again", async () => {
    await stage.admin("POST", "/revoke", { service_account_id: stage.linkedServiceAccountId });
    stage.clock.advance("1s");
    await stage.terraform.plan({ expectActions: { [LINKED]: "update" } });
    clockError = -DAY;
    await stage.terraform.apply({ expectActions: { [LINKED]: "update" } });
    stage.clock.advance("1m");
    await stage.terraform.apply({ expectActions: {} });
    expect(await stage.requests(...LINK_TOKENS)).toBe(3);
  });
});

describe("a clock that is ahead", () => {
  it("keeps a link linked, and refreshes its tokens more often than it has to", async () => {
    clockError = DAY;
    const { linked, warnings } = await stage.planNothing();
    expect({ linked, warnings }).toMatchObject({ linked: { status: "linked" }, warnings: 0 });
    const { linked: again } = await stage.planNothing();
    expect(again).toEqual(linked);
    expect(await stage.requests(...LINK_TOKENS)).toBe(2);
  });

  it("makes a URL lapse before its time: it is minted anew, and the administrator of the new one is taken", async () => {
    clockError = 22 * DAY;
    await stage.terraform.apply({ expectActions: { [PENDING]: "update" } });
    const state = await stage.terraform.state();
    const page = await stage.authorize(state.resource(PENDING).values["authorization_url"]);
    expect(page.status).toBe(200);
    await stage.terraform.refresh();
    expect((await stage.terraform.state()).resource(PENDING).values).toMatchObject({ status: "linked" });
  });
});
