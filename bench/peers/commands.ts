import { markdownTable } from "../markdown-table";
import { interleaved, median, minimum } from "../measurement";
import type { Figures } from "../measurement";
import { verdict } from "../run-parts";
import type { Part } from "../run-parts";
import { Stage } from "../stage";
import { OURS } from "../subject";
import { COMMANDS, SCRIPT, inTerraform } from "./contender";
import type { BuiltPeers } from "./subjects";
import { CURL, TERRAFORM_DATA } from "./subjects";

/** How many times Go's CPU each command may take. */
const BUDGET = 1.5;
const ON_ONE = COMMANDS.filter((command) => command !== "refresh");

/** Each command on one link. */
export function commands({ go, rest }: BuiltPeers): Part {
  return {
    name: "commands",
    async run({ quick }) {
      const contenders = [...[OURS, go, ...rest, TERRAFORM_DATA, CURL].map((each) => inTerraform(each)), SCRIPT];
      const stage = await Stage.open(1);
      try {
        const subjects = await Promise.all(
          contenders.map(async (contender) => ({ contender, declared: await contender.open(stage, 1) })),
        );
        const rounds = quick ? 1 : 9;
        const figures = await interleaved(rounds, subjects, async ({ declared }) => {
          const taken: Record<string, number> = {};
          for (const command of ON_ONE) {
            const usage = await declared.run(command);
            if (usage !== null)
              Object.assign(taken, { [`${command} cpu`]: usage.cpu, [`${command} wall`]: usage.wall });
          }
          return taken;
        });
        const names = contenders.map(({ name }) => name);
        const ratios = ON_ONE.map((command) => ratioOf(figures, `${command} cpu`));
        const cpu = ON_ONE.map((command, index) => [
          ...row(command, "cpu", figures),
          `${(ratios[index] ?? 0).toFixed(2)} ×`,
          verdict(`≤ ${BUDGET} ×`, (ratios[index] ?? 0) <= BUDGET),
        ]);
        const wall = ON_ONE.map((command) => [
          ...row(command, "wall", figures),
          `${ratioOf(figures, `${command} wall`).toFixed(2)} ×`,
        ]);
        const text = [
          `One link, minimum (median) of ${rounds}. CPU of Terraform and all that it starts, ms:`,
          markdownTable(["", ...names, "ours / go", "budget"], cpu),
          "The same, wall time, ms:",
          markdownTable(["", ...names, "ours / go"], wall),
        ].join("\n\n");
        return { text, kept: ratios.every((ratio) => ratio <= BUDGET) };
      } finally {
        await stage.close();
      }
    },
  };
}

function row(command: string, what: "cpu" | "wall", figures: readonly Figures[]): string[] {
  const cells = figures.map((each) => {
    const numbers = each[`${command} ${what}`];
    return numbers === undefined ? "" : `${minimum(numbers).toFixed(0)} (${median(numbers).toFixed(0)})`;
  });
  return [command, ...cells];
}

/** Ours to Go's: the first two. */
function ratioOf([ours, go]: readonly Figures[], metric: string): number {
  return minimum(ours?.[metric] ?? []) / minimum(go?.[metric] ?? []);
}
