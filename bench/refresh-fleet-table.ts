import { ANSWER_TIME, MEMORY_BUDGET, PARALLELISM, memoryWithinBudget, requestsWithinBudget } from "./fleet-plan";
import type { FleetPlan } from "./fleet-plan";
import { markdownTable } from "./markdown-table";

const HEADINGS = [
  "links",
  "plan",
  "time",
  "waiting alone",
  "userinfo",
  "token refresh",
  "other",
  "budget",
  "peak memory",
  "budget",
];

/** What came of planning fleets, as a table in Markdown. */
export function refreshFleetTable(plans: readonly FleetPlan[]): string {
  const rows = plans.map((plan) => [
    String(plan.links),
    plan.what,
    seconds(plan.time),
    seconds(plan.waiting),
    String(plan.requests.userInfo),
    String(plan.requests.tokenRefresh),
    String(plan.requests.other),
    `${plan.userInfoBudget}, 0, 0: ${verdict(requestsWithinBudget(plan))}`,
    plan.peakMemory === null ? "not measured" : megabytes(plan.peakMemory),
    plan.peakMemory === null ? "" : `< ${megabytes(MEMORY_BUDGET)}: ${verdict(memoryWithinBudget(plan))}`,
  ]);
  const title = `Reading linked units back, -parallelism=${PARALLELISM}, ${ANSWER_TIME} ms for an answer of Cronofy`;
  return `${title}\n\n${markdownTable(HEADINGS, rows)}`;
}

function verdict(kept: boolean): string {
  return kept ? "kept" : "EXCEEDED";
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(1)} s`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}
