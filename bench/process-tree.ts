import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { timed } from "./measurement";

/** What a program took, with all that it started and waited for. */
export interface TreeUsage {
  /** Milliseconds. */
  readonly wall: number;
  /** Milliseconds of processor time, user and system. */
  readonly cpu: number;
}

const TIMES = "times-of-the-run";

/** @returns a program that does the same as another one, and leaves its times in the folder that it runs in */
export async function countingProgram(folder: string, program: string): Promise<string> {
  const counting = path.join(folder, path.basename(program));
  const script = `#!/usr/bin/env bash\n'${program}' "$@"\ncode=$?\ntimes > ${TIMES}\nexit $code\n`;
  await writeFile(counting, script, { mode: 0o755 });
  return counting;
}

/**
 * What one run of a counting program takes.
 *
 * @param directory the folder that it runs in
 */
export async function treeUsage(directory: string, run: () => Promise<unknown>): Promise<TreeUsage> {
  const wall = await timed(run);
  const [, ofChildren = ""] = (await readFile(path.join(directory, TIMES), "utf8")).split("\n");
  const times = [...ofChildren.matchAll(/(\d+)m([\d.]+)s/g)];
  const seconds = times.reduce((sum, [, minutes, rest]) => sum + Number(minutes) * 60 + Number(rest), 0);
  return { wall, cpu: seconds * 1_000 };
}
