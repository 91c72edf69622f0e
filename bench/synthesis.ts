import { fork } from "node:child_process";
import path from "node:path";
import { markdownTable } from "./markdown-table";
import { verdict } from "./run-parts";
import type { Part } from "./run-parts";
import type { Synthesis } from "./synthesis-process";

const SIZES = [1_000, 10_000] as const;

/** Milliseconds that 1,000 links with one hook each may take. */
const TIME_BUDGET = 2_000;
/** How many times as long 10,000 may take. */
const GROWTH_BUDGET = 12;
/** Bytes that 10,000 may take. */
const MEMORY_BUDGET = 600_000_000;

/** Synthesizes a small and a large fleet, each in a process of its own. */
export const synthesis: Part = {
  name: "synthesis",
  async run({ quick }) {
    const sizes = SIZES.map((size) => (quick ? size / 10 : size));
    const [few = 0, many = 0] = sizes;
    const small = await synthesisOf(few);
    const large = await synthesisOf(many);
    const growth = total(large) / total(small);
    const isFast = total(small) < TIME_BUDGET;
    const isLinear = growth <= GROWTH_BUDGET;
    const isSmall = large.peakMemory < MEMORY_BUDGET;
    const text = markdownTable(
      ["synthesis of links with one hook each", "constructs", "app.synth()", "both", "budget", "memory", "budget"],
      [
        row(few, small, verdict(`< ${seconds(TIME_BUDGET)}`, isFast), ""),
        row(
          many,
          large,
          verdict(`≤ ${GROWTH_BUDGET} ×, is ${growth.toFixed(1)} ×`, isLinear),
          verdict(`< ${megabytes(MEMORY_BUDGET)}`, isSmall),
        ),
      ],
    );
    return { text, kept: isFast && isLinear && isSmall };
  },
};

function row(links: number, each: Synthesis, budget: string, memoryBudget: string): string[] {
  const times = [each.build, each.synth, total(each)].map(seconds);
  return [links.toLocaleString("en"), ...times, budget, megabytes(each.peakMemory), memoryBudget];
}

function total({ build, synth }: Synthesis): number {
  return build + synth;
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
