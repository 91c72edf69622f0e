import { isDebug } from "./debug-flag";

/** In Bun these write to the descriptor itself, whatever `process.stdout` is. */
const CONSOLE_METHODS_ON_STDOUT = [
  "log",
  "info",
  "debug",
  "dir",
  "dirxml",
  "table",
  "group",
  "groupCollapsed",
  "count",
  "timeLog",
  "timeEnd",
] as const;

/**
 * Makes a process fit to be a plugin; a debug run, which belongs to the person at the terminal, is left as it is.
 *
 * - SIGINT is ignored. Ctrl-C reaches the whole process group, and it is Terraform that decides what is stopped: a
 *   provider that ends by itself loses what it has just created.
 * - What is written to stdout goes to stderr, because Terraform takes the first line of stdout for the handshake.
 *
 * Doing it twice does no harm.
 */
export function protectProcess(argv: readonly string[]): void {
  if (isDebug(argv)) return;
  process.on("SIGINT", () => {});
  Object.defineProperty(process, "stdout", { configurable: true, enumerable: true, get: () => process.stderr });
  for (const method of CONSOLE_METHODS_ON_STDOUT) console[method] = console.error;
}
