import type { TerraformRun } from "../src/plugin/testing";
import { markdownTable } from "./markdown-table";
import { timed } from "./measurement";
import { verdict } from "./run-parts";
import type { Part } from "./run-parts";
import { Stage, succeeded } from "./stage";
import { OURS } from "./subject";

const FLEETS = [1_000, 2_000];

/** How many links Terraform works on at once: its own default. */
const PARALLELISM = 10;

/** Milliseconds that Cronofy takes for an answer. */
const ANSWER_TIME = 50;

const HEADINGS = ["links", "plan", "time", "waiting alone", "userinfo", "token refresh", "other", "budget"];

/** What it takes to read back many units that are linked, while Cronofy takes its time for each answer. */
export const refreshFleet: Part = {
  name: "refresh-fleet",
  async run({ quick }) {
    const plans: FleetPlan[] = [];
    for (const size of quick ? [20] : FLEETS) plans.push(...(await plansOfFleet(size)));
    const rows = plans.map((plan) => [
      String(plan.links),
      plan.what,
      seconds(plan.time),
      seconds(Math.ceil(plan.userInfoBudget / PARALLELISM) * ANSWER_TIME),
      ...[plan.userInfo, plan.tokenRefresh, plan.other].map(String),
      verdict(`${plan.userInfoBudget}, 0, 0`, isKept(plan)),
    ]);
    const title = `Reading linked units back, -parallelism=${PARALLELISM}, ${ANSWER_TIME} ms for an answer of Cronofy`;
    return { text: `${title}\n\n${markdownTable(HEADINGS, rows)}`, kept: plans.every(isKept) };
  },
};

/** What one plan of a fleet took, of which each link is linked and nothing is to be done. */
interface FleetPlan {
  readonly links: number;
  /** What is particular about this plan. */
  readonly what: string;
  /** Milliseconds. */
  readonly time: number;
  /** How many requests of each kind Cronofy was sent. */
  readonly userInfo: number;
  readonly tokenRefresh: number;
  readonly other: number;
  /** How many requests for userinfo there may be, no more and no fewer. Others may not be at all. */
  readonly userInfoBudget: number;
}

/** Whether each link took the requests that it may take, and no other. */
function isKept({ userInfo, userInfoBudget, tokenRefresh, other }: FleetPlan): boolean {
  return userInfo === userInfoBudget && tokenRefresh === 0 && other === 0;
}

async function plansOfFleet(links: number): Promise<FleetPlan[]> {
  const stage = await Stage.open(links);
  try {
    // Linked beforehand, so that their declarations adopt them: links that are minted for have a larger state, which
    // Terraform writes again after each of them.
    await stage.link(OURS, links);
    const workspace = await stage.workspace(OURS, links);
    for (const run of [() => workspace.init(), () => workspace.apply(), () => workspace.refresh()]) {
      succeeded(await run());
    }
    stage.controls.addFault({ path: "/*", delay_ms: ANSWER_TIME, times: 1_000_000 });

    const plan = async (what: string, userInfoBudget: number, env: Record<string, string> = {}): Promise<FleetPlan> => {
      const before = stage.controls.requests().length;
      const args = ["plan", "-input=false", "-detailed-exitcode", `-parallelism=${PARALLELISM}`];
      const time = await timed(async () => nothingToDo(await workspace.run(args, { env })));
      const requests = stage.controls.requests().slice(before);
      const sent = requests.map(({ method, path }) => `${method} ${path}`);
      const userInfo = sent.filter((name) => name === "GET /v1/userinfo").length;
      const tokenRefresh = sent.filter((name) => name === "POST /oauth/token").length;
      return {
        links,
        what,
        time,
        userInfo,
        tokenRefresh,
        other: sent.length - userInfo - tokenRefresh,
        userInfoBudget,
      };
    };
    const env = { CRONOFY_READ_BACK_MAX_AGE: "1h" };
    return [
      await plan("tokens fresh", links),
      await plan("answers kept for 1 h, none yet", links, env),
      await plan("answers kept for 1 h, again", 0, env),
    ];
  } finally {
    await stage.close();
  }
}

/** @throws Error when a plan failed or proposes a change, which would make it another plan than the one to measure */
function nothingToDo(run: TerraformRun): void {
  if (run.exitCode === 2) throw new Error("A plan of units that are all linked proposes changes.");
  succeeded(run);
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(1)} s`;
}
