import { LINK, raiseStage } from "./stage";
import type { Stage } from "./stage";
import { LINK_TOKENS } from "./two-links";

jest.setTimeout(120_000);

describe("an invitation to the link service", () => {
  let stage: Stage;
  afterEach(() => stage.close());

  const invitationUrl = async () => (await stage.link())["invitation_url"];

  it("is output by the provider, the same from plan to plan, and shows a page without minting", async () => {
    stage = await raiseStage({ provider: "attached", linkServiceUrl: true });
    await stage.terraform.apply();
    const url = await invitationUrl();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/invitations\/ey/);
    stage.clock.advance("400h");
    await stage.terraform.apply();
    expect(await invitationUrl()).toBe(url);

    const minted = await stage.requests(...LINK_TOKENS);
    const page = await fetch(String(url));
    expect(page.status).toBe(200);
    expect(await page.text()).toContain("<form");
    expect(await stage.requests(...LINK_TOKENS)).toBe(minted);
  });

  it("stays once the unit is linked, and then says so", async () => {
    stage = await raiseStage({ provider: "attached", linkServiceUrl: true });
    await stage.terraform.apply();
    await stage.authorize();
    const { state } = await stage.terraform.apply();
    const { values } = state.resource(LINK);
    expect(values).toMatchObject({ status: "linked", authorization_url: null });
    const page = await fetch(String(values["invitation_url"]));
    expect(await page.text()).not.toContain("<form");
  });

  it("is none where the provider knows no link service", async () => {
    stage = await raiseStage({ provider: "attached" });
    await stage.terraform.apply();
    expect(await invitationUrl()).toBeNull();
  });
});
