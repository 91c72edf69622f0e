import type { Terminal } from "./terminal";

/** Whether results may be coloured: where a person sees them and does not mind (https://no-color.org), or by `FORCE_COLOR`. */
export function hasColor({ env, output }: Pick<Terminal, "env" | "output">): boolean {
  if (env["NO_COLOR"]) return false;
  return Boolean(env["FORCE_COLOR"]) || (output.isTTY === true && env["TERM"] !== "dumb");
}

/** Whether a line for the person may be drawn over, as one that tells of progress is: a log would keep every frame. */
export function hasMovingLine({ env, prompt, isQuiet }: Pick<Terminal, "env" | "prompt" | "isQuiet">): boolean {
  return !isQuiet() && prompt.isTTY === true && env["TERM"] !== "dumb" && !env["CI"];
}
