import { Option } from "commander";
import { cliCommand } from "./command-line/cli-command";
import { CliError } from "./command-line/cli-error";
import type { UrlKind } from "./states/declared-link";
import { EXIT_CODE } from "./command-line/exit-code";
import type { ExitCode } from "./command-line/exit-code";
import { parseSeconds } from "./command-line/parse-seconds";
import { STATE_ARGUMENT, stateOptions } from "./states/state-options";
import type { StateFlags } from "./states/state-options";
import type { Terminal } from "./command-line/terminal";

interface StatusFlags extends StateFlags {
  readonly format: "table" | "json" | "openmetrics";
  readonly watch?: true;
  /** Seconds. */
  readonly interval: number;
  /** The name of the link whose URL is asked for. */
  readonly url?: string;
  readonly urlKind?: UrlKind;
}

/** `ou-link status`: what the states know of their links. */
export const statusCommand = cliCommand<StatusFlags>({
  name: "status",
  summary: "show the links of one state or of many",
  description:
    "Shows each link that a Terraform state records: its customer, service account, data center, status, since when, and " +
    "what to do next. This is what the last apply or refresh learned; terraform plan asks Cronofy. It changes nothing, " +
    "and prints no URL unless --url asks for one, by customer, service account or address.\n\n" +
    "A state that cannot be read is told of on standard error, and the others are shown all the same; so is a unit that " +
    "is recorded for two service accounts.",
  argument: STATE_ARGUMENT,
  options: [
    ...stateOptions(),
    new Option("--format <format>", "what to print").choices(["table", "json", "openmetrics"]).default("table"),
    new Option("--json", "short for --format json: one line of it").implies({ format: "json" }),
    new Option("-w, --watch", "show it again and again, until interrupted"),
    new Option("--interval <seconds>", "how often --watch reads the states").argParser(parseSeconds).default(30),
    new Option("--url <name>", "print the URL for one link's administrator, and nothing else").conflicts([
      "format",
      "json",
      "watch",
    ]),
    new Option("--url-kind <kind>", "which URL; by default the invitation where there is one").choices([
      "authorization",
      "invitation",
    ]),
  ],
  examples: [
    { does: "the links of the configuration in this folder, or of a CDK project", line: "ou-link status" },
    { does: "those of all customers, as they come in", line: "ou-link status --recursive --watch customers/" },
    { does: "those of a state elsewhere, for a program", line: "terraform show -json | ou-link status - --json" },
    { does: "for Prometheus, by node_exporter", line: "ou-link status --format openmetrics > links.prom" },
    { does: "the address to send to an administrator", line: "ou-link status --url acme" },
  ],
  run: (flags, terminal, sources) => showStatus(sources, flags, terminal),
});

async function showStatus(sources: readonly string[], flags: StatusFlags, terminal: Terminal): Promise<ExitCode> {
  if (flags.watch && sources.includes("-")) {
    throw new CliError("Standard input cannot be watched.", "Name a folder or a file.", EXIT_CODE.usage);
  }
  const { errorsAsJson, jsonLine, readLinks, sharedUnitAsJson, tellErrors } = await import("./states/link-report");
  const signal = terminal.interruption();
  const read = () => readLinks({ sources, recursive: flags.recursive === true }, terminal, signal);

  if (flags.url !== undefined) {
    const { linkNamed, urlOf } = await import("./status/link-url");
    const report = await read();
    tellErrors(report, terminal);
    const link = linkNamed(report.links, flags.url);
    const url = urlOf(link, flags.urlKind);
    if (link.status === "unlinked") terminal.note("Apply first: until then, nobody is asked, and this leads nowhere.");
    else if ((link.lapsed || link.status === "stale") && url === link.url("authorization")) {
      terminal.note("This URL has probably lapsed. Apply to mint a new one.");
    }
    terminal.print(url);
    return EXIT_CODE.ok;
  }

  const [{ statusCounts, statusTable }, { sharedUnits }] = await Promise.all([
    import("./status/status-table"),
    import("../link-store/shared-units"),
  ]);
  const show = async (begin: () => void): Promise<ExitCode> => {
    const report = await read();
    // A state does not say of which application its links are.
    const linked = report.links.filter(({ status }) => status === "linked");
    const shared = sharedUnits(linked.map((link) => ({ ...link, clientId: "", authorization: link })));
    begin();
    if (flags.format === "json") {
      const { declaredLinkAsJson } = await import("./states/declared-link");
      const links = report.links.map(declaredLinkAsJson);
      const errors = errorsAsJson(report.errors);
      terminal.print(jsonLine({ format_version: "1.0", links, shared_units: shared.map(sharedUnitAsJson), errors }));
    } else if (flags.format === "openmetrics") {
      const { statusMetrics } = await import("./status/status-metrics");
      terminal.print(statusMetrics(report, new Date()));
      tellErrors(report, terminal);
    } else {
      tellErrors(report, terminal);
      if (report.links.length > 0) terminal.print(statusTable(report.links, terminal));
      terminal.note(statusCounts(report.links));
      for (const { says } of shared) terminal.warn(says);
    }
    return report.errors.length === 0 ? EXIT_CODE.ok : EXIT_CODE.failure;
  };
  if (!flags.watch) return show(() => undefined);
  const { watch } = await import("./command-line/watch");
  return watch(show, { interval: flags.interval * 1000, terminal, signal, redraws: flags.format === "table" });
}
