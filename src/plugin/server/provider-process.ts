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
 * - SIGINT is ignored. Ctrl-C reaches the whole process group, and Terraform decides what is stopped: a provider that
 *   ends by itself loses what it has just created.
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

/** Whether a developer starts the provider by hand to attach Terraform to it. Go's providers spell it `-debug`. */
export function isDebug(argv: readonly string[]): boolean {
  return argv.includes("--debug") || argv.includes("-debug");
}

const POLL_MS = 1_000;

/**
 * Calls `gone` once, within about a second of the end of the process that started this one. Without it, a provider whose
 * Terraform was killed would stay for ever: neither its socket nor its standard streams tell it reliably. The watch does not
 * keep the process running.
 *
 * @param parent `process.ppid` as it was at the start: when the parent is gone it names another process
 */
export function watchParent(parent: number, gone: () => void): void {
  const timer = setInterval(() => {
    if (process.ppid === parent && exists(parent)) return;
    clearInterval(timer);
    gone();
  }, POLL_MS);
  timer.unref();
}

/** On Windows a process keeps its parent's number when that is gone, so the parent itself has to be looked for. */
function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}
