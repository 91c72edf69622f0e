import { EXIT_CODE } from "./exit-code";
import type { ExitCode } from "./exit-code";

/** A command could not be done, for a reason that the person at the terminal can act on. */
export class CliError extends Error {
  override readonly name = "CliError";

  constructor(
    /** What is wrong. */
    message: string,
    /** What to do about it. */
    readonly fix: string,
    readonly exitCode: ExitCode = EXIT_CODE.failure,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
