/** What to do when nothing better is known. */
export const AGAIN = "Run `npm run quickstart` again. If it stays, please report it with the lines above.";

/** A step of the tour that went wrong. */
export class StepError extends Error {
  override readonly name = "StepError";

  constructor(
    /** The cause, in plain words. */
    message: string,
    /** What the person can do about it. */
    readonly advice: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
