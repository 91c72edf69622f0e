/** What becomes of an apply when a hook fails. */
export enum HookFailure {
  /** The apply fails, and the next one runs the hook again: nothing is missed. What else it had to do is done. */
  FAIL = "fail",
  /** Terraform tells of it and goes on. The hook is not run again. */
  CONTINUE = "continue",
}
