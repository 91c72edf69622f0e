import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { interleaved, timed } from "./measurement";
import type { Measurement } from "./measurement";

const run = promisify(execFile);
const ROUNDS = 15;
const OU_LINK = path.resolve("bin/ou-link.js");

/** `ou-link --help`, whole process, beside a Node that does nothing. */
export async function cliHelp(): Promise<Measurement> {
  const { help, nothing } = await interleaved(ROUNDS, {
    help: () => timed(() => run(process.execPath, [OU_LINK, "--help"])),
    nothing: () => timed(() => run(process.execPath, ["--eval", "0"])),
  });
  return {
    what: `ou-link --help, median of ${ROUNDS}; beside: node that does nothing`,
    ours: help,
    baseline: nothing,
    budget: { kind: "at-most", milliseconds: 150 },
  };
}
