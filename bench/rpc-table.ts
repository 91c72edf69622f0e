import type { RpcResult } from "./rpc";

const HEADINGS = ["call", "request", "at once", "calls/s", "p50", "p99", "CPU/call", "provider", "caller", "budget"];

/** What came of the calls, as a table in Markdown for each runtime. */
export function rpcTable(results: readonly RpcResult[]): string {
  return results.map(oneTable).join("\n\n");
}

function oneTable({ runtime, runs, memory }: RpcResult): string {
  const rows = runs.map((run) => [
    run.call,
    `${run.requestSize} B`,
    String(run.concurrency),
    run.callsPerSecond.toFixed(0),
    `${run.p50.toFixed(2)} ms`,
    `${run.p99.toFixed(2)} ms`,
    run.providerCpu === null ? "" : `${run.providerCpu.toFixed(2)} ms`,
    run.providerLoad === null ? "" : percent(run.providerLoad),
    percent(run.callerLoad),
    run.kept === undefined ? "" : verdict(run.kept),
  ]);
  const widths = HEADINGS.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => (row[column] ?? "").length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  const told =
    memory === null
      ? "memory: this system does not tell"
      : `memory: ${megabytes(memory.before)} after the warm-up, ${megabytes(memory.after)} at the end: ${verdict(memory.kept)}`;
  return [`${runtime}, ${told}`, "", line(HEADINGS), rule, ...rows.map(line)].join("\n");
}

function verdict(kept: boolean): string {
  return kept ? "kept" : "EXCEEDED";
}

/** Of one processor. */
function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(0)} MiB`;
}
