import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { compileExecutable } from "../../src/plugin/build/compile-executable";
import { installedBun } from "../../src/plugin/build/installed-bun";
import { TerraformSide, answerOf } from "../../test/plugin/server/terraform-side";
import { markdownTable } from "../markdown-table";
import { interleaved, median, minimum } from "../measurement";
import type { Figures } from "../measurement";
import { processUsage } from "../process-usage";
import { verdict } from "../run-parts";
import type { Part } from "../run-parts";
import { OURS } from "../subject";
import type { BuiltPeers } from "./subjects";

/** How many times Go's time the handshake may take. */
const BUDGET = 1.3;
const ROOT = path.resolve(__dirname, "..", "..");

const STAGES = ["handshake", "schema"] as const;

/** From exec to the line by which Terraform finds the server, and on to the provider's schema. */
export function starts({ go, emptyGo, rest }: BuiltPeers): Part {
  return {
    name: "starts",
    async run({ quick }) {
      const folder = await mkdtemp(path.join(tmpdir(), "bench-starts-"));
      const emptyBun = path.join(folder, "empty");
      try {
        const bun = installedBun(ROOT);
        await compileExecutable({ bun, folder: ROOT, entry: "bench/peers/empty.ts", executable: emptyBun });
        const providers = [OURS, go, ...rest].map(({ name, provider }) => ({
          name,
          executable: provider?.executable ?? "",
          isEmpty: false,
        }));
        const subjects = [
          ...providers,
          { name: "an empty program on Bun", executable: emptyBun, isEmpty: true },
          { name: "an empty program in Go", executable: emptyGo, isEmpty: true },
        ];
        for (const subject of subjects) await start(subject);
        const rounds = quick ? 3 : 25;
        const figures = await interleaved(rounds, subjects, start);
        const [ours = {}, others = {}] = figures as readonly Figures[];
        const is = minimum(ours["handshake cpu"] ?? []) / minimum(others["handshake cpu"] ?? []);
        const wall = minimum(ours["handshake wall"] ?? []) / minimum(others["handshake wall"] ?? []);
        const kept = wall <= BUDGET;
        const text = [
          `A start by stages, with mutual TLS, minimum (median) of ${rounds}, ms:`,
          markdownTable(
            ["", ...STAGES.flatMap((stage) => [`exec → ${stage}, wall`, "CPU"])],
            subjects.map(({ name }, index) => [name, ...cells(figures[index] ?? {})]),
          ),
          `exec → handshake, ours / go: ${wall.toFixed(2)} × in wall time (${verdict(`≤ ${BUDGET} ×`, kept)}), ` +
            `${is.toFixed(2)} × in CPU.`,
        ].join("\n\n");
        return { text, kept };
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

async function start({ executable, isEmpty }: { readonly executable: string; readonly isEmpty: boolean }) {
  const terraform = new TerraformSide();
  try {
    const begin = performance.now();
    const launched = terraform.launch({ provider: [executable] });
    const taken: Record<string, number> = {};
    const reached = (stage: (typeof STAGES)[number]) => {
      taken[`${stage} wall`] = performance.now() - begin;
      taken[`${stage} cpu`] = processUsage(launched.child.pid ?? "").cpu;
    };
    await launched.firstLine;
    reached("handshake");
    if (isEmpty) return taken;
    const handshake = await terraform.handshake(launched);
    const credentials = terraform.trusting(handshake, terraform.clientCertificate);
    const { provider } = terraform.connect(launched, handshake, credentials);
    await answerOf((done) => provider.getProviderSchema({}, done));
    reached("schema");
    return taken;
  } finally {
    await terraform.end();
  }
}

function cells(figures: Figures): string[] {
  return STAGES.flatMap((stage) =>
    ["wall", "cpu"].map((what) => {
      const numbers = figures[`${stage} ${what}`];
      return numbers === undefined ? "" : `${minimum(numbers).toFixed(0)} (${median(numbers).toFixed(0)})`;
    }),
  );
}
