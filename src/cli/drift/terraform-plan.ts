import { spawn } from "node:child_process";
import { mkdtemp, open, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";

/** What Terraform says while it plans. */
export interface PlanEvents {
  /** A resource is about to be read. */
  onReading(): void;
  /** It was. */
  onRead(): void;
}

/** How planning is done. */
export interface PlanOptions {
  /** Path of Terraform or OpenTofu. */
  readonly terraform: string;
  /** The root module. */
  readonly folder: string;
  /** A private folder, in which the plan is kept until it is read: a plan holds secrets. */
  readonly scratch: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether to look only at what is there, and not at what the configuration asks for. */
  readonly refreshOnly: boolean;
  /** Whether to take the state's lock. Without it, nobody else is kept waiting. */
  readonly lock: boolean;
  readonly signal: AbortSignal;
  readonly events: PlanEvents;
}

/** A plan, or why there is none. */
export type PlanResult =
  | { readonly json: Buffer; readonly warnings: readonly string[] }
  | { readonly error: { readonly message: string; readonly fix: string }; readonly warnings: readonly string[] };

/** Characters of standard error that are kept: enough for what Terraform says, and not for a trace. */
const MOST_STDERR = 4_000;

/**
 * Plans in a folder, without writing to its state, and gives the plan as `terraform show -json` has it.
 *
 * @returns an error instead of throwing one, for other folders go on
 */
export async function planFolder(options: PlanOptions): Promise<PlanResult> {
  const { folder, refreshOnly, lock, events } = options;
  const scratch = await mkdtemp(path.join(options.scratch, "plan-"));
  const diagnostics: Diagnostic[] = [];
  try {
    const planFile = path.join(scratch, "plan");
    const planning = await run(options, {
      args: [
        "plan",
        "-json",
        "-input=false",
        `-lock=${lock}`,
        ...(refreshOnly ? ["-refresh-only"] : []),
        `-out=${planFile}`,
      ],
      onLine(line) {
        const event = eventOf(line);
        if (event?.type === "refresh_start") events.onReading();
        if (event?.type === "refresh_complete") events.onRead();
        if (event?.diagnostic !== undefined) diagnostics.push(event.diagnostic);
      },
    });
    const warnings = diagnostics.filter(({ severity }) => severity === "warning").map(diagnosticText);
    if (planning.exitCode !== 0) return { error: failure(folder, diagnostics, planning), warnings };
    const jsonFile = path.join(scratch, "plan.json");
    const showing = await run(options, { args: ["show", "-json", planFile], into: jsonFile });
    if (showing.exitCode !== 0) return { error: failure(folder, [], showing), warnings };
    return { json: await readFile(jsonFile), warnings };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { error: { message: `Terraform could not be run: ${reason}.`, fix: `Look at ${folder}.` }, warnings: [] };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** A message of Terraform's: https://developer.hashicorp.com/terraform/internals/machine-readable-ui#diagnostic */
interface Diagnostic {
  readonly severity: string;
  readonly summary: string;
  readonly detail?: string;
  readonly address?: string;
  readonly range?: { readonly filename?: string; readonly start?: { readonly line?: number } };
}

interface Event {
  readonly type?: string;
  readonly diagnostic?: Diagnostic;
}

/** A line of the machine-readable stream; undefined for one that is none, as a provider may print. */
function eventOf(line: string): Event | undefined {
  try {
    const event = JSON.parse(line) as unknown;
    return typeof event === "object" && event !== null ? event : undefined;
  } catch {
    return undefined;
  }
}

function diagnosticText({ summary, detail, address, range }: Diagnostic): string {
  const place = range?.filename === undefined ? address : `${range.filename}:${range.start?.line ?? 1}`;
  return [place === undefined ? summary : `${place}: ${summary}`, ...(detail ? [detail] : [])].join(". ");
}

function failure(folder: string, diagnostics: readonly Diagnostic[], { exitCode, stderr }: Ended) {
  const errors = diagnostics.filter(({ severity }) => severity === "error").map(diagnosticText);
  const said = errors.length > 0 ? errors.join("; ") : stderr.trim();
  const ended = exitCode === null ? "was killed" : `ended with exit code ${exitCode}`;
  const needsInit =
    /terraform init|tofu init|Inconsistent dependency lock|Module not installed|Missing required provider/.test(said);
  return {
    message: said === "" ? `Terraform ${ended} and said nothing.` : said,
    fix: needsInit ? `Run terraform init in ${folder} first.` : `Run terraform plan in ${folder} to see it whole.`,
  };
}

interface Ended {
  /** Null where it was killed. */
  readonly exitCode: number | null;
  readonly stderr: string;
}

/** Runs Terraform in its folder, never through a shell. `into` takes its output, which may be too big for memory twice. */
async function run(
  { terraform, folder, env, signal }: PlanOptions,
  { args, into, onLine }: { args: readonly string[]; into?: string; onLine?: (line: string) => void },
): Promise<Ended> {
  const file = into === undefined ? undefined : await open(into, "w", 0o600);
  try {
    return await new Promise((resolve, reject) => {
      const child = spawn(terraform, args, {
        cwd: folder,
        env: { ...env, TF_IN_AUTOMATION: "1" },
        stdio: ["ignore", file?.fd ?? "pipe", "pipe"],
      });
      let stderr = "";
      // As Ctrl-C does: Terraform ends what is in flight.
      const interrupt = () => void child.kill("SIGINT");
      signal.addEventListener("abort", interrupt);
      if (signal.aborted) interrupt();
      if (child.stdout !== null) createInterface({ input: child.stdout }).on("line", (line) => onLine?.(line));
      child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr = (stderr + text).slice(-MOST_STDERR)));
      child.once("error", reject);
      child.once("close", (exitCode) => {
        signal.removeEventListener("abort", interrupt);
        resolve({ exitCode, stderr });
      });
    });
  } finally {
    await file?.close();
  }
}
