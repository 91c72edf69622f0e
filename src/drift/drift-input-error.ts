/** What was to be read is not what it should be, for a reason that the person who gave it can act on. */
export class DriftInputError extends Error {
  override readonly name = "DriftInputError";

  constructor(
    /** What is wrong, in one sentence. */
    message: string,
    /** What to do about it. */
    readonly fix: string,
  ) {
    super(message);
  }
}
