import { withinBudget } from "./measurement";
import type { Measurement } from "./measurement";

const HEADINGS = ["what", "ours", "baseline", "ratio", "budget", ""];

/** Measurements as a table in Markdown, which also reads well in a terminal. */
export function table(measurements: readonly Measurement[]): string {
  const rows = measurements.map((each) => [
    each.what,
    milliseconds(each.ours),
    each.baseline === undefined ? "" : milliseconds(each.baseline),
    each.baseline === undefined ? "" : ratio(each.ours / each.baseline),
    ...verdict(each),
  ]);
  const widths = HEADINGS.map((heading, column) =>
    Math.max(...[heading, ...rows.map((row) => row[column] ?? "")].map(({ length }) => length)),
  );
  const line = (cells: readonly string[]) => {
    const padded = cells.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
    return `| ${padded.join(" | ")} |`;
  };
  const rule = `| ${widths.map((width, column) => (column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`;
  return [line(HEADINGS), rule, ...rows.map(line)].join("\n");
}

function verdict(measurement: Measurement): [budget: string, kept: string] {
  const { budget } = measurement;
  if (budget === undefined) return ["", ""];
  const limit = budget.kind === "ratio" ? ratio(budget.atMost) : milliseconds(budget.milliseconds);
  return [`≤ ${limit}`, withinBudget(measurement) ? "kept" : "EXCEEDED"];
}

function milliseconds(value: number): string {
  return value < 10_000 ? `${value.toFixed(0)} ms` : `${(value / 1000).toFixed(1)} s`;
}

function ratio(value: number): string {
  return `${value.toFixed(2)} ×`;
}
