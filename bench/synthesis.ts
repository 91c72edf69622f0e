import { fork } from "node:child_process";
import path from "node:path";
import { markdownTable } from "./markdown-table";
import type { Synthesis } from "./synthesis-process";

const SIZES = [1_000, 10_000] as const;

/** Milliseconds that 1,000 links with one hook each may take. */
const TIME_BUDGET = 2_000;
/** How many times as long 10,000 may take. */
const GROWTH_BUDGET = 12;
/** Bytes that 10,000 may take. */
const MEMORY_BUDGET = 600_000_000;

/** What the synthesis of a small and of a large fleet took, each in a process of its own. */
export interface Syntheses {
  readonly small: Synthesis;
  readonly large: Synthesis;
}

export async function synthesis(): Promise<Syntheses> {
  return { small: await synthesisOf(SIZES[0]), large: await synthesisOf(SIZES[1]) };
}

/** Whether every budget is kept. */
export function synthesisWithinBudget({ small, large }: Syntheses): boolean {
  return total(small) < TIME_BUDGET && growth({ small, large }) <= GROWTH_BUDGET && large.peakMemory < MEMORY_BUDGET;
}

export function synthesisTable(both: Syntheses): string {
  const { small, large } = both;
  const timeKept = total(small) < TIME_BUDGET ? "kept" : "EXCEEDED";
  const growthKept = growth(both) <= GROWTH_BUDGET ? "kept" : "EXCEEDED";
  const memoryKept = large.peakMemory < MEMORY_BUDGET ? "kept" : "EXCEEDED";
  return markdownTable(
    ["synthesis of links with one hook each", "constructs", "app.synth()", "both", "budget", "memory", "budget"],
    [
      row(SIZES[0], small, `< ${seconds(TIME_BUDGET)}, ${timeKept}`, ""),
      row(
        SIZES[1],
        large,
        `≤ ${GROWTH_BUDGET} ×, is ${growth(both).toFixed(1)} ×, ${growthKept}`,
        `< ${megabytes(MEMORY_BUDGET)}, ${memoryKept}`,
      ),
    ],
  );
}

function row(links: number, each: Synthesis, budget: string, memoryBudget: string): string[] {
  const times = [each.build, each.synth, total(each)].map(seconds);
  return [links.toLocaleString("en"), ...times, budget, megabytes(each.peakMemory), memoryBudget];
}

function total({ build, synth }: Synthesis): number {
  return build + synth;
}

function growth({ small, large }: Syntheses): number {
  return total(large) / total(small);
}

function synthesisOf(count: number): Promise<Synthesis> {
  return new Promise((resolve, reject) => {
    const child = fork(path.join(__dirname, "synthesis-process.ts"), [String(count)]);
    child.once("message", (message) => resolve(message as Synthesis));
    child.once("error", reject);
    child.once("exit", (code) =>
      reject(new Error(`The synthesis of ${count} links ended with ${code} and no result.`)),
    );
  });
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(2)} s`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}

if (require.main === module) void synthesis().then((both) => console.log(synthesisTable(both)));
