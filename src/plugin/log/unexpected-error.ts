/** What is said of an error that nobody foresaw. */
export interface UnexpectedError {
  /** Such as `TypeError`: fit to be shown, because it holds nothing of the message. */
  readonly kind: string;
  /** Message and stack, for the log only: it masks secrets. */
  readonly trace: string;
}

/** Describes what a `throw` or a rejection brought, which need not be an `Error`. */
export function describeUnexpected(thrown: unknown): UnexpectedError {
  return thrown instanceof Error
    ? { kind: thrown.name, trace: thrown.stack ?? thrown.message }
    : { kind: typeof thrown, trace: String(thrown) };
}
