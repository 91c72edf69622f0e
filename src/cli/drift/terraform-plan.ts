import { mkdtemp, readFile, rm } from "node:fs/promises";
import path from "node:path";
import type { Terraform } from "../../plugin/testing/find-terraform";
import { CliError } from "../command-line/cli-error";
import { hasMovingLine } from "../command-line/terminal";
import type { Terminal } from "../command-line/terminal";
import { WaitingLine } from "../command-line/waiting";
import { runTerraform, terraformComplaint } from "../terraform/terraform-run";
import type { TerraformExit } from "../terraform/terraform-run";

/** What Terraform says while it plans. */
interface PlanEvents {
  /** A resource is about to be read. */
  onReading(): void;
  /** It was. */
  onRead(): void;
}

/** Shows how far planning is, on a terminal only. */
export class PlanProgress implements PlanEvents {
  private readonly line: WaitingLine | null;
  private started = 0;
  private read = 0;
  private planned = 0;

  /** @param folders how many are planned in; where it is one, its resources are counted */
  constructor(
    terminal: ConstructorParameters<typeof WaitingLine>[0],
    private readonly folders: number,
  ) {
    this.line = hasMovingLine(terminal) ? new WaitingLine(terminal, this.text()) : null;
  }

  onReading(): void {
    this.started++;
    this.show();
  }

  onRead(): void {
    this.read++;
    this.show();
  }

  onFolderDone(): void {
    this.planned++;
    this.show();
  }

  stop(): void {
    this.line?.stop();
  }

  private show(): void {
    if (this.line !== null) this.line.text = this.text();
  }

  private text(): string {
    // Terraform does not tell how many resources there are: the number grows with what it begins to read.
    return this.folders === 1
      ? `${this.read}/${this.started} resources read`
      : `${this.planned}/${this.folders} folders · ${this.read} resources read`;
  }
}

/** How planning is done. */
interface PlanOptions {
  readonly terraform: Terraform;
  /** The root module. */
  readonly folder: string;
  /** A private folder, in which the plan is kept until it is read: a plan holds secrets. */
  readonly scratch: string;
  readonly terminal: Pick<Terminal, "env" | "detail">;
  /** Whether to look only at what is there, and not at what the configuration asks for. */
  readonly refreshOnly: boolean;
  /** Whether to take the state's lock. Without it, nobody else is kept waiting. */
  readonly lock: boolean;
  readonly signal: AbortSignal;
  readonly events: PlanEvents;
}

/** A plan, or why there is none. */
type PlanResult =
  | { readonly json: Buffer; readonly warnings: readonly string[] }
  | { readonly error: { readonly message: string; readonly fix: string }; readonly warnings: readonly string[] };

/**
 * Plans in a folder, without writing to its state, and gives the plan as `terraform show -json` has it.
 *
 * @returns an error instead of throwing one, for other folders go on
 */
export async function planFolder({
  terraform,
  folder,
  refreshOnly,
  lock,
  events,
  ...options
}: PlanOptions): Promise<PlanResult> {
  const scratch = await mkdtemp(path.join(options.scratch, "plan-"));
  const { terminal, signal } = options;
  const diagnostics: Diagnostic[] = [];
  try {
    const planFile = path.join(scratch, "plan");
    const mode = refreshOnly ? ["-refresh-only"] : [];
    const planArgs = ["plan", "-json", "-input=false", `-lock=${lock}`, ...mode, `-out=${planFile}`];
    const planning = await runTerraform(terraform, planArgs, {
      folder,
      terminal,
      signal,
      output: {
        onLine(line) {
          const event = eventOf(line);
          if (event?.type === "refresh_start") events.onReading();
          if (event?.type === "refresh_complete") events.onRead();
          if (event?.diagnostic !== undefined) diagnostics.push(event.diagnostic);
        },
      },
    });
    const warnings = diagnostics.filter(({ severity }) => severity === "warning").map(diagnosticText);
    if (planning.exitCode !== 0) return { error: failure(folder, diagnostics, planning), warnings };
    const jsonFile = path.join(scratch, "plan.json");
    const showing = await runTerraform(terraform, ["show", "-json", planFile], {
      folder,
      terminal,
      signal,
      output: { file: jsonFile },
    });
    if (showing.exitCode !== 0) return { error: failure(folder, [], showing), warnings };
    return { json: await readFile(jsonFile), warnings };
  } catch (error) {
    if (error instanceof CliError) return { error: { message: error.message, fix: error.fix }, warnings: [] };
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

function failure(folder: string, diagnostics: readonly Diagnostic[], run: TerraformExit) {
  const errors = diagnostics.filter(({ severity }) => severity === "error").map(diagnosticText);
  const said = errors.length > 0 ? errors.join("; ") : terraformComplaint(run);
  const needsInit =
    /terraform init|tofu init|Inconsistent dependency lock|Module not installed|Missing required provider/.test(
      said + run.stderr,
    );
  return {
    message: said,
    fix: needsInit ? `Run terraform init in ${folder} first.` : `Run terraform plan in ${folder} to see it whole.`,
  };
}
