const POLL_MS = 1_000;

/**
 * Calls `gone` once, within about a second of the end of the process that started this one. A provider whose Terraform
 * was killed would else stay for ever: neither its socket nor its standard streams tell it reliably. The watch does not
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
