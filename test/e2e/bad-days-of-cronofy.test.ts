// What a link's plan does while Cronofy fails it. Two links share each bad day: one linked, one pending.
import type { Fault } from "../../src/sandbox";
import { LINKED, LINK_TOKENS, TOKEN, USER_INFO, raiseTwoLinks } from "./two-links";
import type { Outlook, TwoLinks } from "./two-links";

jest.setTimeout(120_000);

const [, USER_INFO_PATH] = USER_INFO;
const [, TOKEN_PATH] = TOKEN;
const SIGN_IN = "<!doctype html><title>Sign in to the network</title>";

/** Longer than an access token lives, so that the next plan has to refresh it. */
const OVER_AN_HOUR = "61m";

interface BadDay {
  readonly day: string;
  /** Of every request to that path. */
  readonly fault: Partial<Fault> & Pick<Fault, "path">;
  /** What the warning has to tell. */
  readonly told: readonly string[];
}

let stage: TwoLinks;
let before: Outlook;

beforeAll(async () => {
  stage = await raiseTwoLinks();
  before = await stage.planNothing();
});
afterAll(() => stage.close());
afterEach(() => stage.admin("DELETE", "/faults"));

const breakDown = (fault: BadDay["fault"]) => stage.admin("POST", "/faults", { times: 1_000, ...fault });

/** Everything that is not worth a word on a good day. */
function expectAsBefore({ linked, pending }: Outlook): void {
  expect(before).toMatchObject({ linked: { status: "linked" }, pending: { status: "pending" }, warnings: 0 });
  expect(linked).toEqual(before.linked);
  expect(pending).toEqual(before.pending);
}

/** The plan while it lasts. */
async function live({ fault, told }: Pick<BadDay, "fault" | "told">): Promise<void> {
  await breakDown(fault);
  const record = await stage.authorizations.read(stage.keyOf(stage.linkedServiceAccountId));

  const lasting = await stage.planNothing();
  expectAsBefore(lasting);
  expect(lasting.warnings).toBe(1);
  expect(lasting.message).toContain("Link could not be checked");
  for (const words of [...told, `us/${stage.linkedServiceAccountId}`]) expect(lasting.message).toContain(words);
  for (const secret of await stage.secrets()) expect(lasting.message).not.toContain(secret);
  expect(await stage.authorizations.read(stage.keyOf(stage.linkedServiceAccountId))).toEqual(record);
}

/** The plan once all of them are over. */
async function recovered(): Promise<void> {
  const over = await stage.planNothing();
  expectAsBefore(over);
  expect(over.warnings).toBe(0);
  expect(await stage.requests(...LINK_TOKENS)).toBe(2);
}

describe("while Cronofy cannot answer for an authorization, its link stays linked", () => {
  it.each<BadDay>([
    { day: "an internal error", fault: { path: USER_INFO_PATH, status: 500 }, told: ["500"] },
    { day: "an outage", fault: { path: USER_INFO_PATH, status: 503 }, told: ["503"] },
    { day: "a used up rate limit", fault: { path: USER_INFO_PATH, status: 429 }, told: ["rate limit"] },
    { day: "a dropped connection", fault: { path: USER_INFO_PATH, drop: "before" }, told: ["127.0.0.1"] },
    {
      day: "HTML in place of JSON",
      fault: { path: USER_INFO_PATH, status: 200, body: SIGN_IN, headers: { "Content-Type": "text/html" } },
      told: ["web page"],
    },
    { day: "an empty answer", fault: { path: USER_INFO_PATH, status: 200 }, told: ["empty"] },
    { day: "half an answer", fault: { path: USER_INFO_PATH, status: 200, body: '{"sub": "org' }, told: ["not a JSON"] },
    {
      day: "an error that calls itself a success",
      fault: { path: USER_INFO_PATH, status: 200, body: { errors: { sub: [] } } },
      told: ["tells of an error"],
    },
    { day: "a refused feature", fault: { path: USER_INFO_PATH, status: 402 }, told: ["plan"] },
    { day: "a refused address", fault: { path: USER_INFO_PATH, status: 403 }, told: ["403"] },
    {
      day: "a redirect to elsewhere",
      fault: { path: USER_INFO_PATH, status: 302, headers: { Location: "https://elsewhere.example" } },
      told: ["redirect", "elsewhere.example"],
    },
  ])("$day", live);

  it("and none of them leaves anything behind", recovered);
});

