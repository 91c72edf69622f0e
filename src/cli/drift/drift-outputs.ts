import { appendFile, readFile, writeFile } from "node:fs/promises";
import { InvalidArgumentError, Option } from "commander";
import type { DriftReport, Format, FormatOptions, HistoryEntry } from "../../drift";
import { CliError } from "../command-line/cli-error";

/** All formats. Named here as well so that `--help` does not load them; the compiler holds the two together. */
const FORMAT_NAMES = [
  "table",
  "markdown",
  "comment",
  "json",
  "junit",
  "sarif",
  "html",
  "openmetrics",
] as const satisfies Format[];

/** A file to write, and in which format. */
export interface Output {
  readonly format: Format;
  readonly file: string;
}

/** `--format`: what standard output gets. */
export function formatOption(): Option {
  return new Option("--format <format>", "what to print").choices(FORMAT_NAMES).default("table");
}

/** `--output html=report.html`, any number of times. */
export function outputOption(): Option {
  return new Option("--output <format=file>", "write a format to a file as well; may be given again")
    .argParser((text: string, sofar: readonly Output[]) => [...sofar, parseOutput(text)])
    .default([], "none");
}

function parseOutput(text: string): Output {
  const at = text.indexOf("=");
  const format = FORMAT_NAMES.find((each) => each === text.slice(0, at));
  const file = text.slice(at + 1);
  if (format === undefined || file === "") {
    throw new InvalidArgumentError(`Give <format>=<file>, with one of ${FORMAT_NAMES.join(", ")}.`);
  }
  return { format, file };
}

const RECEIVERS = ["slack", "teams", "webhook"] as const;

/** Who can be notified. */
export type Receiver = (typeof RECEIVERS)[number];

/** `--notify slack,webhook` */
export function notifyOption(): Option {
  return new Option("--notify <receivers>", `whom to tell of changes since the baseline: ${RECEIVERS.join(", ")}`)
    .argParser((text: string) => text.split(",").map(parseReceiver))
    .default([], "nobody");
}

function parseReceiver(text: string): Receiver {
  const receiver = RECEIVERS.find((each) => each === text.trim());
  if (receiver === undefined) throw new InvalidArgumentError(`Give some of ${RECEIVERS.join(", ")}.`);
  return receiver;
}

/** Writes a report in all formats that were asked for. @throws CliError where a file cannot be written */
export async function writeOutputs(
  report: DriftReport,
  outputs: readonly Output[],
  options: FormatOptions,
): Promise<void> {
  const { FORMATS } = await import("../../drift");
  for (const { format, file } of outputs) {
    const text = FORMATS[format](report, { ...options, color: false, columns: null });
    await attempt(`The ${format} report`, file, () => writeFile(file, `${text}\n`));
  }
}

/** Adds this run to a history, and gives all of it. @throws CliError where the file cannot be read or written */
export async function keepHistory(file: string, entry: HistoryEntry): Promise<HistoryEntry[]> {
  const { readHistory } = await import("../../drift");
  const earlier = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw cannot("The history", file, error);
  });
  // A run that was interrupted while it wrote must not take this one with it.
  const separator = earlier === "" || earlier.endsWith("\n") ? "" : "\n";
  await attempt("The history", file, () => appendFile(file, `${separator}${JSON.stringify(entry)}\n`));
  return [...readHistory(earlier), entry];
}

async function attempt(what: string, file: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    throw cannot(what, file, error as NodeJS.ErrnoException);
  }
}

function cannot(what: string, file: string, error: NodeJS.ErrnoException): CliError {
  return new CliError(`${what} cannot be written to ${file}: ${error.code ?? error.message}.`, "Name another file.");
}
