import path from "node:path";
import { markdownTable } from "../markdown-table";
import { interleaved, median, minimum } from "../measurement";
import type { Figures } from "../measurement";
import { watching } from "../process-usage";
import { verdict } from "../run-parts";
import type { Part } from "../run-parts";
import { Stage } from "../stage";
import { OURS } from "../subject";
import { SCRIPT, inTerraform } from "./contender";
import { CURL, TERRAFORM_DATA } from "./subjects";
import type { BuiltPeers } from "./subjects";

const WORK = ["apply", "refresh", "no-op plan", "destroy"] as const;
type Work = (typeof WORK)[number];

/** How many times Go's each may be: CPU of all processes, and the provider's peak memory. */
interface FleetBudget {
  readonly cpu: Partial<Record<Work, number>>;
  readonly memory: number;
}

const BUDGETS: Readonly<Record<number, FleetBudget>> = {
  500: { cpu: { apply: 0.75, refresh: 0.6 }, memory: 1.2 },
  2_000: { cpu: { apply: 0.9, refresh: 0.5 }, memory: 0.5 },
};

/** Bytes of state that a waiting link may take. */
const STATE_BUDGET = 1_700;

/** So many links are applied, linked, read back and destroyed. */
export function fleet({ go, rest }: BuiltPeers, size: number, parallelism: number): Part {
  return {
    name: `${size}x${parallelism}`,
    async run({ quick }) {
      const count = quick ? size / 25 : size;
      const rounds = quick ? 1 : size > 1_000 ? 2 : 3;
      // Those take minutes, and tell no more of a large fleet than of a small one.
      const others = size > 1_000 ? [] : [TERRAFORM_DATA, CURL];
      const contenders = [...[OURS, go, ...rest, ...others].map((each) => inTerraform(each)), SCRIPT];
      const stage = await Stage.open(count);
      try {
        const subjects = await Promise.all(
          contenders.map(async (contender) => ({ contender, declared: await contender.open(stage, count) })),
        );
        for (const { declared } of subjects) await declared.run("init");
        const figures = await interleaved(rounds, subjects, async ({ contender, declared }) => {
          const taken: Record<string, number> = {};
          for (const work of WORK) {
            const { result, usage } = await watching(path.join(stage.folder, "mirrors"), () =>
              declared.run(work, { parallelism }),
            );
            taken[`${work} wall`] = result?.wall ?? NaN;
            taken[`${work} cpu`] = result?.cpu ?? NaN;
            taken[`${work} provider`] = usage.cpu;
            taken[`${work} memory`] = usage.peakMemory;
            if (work !== "apply") continue;
            taken["state"] = (await declared.stateSize()) / count;
            // Peers for any API have nothing that an administrator could link.
            if ([OURS.name, go.name, SCRIPT.name].includes(contender.name)) await stage.link(contender, count);
          }
          return taken;
        });
        const budget = BUDGETS[size];
        const names = contenders.map(({ name }) => name);
        const verdicts = budget === undefined ? [] : verdictsOn(figures, budget);
        const text = [
          `${count} links at -parallelism=${parallelism}, minimum (median) of ${rounds}:`,
          table(names, figures),
          markdownTable(
            ["ours / go", "is", "budget"],
            verdicts.map(({ what, is, text }) => [what, is, text]),
          ),
        ].join("\n\n");
        return { text, kept: verdicts.every(({ kept }) => kept) };
      } finally {
        await stage.close();
      }
    },
  };
}

function table(names: readonly string[], figures: readonly Figures[]): string {
  const rows = WORK.flatMap((work) =>
    names.flatMap((name, index) => {
      const numbers = (metric: string) => figures[index]?.[`${work} ${metric}`] ?? [];
      const [cpu, provider] = [numbers("cpu"), numbers("provider")];
      // Terraform has nothing to read back of what is its own.
      if (work === "refresh" && [TERRAFORM_DATA.name, CURL.name].includes(name)) return [];
      // The script has no plans.
      if (Number.isNaN(minimum(cpu))) return [];
      const hasProvider = minimum(provider) > 0;
      return [
        [
          work,
          name,
          `${seconds(minimum(numbers("wall")))} (${seconds(median(numbers("wall")))})`,
          `${seconds(minimum(cpu))} (${seconds(median(cpu))})`,
          hasProvider ? seconds(minimum(provider)) : "",
          hasProvider ? seconds(minimum(cpu) - minimum(provider)) : "",
          hasProvider ? megabytes(Math.max(...numbers("memory"))) : "",
        ],
      ];
    }),
  );
  const headings = ["", "", "wall, s", "CPU of all, s", "the provider's", "Terraform's own", "provider's peak, MB"];
  return markdownTable(headings, rows);
}

function verdictsOn(figures: readonly Figures[], budget: FleetBudget) {
  const [ours = {}, go = {}] = figures;
  const cpu = WORK.map((work) => {
    const atMost = budget.cpu[work];
    const is = minimum(ours[`${work} cpu`] ?? []) / minimum(go[`${work} cpu`] ?? []);
    return ratio(`${work}, CPU of all`, is, atMost);
  });
  const memory = WORK.map((work) => {
    const is = Math.max(...(ours[`${work} memory`] ?? [])) / Math.max(...(go[`${work} memory`] ?? []));
    return ratio(`${work}, the provider's peak memory`, is, work === "destroy" ? undefined : budget.memory);
  });
  const [ourState = NaN, goState = NaN] = [ours["state"]?.[0], go["state"]?.[0]];
  const kept = ourState <= STATE_BUDGET;
  const what = `state of a waiting link, bytes (go: ${goState.toFixed(0)})`;
  const state = { what, is: ourState.toFixed(0), text: verdict(`≤ ${STATE_BUDGET}`, kept), kept };
  return [...cpu, ...memory, state];
}

function ratio(what: string, is: number, atMost: number | undefined) {
  const kept = atMost === undefined || is <= atMost;
  return { what, is: `${is.toFixed(2)} ×`, text: atMost === undefined ? "" : verdict(`≤ ${atMost} ×`, kept), kept };
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1_000).toFixed(1);
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
