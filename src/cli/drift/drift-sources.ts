import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import type { ReportSource } from "../../drift";
import { CliError } from "../command-line/cli-error";
import { inParallel } from "../command-line/in-parallel";
import { rootModulesUnder } from "../states/root-modules";
import type { Terminal } from "../command-line/terminal";

/** What a report is to be made of. */
export interface DriftSources {
  /** JSON files of plans, `-` for standard input, or folders. */
  readonly paths: readonly string[];
  readonly recursive: boolean;
  readonly refreshOnly: boolean;
  readonly lock: boolean;
  /** Folders that are planned in at once. @default the number of cores */
  readonly parallel?: number;
}

/**
 * Gives a source at a time to `take`, so that only as many plans are in memory as are read at once. A folder that fails
 * is a source with an error; a plan that was given and cannot be read is an error of the command line.
 *
 * @throws CliError
 */
export async function readSources(
  { paths, recursive, refreshOnly, lock, parallel = availableParallelism() }: DriftSources,
  terminal: Terminal,
  take: (source: ReportSource) => void,
): Promise<void> {
  const folders: string[] = [];
  for (const each of paths) {
    if (each === "-") {
      take(await sourceOf("standard input", await readAll(terminal.input), "."));
    } else if (await isFolder(each)) {
      folders.push(...(recursive ? await rootModulesUnder(each) : [each]));
    } else {
      take(await sourceOf(nameOf(each), await readFile(each), "."));
    }
  }
  if (recursive && folders.length === 0) {
    throw new CliError(
      `There is no root module under ${paths.join(", ")}.`,
      "Run terraform init in those that you mean: only a folder with .terraform or a state is taken for one.",
    );
  }
  if (folders.length > 0) await planIn(folders, { refreshOnly, lock, parallel }, terminal, take);
}

async function planIn(
  folders: readonly string[],
  { refreshOnly, lock, parallel }: { refreshOnly: boolean; lock: boolean; parallel: number },
  terminal: Terminal,
  take: (source: ReportSource) => void,
): Promise<void> {
  const { PlanProgress } = await import("./plan-progress");
  const { planFolder } = await import("./terraform-plan");
  const terraform = await terraformOf(terminal);
  const signal = terminal.interruption();
  const scratch = await mkdtemp(path.join(tmpdir(), "ou-link-drift-"));
  const progress = new PlanProgress(terminal, folders.length);
  try {
    await inParallel(folders, parallel, async (folder) => {
      if (signal.aborted) return;
      const { env } = terminal;
      const planned = await planFolder({
        terraform,
        folder,
        scratch,
        env,
        refreshOnly,
        lock,
        signal,
        events: progress,
      });
      const { warnings } = planned;
      take(
        "error" in planned
          ? { name: nameOf(folder), warnings, result: { error: planned.error } }
          : await sourceOf(nameOf(folder), planned.json, folder, warnings),
      );
      progress.onFolderDone();
    });
  } finally {
    progress.stop();
    await rm(scratch, { recursive: true, force: true });
  }
  if (signal.aborted) throw new CliError("Interrupted, so there is no report.", "Run it again.");
}

async function terraformOf({ env }: Terminal): Promise<string> {
  const { TerraformNotFoundError, findTerraform } = await import("../../plugin/testing/find-terraform");
  try {
    return findTerraform({ ...env }).path;
  } catch (error) {
    if (!(error instanceof TerraformNotFoundError)) throw error;
    throw new CliError(error.reason, `${error.advice}\nOr give a plan in JSON: ou-link drift plan.json.`);
  }
}

/** @param folder where the configuration is that the plan is of */
async function sourceOf(
  name: string,
  json: Buffer,
  folder: string,
  warnings: readonly string[] = [],
): Promise<ReportSource> {
  const { DriftInputError, TerraformDeclarations, readPlan, repositoryRoot } = await import("../../drift");
  try {
    const plan = readPlan(json);
    const noState = plan.hasState ? [] : ["There is no state yet, so nothing can have drifted."];
    const declarations = new TerraformDeclarations(path.resolve(folder), repositoryRoot(folder));
    return { name, warnings: [...warnings, ...noState], result: { plan, declarations } };
  } catch (error) {
    if (!(error instanceof DriftInputError)) throw error;
    return { name, warnings, result: { error: { message: error.message, fix: error.fix } } };
  }
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

async function readAll(input: NodeJS.ReadableStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of input) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