describe("while tokens cannot be refreshed, their link stays linked", () => {
  beforeEach(() => stage.clock.advance(OVER_AN_HOUR));

  it.each<BadDay>([
    { day: "an internal error", fault: { path: TOKEN_PATH, status: 500 }, told: ["500"] },
    { day: "a used up rate limit", fault: { path: TOKEN_PATH, status: 429 }, told: ["rate limit"] },
    { day: "a connection dropped before the work", fault: { path: TOKEN_PATH, drop: "before" }, told: ["127.0.0.1"] },
    {
      day: "HTML in place of JSON",
      fault: { path: TOKEN_PATH, status: 200, body: SIGN_IN, headers: { "Content-Type": "text/html" } },
      told: ["web page"],
    },
    { day: "an empty answer", fault: { path: TOKEN_PATH, status: 200 }, told: ["empty"] },
    { day: "an answer without tokens", fault: { path: TOKEN_PATH, status: 200, body: {} }, told: ["access_token"] },
    {
      day: "a client secret that is not accepted",
      fault: { path: TOKEN_PATH, status: 400, body: { error: "invalid_client" } },
      told: ["client secret", "data center"],
    },
    { day: "a 401, which refuses us and not the link", fault: { path: TOKEN_PATH, status: 401 }, told: ["client id"] },
    {
      day: "an error that is not OAuth's",
      fault: { path: TOKEN_PATH, status: 400, body: "Bad Request" },
      told: ["OAuth"],
    },
  ])("$day", live);

  it("and none of them leaves anything behind", recovered);
});

describe("what Cronofy says of a unit in words that nobody documents", () => {
  it.each<[string, Record<string, unknown>]>([
    ["an unknown type", { sub: "org_1", "cronofy.type": "planet", "cronofy.data": { planet: [1, null] } }],
    ["no field at all", {}],
    ["fields of other types", { sub: 7, "cronofy.type": [], "cronofy.data": "none" }],
  ])("%s: is an answer for the authorization, and needs no word", async (_, body) => {
    await breakDown({ path: USER_INFO_PATH, status: 200, body: body as Fault["body"] });
    const outlook = await stage.planNothing();
    expectAsBefore(outlook);
    expect(outlook.warnings).toBe(0);
  });
});

describe("an access token that is refused", () => {
  it("is replaced once, and the link stays linked without a word", async () => {
    const refreshes = await stage.requests(...TOKEN);
    await breakDown({ path: USER_INFO_PATH, status: 401, times: 1 });
    const outlook = await stage.planNothing();
    expectAsBefore(outlook);
    expect(outlook.warnings).toBe(0);
    expect(await stage.requests(...TOKEN)).toBe(refreshes + 1);
  });

  it("leaves the link as it was while the new one cannot be had", () =>
    breakDown({ path: USER_INFO_PATH, status: 401, times: 1 }).then(() =>
      live({ fault: { path: TOKEN_PATH, status: 500 }, told: ["500"] }),
    ));
});

describe("a link that is destroyed while Cronofy cannot revoke", () => {
  it("stays in the state with its authorization, and is revoked by the next destroy", async () => {
    const record = await stage.authorizations.read(stage.keyOf(stage.linkedServiceAccountId));
    await breakDown({ path: "/oauth/token/revoke", status: 500 });
    const { message } = await stage.terraform.destroy({ expectError: /Cronofy has a problem/ });
    for (const secret of await stage.secrets()) expect(message).not.toContain(secret);
    expect((await stage.terraform.state()).addresses).toEqual([LINKED]);
    expect(await stage.authorizations.read(stage.keyOf(stage.linkedServiceAccountId))).toEqual(record);

    await stage.admin("DELETE", "/faults");
    await stage.terraform.destroy({ expectActions: { [LINKED]: "delete" } });
    const ended = await stage.authorizations.read(stage.keyOf(stage.linkedServiceAccountId));
    expect(ended).toMatchObject({ ended: { by: "destroy" }, authorization: null, tokens: null });
  });
});
