import { readFile, writeFile } from "node:fs/promises";
import { InvalidArgumentError, Option } from "commander";
import { cliCommand } from "../command-line/cli-command";
import { CliError, EXIT_CODE } from "../command-line/cli-error";
import { readStandardInput } from "../command-line/standard-input";
import type { Terminal } from "../command-line/terminal";
import { MAX_OUTPUT } from "../terraform/terraform-run";

interface AcceptFlags {
  readonly reason: string;
  readonly expires: string;
  readonly into?: string;
}

/** `ou-link drift accept`: what a report found, as rules to live with it for a while. */
export const driftAcceptCommand = cliCommand<AcceptFlags>({
  name: "accept",
  summary: "write rules that ignore what a report found",
  description:
    "Writes an ignore rule for each finding that makes a report fail, with a reason and a last day: for what was looked " +
    "at and is to be lived with. Reads the report in JSON, and plans nothing. What a rule ignores already gets no other.",
  argument: { name: "<file>", description: "a report that ou-link drift wrote in JSON, - for standard input" },
  usageExitCode: EXIT_CODE.failure,
  options: [
    new Option("--reason <text>", "why, so that somebody can judge it later").argParser(reason).makeOptionMandatory(),
    new Option("--expires <day>", "the last day on which it is accepted, YYYY-MM-DD")
      .argParser(day)
      .makeOptionMandatory(),
    new Option("--into <file>", "the file of rules to add them to, in YAML or JSON (default: print them)"),
  ],
  examples: [
    {
      does: "accept what the last run found, until the end of March",
      line: 'ou-link drift accept drift.json --into drift-ignore.yaml --reason "They migrate." --expires 2027-03-31',
    },
  ],
  async run({ into: file, ...decision }, terminal, [name = ""]) {
    const [{ DriftInputError }, { acceptFindings, readReport }] = await Promise.all([
      import("../../drift"),
      import("../../drift/files"),
    ]);
    try {
      const report = readReport(await reportText(name, terminal), name === "-" ? "Standard input" : name);
      const rules = file === undefined ? "" : await rulesText(file);
      const now = new Date();
      const { text, added } = acceptFindings(report, { text: rules, file: file ?? "", ...decision }, now);
      if (added === 0)
        terminal.note("There is nothing to accept: no finding makes the report fail, or rules ignore them all.");
      else if (file === undefined) terminal.print(text.trimEnd());
      else {
        await writeFile(file, text).catch((error: NodeJS.ErrnoException) => {
          throw new CliError(
            `The rules cannot be written to ${file}: ${error.code ?? error.message}.`,
            "Name another.",
          );
        });
        terminal.note(`${added === 1 ? "1 rule was" : `${added} rules were`} added to ${file}. Look at them.`);
      }
      return EXIT_CODE.ok;
    } catch (error) {
      if (!(error instanceof DriftInputError)) throw error;
      throw new CliError(error.message, error.fix);
    }
  },
});

async function reportText(name: string, terminal: Terminal): Promise<string> {
  if (name !== "-") {
    return readFile(name, "utf8").catch((error: NodeJS.ErrnoException) => {
      const fix = "Make a report first: ou-link drift --output json=<file>.";
      throw new CliError(`The report cannot be read from ${name}: ${error.code ?? error.message}.`, fix);
    });
  }
  const input = await readStandardInput(terminal, {
    signal: terminal.interruption(),
    most: MAX_OUTPUT,
    fix: "Pipe a report to it, such as: ou-link drift --format json | ou-link drift accept -",
    exitCode: EXIT_CODE.failure,
  });
  return input.toString();
}

async function rulesText(file: string): Promise<string> {
  return readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw new CliError(`The ignore rules cannot be read from ${file}: ${error.code ?? error.message}.`, "Name a file.");
  });
}

function reason(text: string): string {
  if (text.trim() === "") throw new InvalidArgumentError("Say why.");
  return text.trim();
}

function day(text: string): string {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text) === true;
  if (!isDay) throw new InvalidArgumentError("Give a day: YYYY-MM-DD.");
  if (text < new Date().toISOString().slice(0, 10)) throw new InvalidArgumentError("That day is over.");
  return text;
}
