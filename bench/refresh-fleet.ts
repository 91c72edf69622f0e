/** `tsx bench/refresh-fleet.ts [links …]`: what it takes to read back many units that are linked. */
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TerraformRun } from "../src/plugin/testing";
import { startSandbox } from "../src/sandbox";
import type { LoggedRequest } from "../src/sandbox";
import { ANSWER_TIME, PARALLELISM, memoryWithinBudget, requestsWithinBudget } from "./fleet-plan";
import type { FleetPlan, FleetRequests } from "./fleet-plan";
import { linkedFleet } from "./linked-fleet";
import { timed } from "./measurement";
import { peakMemoryDuring } from "./peak-memory";
import { refreshFleetTable } from "./refresh-fleet-table";
import { SandboxAdmin } from "./sandbox-admin";
import { EXECUTABLE, Workspaces, serviceAccountId, succeeded } from "./workspaces";

const FLEETS = [1_000, 2_000];

/** More than all runs of a fleet send together. */
const REQUEST_LOG_LENGTH = 100_000;

const USER_INFO = "GET /v1/userinfo";
const TOKEN_REFRESH = "POST /oauth/token";

/** Plans fleets of each size, through Terraform and the executable, while Cronofy takes its time for each answer. */
export async function refreshFleet(sizes: readonly number[] = FLEETS): Promise<FleetPlan[]> {
  const plans: FleetPlan[] = [];
  for (const size of sizes) plans.push(...(await plansOfFleet(size)));
  return plans;
}

/** Whether every budget is kept. */
export function refreshFleetWithinBudget(plans: readonly FleetPlan[]): boolean {
  return plans.every((plan) => requestsWithinBudget(plan) && memoryWithinBudget(plan));
}

async function plansOfFleet(links: number): Promise<FleetPlan[]> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), "refresh-fleet-")));
  const sandbox = await startSandbox({
    serviceAccounts: Array.from({ length: links }, (_, index) => ({
      service_account_id: serviceAccountId(index),
      email: `calendars@customer-${index}.test`,
    })),
    requestLogLength: REQUEST_LOG_LENGTH,
  });
  try {
    const workspace = await linkedFleet(new Workspaces(folder, EXECUTABLE, sandbox), sandbox, links);
    const admin = new SandboxAdmin(sandbox);
    await admin.slowDown(ANSWER_TIME);

    const plan = async (what: string, userInfoBudget: number, env: Record<string, string> = {}): Promise<FleetPlan> => {
      const before = await admin.requests();
      const args = ["plan", "-input=false", "-detailed-exitcode", `-parallelism=${PARALLELISM}`];
      const { result, peakMemory } = await peakMemoryDuring(folder, () =>
        timed(async () => nothingToDo(await workspace.run(args, { env }))),
      );
      const requests = counted((await admin.requests()).slice(before.length));
      const waiting = Math.ceil(userInfoBudget / PARALLELISM) * ANSWER_TIME;
      return { links, what, time: result, waiting, requests, userInfoBudget, peakMemory };
    };
    const env = { CRONOFY_READ_BACK_MAX_AGE: "1h" };
    return [
      await plan("tokens fresh", links),
      await plan("answers kept for 1 h, none yet", links, env),
      await plan("answers kept for 1 h, again", 0, env),
    ];
  } finally {
    await sandbox.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** @throws Error when a plan failed or proposes a change, which would make it another plan than the one to measure */
function nothingToDo(run: TerraformRun): void {
  if (run.exitCode === 2) throw new Error("A plan of units that are all linked proposes changes.");
  succeeded(run);
}

function counted(requests: readonly LoggedRequest[]): FleetRequests {
  const names = requests.map(({ method, path }) => `${method} ${path}`);
  const userInfo = names.filter((name) => name === USER_INFO).length;
  const tokenRefresh = names.filter((name) => name === TOKEN_REFRESH).length;
  return { userInfo, tokenRefresh, other: names.length - userInfo - tokenRefresh };
}

if (require.main === module) {
  const sizes = process.argv.slice(2).map(Number);
  refreshFleet(sizes.length > 0 ? sizes : FLEETS).then(
    (plans) => {
      console.log(refreshFleetTable(plans));
      if (!refreshFleetWithinBudget(plans)) process.exitCode = 1;
    },
    (error: unknown) => {
      console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
      process.exitCode = 1;
    },
  );
}
