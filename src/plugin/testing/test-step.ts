import type { Plan, PlannedActions } from "./plan";
import type { TerraformRunOptions } from "./terraform-workspace";

/** What any step may bring. */
export interface Step extends TerraformRunOptions {
  /** Adds to or replaces the configuration, from this step on: a text is `main.tf`, else content by file name. */
  readonly configuration?: string | Readonly<Record<string, string>>;
  /** Replaces all values of input variables, from this step on. */
  readonly variables?: Readonly<Record<string, unknown>>;
  /** Further arguments of the command, such as `-target=…`. */
  readonly args?: readonly string[];
}

/** A step that must fail. What it left behind, `TerraformTest.state` tells. */
export interface FailingStep extends Step {
  /** Must match the `message` of the {@link StepOutput}. */
  readonly expectError: RegExp;
}

/** What is expected of the plan that a step makes. */
export interface ExpectedPlan {
  /** Exactly these actions on resources; where outputs change beside them, that is no matter. */
  readonly expectActions?: PlannedActions;
}

/** What is expected of the plan after a step; without any of it, that plan must be empty. */
export interface ExpectedNextPlan {
  /** The plan after the step proposes exactly these actions; `{}` for changes of outputs alone. */
  readonly expectNextActions?: PlannedActions;
  /** The plan after the step proposes something. */
  readonly expectNonEmptyPlan?: true;
}

/** A plan by itself: it must be empty, unless one of the expectations says otherwise. */
export interface PlanStep extends Step, ExpectedPlan {
  /** The plan proposes something. */
  readonly expectNonEmptyPlan?: true;
}

/** Plans and carries out the plan; `args` are those of the plan. */
export interface ApplyStep extends Step, ExpectedPlan, ExpectedNextPlan {}

/** Takes what the providers read into the state. */
export interface RefreshStep extends Step, ExpectedNextPlan {}

/** Takes an object that exists already into the state. */
export interface ImportStep extends Step, ExpectedNextPlan {}

/** Destroys what the state holds; `args` are those of the plan. */
export interface DestroyStep extends Step, ExpectedPlan {}

/** What a plan gives. */
export interface PlanResult extends StepOutput {
  readonly plan: Plan;
}

/** What Terraform said in a step. */
export interface StepOutput {
  readonly stdout: string;
  readonly stderr: string;
  /** Both in one line, without the frames and line breaks of Terraform's diagnostics. */
  readonly message: string;
}

/** The output of the runs that make a step, one after the other. */
export function stepOutput(...runs: readonly Pick<StepOutput, "stdout" | "stderr">[]): StepOutput {
  const stdout = runs.map((run) => run.stdout).join("");
  const stderr = runs.map((run) => run.stderr).join("");
  return { stdout, stderr, message: inOneLine(`${stdout}\n${stderr}`) };
}

/** Terraform draws a frame around each diagnostic and breaks its lines at 78 columns. */
function inOneLine(text: string): string {
  return text.replace(/[\s│╷╵]+/g, " ").trim();
}

/** Terraform failed in a step; the message ends with what it wrote to standard error. */
export class TerraformFailedError extends Error {
  override readonly name = "TerraformFailedError";
  // Test runners print the properties of an error, and this is long.
  readonly #output: StepOutput;

  constructor(
    /** `plan`, `apply`, … */
    readonly command: string,
    /** Null when it was killed. */
    readonly exitCode: number | null,
    output: StepOutput,
  ) {
    const how = exitCode === null ? "was killed" : `failed with exit code ${exitCode}`;
    super(`terraform ${command} ${how}.\n\n${output.stderr.trim()}`);
    this.#output = output;
  }

  get output(): StepOutput {
    return this.#output;
  }
}
