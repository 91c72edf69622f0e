// A month of a pipeline that applies every day, by the stage's clock: ten customers who are invited, and one by URL. To
// mint is to change something at Cronofy and to send someone an address that replaces the one they have, so it is done
// when asked for, and never by looking or for one who has an invitation.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { LINK_TYPE } from "../../src/link";
import type { Plan } from "../../src/plugin/testing";
import { reportOf } from "../drift/report-of";
import { configuration, raiseStage } from "./stage";
import type { Stage } from "./stage";
import { LINK_TOKENS } from "./two-links";
import { depth } from "../depth";

jest.setTimeout(240_000);

const DAYS = depth(5, 30);
const COMES_ON = depth(2, 12);
const REVOKED_ON = depth(4, 20);
const CUSTOMERS = Array.from({ length: 10 }, (_, index) => `customer-${index}`);
const [BUSY = ""] = CUSTOMERS;
const BY_URL = `${LINK_TYPE}.by_url`;
const linkOf = (customer: string) => `${LINK_TYPE}.customer[${JSON.stringify(customer)}]`;
const hookOf = (customer: string) => `terraform_data.hook[${JSON.stringify(customer)}]`;

let stage: Stage;
beforeEach(async () => {
  stage = await raiseStage({ provider: "attached", linkServiceUrl: true });
});
afterEach(() => stage.close());

/** The hook hangs on since when somebody is awaited, as the constructs' hooks do. */
async function fleet(): Promise<string> {
  const accounts: [string, string][] = [];
  for (const customer of CUSTOMERS) {
    const made = await stage.admin("POST", "/service_accounts", { email: `calendars@${customer}.example` });
    accounts.push([customer, (made as { service_account_id: string }).service_account_id]);
  }
  const [requirements = ""] = configuration(stage).split("resource ");
  return `${requirements}
locals {
  customers = ${JSON.stringify(Object.fromEntries(accounts))}
}
resource "cronofy_organizational_unit_link" "customer" {
  for_each           = local.customers
  service_account_id = each.value
}
resource "cronofy_organizational_unit_link" "by_url" {
  service_account_id = ${JSON.stringify(stage.serviceAccountId)}
  authorize_with     = "url"
}
resource "terraform_data" "hook" {
  for_each         = cronofy_organizational_unit_link.customer
  triggers_replace = each.value.awaited_since
  provisioner "local-exec" {
    command = each.value.awaited_since == null ? "exit 0" : "echo ${"${each.key}"} >> hooks"
  }
}
`;
}

const mints = () => stage.requests(...LINK_TOKENS);
const hooksRun = async () => {
  const lines = (await readFile(path.join(stage.terraform.workspace.directory, "hooks"), "utf8")).trim().split("\n");
  return lines.sort();
};
/** What a drift report says of those who are invited, and what `ou-link drift` answers for them. */
const drift = ({ json }: Plan) => {
  const rules = `rules:\n  - { address: "${BY_URL}", class: stale, reason: It lapses each day., expires: 2099-12-31 }\n`;
  const { counts, outcome } = reportOf({ ...json }, { rules });
  return { pending: counts.pending, drift: counts.drift, outcome };
};

it(`${DAYS} days of plans, applies and drift reports mint nothing for who is invited, and disturb nobody`, async () => {
  await stage.terraform.apply({ configuration: await fleet() });
  const { awaited_since: since } = (await stage.terraform.state()).resource(linkOf(BUSY)).values;
  expect(await hooksRun()).toEqual(CUSTOMERS);
  const others = { [BY_URL]: "update" } as const;

  for (let day = 1; day <= DAYS; day++) {
    stage.clock.advance("24h");
    const isBack = day === COMES_ON;
    if (isBack) await stage.visit((await stage.terraform.state()).resource(linkOf(BUSY)).values["invitation_url"]);
    const isLost = day === REVOKED_ON;
    if (isLost) {
      const { service_account_id } = (await stage.terraform.state()).resource(linkOf(BUSY)).values;
      await stage.admin("POST", "/revoke", { service_account_id });
    }
    const { plan } = await stage.terraform.apply({
      expectActions: {
        ...others,
        ...((isBack || isLost) && { [hookOf(BUSY)]: "replace" }),
        ...(isLost && { [linkOf(BUSY)]: "update" }),
      },
    });
    const state = await stage.terraform.state();
    const { values } = state.resource(linkOf(BUSY));
    const isLinked = day >= COMES_ON && day < REVOKED_ON;
    expect(values["status"]).toBe(isLinked ? "linked" : "pending");
    if (day < COMES_ON) expect(values["awaited_since"]).toBe(since);
    expect(drift(plan)).toEqual({
      pending: isLinked || isLost ? CUSTOMERS.length - 1 : CUSTOMERS.length,
      drift: isLost ? 1 : 0,
      outcome: isLost ? "drift" : "none",
    });
  }
  // One a day by URL, and one at the click of the customer who came.
  expect(await mints()).toBe(1 + DAYS + 1);
  expect(await hooksRun()).toEqual([...CUSTOMERS, BUSY].sort());
});
