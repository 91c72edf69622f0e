import { readFile, writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";

/** One part of a bench. */
export interface Part {
  /** What `--only` calls it. */
  readonly name: string;
  run(options: PartOptions): Promise<PartResult>;
}

export interface PartOptions {
  /** Much less of it, to see that it works. */
  readonly quick: boolean;
}

export interface PartResult {
  /** Tables in Markdown. */
  readonly text: string;
  /** Whether every budget is kept. */
  readonly kept: boolean;
}

/**
 * Runs the parts of a bench, or those that the command line names: `--only a,b`, and `--quick` for small sizes.
 *
 * @param page a page in Markdown, into which `--write` puts each part's tables, between the part's markers
 */
export async function runParts(parts: readonly Part[], page?: string): Promise<void> {
  const { values } = parseArgs({
    options: { only: { type: "string" }, quick: { type: "boolean", default: false }, write: { type: "boolean" } },
  });
  const names = values.only?.split(",") ?? parts.map(({ name }) => name);
  const unknown = names.filter((name) => !parts.some((part) => part.name === name));
  if (unknown.length > 0) {
    throw new Error(`There is no part ${unknown.join(", ")}; there is ${parts.map(({ name }) => name).join(", ")}.`);
  }
  for (const part of parts.filter(({ name }) => names.includes(name))) {
    const taken = `On ${machine()}:`;
    const { text, kept } = await part.run({ quick: values.quick });
    console.log(`${taken}\n\n${text}\n`);
    if (!kept) process.exitCode = 1;
    if (values.write && page !== undefined) await writeInto(page, part.name, `${taken}\n\n${text}`);
  }
}

/** Where figures are taken, and what else the machine had to do in the five minutes before. */
function machine(): string {
  const [, load = 0] = loadavg();
  const processors = `${cpus().length} × ${cpus()[0]?.model.trim() ?? "unknown processor"}`;
  return `${new Date().toISOString().slice(0, 10)}, ${processors}, ${process.platform}, load average ${load.toFixed(1)} before`;
}

/** A budget, and whether it is kept. */
export function verdict(budget: string, kept: boolean): string {
  return `${budget}: ${kept ? "kept" : "EXCEEDED"}`;
}

async function writeInto(page: string, name: string, text: string): Promise<void> {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
  const [before, rest] = (await readFile(page, "utf8")).split(begin);
  const after = rest?.split(end)[1];
  if (after === undefined) throw new Error(`${page} has no ${begin} with its ${end}.`);
  await writeFile(page, `${before}${begin}\n\n${text}\n\n${end}${after}`);
}

/** Ends the process with a failure that is one line. */
export function failing(run: Promise<void>): void {
  run.catch((error: unknown) => {
    console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  });
}
