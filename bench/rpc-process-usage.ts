import { readFileSync } from "node:fs";

/** What the kernel says of a process. */
export interface ProcessUsage {
  /** Bytes of memory that are resident. */
  readonly rss: number;
  /** Milliseconds of processor time since its start. */
  readonly cpu: number;
}

/** Milliseconds of the unit in which Linux tells processor time: USER_HZ, which is 100 on all its usual platforms. */
const TICK = 10;

/** @returns null where there is no /proc, as anywhere but on Linux. */
export function processUsage(pid: number): ProcessUsage | null {
  if (process.platform !== "linux") return null;
  const rss = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  // The name of the program may hold anything; it ends with the last parenthesis (proc_pid_stat(5)).
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return { rss: Number(rss) * 1_024, cpu: (Number(stat[11]) + Number(stat[12])) * TICK };
}
