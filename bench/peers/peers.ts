/** `npm run bench:peers`: ours beside what else could do the same, in one run on one machine. */
import path from "node:path";
import { failing, runParts } from "../run-parts";
import { calls } from "./calls";
import { commands } from "./commands";
import { fleet } from "./fleet";
import { month } from "./month";
import { starts } from "./starts";
import { buildPeers } from "./subjects";

const PAGE = path.resolve(__dirname, "..", "..", "docs", "benchmarks.md");

failing(benchPeers());

async function benchPeers(): Promise<void> {
  const peers = await buildPeers();
  try {
    const fleets = [500, 2_000].flatMap((size) => [10, 50].map((parallelism) => fleet(peers, size, parallelism)));
    await runParts([commands(peers), starts(peers), calls(peers), ...fleets, month(peers)], PAGE);
  } finally {
    peers.remove();
  }
}
