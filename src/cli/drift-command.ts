import { readFile } from "node:fs/promises";
import path from "node:path";
import { InvalidArgumentError, Option } from "commander";
import type { Baseline, DriftReport, FindingClass, FormatOptions, IgnoreRule } from "../drift";
import { DEFAULT_FAIL_ON, FINDING_CLASSES } from "../drift/finding-class";
import { VERSION } from "../provider/version";
import { cliCommand } from "./command-line/cli-command";
import { CliError } from "./command-line/cli-error";
import { driftAcceptCommand } from "./drift/drift-accept-command";
import { formatOption, keepHistory, notifyOption, outputOption, writeOutputs } from "./drift/drift-outputs";
import type { Output, Receiver } from "./drift/drift-outputs";
import { readSources } from "./drift/drift-sources";
import { EXIT_CODE } from "./command-line/exit-code";
import type { Terminal } from "./command-line/terminal";
import { hasColor } from "./command-line/terminal-abilities";
import { sourceUrl, sourceUrlPrefix } from "./drift/source-url";

interface DriftFlags {
  readonly recursive?: true;
  readonly refreshOnly?: true;
  readonly lock?: true;
  readonly parallel?: number;
  readonly ignore?: string;
  readonly failOn: readonly FindingClass[];
  readonly format: Output["format"];
  readonly output: readonly Output[];
  readonly baseline?: string;
  readonly notify: readonly Receiver[];
  readonly history?: string;
  readonly sourceUrl?: string;
}

const EXIT_CODES: Readonly<Record<DriftReport["outcome"], 0 | 1 | 2 | 3>> = {
  none: EXIT_CODE.ok,
  error: EXIT_CODE.failure,
  drift: EXIT_CODE.drift,
  incomplete: EXIT_CODE.incomplete,
};

