import { InvalidArgumentError, Option } from "commander";
import type { DriftReport, FindingClass, Format, FormatOptions } from "../drift";
// Not from the room's index: that loads all of drift, for which every command would wait.
import { DEFAULT_FAIL_ON, FINDING_CLASSES } from "../drift/finding-class";
import { VERSION } from "../provider/address";
import { cliCommand, wholeNumber } from "./command-line/cli-command";
import { EXIT_CODE } from "./command-line/cli-error";
import type { ExitCode } from "./command-line/cli-error";
import { hasColor } from "./command-line/terminal";
import { driftAcceptCommand } from "./drift/drift-accept-command";
import type { Receiver } from "./drift/notification";
import type { Output } from "./drift/report-files";
import { sourceUrl, sourceUrlPrefix } from "./drift/source-url";

// Named here so that `--help` does not load what they name. The compiler holds that none is missing.
const FORMAT_NAMES = Object.keys({
  table: true,
  markdown: true,
  comment: true,
  json: true,
  junit: true,
  sarif: true,
  html: true,
  openmetrics: true,
} satisfies Record<Format, true>) as Format[];

const RECEIVERS = Object.keys({ slack: true, teams: true, webhook: true } satisfies Record<
  Receiver,
  true
>) as Receiver[];

interface DriftFlags {
  readonly recursive?: true;
  readonly refreshOnly?: true;
  readonly lock?: true;
  readonly parallel?: number;
  readonly ignore?: string;
  readonly failOn: readonly FindingClass[];
  readonly format: Format;
  readonly output: readonly Output[];
  readonly baseline?: string;
  readonly notify: readonly Receiver[];
  readonly history?: string;
  readonly sourceUrl?: string;
}

const EXIT_CODES: Readonly<Record<DriftReport["outcome"], ExitCode>> = {
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
    new Option("--parallel <folders>", "folders to plan in at once (default: the number of cores)").argParser(
      wholeNumber("a whole number", 1, 9999),
    ),
    new Option("--ignore <file>", "rules for what to live with, in YAML or JSON, each with a reason and a last day"),
    new Option("--fail-on <classes>", `classes that answer 2, of ${FINDING_CLASSES.join(", ")}`)
      .argParser((text: string) => someOf(FINDING_CLASSES, text))
      .default(DEFAULT_FAIL_ON, DEFAULT_FAIL_ON.join(",")),
    new Option("--format <format>", "what to print").choices(FORMAT_NAMES).default("table"),
    new Option("--output <format=file>", "write a format to a file as well; may be given again")
      .argParser((text: string, sofar: readonly Output[]) => [...sofar, parseOutput(text)])
      .default([], "none"),
    new Option("--baseline <file>", "an earlier report in JSON: tell what is new since, and what has gone"),
    new Option("--notify <receivers>", `whom to tell of changes since the baseline: ${RECEIVERS.join(", ")}`)
      .argParser((text: string) => someOf(RECEIVERS, text))
      .default([], "nobody"),
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
    const [{ FORMATS, ReportBuilder, comparedWith, historyEntryOf }, files, { readSources }] = await Promise.all([
      import("../drift"),
      import("./drift/report-files"),
      import("./drift/plan-sources"),
    ]);
    const now = new Date();
    const baseline = flags.baseline === undefined ? null : await files.readBaseline(flags.baseline, terminal);
    const notification = flags.notify.length === 0 ? null : await import("./drift/notification");
    const targets = (await notification?.readTargets(flags.notify, terminal.env)) ?? [];
    const rules = flags.ignore === undefined ? null : await files.readRules(flags.ignore);
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
      history: flags.history === undefined ? [] : await files.keepHistory(flags.history, historyEntryOf(report, now)),
      now,
    };
    await files.writeOutputs(report, flags.output, options);
    terminal.print(FORMATS[flags.format](report, options));
    return EXIT_CODES[report.outcome];
  },
});

function parseOutput(text: string): Output {
  const at = text.indexOf("=");
  const format = FORMAT_NAMES.find((each) => each === text.slice(0, at));
  const file = text.slice(at + 1);
  if (format === undefined || file === "") {
    throw new InvalidArgumentError(`Give <format>=<file>, with one of ${FORMAT_NAMES.join(", ")}.`);
  }
  return { format, file };
}

function someOf<Name extends string>(names: readonly Name[], text: string): Name[] {
  return text.split(",").map((given) => {
    const found = names.find((each) => each === given.trim());
    if (found === undefined) throw new InvalidArgumentError(`Give some of ${names.join(", ")}.`);
    return found;
  });
}
