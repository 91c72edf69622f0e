import { readFileSync, readdirSync, readlinkSync } from "node:fs";
import path from "node:path";

/** What the kernel says of processes. Zero throughout where there is no /proc, as anywhere but on Linux. */
export interface ProcessUsage {
  /** Milliseconds of processor time, user and system. */
  readonly cpu: number;
  /** Bytes that were resident at the most. */
  readonly peakMemory: number;
}

/** Milliseconds between two looks. What a process takes after the last look before its end is missed. */
const INTERVAL = 20;

/** Milliseconds of the unit in which Linux tells a process's time: USER_HZ, which is 100 on all its usual platforms. */
const TICK = 10;

/** What a process has taken since its start. */
export function processUsage(pid: number | string): ProcessUsage {
  const folder = `/proc/${pid}`;
  // The name of the program may hold anything; it ends with the last parenthesis (proc_pid_stat(5)).
  const stat = contentOf(`${folder}/stat`).split(") ").at(-1)?.split(" ") ?? [];
  const ticks = (Number(stat[11] ?? 0) + Number(stat[12] ?? 0)) * TICK;
  // To the nanosecond, but without the threads that have ended: each of the two is too little, if at all.
  const exact = orNothing(() => readdirSync(`${folder}/task`), [])
    .map((thread) => Number(contentOf(`${folder}/task/${thread}/schedstat`).split(" ")[0]) / 1e6)
    .reduce((sum, each) => sum + each, 0);
  const peak = /^VmHWM:\s+(\d+) kB$/m.exec(contentOf(`${folder}/status`))?.[1] ?? 0;
  return { cpu: Math.max(ticks, exact), peakMemory: Number(peak) * 1_024 };
}

/**
 * Does some work, and finds what the processes took meanwhile whose executable lies in a folder: Terraform starts a
 * provider several times in a run, and tells nobody which process it is.
 *
 * @param folder without symbolic links in its path
 * @returns the processor time of all of them, and the memory of the largest
 */
export async function watching<T>(
  folder: string,
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly usage: ProcessUsage }> {
  const seen = new Map<string, ProcessUsage>();
  const look = () => {
    for (const pid of processesOf(folder)) {
      const usage = processUsage(pid);
      // Nothing is known of a process that has just ended, but what was known before.
      if (usage.peakMemory > 0) seen.set(pid, usage);
    }
  };
  const looks = setInterval(look, INTERVAL);
  try {
    const result = await work();
    const all = [...seen.values()];
    const cpu = all.reduce((sum, each) => sum + each.cpu, 0);
    return { result, usage: { cpu, peakMemory: Math.max(0, ...all.map(({ peakMemory }) => peakMemory)) } };
  } finally {
    clearInterval(looks);
  }
}

function processesOf(folder: string): string[] {
  return orNothing(() => readdirSync("/proc"), []).filter(
    (name) =>
      /^\d+$/.test(name) && orNothing(() => readlinkSync(`/proc/${name}/exe`), "").startsWith(folder + path.sep),
  );
}

function contentOf(file: string): string {
  return orNothing(() => readFileSync(file, "utf8"), "");
}

/** A process may end while it is looked at, and those of other users may not be looked at. */
function orNothing<T>(look: () => T, nothing: T): T {
  try {
    return look();
  } catch {
    return nothing;
  }
}
