/** What came of one check. */
export interface Finding {
  readonly check: string;
  readonly result: "ok" | "warning" | "failed" | "skipped";
  /** What was found, in one sentence. */
  readonly says: string;
  /** What to do about it; absent where there is nothing to do. */
  readonly fix?: string;
}

/** A finding of a check that does not know its name. */
export type Outcome = Omit<Finding, "check">;
