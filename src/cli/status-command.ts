import { Option } from "commander";
import { cliCommand, jsonOption, wholeNumber } from "./command-line/cli-command";
import { CliError, EXIT_CODE } from "./command-line/cli-error";
import type { ExitCode } from "./command-line/cli-error";
import { printJson } from "./command-line/terminal";
import type { Terminal } from "./command-line/terminal";
import { watch } from "./command-line/waiting";
import type { UrlKind } from "./terraform/declared-links";
import { STATE_ARGUMENT, stateOptions } from "./terraform/state-sources";
import type { StateFlags } from "./terraform/state-sources";

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
    jsonOption("short for --format json: one line of it").implies({ format: "json" }),
    new Option("-w, --watch", "show it again and again, until interrupted"),
    new Option("--interval <seconds>", "how often --watch reads the states")
      .argParser(wholeNumber("whole seconds", 1, 3600))
      .default(30),
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
  const [
    { declaredLinkAsJson, readLinks, tellErrors },
    { linkNamed, statusCounts, statusMetrics, statusTable, urlOf },
  ] = await Promise.all([import("./terraform/declared-links"), import("./status-output")]);
  const signal = terminal.interruption();
  const read = () => readLinks({ sources, recursive: flags.recursive === true }, terminal, signal);

  if (flags.url !== undefined) {
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

  const [{ sharedUnits }, { sharedUnitAsJson }] = await Promise.all([
    import("../link-store"),
    import("./store/store-record"),
  ]);
  const show = async (begin: () => void): Promise<ExitCode> => {
    const report = await read();
    // A state does not say of which application its links are.
    const linked = report.links.filter(({ status }) => status === "linked");
    const shared = sharedUnits(linked.map((link) => ({ ...link, clientId: "", authorization: link })));
    begin();
    if (flags.format === "json") {
      const links = report.links.map(declaredLinkAsJson);
      const shared_units = shared.map(sharedUnitAsJson);
      printJson(terminal, { format_version: "1.0", links, shared_units, errors: report.errors });
    } else if (flags.format === "openmetrics") {
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
  return watch(show, { interval: flags.interval * 1000, terminal, signal, redraws: flags.format === "table" });
}
