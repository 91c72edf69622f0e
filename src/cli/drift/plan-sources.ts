import { mkdtemp, readFile, readdir, rm, stat } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import { TerraformDeclarations, readPlans, repositoryRoot } from "../../drift";
import type { ReportSource } from "../../drift";
import { CliError, EXIT_CODE } from "../command-line/cli-error";
import { readStandardInput } from "../command-line/standard-input";
import type { Terminal } from "../command-line/terminal";
import { HOLDS_CONFIGURATION, inParallel, rootModulesOf, rootModulesUnder } from "../terraform/root-modules";
import { MAX_OUTPUT, requireTerraform } from "../terraform/terraform-run";
import { PlanProgress, planFolder } from "./terraform-plan";

/** What a report is to be made of. */
interface DriftSources {
  /** JSON files of plans, `-` for standard input, or folders. */
  readonly paths: readonly string[];
  readonly recursive: boolean;
  readonly refreshOnly: boolean;
  readonly lock: boolean;
  /** Folders that are planned in at once. @default the number of cores */
  readonly parallel?: number;
}

/**
 * Gives a source at a time to `take`, so that only as many plans are in memory as are read at once. A folder that fails,
 * or a plan that is none, is a source with an error, and the others are read all the same.
 *
 * @throws CliError where it cannot be told what is meant
 */
export async function readSources(
  { paths, recursive, refreshOnly, lock, parallel = availableParallelism() }: DriftSources,
  terminal: Terminal,
  take: (source: ReportSource) => void,
): Promise<void> {
  const signal = terminal.interruption();
  const folders: string[] = [];
  for (const each of paths) {
    if (each === "-") {
      const json = await readStandardInput(terminal, {
        signal,
        most: MAX_OUTPUT,
        fix: "Pipe a plan to it, such as: terraform show -json plan.tfplan | ou-link drift -",
        exitCode: EXIT_CODE.failure,
      });
      takePlans("standard input", json, ".", take);
    } else if (await isFolder(each)) {
      folders.push(...(await (recursive ? rootModulesUnder(each) : rootModulesOf(each))));
    } else {
      const json = await readFile(each).catch((error: NodeJS.ErrnoException) => {
        throw new CliError(`${each} cannot be read: ${error.code ?? error.message}.`, "Open it to this user.");
      });
      takePlans(nameOf(each), json, await folderOf(each), take);
    }
  }
  if (recursive && folders.length === 0) {
    throw new CliError(
      `There is no root module in or below ${paths.map((each) => JSON.stringify(each)).join(", ")}.`,
      "Run terraform init in those that you mean: only a folder with .terraform or a state is taken for one.",
    );
  }
  if (folders.length > 0) await planIn(folders, { refreshOnly, lock, parallel, signal }, terminal, take);
}

async function planIn(
  folders: readonly string[],
  { parallel, signal, ...how }: { refreshOnly: boolean; lock: boolean; parallel: number; signal: AbortSignal },
  terminal: Terminal,
  take: (source: ReportSource) => void,
): Promise<void> {
  const terraform = await requireTerraform(terminal.env, "Or give a plan in JSON: ou-link drift plan.json.");
  const scratch = await mkdtemp(path.join(tmpdir(), "ou-link-drift-"));
  const progress = new PlanProgress(terminal, folders.length);
  try {
    await inParallel(folders, parallel, async (folder) => {
      if (signal.aborted) return;
      const planned = await planFolder({ ...how, terraform, folder, scratch, terminal, signal, events: progress });
      const { warnings } = planned;
      if ("error" in planned) take({ name: nameOf(folder), warnings, result: { error: planned.error } });
      else takePlans(nameOf(folder), planned.json, folder, take, warnings);
      progress.onFolderDone();
    });
  } finally {
    progress.stop();
    await rm(scratch, { recursive: true, force: true });
  }
  if (signal.aborted) throw new CliError("Interrupted, so there is no report.", "Run it again.");
}

/**
 * Takes the plans of a text: one, or as many as Terragrunt prints, each with its folder where that is told.
 *
 * @param name of a plan that has no folder of its own; further ones are numbered
 * @param folder where the configuration is that the plan is of, if it does not tell
 */
function takePlans(
  name: string,
  json: Buffer,
  folder: string,
  take: (source: ReportSource) => void,
  warnings: readonly string[] = [],
): void {
  // OpenTofu, and Terraform before 1.9, say it nowhere else.
  const isInPart = warnings.some((warning) => warning.startsWith("Resource targeting is in effect"));
  const uses = new Map<string, number>();
  for (const { folder: own, result } of readPlans(json)) {
    const base = own === null ? name : nameOf(own);
    const use = (uses.get(base) ?? 0) + 1;
    uses.set(base, use);
    const source = { name: use === 1 ? base : `${base}#${use}`, warnings };
    if ("error" in result) {
      take({ ...source, result: { error: { message: result.error.message, fix: result.error.fix } } });
      continue;
    }
    const plan = isInPart ? { ...result.plan, isComplete: false } : result.plan;
    const more = [
      ...(plan.hasState ? [] : ["There is no state yet, so nothing can have drifted."]),
      ...(plan.isRedacted ? [REDACTED] : []),
    ];
    const at = own ?? folder;
    const declarations = new TerraformDeclarations(path.resolve(at), repositoryRoot(at));
    take({ ...source, warnings: [...warnings, ...more], result: { plan, declarations } });
  }
}

const REDACTED =
  "HCP Terraform has redacted this plan: it does not tell whether all was planned, nor of checks. Its json-output does, " +
  "for those who may read it.";

/** Where the configuration of a plan in a file is likely to be: beside it, or else here. */
async function folderOf(file: string): Promise<string> {
  const folder = path.dirname(file);
  const names = await readdir(folder).catch((): string[] => []);
  return names.some((each) => HOLDS_CONFIGURATION.test(each) || each === "terragrunt.hcl") ? folder : ".";
}

/** The same on every machine, as fingerprints need: relative to where the command was started. */
function nameOf(file: string): string {
  return path.relative("", file).split(path.sep).join("/") || ".";
}

async function isFolder(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isDirectory();
  } catch {
    throw new CliError(
      `There is no ${file}.`,
      "Name a plan in JSON, a folder with configuration, or - for standard input.",
    );
  }
}
