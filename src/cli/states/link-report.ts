import type { SharedUnit } from "../../link-store";
import { printable } from "../../drift";
import { CliError } from "../command-line/cli-error";
import { linksOf } from "./declared-link";
import type { DeclaredLink } from "./declared-link";
import { readStates } from "./state-sources";
import type { StateSourcesOptions } from "./state-sources";
import type { Terminal } from "../command-line/terminal";

/** The links of all states that were meant, and what kept others from being read. */
export interface LinkReport {
  /** The states that could be read, also those without a link. */
  readonly sources: readonly string[];
  readonly links: readonly DeclaredLink[];
  readonly errors: readonly { readonly source: string; readonly problem: string; readonly fix: string }[];
}

/** Reads the links of the states that are meant. @throws as `readStates` does */
export async function readLinks(
  options: StateSourcesOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<LinkReport> {
  const readings = await readStates(options, terminal, signal);
  const now = new Date();
  return {
    sources: readings.flatMap((reading) => ("state" in reading ? [reading.source] : [])),
    links: readings.flatMap((reading) => ("state" in reading ? linksOf(reading, now) : [])),
    errors: readings.flatMap((reading) => ("state" in reading ? [] : [reading])),
  };
}

/**
 * Tells of the states that could not be read.
 *
 * @throws CliError where that is all there is to tell
 */
export function tellErrors({ links, errors }: LinkReport, terminal: Terminal): void {
  const [only] = errors;
  if (only !== undefined && errors.length === 1 && links.length === 0) {
    throw new CliError(`${printable(only.source)}: ${printable(only.problem)}`, printable(only.fix));
  }
  for (const { source, problem, fix } of errors) {
    terminal.warn(`ou-link: ${printable(source)}: ${printable(problem)}`);
    terminal.warn(`  ${printable(fix)}`);
  }
}

/** A shared unit as our JSON has it. */
export function sharedUnitAsJson({ organizationalUnitId, serviceAccountIds, says }: SharedUnit) {
  return { organizational_unit_id: organizationalUnitId, service_account_ids: serviceAccountIds, says };
}

/** One line of JSON in which nothing is left that a terminal would obey: JSON knows the same way of writing it out. */
export function jsonLine(value: unknown): string {
  return printable(JSON.stringify(value));
}

export function errorsAsJson(errors: LinkReport["errors"]) {
  return errors.map(({ source, problem, fix }) => ({ source, problem, fix }));
}
