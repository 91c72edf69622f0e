import { appendFile, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { DriftInputError, FORMATS, baselineOf, repositoryRoot } from "../../drift";
import type { Baseline, DriftReport, Format, FormatOptions, HistoryEntry, IgnoreRule } from "../../drift";
import { CliError } from "../command-line/cli-error";
import type { Terminal } from "../command-line/terminal";

/**
 * Reads the baseline. A pipeline has none at its first run, and loses it now and then.
 *
 * @returns null where there is none
 * @throws CliError where the file cannot be read or is of another format: what was told before must not be told as new
 */
export async function readBaseline(file: string, terminal: Terminal): Promise<Baseline | null> {
  const { readReport } = await import("../../drift/files");
  try {
    return baselineOf(readReport(await readFile(file, "utf8"), file));
  } catch (error) {
    if (error instanceof DriftInputError) throw new CliError(error.message, error.fix);
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT")
      throw new CliError(`The baseline cannot be read from ${file}: ${code ?? message}.`, "Name a file.");
    terminal.warn(`There is no baseline ${file} yet, so nothing is told as new. --output json=${file} makes one.`);
    return null;
  }
}

/** @throws CliError where the file cannot be read or is wrong: a rule that is not understood must not hide anything */
export async function readRules(file: string): Promise<{ file: string; rules: readonly IgnoreRule[] }> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new CliError(`The ignore rules cannot be read from ${file}: ${error.code ?? error.message}.`, "Name a file.");
  });
  const { readIgnoreRules } = await import("../../drift/files");
  try {
    const fromRoot = path.relative(repositoryRoot("."), path.resolve(file)).split(path.sep).join("/");
    return { file: fromRoot, rules: readIgnoreRules(text, file) };
  } catch (error) {
    if (!(error instanceof DriftInputError)) throw error;
    throw new CliError(error.message, error.fix);
  }
}

/** A file to write, and in which format. */
export interface Output {
  readonly format: Format;
  readonly file: string;
}

/** Writes a report in all formats that were asked for. @throws CliError where a file cannot be written */
export async function writeOutputs(
  report: DriftReport,
  outputs: readonly Output[],
  options: FormatOptions,
): Promise<void> {
  for (const { format, file } of outputs) {
    const text = FORMATS[format](report, { ...options, color: false, columns: null });
    await attempt(`The ${format} report`, file, () => writeFile(file, `${text}\n`));
  }
}

/** Adds this run to a history, and gives all of it. @throws CliError where the file cannot be read or written */
export async function keepHistory(file: string, entry: HistoryEntry): Promise<HistoryEntry[]> {
  const earlier = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw cannot("The history", file, error);
  });
  // A run that was interrupted while it wrote must not take this one with it.
  const separator = earlier === "" || earlier.endsWith("\n") ? "" : "\n";
  await attempt("The history", file, () => appendFile(file, `${separator}${JSON.stringify(entry)}\n`));
  const { readHistory } = await import("../../drift/files");
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
