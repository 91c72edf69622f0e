import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { markdownTable } from "./markdown-table";
import { interleaved, median, timed } from "./measurement";
import { verdict } from "./run-parts";
import type { Part } from "./run-parts";

const run = promisify(execFile);
const OU_LINK = path.resolve("bin/ou-link.js");

/** Milliseconds. */
const BUDGET = 150;

/** `ou-link --help`, whole process, beside a Node that does nothing. */
export const cliHelp: Part = {
  name: "cli-help",
  async run({ quick }) {
    const rounds = quick ? 3 : 15;
    const programs = [[OU_LINK, "--help"] as const, ["--eval", "0"] as const];
    const figures = await interleaved(rounds, programs, async (args) => ({
      time: await timed(() => run(process.execPath, args)),
    }));
    const [help = NaN, nothing = NaN] = figures.map(({ time }) => median(time));
    const kept = help <= BUDGET;
    const table = markdownTable(
      ["ou-link --help", "node that does nothing", "budget"],
      [[`${help.toFixed(0)} ms`, `${nothing.toFixed(0)} ms`, verdict(`≤ ${BUDGET} ms`, kept)]],
    );
    return { text: table, kept };
  },
};
