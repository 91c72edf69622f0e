import { stepOutput } from "./step-output";
import type { StepOutput } from "./step-output";
import type { TerraformRun } from "./terraform-workspace";

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

/**
 * The output of runs that make up one step.
 *
 * @throws TerraformFailedError when the last one failed
 */
export function outputOf(command: string, runs: readonly TerraformRun[]): StepOutput {
  const output = stepOutput(...runs);
  const exitCode = runs.at(-1)?.exitCode ?? null;
  if (exitCode !== 0) throw new TerraformFailedError(command, exitCode, output);
  return output;
}
