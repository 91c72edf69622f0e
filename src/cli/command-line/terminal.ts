/** What a command may touch of the process it runs in. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** Node's name of the processor, such as `x64`. */
  readonly architecture: NodeJS.Architecture;
  /** One line of the result, on standard output. */
  print(line: string): void;
  /** One line for the person who watches, on standard error. Left out by `--quiet`. */
  note(line: string): void;
  /** One line about what went wrong, on standard error. Nothing leaves it out. */
  warn(line: string): void;
  /** Whether nothing but the result and what went wrong is to be told. */
  isQuiet(): boolean;
  /** One line about how something is done, on standard error. Only with `--verbose`. */
  detail(line: string): void;
  /** Where results go, for what a line cannot say: whether a person sees them, how wide, and to draw over them. */
  readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
  /** Standard input; `isTTY` where a person sits at it. */
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  /** Where a person is asked something: standard error, for the result has standard output for itself. */
  readonly prompt: NodeJS.WritableStream & { readonly isTTY?: boolean };
  /**
   * Aborts at the first SIGINT, SIGTERM or SIGHUP, which from this call on end the command in good order; a second SIGINT
   * or SIGTERM ends the process at once. A command that does not call this is ended by the first.
   */
  interruption(): AbortSignal;
}
