import { readFile, stat } from "node:fs/promises";
import os from "node:os";
import type { TerraformStateJson } from "../../drift";
import type { Terraform } from "../../plugin/testing/find-terraform";
import { CliError } from "../command-line/cli-error";
import { inParallel, rootModulesOf, rootModulesUnder } from "./root-modules";
import { readStandardInput } from "../command-line/standard-input";
import type { Terminal } from "../command-line/terminal";
import { MAX_OUTPUT, requireTerraform, runTerraform, terraformComplaint } from "./terraform-run";
import { Option } from "commander";

/** Which states a command reads. */
export interface StateFlags {
  readonly recursive?: true;
}

/** What a command that reads states says of its operand. */
export const STATE_ARGUMENT = {
  name: "[state...]",
  description:
    "folders with a Terraform configuration, files that terraform show -json wrote, or - for standard input " +
    "(default: the current folder)",
};

export function stateOptions(): Option[] {
  return [new Option("-r, --recursive", "look for states in all folders below, too")];
}

/** What came of reading one state: it, or why it could not be read. */
export type StateReading =
  | {
      readonly source: string;
      /** Where its configuration is, as far as anybody knows. */
      readonly folder: string;
      readonly state: TerraformStateJson;
    }
  | { readonly source: string; readonly problem: string; readonly fix: string };

/** Which states are meant. */
export interface StateSourcesOptions {
  /** Folders, files with the output of `terraform show -json`, or `-` for standard input. @default the current folder */
  readonly sources: readonly string[];
  /** Look for states in the folders below too. */
  readonly recursive: boolean;
}

/** States at a time: Terraform starts a provider for each. */
const AT_ONCE = Math.max(2, Math.min(os.availableParallelism(), 8));

/**
 * Reads the states that are meant. One that cannot be read is told of in its place, and the others are read all the same.
 *
 * @throws CliError where it cannot be told which are meant; the signal's reason once that is aborted
 */
export async function readStates(
  { sources, recursive }: StateSourcesOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<readonly StateReading[]> {
  const named = sources.length === 0 ? ["."] : sources;
  const meant = (await Promise.all(named.map((source) => expand(source, recursive)))).flat();
  let terraform: Promise<Terraform> | undefined;
  const findOnce = () => (terraform ??= requireTerraform(terminal.env));
  const readings = new Map<Place, StateReading>();
  await inParallel(meant, AT_ONCE, async (place) => {
    readings.set(place, await readOne(place, findOnce, terminal, signal));
  });
  // In the order in which they were named, whichever came first.
  return meant.flatMap((place) => readings.get(place) ?? []);
}

interface Place {
  readonly source: string;
  readonly kind: "folder" | "file" | "input";
}

async function expand(source: string, recursive: boolean): Promise<Place[]> {
  if (source === "-") return [{ source, kind: "input" }];
  let isFolder: boolean;
  try {
    isFolder = (await stat(source)).isDirectory();
  } catch (error) {
    throw new CliError(
      `There is nothing to read at ${source}: ${(error as NodeJS.ErrnoException).code ?? "unknown error"}.`,
      "Name a folder with a Terraform configuration, or a file with the output of terraform show -json.",
    );
  }
  if (!isFolder) return [{ source, kind: "file" }];
  const folders = await (recursive ? rootModulesUnder(source) : rootModulesOf(source));
  if (folders.length === 0) {
    throw new CliError(
      `No folder with a Terraform state lies in or below ${JSON.stringify(source)}.`,
      "Run terraform init in the folders that are meant, or name another one.",
    );
  }
  return folders.map((folder) => ({ source: folder, kind: "folder" }));
}

async function readOne(
  { source, kind }: Place,
  findTerraform: () => Promise<Terraform>,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<StateReading> {
  const { DriftInputError, readState } = await import("../../drift");
  try {
    const bytes =
      kind === "input"
        ? await readStandardInput(terminal, {
            signal,
            most: MAX_OUTPUT,
            fix: "Pipe a state to it, such as: terraform show -json | ou-link status -",
          })
        : kind === "file"
          ? await readFile(source)
          : await showState(await findTerraform(), source, terminal, signal);
    const state = readState(bytes);
    if (kind === "folder" && state.terraformVersion === null) {
      return { source, problem: "There is no state.", fix: `Apply first: terraform -chdir=${source} apply` };
    }
    return { source, folder: kind === "folder" ? source : ".", state };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof DriftInputError || error instanceof CliError) {
      return { source, problem: error.message, fix: error.fix };
    }
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return { source, problem: `It cannot be read: ${code}.`, fix: "Check the file and its permissions." };
  }
}

async function showState(
  terraform: Terraform,
  folder: string,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Buffer> {
  const run = await runTerraform(terraform, ["show", "-json", "-no-color"], { folder, terminal, signal });
  if (run.exitCode === 0) return run.stdout;
  throw new CliError(
    `${terraform.kind} show failed: ${terraformComplaint(run)}`,
    `See what it says: ${terraform.kind} -chdir=${folder} show. Often ${terraform.kind} init has to run first.`,
  );
}
