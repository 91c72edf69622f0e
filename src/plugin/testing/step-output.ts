/** What Terraform said in a step. */
export interface StepOutput {
  readonly stdout: string;
  readonly stderr: string;
  /** Both in one line, without the frames and line breaks of Terraform's diagnostics. */
  readonly message: string;
}

/** The output of the runs that make a step, one after the other. */
export function stepOutput(...runs: readonly { readonly stdout: string; readonly stderr: string }[]): StepOutput {
  const stdout = runs.map((run) => run.stdout).join("");
  const stderr = runs.map((run) => run.stderr).join("");
  return { stdout, stderr, message: inOneLine(`${stdout}\n${stderr}`) };
}

/** Terraform draws a frame around each diagnostic and breaks its lines at 78 columns. */
function inOneLine(text: string): string {
  return text.replace(/[\s│╷╵]+/g, " ").trim();
}
