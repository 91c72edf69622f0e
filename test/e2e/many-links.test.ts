// Many links at once, of which some have a bad day.
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { WITHOUT_LIMITS, linkOf, raiseManyLinks } from "./many-links";
import type { ManyLinks } from "./many-links";
import { LINK_TOKENS, TOKEN, USER_INFO } from "./two-links";

jest.setTimeout(120_000);

const LINKS = 20;

describe(`${LINKS} links that are read back at once`, () => {
  let stage: ManyLinks;
  let broken: string;
  let others: readonly string[];

  beforeAll(async () => {
    stage = await raiseManyLinks(LINKS, { provider: "attached", env: WITHOUT_LIMITS });
    [broken = "", ...others] = stage.serviceAccountIds;
  });
  afterAll(() => stage.close());

  /** How many more of these requests the work takes. */
  const spent = async (request: readonly [string, string], work: () => Promise<unknown>) => {
    const before = await stage.requests(...request);
    await work();
    return (await stage.requests(...request)) - before;
  };

  it("take one request each, and no token", async () => {
    expect(await spent(TOKEN, () => stage.terraform.plan())).toBe(0);
    expect(await spent(USER_INFO, () => stage.terraform.plan())).toBe(LINKS);
  });

  it("are linked but for the one whose record is damaged: it stays as it was, and the warning is for it alone", async () => {
    const [name = ""] = (await readdir(stage.store)).filter((each) => each.startsWith(broken));
    const file = path.join(stage.store, name);
    const record = await readFile(file, "utf8");
    await writeFile(file, record.slice(0, 100));
    stage.clock.advance("61m");
    const refreshes = await spent(TOKEN, async () => {
      const { plan, stdout } = await stage.terraform.plan({ expectActions: {} });
      expect(plan.isEmpty).toBe(true);
      expect(stdout.match(/Warning: /g)).toHaveLength(1);
      expect(stdout).toContain(name.slice(0, 30));
      for (const id of stage.serviceAccountIds) {
        expect(plan.change(linkOf(id)).after).toMatchObject({ status: "linked" });
      }
    });
    expect(refreshes).toBe(others.length);
    await writeFile(file, record);
    expect(await spent(TOKEN, () => stage.terraform.plan())).toBe(1);
  });

  it("stay linked where some access tokens are refused amid the run: those are refreshed, once", async () => {
    await stage.admin("POST", "/faults", { path: USER_INFO[1], status: 401, times: 3 });
    const refreshes = await spent(TOKEN, async () => {
      const { stdout } = await stage.terraform.plan();
      expect(stdout).not.toContain("Warning: ");
    });
    expect(refreshes).toBe(3);
    const records = await Promise.all(stage.serviceAccountIds.map((id) => stage.authorizations.read(stage.keyOf(id))));
    expect(records.filter((record) => record?.authorization?.refusedAt !== null)).toEqual([]);
  });

  it("are carried out as planned where one is revoked between plan and apply, and the next plan has that one", async () => {
    const [keyed = ""] = others;
    const keepers = `keepers = each.value == ${JSON.stringify(keyed)} ? { round = "2" } : null`;
    // Between its plan and its apply is where a step lets nobody in, so these are run one by one.
    const { workspace } = stage.terraform;
    await workspace.write({ "main.tf": stage.linksOf(stage.serviceAccountIds, keepers) });
    const { exitCode, plan } = await workspace.plan();
    expect({
      exitCode,
      changes: plan?.resource_changes?.filter(({ change }) => change.actions[0] !== "no-op"),
    }).toEqual({
      exitCode: 2,
      changes: [expect.objectContaining({ address: linkOf(keyed) })],
    });
    await stage.admin("POST", "/revoke", { service_account_id: broken });
    await stage.admin("POST", "/revoke", { service_account_id: keyed });
    stage.clock.advance("1s");
    const mints = await spent(LINK_TOKENS, () => workspace.applyPlan());
    expect(mints).toBe(1);

    stage.clock.advance("1s");
    const next = await stage.terraform.plan({ expectActions: { [linkOf(broken)]: "update" } });
    expect(next.plan.drift(linkOf(broken))).toMatchObject({ after: { status: "unlinked" } });
    // An administrator of this one has been asked already.
    expect(next.plan.change(linkOf(keyed)).after).toMatchObject({ status: "pending" });
    await stage.terraform.apply();
  });
});

describe("two runs of Terraform at once that share an application", () => {
  const EACH = 8;
  const rateLimit = { perSecond: 10, perMinute: 10_000, sendsRetryAfter: false };

  it.each<[string, Record<string, string>]>([
    ["with no limit of their own: refused with 429, they wait, and both succeed", {}],
    ["each with a part of the limit: both succeed", { CRONOFY_REQUESTS_PER_SECOND: "4" }],
  ])("%s", async (_, env) => {
    const stage = await raiseManyLinks(0, { provider: "executable", env, assumptions: { rateLimit } });
    try {
      const other = await stage.another("");
      const runs = await Promise.all(
        [stage.terraform, other].map(async (terraform) => {
          const ids = await stage.addServiceAccounts(EACH);
          const { stdout } = await terraform.apply({ configuration: stage.linksOf(ids) });
          const state = await terraform.state();
          return { addresses: state.addresses, stdout };
        }),
      );
      for (const { addresses, stdout } of runs) {
        expect(addresses).toHaveLength(EACH);
        expect(stdout).not.toContain("Warning: ");
      }
      const requests = (await stage.admin("GET", "/requests")) as { path: string; status: number }[];
      const minted = requests.filter(({ path: route, status }) => route === LINK_TOKENS[1] && status < 300);
      expect(minted).toHaveLength(2 * EACH);
      const refused = requests.filter(({ status }) => status === 429).length;
      if (env["CRONOFY_REQUESTS_PER_SECOND"] === undefined) expect(refused).toBeGreaterThan(0);
      else expect(refused).toBe(0);
    } finally {
      await stage.close();
    }
  });
});
