// Link tokens counted over a month of the stage's clock. To mint is to change something at Cronofy and to send someone
// an address that replaces the one they have, so it is done when asked for, and never by looking.
import { LINK, raiseStage } from "./stage";
import type { Stage } from "./stage";
import { LINK_TOKENS } from "./two-links";

jest.setTimeout(120_000);

const DAYS = 30;

let stage: Stage;
beforeEach(async () => {
  stage = await raiseStage({ provider: "attached" });
  await stage.terraform.apply();
});
afterEach(() => stage.close());

const mints = () => stage.requests(...LINK_TOKENS);

async function daily(work: () => Promise<unknown>): Promise<void> {
  for (let day = 1; day <= DAYS; day++) {
    stage.clock.advance("24h");
    await work();
  }
}

describe(`over ${DAYS} days`, () => {
  it("a link that stays pending mints no token by daily plans beyond its first", async () => {
    // The row "not recorded, after it": each plan proposes to mint.
    await daily(() => stage.terraform.plan({ expectActions: { [LINK]: "update" } }));
    expect(await mints()).toBe(1);
  });

  it("a link that stays pending mints a token a day at most by daily applies", async () => {
    await daily(() => stage.terraform.apply({ expectActions: { [LINK]: "update" } }));
    expect(await mints()).toBe(1 + DAYS);
  });

  it("a link that is linked mints no token, neither by plans nor by applies", async () => {
    await stage.authorize();
    await stage.terraform.refresh();
    let day = 0;
    await daily(() => (++day % 10 === 0 ? stage.terraform.apply({ expectActions: {} }) : stage.terraform.plan()));
    expect((await stage.link())["status"]).toBe("linked");
    expect(await mints()).toBe(1);
  });
});
