// Two runs of Terraform, each with a state of its own, and the link service, at work on the same links at once.
import { setTimeout as delay } from "node:timers/promises";
import { FileLinkStore, observeLink } from "../../src/link-store";
import { CronofyClient, Secret } from "../../src/cronofy";
import { WITHOUT_LIMITS, linkOf, raiseManyLinks } from "./many-links";
import type { ManyLinks } from "./many-links";
import type { StageOptions } from "./stage";
import { TOKEN } from "./two-links";
import { depth } from "../depth";

jest.setTimeout(120_000);

const ROUNDS = depth(1, 3);
const LINKS = 10;
const READ_BACKS = depth(1, 3);
const IN_PROCESS_ROUNDS = depth(15, 200);

interface Authorized {
  readonly service_account_id: string;
  readonly type: string;
}

let stage: ManyLinks;
afterEach(() => stage.close());

async function raise(options: StageOptions): Promise<void> {
  stage = await raiseManyLinks(0, {
    ...options,
    // Harsh: an administrator who comes again ends what the one before had granted.
    assumptions: { reauthorizationRevokesEarlier: true, ...options.assumptions },
    env: WITHOUT_LIMITS,
  });
}

/** For how many authorizations of units the sandbox would answer, by service account. */
async function granted(): Promise<ReadonlyMap<string, number>> {
  const { authorizations } = (await stage.admin("GET", "/state")) as { authorizations: Authorized[] };
  const counts = new Map<string, number>();
  for (const { service_account_id: id, type } of authorizations) {
    if (type === "organizational_unit") counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}

async function tokenCalls(): Promise<{ readonly all: number; readonly refused: number }> {
  const requests = (await stage.admin("GET", "/requests")) as { path: string; status: number }[];
  const calls = requests.filter(({ path }) => path === TOKEN[1]);
  return { all: calls.length, refused: calls.filter(({ status }) => status !== 200).length };
}

it(`${ROUNDS} rounds of two applies and ${LINKS} callbacks, on ${LINKS} links each: none is lost, each is granted once`, async () => {
  await raise({ provider: "attached" });
  const one = stage.terraform;
  const other = await stage.another("");
  const ids: string[] = [];
  let expectedCalls = 0;
  for (let round = 1; round <= ROUNDS; round++) {
    const fresh = await stage.addServiceAccounts(LINKS);
    ids.push(...fresh);
    const configuration = stage.linksOf(ids);
    await one.apply({ configuration });
    const state = await one.state();

    // One run reads the new links back while the other makes them its own, and their administrators return.
    await Promise.all([
      one.apply({ expectActions: {} }),
      other.apply({ configuration }),
      ...fresh.map(async (id) => {
        const page = await stage.authorize(state.resource(linkOf(id)).values["authorization_url"]);
        expect(page.status).toBe(200);
      }),
    ]);
    expectedCalls += LINKS;
    expect(await tokenCalls()).toEqual({ all: expectedCalls, refused: 0 });

    // Every access token is over: both runs find that at the same time, and one of them refreshes it.
    stage.clock.advance("61m");
    await Promise.all([one.refresh(), other.refresh()]);
    expectedCalls += ids.length;
    expect(await tokenCalls()).toEqual({ all: expectedCalls, refused: 0 });
    for (const read of await Promise.all([one.state(), other.state()])) {
      for (const id of ids) expect(read.resource(linkOf(id)).values).toMatchObject({ status: "linked" });
    }
    expect(await granted()).toEqual(new Map(ids.map((id) => [id, 1])));
  }
  console.info(`${ROUNDS} rounds, ${ids.length} links raced for by two applies and a callback, 0 lost`);
});

it(`${READ_BACKS} read-backs by two runs of the executable at once, each of which replaces every token: none is lost`, async () => {
  const seconds = { account: 1, organizational_unit: 1, service_account: 1 };
  await raise({ provider: "executable", assumptions: { accessTokenLifetimeSeconds: seconds } });
  const one = stage.terraform;
  const other = await stage.another("");
  const ids = await stage.addServiceAccounts(LINKS);
  const configuration = stage.linksOf(ids);
  await one.apply({ configuration });
  const state = await one.state();
  await Promise.all([
    other.apply({ configuration }),
    ...ids.map((id) => stage.authorize(state.resource(linkOf(id)).values["authorization_url"])),
  ]);
  for (let round = 1; round <= READ_BACKS; round++) {
    await Promise.all([one.refresh(), other.refresh()]);
    for (const read of await Promise.all([one.state(), other.state()])) {
      for (const id of ids) expect(read.resource(linkOf(id)).values).toMatchObject({ status: "linked" });
    }
  }
  const { all, refused } = await tokenCalls();
  expect(refused).toBe(0);
  // Each link's code once, and a refresh by every refresh and the plan after it, in both runs.
  expect(all).toBeGreaterThanOrEqual(LINKS + READ_BACKS * 4 * LINKS);
  expect(await granted()).toEqual(new Map(ids.map((id) => [id, 1])));
  console.info(`${READ_BACKS} rounds of two executables, ${all} token calls, ${refused} refused`);
});

it(`${IN_PROCESS_ROUNDS} rounds of two readers and a callback on one link whose tokens are over: none is lost`, async () => {
  await raise({ provider: "attached" });
  const { sandbox, clock, serviceAccountId, store: folder } = stage;
  const client = new CronofyClient({
    dataCenter: "us",
    clientId: sandbox.client_id,
    clientSecret: new Secret(sandbox.client_secret),
    apiUrl: sandbox.api_url,
    appUrl: sandbox.app_url,
    requestsPerSecond: 100_000,
    requestsPerMinute: 100_000,
  });
  await stage.apply();
  const authorizationUrl = String((await stage.link())["authorization_url"]);
  /** Where an administrator lands who has approved. */
  const approve = async () => {
    const token = await client.createLinkToken(serviceAccountId);
    const url = new URL(authorizationUrl);
    url.searchParams.set("ou_link_token", token.reveal());
    const approved = await stage.admin("POST", "/authorize", { authorization_url: url.href });
    return (approved as { redirect_to: string }).redirect_to;
  };
  // Looks at a held lock more often than a process would, for the sake of the rounds.
  const observe = () =>
    observeLink(new FileLinkStore(folder, { delay: () => delay(2) }), client, stage.keyOf(), {
      now: clock.now,
    });

  expect((await fetch(await approve())).status).toBe(200);
  let lost = 0;
  for (let round = 1; round <= IN_PROCESS_ROUNDS; round++) {
    clock.advance("61m");
    const landing = await approve();
    const [page, ...found] = await Promise.all([fetch(landing), observe(), observe()]);
    expect(page.status).toBe(200);
    for (const evidence of found) if (evidence.kind !== "linked") lost++;
    if ((await observe()).kind !== "linked") lost++;
  }
  expect(lost).toBe(0);
  expect((await tokenCalls()).refused).toBe(0);
  expect(await granted()).toEqual(new Map([[serviceAccountId, 1]]));
  await stage.terraform.refresh();
  const state = await stage.terraform.state();
  expect(state.resource("cronofy_organizational_unit_link.acme").values).toMatchObject({ status: "linked" });
  console.info(`${IN_PROCESS_ROUNDS} rounds of two readers and a callback, ${lost} lost`);
});
