// What a plan proposes by what was observed: where each row of that table is tested through real Terraform.
//
// linked                                       read-back: "keeps a link linked, whatever the clock says"; month
// invited, before assumed expiry          main-job: "plans nothing while the link waits"
// invited, after it, when_stale           read-back: "mints anew, in place, when the URL has lapsed unused …"; month
// invited, after it, never                read-back: "leaves a lapsed URL alone with remint = never …"
// was linked, now refused                      main-job: "finds a link that was revoked behind its back …"; wrong-clock;
//                                              here: "a link that is revoked, remint = never …"
// invited, with an invitation                  invitation; one-owner; month
// ended by somebody else                       one-owner: "is asked anew where the other state has ended it"
// a redemption whose end was never recorded    invitation: "a redemption that never ended …"
// no store, after assumed expiry               read-back: "does not let the clock alone mint for ever"
// was declared, record gone                    read-back: "does not take a missing record for a missing link"
// evidence cannot be had                       bad-days-of-cronofy; bad-days-of-the-store; lost-reply; many-links;
//                                              here: "a provider block that is not known yet …"
// redirect_uri, state or provider name changed read-back: "rebuilds the URL around the same token …"; here: "a change of …"
// keepers changed                              read-back: "mints anew when keepers change …"; here: "keepers …"
// statuses are planned as known values         here: "a first plan knows …"
// destroy: revokes, record ended               main-job: "revokes at destroy, …"; here: "a pending link …"
// destroy: on_destroy = keep                   read-back: "leaves authorization and record alone with on_destroy = keep …"
// import never mints                           read-back: "imports without minting, and reads the link back"
import { LINK, configuration, raiseStage } from "./stage";
import type { Stage } from "./stage";
import { LINK_TOKENS } from "./two-links";

jest.setTimeout(120_000);

const LIFETIME = "10m";

let stage: Stage;
beforeEach(async () => {
  stage = await raiseStage({ provider: "attached" });
});
afterEach(() => stage.close());

const use = (arguments_: Record<string, string>, provider?: string) => ({
  configuration: configuration(stage, arguments_, provider),
});
const mints = () => stage.requests(...LINK_TOKENS);

it("a first plan knows what count and hooks hang on, and an apply then has it so", async () => {
  const { plan } = await stage.terraform.apply({ expectActions: { [LINK]: "create" } });
  const state = await stage.terraform.state();
  const known = { status: "pending", linked: false, authorization_required: true };
  expect(plan.change(LINK).after).toMatchObject(known);
  expect(state.resource(LINK).values).toMatchObject(known);
});

describe("a change of what shapes the URL", () => {
  /** One after the other, each with those before it. */
  const shapes: [string, Record<string, string>, string][] = [
    ["the provider name", { conferencing_provider_name: '"ms_teams"' }, "conferencing_provider_name=ms_teams"],
    ["the state", { state: '"chosen-by-the-user"' }, "state=chosen-by-the-user"],
    ["the redirect URI", { redirect_uri: '"https://example.com/callback"' }, "example.com"],
  ];

  async function eachShape(
    always: Record<string, string>,
    beforeEach: () => void,
    seen: (link: Readonly<Record<string, unknown>>) => unknown,
    expected: readonly unknown[],
  ): Promise<void> {
    await stage.terraform.apply(use(always));
    let arguments_ = always;
    for (const [index, [shape, more, part]] of shapes.entries()) {
      beforeEach();
      arguments_ = { ...arguments_, ...more };
      await stage.terraform.apply({ ...use(arguments_), expectActions: { [LINK]: "update" } });
      const link = await stage.link();
      const url = expect.stringContaining(part) as string;
      expect([shape, link["authorization_url"], await seen(link)]).toEqual([shape, url, expected[index]]);
    }
  }

  /** How many link tokens there have been, in the URLs and at Cronofy. */
  function tokens() {
    const all = new Set<unknown>();
    return async (link: Readonly<Record<string, unknown>>) => [all.add(link["ou_link_token"]).size, await mints()];
  }

  it("rebuilds it around the token that has not lapsed", async () => {
    await eachShape({}, () => {}, tokens(), [
      [1, 1],
      [1, 1],
      [1, 1],
    ]);
  });

  it("comes with a new token, once it is stale", async () => {
    await eachShape({}, () => stage.clock.advance(LIFETIME), tokens(), [
      [1, 2],
      [2, 3],
      [3, 4],
    ]);
  });

  it("mints nothing, once it is stale, with remint = never", async () => {
    let isStale = false;
    const lapse = () => {
      if (!isStale) stage.clock.advance(LIFETIME);
      isStale = true;
    };
    const seen = async ({ status }: Readonly<Record<string, unknown>>) => [status, await mints()];
    await eachShape({ remint: '"never"' }, lapse, seen, [
      ["stale", 1],
      ["stale", 1],
      ["stale", 1],
    ]);
  });
});

describe("keepers", () => {
  it("that change mint anew also with remint = never, whether the URL is stale or not", async () => {
    const keeping = (round: number) => use({ remint: '"never"', keepers: `{ round = "${round}" }` });
    await stage.terraform.apply(keeping(1));
    await stage.terraform.apply({ ...keeping(2), expectActions: { [LINK]: "update" } });
    expect(await mints()).toBe(2);
    stage.clock.advance(LIFETIME);
    await stage.terraform.apply({ ...keeping(3), expectActions: { [LINK]: "update" } });
    expect(await stage.link()).toMatchObject({ status: "pending" });
    expect(await mints()).toBe(3);
  });
});

describe("a link that is revoked", () => {
  it("remint = never: is unlinked, nothing is proposed for it, and a warning and its next action name the way out", async () => {
    await stage.terraform.apply(use({ remint: '"never"' }));
    await stage.authorize();
    await stage.apply();
    await stage.admin("POST", "/revoke", { service_account_id: stage.serviceAccountId });
    stage.clock.advance("1s");
    const { plan, message } = await stage.terraform.plan({ expectActions: {} });
    expect(message).toContain("Link is broken");
    expect(plan.change(LINK)).toMatchObject({
      actions: ["no-op"],
      after: { status: "unlinked", next_action: expect.stringContaining("Change keepers") as string },
    });
    expect(await mints()).toBe(1);
  });
});

describe("a provider block that is not known yet", () => {
  it("tells nothing of a link: it stays as it was, with a warning, and the apply then reads the truth", async () => {
    const unknown = (round: number) =>
      `${configuration(stage, {}, "data_center = terraform_data.center.output")}
resource "terraform_data" "center" {
  input            = "us"
  triggers_replace = ${round}
}
`;
    await stage.terraform.apply({ configuration: unknown(1) });
    await stage.authorize();
    await stage.refresh();
    stage.clock.advance("24h");

    const changed = { configuration: unknown(2), expectActions: { "terraform_data.center": "replace" } } as const;
    const { plan, message } = await stage.terraform.plan(changed);
    expect(plan.change(LINK)).toMatchObject({ actions: ["no-op"], after: { status: "linked" } });
    expect(message).toContain("Link could not be checked");
    expect(message).toContain("not wholly known yet");
    await stage.terraform.apply(changed);
    expect(await stage.link()).toMatchObject({ status: "linked" });
    expect(await mints()).toBe(1);
  });
});

describe("a pending link", () => {
  it("has nothing to revoke when it is destroyed", async () => {
    await stage.apply();
    const { stdout } = await stage.terraform.destroy();
    expect(stdout).not.toContain("Warning: ");
    expect(await stage.requests("POST", "/oauth/token/revoke")).toBe(0);
  });
});
