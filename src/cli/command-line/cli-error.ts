/** What `ou-link` tells the shell. These numbers are relied on by scripts and do not change. */
export const EXIT_CODE = {
  ok: 0,
  /** The command was understood and could not be done: a file or a link is not there, a service does not answer. */
  failure: 1,
  /** The command line, the configuration or what came on standard input is wrong, whatever there is around it. */
  usage: 2,
  /**
   * `ou-link drift` found something, as Terraform's `-detailed-exitcode` says it. A pipeline must be able to tell that
   * from a wrong command line, so with that command a wrong command line is a failure, 1.
   */
  drift: 2,
  /** `ou-link drift` found nothing, but the plan does not tell all of it: that is neither in sync nor drift. */
  incomplete: 3,
} as const;

export type ExitCode = (typeof EXIT_CODE)[keyof typeof EXIT_CODE];

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
