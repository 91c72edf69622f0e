import { readFileSync, readdirSync, readlinkSync } from "node:fs";
import path from "node:path";

/** Milliseconds between two looks. What a process takes on after the last look before its end is missed. */
const INTERVAL = 20;

/**
 * Does some work and finds the most memory that one process took meanwhile, of all whose executable lies in a folder:
 * Terraform starts a provider several times in a run, and tells nobody which process it is.
 *
 * @param folder without symbolic links in its path
 * @returns bytes, of what was resident at once (VmHWM of proc_pid_status(5)); null where there is no /proc, as anywhere
 *   but on Linux
 */
export async function peakMemoryDuring<T>(
  folder: string,
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly peakMemory: number | null }> {
  if (process.platform !== "linux") return { result: await work(), peakMemory: null };
  let peak = 0;
  const looks = setInterval(() => (peak = Math.max(peak, ...processesOf(folder).map(peakMemoryOf))), INTERVAL);
  try {
    const result = await work();
    if (peak === 0) throw new Error(`No process of an executable in ${folder} was seen.`);
    return { result, peakMemory: peak };
  } finally {
    clearInterval(looks);
  }
}

function processesOf(folder: string): string[] {
  return readdirSync("/proc").filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    const executable = orUndefined(() => readlinkSync(`/proc/${name}/exe`));
    return executable?.startsWith(folder + path.sep) === true;
  });
}

function peakMemoryOf(pid: string): number {
  const status = orUndefined(() => readFileSync(`/proc/${pid}/status`, "utf8")) ?? "";
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1_024;
}

/** A process may end while it is looked at, and those of other users may not be looked at. */
function orUndefined<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