/** `ou-link drift`: what has become of the links, and of what is declared beside them. */
export const driftCommand = cliCommand<DriftFlags>({
  name: "drift",
  summary: "report what has drifted, and who has to act",
  description:
    "Tells what is not as declared: drift (changed outside of Terraform), stale (time passed, nobody came), failed " +
    "checks, incomplete (the plan does not tell all of it), pending (waits for a human), progress (just linked), " +
    "configuration; and the same of other resources in groups of their own. Reads plans in JSON (terraform show -json " +
    "<plan file>), or plans by itself, in a folder or many. Never writes state, takes no lock unless asked, prints no " +
    "secret. TF_CLI_ARGS_plan gives terraform plan further options.\n\n" +
    "Addresses for --notify come by the environment: OU_LINK_SLACK_WEBHOOK_URL, OU_LINK_TEAMS_WEBHOOK_URL, " +
    "OU_LINK_WEBHOOK_URL with OU_LINK_WEBHOOK_SECRET.\n\n" +
    "Exit codes: 0 none, 1 failed or wrong command line, 2 drift, 3 no drift in a plan that does not tell all of it.",
  argument: { name: "[path...]", description: "plans in JSON, - for standard input, or folders (default: this one)" },
  usageExitCode: EXIT_CODE.failure,
  options: [
    new Option("-r, --recursive", "plan in every root module under the folders"),
    new Option("--refresh-only", "look only at what is there, not at what the configuration asks for"),
    new Option("--lock", "take the state's lock while planning"),
    new Option("--parallel <folders>", "folders to plan in at once (default: the number of cores)").argParser(positive),
    new Option("--ignore <file>", "rules for what to live with, in YAML or JSON, each with a reason and a last day"),
    new Option("--fail-on <classes>", `classes that answer 2, of ${FINDING_CLASSES.join(", ")}`)
      .argParser(parseClasses)
      .default(DEFAULT_FAIL_ON, DEFAULT_FAIL_ON.join(",")),
    formatOption(),
    outputOption(),
    new Option("--baseline <file>", "an earlier report in JSON: tell what is new since, and what has gone"),
    notifyOption(),
    new Option("--history <file>", "add a line for this run to a file, and show the trend in HTML"),
    new Option("--source-url <url>", "where a browser finds the files of this revision (default: what CI says)"),
  ],
  subcommands: [driftAcceptCommand],
  examples: [
    { does: "plan here and tell", line: "ou-link drift" },
    { does: "read a plan that is there already", line: "terraform show -json plan.tfplan | ou-link drift -" },
    {
      does: "every root module, for a pipeline and for people",
      line: "ou-link drift --recursive --output sarif=drift.sarif --output html=drift.html environments",
    },
    {
      does: "tell a chat what is new since the last run",
      line: "ou-link drift --baseline drift.json --output json=drift.json --notify slack",
    },
    { does: "a comment on a pull request", line: "ou-link drift --format comment plan.json > comment.md" },
  ],
  async run(flags, terminal, paths) {
    const { FORMATS, ReportBuilder, comparedWith, historyEntryOf } = await import("../drift");
    const now = new Date();
    const baseline = flags.baseline === undefined ? null : await readBaseline(flags.baseline, terminal);
    const notification = flags.notify.length === 0 ? null : await import("./drift/notification");
    const targets = notification?.readTargets(flags.notify, terminal.env) ?? [];
    const rules = flags.ignore === undefined ? null : await readRules(flags.ignore);
    const builder = new ReportBuilder({ version: VERSION, failOn: flags.failOn, rules, now });
    const { recursive = false, refreshOnly = false, lock = false, parallel } = flags;
    await readSources(
      {
        paths: paths.length === 0 ? ["."] : paths,
        recursive,
        refreshOnly,
        lock,
        ...(parallel !== undefined && { parallel }),
      },
      terminal,
      (source) => builder.add(source),
    );
    const built = builder.build();
    const compared = baseline === null ? built : comparedWith(built, baseline);
    const notified = await notification?.notify(compared, targets, terminal, now);
    const report = notified === undefined ? compared : { ...compared, notified };
    const prefix = sourceUrlPrefix(flags.sourceUrl, terminal.env);
    const options: FormatOptions = {
      color: hasColor(terminal),
      columns: terminal.output.columns ?? null,
      sourceUrl: (location) => (prefix === null ? null : sourceUrl(prefix, location)),
      history: flags.history === undefined ? [] : await keepHistory(flags.history, historyEntryOf(report, now)),
      now,
    };
    await writeOutputs(report, flags.output, options);
    terminal.print(FORMATS[flags.format](report, options));
    return EXIT_CODES[report.outcome];
  },
});

/**
 * A pipeline has none at its first run, and loses it now and then.
 *
 * @returns null where there is none
 * @throws CliError where the file cannot be read or is of another format: what was told before must not be told as new
 */
async function readBaseline(file: string, terminal: Terminal): Promise<Baseline | null> {
  const { DriftInputError, baselineOf, readReport } = await import("../drift");
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
async function readRules(file: string): Promise<{ file: string; rules: readonly IgnoreRule[] }> {
  const { DriftInputError, readIgnoreRules, repositoryRoot } = await import("../drift");
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new CliError(`The ignore rules cannot be read from ${file}: ${error.code ?? error.message}.`, "Name a file.");
  });
  try {
    const fromRoot = path.relative(repositoryRoot("."), path.resolve(file)).split(path.sep).join("/");
    return { file: fromRoot, rules: readIgnoreRules(text, file) };
  } catch (error) {
    if (!(error instanceof DriftInputError)) throw error;
    throw new CliError(error.message, error.fix);
  }
}

function parseClasses(text: string): FindingClass[] {
  return text.split(",").map((name) => {
    const found = FINDING_CLASSES.find((each) => each === name.trim());
    if (found === undefined) throw new InvalidArgumentError(`Give some of ${FINDING_CLASSES.join(", ")}.`);
    return found;
  });
}

function positive(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError("Give a whole number from 1 to 9999.");
  return Number(text);
}
